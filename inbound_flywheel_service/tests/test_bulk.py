# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestBulk(ServiceCommon):
    def _values(self, count):
        return [
            {
                "name": f"Card {number}",
                "description": "<p>My card was stolen</p>",
                "partner_email": f"b{number}@bulk.example",
                "team_id": self.team.id,
            }
            for number in range(count)
        ]

    def test_queries_do_not_grow_with_the_cases(self):
        """What is left for each case is Odoo's message about its creation."""
        tickets = self.env["helpdesk.ticket"].with_context(mail_create_nolog=True)
        tickets.create(self._values(3))
        self.env.flush_all()
        counts = []
        for size in (10, 60):
            start = self.env.cr.sql_log_count
            tickets.create(self._values(size))
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLess((counts[1] - counts[0]) / 50, 0.2, counts)

    def test_numbers(self):
        company = self.env["res.company"].create({"name": "Other"})
        own = self.env["ir.sequence"].create(
            {
                "name": "Cases",
                "code": "helpdesk.ticket.sequence",
                "prefix": "OTHER/",
                "company_id": company.id,
            }
        )
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "There", "company_id": company.id}
        )
        values = self._values(3)
        values[1] |= {"company_id": company.id, "team_id": team.id}
        values[2]["number"] = "MINE"
        cases = self.env["helpdesk.ticket"].create(values)
        self.assertEqual(cases[1].number, "OTHER/1")
        self.assertEqual(cases[2].number, "MINE")
        self.assertNotEqual(cases[0].number[:6], "OTHER/")
        own.implementation = "no_gap"
        values = [dict(v, company_id=company.id, team_id=team.id) for v in values[:2]]
        for vals in values:
            vals.pop("number", None)
        numbers = self.env["helpdesk.ticket"].create(values).mapped("number")
        self.assertEqual(len(set(numbers)), 2)
        self.assertTrue(all(number.startswith("OTHER/") for number in numbers))

    def test_stages_of_teams(self):
        stage = self.env["helpdesk.ticket.stage"].create(
            {"name": "First", "sequence": -5, "team_ids": self.other_team.ids}
        )
        cases = self._case() + self._case(team_id=self.other_team.id)
        self.assertEqual(cases[1].stage_id, stage)
        self.assertNotEqual(cases[0].stage_id, stage)
        cases.team_id = self.other_team
        self.assertEqual(cases[0].stage_id, self.stage_new)

    def test_share_of_good_ratings(self):
        cases = self._case() + self._case() + self._case()
        for case, rates in zip(cases, ((5, 4, 1), (), (2,)), strict=True):
            for rate in rates:
                self.env["rating.rating"].create(
                    {
                        "res_model_id": self.env["ir.model"]._get_id(case._name),
                        "res_id": case.id,
                        "rating": rate,
                        "consumed": True,
                    }
                )
        cases.invalidate_recordset()
        self.env.add_to_compute(cases._fields["positive_rate_percentage"], cases)
        self.assertEqual(cases.mapped("positive_rate_percentage"), [66, -1, 0])
