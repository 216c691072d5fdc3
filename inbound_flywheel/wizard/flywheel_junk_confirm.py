# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

# The probability, in percent, of archived leads that are not lost: Odoo takes those
# with 0 for lost. It is the smallest that its predictive scoring gives.
BARELY = 0.01


class FlywheelJunkConfirm(models.TransientModel):
    """Dialogue that puts junk aside, many leads at a time. Nothing is deleted."""

    _name = "flywheel.junk.confirm"
    _description = "Confirm Junk"

    lead_ids = fields.Many2many(
        "crm.lead", string="Leads", context={"active_test": False}
    )
    action = fields.Selection(
        [
            ("lost", "Archive as lost, with a reason"),
            ("disqualify", "Archive as disqualified, not as lost"),
        ],
        required=True,
        default="lost",
        string="What to Do",
        help="Lost leads count among the lost in win rates; disqualified ones are "
        "neither won nor lost. Either can be restored.",
    )
    lost_reason_id = fields.Many2one(
        "crm.lost.reason",
        default=lambda self: self.env.ref(
            "inbound_flywheel.lost_reason_junk", raise_if_not_found=False
        ),
    )
    lead_count = fields.Integer(compute="_compute_capacity", string="Open Leads")
    activity_count = fields.Integer(
        compute="_compute_capacity", string="Planned Activities"
    )
    value = fields.Monetary(
        compute="_compute_capacity",
        string="Expected Revenue",
        currency_field="currency_id",
    )
    currency_id = fields.Many2one(
        "res.currency", default=lambda self: self.env.company.currency_id
    )

    @api.depends("lead_ids")
    def _compute_capacity(self):
        """Work out what the salespeople no longer have to look after."""
        for wizard in self:
            leads = wizard.lead_ids
            wizard.lead_count = len(leads)
            wizard.value = sum(leads.mapped("expected_revenue"))
            wizard.activity_count = self.env["mail.activity"].search_count(
                [("res_model", "=", "crm.lead"), ("res_id", "in", leads.ids)]
            )

    def action_confirm(self):
        """Mark the leads as junk and archive them."""
        self.ensure_one()
        self.env["flywheel.junk.rule"]._check_manager()
        leads = self.lead_ids
        leads.check_access("write")
        bodies = {
            lead.id: self.env._("Junk: %(reason)s", reason=lead.junk_reason or "-")
            for lead in leads
        }
        # sudo: checked above; the field is closed to edits by hand
        leads.sudo().write({"junk_state": "confirmed"})
        if self.action == "lost":
            leads.action_set_lost(lost_reason_id=self.lost_reason_id.id)
        else:
            leads.filtered(lambda lead: not lead.probability).probability = BARELY
            leads.action_archive()
        leads._message_log_batch(bodies=bodies)
        return {"type": "ir.actions.act_window_close"}
