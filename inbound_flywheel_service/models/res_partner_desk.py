# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import Counter

from odoo import api, fields, models
from odoo.fields import Domain


class ResPartnerDesk(models.Model):
    """Who looks after a customer; how many cases he has."""

    _inherit = "res.partner"

    service_user_id = fields.Many2one(
        "res.users",
        string="Named Agent",
        index="btree_not_null",
        ondelete="set null",
        domain=[("share", "=", False)],
        help="The colleague who answers this customer's questions and concerns.",
    )
    without_owner = fields.Boolean(
        string="Customer Without Owner",
        compute="_compute_without_owner",
        search="_search_without_owner",
        help="A customer, or somebody with an open case, for whom neither a "
        "salesperson nor an agent is named, here or at the company.",
    )

    # ------------------------------------------------------------------
    # Customers without an owner
    # ------------------------------------------------------------------
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_without_owner(self):
        found = set(
            self.search([("id", "in", self.ids), ("without_owner", "=", True)])._ids
        )
        for partner in self:
            partner.without_owner = partner.id in found

    def _search_without_owner(self, operator, value):
        if operator != "in":
            return NotImplemented
        # As the reader: nothing about cases that he may not open.
        cases = self.env["helpdesk.ticket"]._search(
            [("closed", "=", False), ("partner_id", "!=", False)]
        )
        customers = Domain("id", "in", cases.subselect("partner_id"))
        if stages := self._get_customer_stages():
            people = self.env["flywheel.profile"]._search(
                [("lifecycle_stage_id", "in", stages.ids), ("partner_id", "!=", False)]
            )
            customers |= Domain("id", "in", people.subselect("partner_id"))
        unowned = Domain.AND(
            Domain(name, "=", False)
            for name in (
                "user_id",
                "service_user_id",
                "commercial_partner_id.user_id",
                "commercial_partner_id.service_user_id",
            )
        )
        return customers & unowned & Domain("partner_share", "=", True)

    @api.model
    def _get_customer_stages(self):
        """The stages of the lifecycle in which somebody is a customer."""
        Stage = self.env["flywheel.stage"]
        if not Stage.has_access("read"):
            return Stage
        return Stage.search(
            [
                ("track", "=", "lifecycle"),
                ("phase", "=", "retain"),
                ("is_exit", "=", False),
            ]
        )

    # ------------------------------------------------------------------
    # Counters
    # ------------------------------------------------------------------
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_helpdesk_ticket_count(self):
        """Count the cases of all these contacts and those under them, at once.

        helpdesk_mgmt searches for each contact and loads what it finds.
        """
        counts = self._count_cases()
        for partner in self:
            total, active = counts.get(partner.id, (0, 0))
            partner.helpdesk_ticket_count = total
            partner.helpdesk_ticket_active_count = active
            partner.helpdesk_ticket_count_string = f"{active} / {total}"

    def _count_cases(self):
        """Return {contact id: (cases, open cases)}, with the contacts under each."""
        if not self.ids:
            return {}
        family = (
            self.sudo()
            .with_context(active_test=False)
            .search_fetch([("id", "child_of", self.ids)], ["parent_id"])
        )
        groups = self.env["helpdesk.ticket"]._read_group(
            [("partner_id", "in", family.ids)], ["partner_id", "stage_id"], ["__count"]
        )
        total, active = Counter(), Counter()
        for partner, stage, count in groups:
            node = partner.sudo()
            while node:
                total[node.id] += count
                active[node.id] += 0 if stage.sudo().closed else count
                node = node.parent_id if node.parent_id in family else None
        return {key: (total[key], active[key]) for key in total}
