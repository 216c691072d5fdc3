# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    flywheel_segment_line_id = fields.Many2one(
        "flywheel.segment.line",
        string="Suggested Segment",
        store=False,
        search="_search_segment_line",
        help="People that the line of a suggested segment has counted.",
    )

    def _search_segment_line(self, operator, value):
        """Find the people that a line counts. Who may read the line sees how many they
        are; which of them may be seen, the rules of people say."""
        if operator != "in":
            return NotImplemented
        lines = self.env["flywheel.segment.line"].browse(value).exists()
        lines.check_access("read")
        domain = Domain.FALSE
        for line in lines:
            # sudo: traits of leads count for readers who may not open the leads
            People = self.sudo().with_context(active_test=False)
            people = People._search(line._get_people_domain(), bypass_access=True)
            cases = line.sudo().segment_id._get_people_sql()
            domain |= Domain.custom(
                to_sql=lambda model, alias, query, people=people, cases=cases: SQL(
                    "%(id)s IN %(people)s AND %(id)s IN (%(cases)s)",
                    id=SQL.identifier(alias, "id"),
                    people=people.subselect(),
                    cases=cases,
                )
            )
        return domain
