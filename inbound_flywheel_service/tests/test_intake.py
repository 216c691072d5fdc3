# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import new_test_user, tagged

from .common import OWN, ServiceCommon


@tagged("post_install", "-at_install")
class TestIntake(ServiceCommon):
    def _touchpoints(self, case):
        return self.env["flywheel.touchpoint"].search(
            [("res_model", "=", "helpdesk.ticket"), ("res_id", "=", case.id)],
            order="id",
        )

    def _types(self, case):
        return [touchpoint.type_id.code for touchpoint in self._touchpoints(case)]

    def test_life_of_a_case_in_the_ledger(self):
        case = self._case(partner_id=self.customer.id)
        self.assertEqual(case.flywheel_profile_id.partner_id, self.customer)
        case.stage_id = self.stage_done
        self.assertEqual(self._types(case), ["case_opened", "case_solved"])
        self.assertTrue(case.closed_date)
        case.stage_id = self.stage_new
        self.assertFalse(case.closed_date)
        self.assertEqual(case.reopen_count, 1)
        self.assertIn("reopened", self._codes(case))
        case.stage_id = self.stage_done
        case.stage_id = self.stage_done
        self.assertEqual(
            self._types(case), ["case_opened", "case_solved", "case_solved"]
        )

    def test_cancelled_is_not_solved(self):
        case = self._case(partner_id=self.customer.id)
        case.stage_id = self.stage_cancelled
        self.assertEqual(self._types(case), ["case_opened"])

    def test_rating(self):
        case = self._case(partner_id=self.customer.id, user_id=self.ann.id)
        token = case._rating_get_access_token()
        case.rating_apply(4, token=token)
        rating = self._touchpoints(case)[-1]
        self.assertEqual((rating.type_id.code, rating.value), ("rating", 4))

    def test_import_of_the_past(self):
        model = self.env["helpdesk.ticket"].with_context(
            flywheel_event_date="2025-01-02 03:04:05"
        )
        case = model.create(
            {"name": "x", "description": "x", "partner_id": self.customer.id}
        )
        self.assertEqual(str(self._touchpoints(case).date), "2025-01-02 03:04:05")

    def test_another_partner_is_another_person(self):
        case = self._case(partner_id=self.customer.id)
        other = self.customer.create({"name": "Dora", "email": "dora@x.example"})
        case.partner_id = other
        self.assertEqual(case.flywheel_profile_id.partner_id, other)

    def test_person_known_by_address_brings_the_contact(self):
        self.customer._flywheel_ensure_profiles()
        case = self._case(partner_email="Carl <carl@customer.example>")
        self.assertEqual(case.partner_id, self.customer)

    def test_case_without_anybody(self):
        case = self._case()
        self.assertFalse(case.flywheel_profile_id)
        self.assertEqual(self._codes(case, "profile"), ["person_none"])

    def test_agent_with_least_rights_enters_a_case(self):
        agent = new_test_user(self.env, "s_agent", groups=OWN)
        model = self.env["helpdesk.ticket"].with_user(agent)
        case = model.create(
            {
                "name": "Typed",
                "description": "x",
                "partner_id": self.customer.id,
                "user_id": agent.id,
            }
        )
        case.write({"solution": "<p>Done</p>", "stage_id": self.stage_done.id})
        self.assertEqual(self._types(case), ["case_opened", "case_solved"])

    def test_batch_costs_no_query_per_case(self):
        """The steps of ours: as many queries for a hundred cases as for ten, but for
        the rows themselves."""

        def count(number):
            cases = self.env["helpdesk.ticket"].create(
                [
                    {
                        "name": f"Case {i}",
                        "description": "My card was stolen",
                        "team_id": self.team.id,
                        "user_id": self.ann.id,
                        "partner_email": f"{number}.{i}@x.example",
                    }
                    for i in range(number)
                ]
            )
            cases.flywheel_trace_ids.unlink()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            cases._flywheel_intake({})
            self.env["flywheel.text.index"]._refresh(cases)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(2)
        ten, hundred = count(10), count(100)
        self.assertLess(hundred - ten, 20)

    def test_trace_reads_in_the_language_of_the_reader(self):
        case = self._case()
        line = case.flywheel_trace_ids.filtered(lambda t: t.code == "person_none")
        self.assertEqual(line.message, "No person is known for this case.")
        for line in case.flywheel_trace_ids:
            self.assertNotIn("%(", line.message)
            self.assertNotEqual(line.message, line.code)
