# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestRouting(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["flywheel.routing.rule"].search([]).active = False
        cls.rule = cls._rule("Stolen", words="stolen\n被盗", team_id=cls.team.id)

    @classmethod
    def _rule(cls, name, **values):
        return cls.env["flywheel.routing.rule"].create({"name": name, **values})

    def _new(self, name="My card was stolen", **values):
        values = {"description": "<p>Help</p>", "name": name, **values}
        return self.env["helpdesk.ticket"].create(values)

    def test_words_choose_team_category_tags_and_priority(self):
        self.rule.write(
            {
                "category_id": self.category.id,
                "tag_ids": [(6, 0, self.tag.ids)],
                "priority": "3",
            }
        )
        self.assertRecordValues(
            self._new() + self._new("我的信用卡被盜") + self._new("Hello"),
            [
                {
                    "team_id": self.team.id,
                    "category_id": self.category.id,
                    "priority": "3",
                    "tag_ids": self.tag.ids,
                },
                {
                    "team_id": self.team.id,
                    "category_id": self.category.id,
                    "priority": "3",
                    "tag_ids": self.tag.ids,
                },
                {
                    "team_id": False,
                    "category_id": False,
                    "priority": "1",
                    "tag_ids": [],
                },
            ],
        )

    def test_order_and_stop(self):
        later = self._rule("Later", sequence=20, category_id=self.category.id)
        self.assertFalse(self._new().category_id)
        self.rule.stop = False
        self.assertEqual(self._new().category_id, self.category)
        # The first rule that has a say on a field wins.
        later.team_id = self.other_team
        self.assertEqual(self._new().team_id, self.team)

    def test_condition(self):
        self.rule.write({"words": False, "domain": "[('priority', '=', '2')]"})
        self.assertFalse(self._new().team_id)
        self.assertEqual(self._new(priority="2").team_id, self.team)

    def test_condition_on_the_person(self):
        persona = self.env["flywheel.persona"].create({"name": "Traveller"})
        self.customer.persona_id = persona
        self.rule.write(
            {"words": False, "domain": f"[('persona_id', '=', {persona.id})]"}
        )
        self.assertEqual(self._new(partner_id=self.customer.id).team_id, self.team)
        self.assertFalse(self._new().team_id)

    def test_channel(self):
        phone = self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_phone")
        self.rule.write({"words": False, "channel_ids": [(6, 0, phone.ids)]})
        self.assertFalse(self._new().team_id)
        self.assertEqual(self._new(channel_id=phone.id).team_id, self.team)

    def test_what_a_person_chose_stays(self):
        case = self._new(team_id=self.other_team.id)
        self.assertEqual(case.team_id, self.other_team)
        self.assertIn("route_kept", self._codes(case))
        self.rule.overwrite = True
        self.assertEqual(self._new(team_id=self.other_team.id).team_id, self.team)

    def test_priority_is_raised_never_lowered(self):
        self.rule.priority = "2"
        self.assertEqual(self._new().priority, "2")
        self.assertEqual(self._new(priority="3").priority, "3")
        self.assertEqual(self._new(priority="0").priority, "2")
        self.rule.priority_mode = "set"
        self.assertEqual(self._new(priority="3").priority, "3")
        self.rule.overwrite = True
        self.assertEqual(self._new(priority="3").priority, "2")

    def test_bad_condition_is_refused_with_its_words(self):
        for domain in ("[('nonsense', '=', 1)]", "[(", "import os", "{}"):
            with self.assertRaises(ValidationError) as error:
                self.rule.domain = domain
            self.assertIn("Stolen", str(error.exception))

    def test_a_broken_rule_loses_no_case(self):
        # As if the field had been removed since the rule was saved.
        self.env.cr.execute(
            "UPDATE flywheel_routing_rule SET domain = %s WHERE id = %s",
            ["[('gone', '=', 1)]", self.rule.id],
        )
        self.rule.invalidate_recordset()
        with self.assertLogs("odoo.addons.inbound_flywheel_service", "WARNING"):
            case = self._new()
        self.assertTrue(case.exists())
        self.assertIn("failed", self._codes(case, "route"))

    def test_trace_says_which_rule_and_why(self):
        self._rule("Never", sequence=1, words="loan")
        case = self._new()
        line = case.flywheel_trace_ids.filtered(lambda t: t.step == "route")
        self.assertEqual(line.rule_id, self.rule)
        self.assertIn("Stolen", line.message)
        self.assertIn("stolen", line.message)
        self.assertIn("Cards", line.message)
        self.assertIn("Never", line.detail)
        self.assertEqual(self.rule.trace_count, 1)
        line = self._new("Hello").flywheel_trace_ids.filtered(
            lambda t: t.step == "route"
        )
        self.assertEqual(line.code, "route_none")

    def test_rules_of_other_companies_do_not_apply(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.rule.write({"team_id": False, "company_id": company.id, "priority": "3"})
        self.assertEqual(self._new().priority, "1")
        self.rule.company_id = False
        self.assertEqual(self._new().priority, "3")

    def test_replay_changes_nothing(self):
        case = self._new("Hello")
        self.rule.words = "hello"
        decisions = self.rule._decide(case)
        self.assertEqual(decisions[case].values, {"team_id": self.team.id})
        self.assertFalse(case.team_id)
