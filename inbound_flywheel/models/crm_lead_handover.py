# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from .flywheel_handover import OPEN, STATES, WAITING_REASONS
from .flywheel_profile_mixin import GROUP

# Fields of the hand-over that the lead shows.
SHOWN = (
    "state",
    "deadline",
    "overdue",
    "user_id",
    "note",
    "return_reason_id",
    "nurture_date",
    "waiting_reason",
)


class CrmLead(models.Model):
    _inherit = "crm.lead"

    flywheel_handover_ids = fields.One2many(
        "flywheel.handover", "lead_id", string="Hand-Overs", groups=GROUP
    )
    flywheel_handover_id = fields.Many2one(
        "flywheel.handover",
        string="Hand-Over",
        compute="_compute_flywheel_handover",
        groups=GROUP,
    )
    handover_state = fields.Selection(
        STATES,
        string="Hand-Over State",
        compute="_compute_flywheel_handover",
        groups=GROUP,
    )
    handover_deadline = fields.Datetime(
        string="Answer Until", compute="_compute_flywheel_handover", groups=GROUP
    )
    handover_overdue = fields.Boolean(
        compute="_compute_flywheel_handover", groups=GROUP
    )
    handover_user_id = fields.Many2one(
        "res.users",
        string="Handed Over To",
        compute="_compute_flywheel_handover",
        groups=GROUP,
    )
    handover_can_answer = fields.Boolean(
        compute="_compute_flywheel_handover", groups=GROUP
    )
    handover_note = fields.Html(
        compute="_compute_flywheel_handover", sanitize=False, groups=GROUP
    )
    handover_return_reason_id = fields.Many2one(
        "flywheel.return.reason", compute="_compute_flywheel_handover", groups=GROUP
    )
    handover_nurture_date = fields.Date(
        string="Nurture Until", compute="_compute_flywheel_handover", groups=GROUP
    )
    handover_waiting_reason = fields.Selection(
        WAITING_REASONS,
        string="Why It Waits",
        compute="_compute_flywheel_handover",
        groups=GROUP,
    )
    mql_definition = fields.Text(
        related="flywheel_profile_id.mql_definition", groups=GROUP
    )
    handover_box_text = fields.Html(
        related="flywheel_profile_id.handover_box_text", groups=GROUP
    )

    @api.depends_context("uid")
    @api.depends(
        "flywheel_handover_ids.state",
        "flywheel_handover_ids.user_id",
        "flywheel_handover_ids.deadline",
        "user_id",
    )
    def _compute_flywheel_handover(self):
        # sudo: the lead shows its hand-over to whoever may read the lead
        handovers = (
            self.env["flywheel.handover"]
            .sudo()
            .search([("lead_id", "in", self.ids)], order="id")
        )
        latest = {handover.lead_id.id: handover for handover in handovers}
        latest |= {h.lead_id.id: h for h in handovers if h.state in OPEN}
        for lead in self:
            handover = latest.get(lead._origin.id, handovers.browse())
            lead.flywheel_handover_id = handover.id
            lead.handover_can_answer = bool(handover) and handover._may_answer()
            for name in SHOWN:
                lead[f"handover_{name}"] = handover[name]

    def action_handover_accept(self):
        """Accept the hand-over of this lead."""
        self.ensure_one()
        return self.flywheel_handover_id.action_accept()

    def action_handover_return(self):
        """Ask why this lead goes back to marketing."""
        self.ensure_one()
        return self.flywheel_handover_id.action_return()

    def _flywheel_convert(self, values):
        """Make opportunities of leads, as Odoo's own assignment does.

        :param values: what else to write
        """
        if self:
            now = fields.Datetime.now()
            self.write({**values, "type": "opportunity", "date_conversion": now})

    def unlink(self):
        """A hand-over whose lead is deleted ends: somebody did not want the lead."""
        # sudo: the flow keeps hand-overs, whoever deletes a lead
        handovers = self.sudo().flywheel_handover_ids
        handovers.filtered(lambda h: h.state in OPEN)._end("closed")
        return super().unlink()

    def _merge_dependences(self, opportunities):
        """Hand-overs follow the lead that stays; of several open ones one goes on."""
        # sudo: see unlink
        handovers = (self | opportunities).sudo().flywheel_handover_ids
        handovers.lead_id = self
        result = super()._merge_dependences(opportunities)
        handovers.exists()._collapse()
        return result
