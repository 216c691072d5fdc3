# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestTier(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["flywheel.tier"].search([]).active = False
        cls.env["flywheel.routing.rule"].search([]).active = False
        cls.gold, cls.loyal = cls.env["flywheel.tier"].create(
            [
                {"name": "Gold", "sequence": 1, "min_reach": 10_000, "min_won": 5_000},
                {"name": "Loyal", "sequence": 2, "min_tenure": 24},
            ]
        )
        cls.person = cls._case(partner_id=cls.customer.id).flywheel_profile_id
        cls.agent = new_test_user(
            cls.env, "t_agent", groups="inbound_flywheel.group_flywheel_service"
        )

    def test_reach_set_by_an_agent_moves_at_once(self):
        self.person.with_user(self.agent).reach = 12_000
        self.assertEqual(self.person.tier_id, self.gold)
        self.assertEqual(self.person.tier_reason, "reaches 12,000 people")
        change = self.person.tier_change_ids
        self.assertRecordValues(
            change, [{"earlier_id": False, "tier_id": self.gold.id, "user_id": False}]
        )
        self.assertEqual(change.reason, "reaches 12,000 people")
        self.person.with_user(self.agent).reach = 10
        self.assertFalse(self.person.tier_id)
        self.assertEqual(len(self.person.tier_change_ids), 2)

    def test_all_conditions(self):
        self.gold.match = "all"
        self.person.reach = 12_000
        self.assertFalse(self.person.tier_id)
        self._win(6_000, partner_id=self.customer.id)
        self.person._evaluate_tiers()
        self.assertEqual(self.person.tier_id, self.gold)
        self.assertIn("opportunities won for 6,000", self.person.tier_reason)

    def _win(self, revenue, **values):
        lead = self.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "expected_revenue": revenue,
                **values,
            }
        )
        lead.action_set_won()
        return lead

    def test_the_revenue_of_a_company_counts_for_its_people(self):
        company = self.env["res.partner"].create({"name": "Acme", "is_company": True})
        self.customer.parent_id = company
        colleague = self.env["res.partner"].create(
            {"name": "Dan", "parent_id": company.id}
        )
        self._win(3_000, partner_id=colleague.id)
        self._win(2_500, partner_id=company.id)
        self.person._evaluate_tiers()
        self.assertEqual(self.person.tier_id, self.gold)

    def test_tenure_grows_by_itself(self):
        self.person._evaluate_tiers()
        self.assertFalse(self.person.tier_id)
        later = datetime(datetime.now().year + 2, 12, 31)
        with freeze_time(later):
            self.env["flywheel.profile"]._cron_tiers()
        self.assertEqual(self.person.tier_id, self.loyal)

    def test_a_choice_by_hand_stays_until_it_is_taken_back(self):
        self.person.with_user(self.agent).tier_id = self.loyal
        self.person.reach = 50_000
        self.person._evaluate_tiers()
        self.assertEqual(self.person.tier_id, self.loyal)
        self.assertEqual(self.person.tier_reason, "chosen by hand")
        self.assertEqual(self.person.tier_change_ids.user_id, self.agent)
        self.person.with_user(self.agent).tier_id = False
        self.assertEqual(self.person.tier_id, self.gold)

    def test_other_company(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.gold.company_id = company
        self.person.reach = 50_000
        self.assertFalse(self.person.tier_id)
        self.customer.company_id = company
        self.person.company_id = company
        self.person._evaluate_tiers()
        self.assertEqual(self.person.tier_id, self.gold)
        stranger = new_test_user(
            self.env, "t_stranger", groups="inbound_flywheel.group_flywheel_user"
        )
        changes = self.env["flywheel.tier.change"].with_user(stranger)
        self.assertFalse(changes.search([("profile_id", "=", self.person.id)]))

    def test_joined_people_keep_what_is_more(self):
        other = self._case(partner_email="carl@blog.example").flywheel_profile_id
        other.reach = 20_000
        self.person._merge(other)
        self.assertEqual(self.person.reach, 20_000)
        self.assertEqual(self.person.tier_id, self.gold)

    def test_the_tier_raises_priority_and_says_why(self):
        self.env["flywheel.routing.rule"].create(
            [
                {
                    "name": "Read by many",
                    "min_reach": 10_000,
                    "priority": "3",
                    "stop": False,
                },
                {"name": "Gold", "tier_ids": self.gold.ids, "priority": "2"},
            ]
        )
        self.person.reach = 12_345
        case = self._case(partner_id=self.customer.id)
        self.assertEqual(case.priority, "3")
        messages = case.flywheel_trace_ids.mapped("message")
        self.assertIn("Served as Gold: reaches 12,345 people.", messages)
        self.assertTrue(
            [m for m in messages if "since the person reaches 12,345 people" in m]
        )
        self.assertTrue([m for m in messages if "the person is in tier Gold" in m])
        usual = self._case(partner_email="somebody@else.example")
        self.assertEqual(usual.priority, "1")

    def test_bad_conditions_are_refused(self):
        for domain in ("[('no_such_field', '=', 1)]", "[(", "__import__('os')"):
            with self.assertRaises(ValidationError):
                self.gold.domain = domain

    def test_rights(self):
        tier = self.gold.with_user(self.agent)
        self.assertEqual(tier.name, "Gold")
        with self.assertRaises(AccessError):
            tier.name = "x"
        with self.assertRaises(AccessError):
            tier.action_apply()
        with self.assertRaises(AccessError):
            self.person.with_user(self.agent).tier_facts = {"reach": 1}
        portal = new_test_user(self.env, "t_portal", groups="base.group_portal")
        for model in ("flywheel.tier", "flywheel.tier.change"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(portal).search([])
        with Form(self.env["flywheel.tier"].with_user(self.mia)) as form:
            form.name = "Silver"

    def test_one_statement_whatever_the_number(self):
        partners = self.env["res.partner"].create(
            [{"name": f"P{i}", "email": f"p{i}@many.example"} for i in range(40)]
        )
        people = self.env["flywheel.profile"].search(
            [("partner_id", "in", partners.ids)]
        )
        if not people:
            cases = self.env["helpdesk.ticket"].create(
                [
                    {"name": "x", "description": "x", "partner_id": p.id}
                    for p in partners
                ]
            )
            people = cases.flywheel_profile_id
        people._evaluate_tiers(people.ids)
        self.env.flush_all()
        with self.assertQueryCount(4):
            people._evaluate_tiers(people.ids)
