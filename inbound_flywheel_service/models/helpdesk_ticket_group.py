# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

AGENT = "helpdesk_mgmt.group_helpdesk_user_own"


class HelpdeskTicketGroup(models.Model):
    """A case as part of an incident."""

    _inherit = "helpdesk.ticket"

    group_id = fields.Many2one(
        "flywheel.case.group",
        string="Incident",
        check_company=True,
        ondelete="set null",
        index="btree_not_null",
        copy=False,
        groups=AGENT,
    )
    group_state = fields.Selection(
        related="group_id.state",
        string="State of the Incident",
        tracking=False,
        groups=AGENT,
    )
    group_size = fields.Integer(compute="_compute_group_size", groups=AGENT)
    group_since = fields.Datetime(compute="_compute_group_size", groups=AGENT)
    flywheel_customer_key = fields.Char(
        compute="_compute_flywheel_customer_key",
        store=True,
        groups="base.group_system",
        help="Tells the customers of an incident apart.",
    )

    _flywheel_recent_idx = models.Index("(company_id, create_date)")

    @api.depends("commercial_partner_id", "sender_email", "partner_name", "number")
    def _compute_flywheel_customer_key(self):
        for ticket in self:
            partner = ticket.commercial_partner_id
            ticket.flywheel_customer_key = (
                f"partner:{partner.id}"
                if partner
                else ticket.sender_email or ticket.partner_name or ticket.number
            )

    @api.depends("group_id")
    def _compute_group_size(self):
        for ticket in self:
            # sudo: how large the incident is, not what its cases say
            group = ticket.group_id.sudo()
            ticket.group_size = max(group.case_count - 1, 0) if group else 0
            ticket.group_since = group.first_date if group else False

    def _flywheel_step_group(self):
        lines = []
        todo = self.filtered(
            lambda t: (
                not t.closed
                and not t.group_id
                and not t.restricted
                and not t._flywheel_is_machine()
            )
        )
        for cases in todo.grouped("company_id").values():
            lines += self.env["flywheel.case.group"]._find(cases)
        return lines

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_flywheel_confirm_group(self):
        """Yes, it is one incident."""
        self.ensure_one()
        self.check_access("write")
        # sudo: whoever works on one of its cases may say so
        self.group_id.sudo().action_confirm()
        return self.group_id._get_records_action()

    def action_flywheel_not_same(self):
        """No, this case is about something else."""
        self.ensure_one()
        self.check_access("write")
        group = self.group_id.sudo()
        group._trace("group_left", self)
        group._leave(self)
        if group.state == "proposed" and len(group.member_ids) < 2:
            group._leave(group.member_ids)
            group.state = "dissolved"
        return True

    def action_flywheel_open_group(self):
        """The incident, with its other cases."""
        self.ensure_one()
        return self.group_id._get_records_action()
