# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.tools import SQL

from odoo.addons.rating.models.rating_data import (
    RATING_LIMIT_MIN,
    RATING_LIMIT_SATISFIED,
)

SEQUENCE = "helpdesk.ticket.sequence"


class HelpdeskTicketBulk(models.Model):
    """Many cases at once: what helpdesk_mgmt does case by case, done for all."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _flywheel_number(self, vals_list):
        """Give new cases their numbers, in one statement for each company.

        Sequences of another kind than Odoo's standard are left to helpdesk_mgmt.

        :param list vals_list: values of new cases, changed in place
        """
        groups = {}
        for vals in vals_list:
            if vals.get("number", "/") == "/":
                company_id = vals.get("company_id") or self.env.company.id
                groups.setdefault(company_id, []).append(vals)
        for company_id, group in groups.items():
            sequence = self.env["ir.sequence"].search(
                [("code", "=", SEQUENCE), ("company_id", "in", [company_id, False])],
                order="company_id",
                limit=1,
            )
            if sequence.implementation != "standard" or sequence.use_date_range:
                continue
            rows = self.env.execute_query(
                SQL(
                    "SELECT nextval(%s) FROM generate_series(1, %s)",
                    f"ir_sequence_{sequence.id:03d}",
                    len(group),
                )
            )
            for vals, (number,) in zip(group, rows, strict=True):
                vals["number"] = sequence.get_next_char(number)

    @api.model
    def _flywheel_first_stages(self, vals_list):
        """Give new cases the first stage of their team, one search for each team.

        :param list vals_list: values of new cases, changed in place
        """
        first = {}
        for vals in vals_list:
            team_id = vals.get("team_id")
            if team_id and "stage_id" not in vals:
                if team_id not in first:
                    team = self.env["helpdesk.ticket.team"].browse(team_id)
                    first[team_id] = team._get_applicable_stages()[:1].id
                vals["stage_id"] = first[team_id]

    @api.depends("team_id")
    def _compute_stage_id(self):
        for _team, tickets in self.grouped("team_id").items():
            stages = tickets.team_id._get_applicable_stages()
            for ticket in tickets:
                if ticket.stage_id not in stages:
                    ticket.stage_id = stages[:1]

    @api.depends("rating_ids.rating")
    def _compute_percentage(self):
        # sudo: rating.rating - a stored figure, the same for everybody
        ratings = self.env["rating.rating"].sudo()
        counts = [
            dict(
                ratings._read_group(
                    [
                        ("res_model", "=", self._name),
                        ("res_id", "in", self.ids),
                        ("consumed", "=", True),
                        ("rating", ">=", least),
                    ],
                    ["res_id"],
                    ["__count"],
                )
            )
            for least in (RATING_LIMIT_MIN, RATING_LIMIT_SATISFIED)
        ]
        for ticket in self:
            total, great = (found.get(ticket.id, 0) for found in counts)
            ticket.positive_rate_percentage = great * 100 / total if total else -1
