# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import ALL, GatewayCommon


class EscalateCommon(GatewayCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["flywheel.escalation.rule"].search([]).active = False
        cls.sue = new_test_user(cls.env, "s_sue", groups=ALL, name="Sue")
        cls.rule = cls._rule()

    @classmethod
    def _rule(cls, **values):
        return cls.env["flywheel.escalation.rule"].create(
            {
                "name": "Security",
                "words": "data breach\n資安",
                "priority": "3",
                "restricted": True,
                "security": True,
                "notify_user_ids": [(6, 0, (cls.sue + cls.mia).ids)],
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestEscalateRules(EscalateCommon):
    def test_at_once_with_reason_and_two_people_told(self):
        with self.mock_mail_gateway():
            case = self._case("Question", "<p>There was a Data  Breach</p>")
        self.assertEqual(case.priority, "3")
        self.assertTrue(case.restricted)
        self.assertIn("data breach", case.escalation_reason)
        self.assertLessEqual(self.sue + self.mia, case.restricted_user_ids)
        people = case.activity_ids.user_id
        self.assertLessEqual(self.sue + self.mia, people)
        line = case.flywheel_trace_ids.filtered(lambda li: li.step == "escalate")[:1]
        for word in ("Security", "data breach", "Sue", "Mia"):
            self.assertIn(word, line.message)

    def test_by_mail_in_chinese_whatever_priority_was_chosen(self):
        case = self._receive(self._mail(body="贵公司的产品有资安问题"))
        self.assertEqual(case.priority, "3")
        self.assertTrue(case.restricted)

    def test_machines_escalate_nothing(self):
        case = self._receive(
            self._mail({"Auto-Submitted": "auto-replied"}, body="data breach")
        )
        self.assertFalse(case.restricted)
        self.rule.human_only = False
        case = self._receive(
            self._mail({"Auto-Submitted": "auto-replied"}, body="data breach")
        )
        self.assertTrue(case.restricted)

    def test_later_message_of_the_customer(self):
        case = self._case(partner_id=self.customer.id)
        self.assertFalse(case.escalation_rule_id)
        case.message_post(
            body="I think there was a data breach",
            author_id=self.customer.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(case.escalation_rule_id, self.rule)
        self.assertEqual(case.priority, "3")

    def test_later_text_category_and_tag(self):
        case = self._case()
        case.description = "<p>data breach</p>"
        self.assertEqual(case.escalation_rule_id, self.rule)
        rule = self._rule(
            name="By category", words=False, category_ids=[(6, 0, self.category.ids)]
        )
        case = self._case()
        case.category_id = self.category
        self.assertEqual(case.escalation_rule_id, rule)
        rule.write({"category_ids": [(5,)], "tag_ids": [(6, 0, self.tag.ids)]})
        case = self._case()
        case.tag_ids = self.tag
        self.assertEqual(case.escalation_rule_id, rule)

    def test_tier_and_reach(self):
        tiers = self.env["flywheel.tier"].create(
            [{"name": "Gold", "sequence": 1}, {"name": "Bronze", "sequence": 9}]
        )
        rule = self._rule(
            name="Heard", words=False, tier_id=tiers[0].id, reach_min=1000
        )
        case = self._case(partner_id=self.customer.id)
        profile = case.flywheel_profile_id
        profile.write({"tier_id": tiers[1].id, "reach": 5000})
        self.assertFalse(case.escalation_rule_id)
        profile.tier_id = tiers[0]
        self.assertEqual(case.escalation_rule_id, rule)

    def test_lifting_needs_a_reason_and_holds(self):
        case = self._case("data breach")
        manager = case.with_user(self.mia)
        with self.assertRaises(UserError):
            manager.priority = "1"
        with self.assertRaises(UserError):
            manager.restricted = False
        wizard = Form(
            self.env["flywheel.escalation.lift"]
            .with_user(self.mia)
            .with_context(default_ticket_id=case.id)
        )
        wizard.reason = "An old newspaper article"
        wizard.release = True
        wizard.save().action_lift()
        self.assertEqual(case.priority, "1")
        self.assertFalse(case.restricted)
        self.assertFalse(case.escalation_rule_id)
        line = case.flywheel_trace_ids[-1]
        self.assertIn("An old newspaper article", line.message)
        self.assertEqual(line.user_id, self.mia)
        # The same rule does not come again with the next message.
        case.description = "<p>data breach, as I said</p>"
        self.assertFalse(case.escalation_rule_id)

    def test_team_and_owner(self):
        self.rule.write({"set_team_id": self.other_team.id, "set_user_id": self.sue.id})
        self.other_team.user_ids = self.sue
        case = self._case("data breach")
        self.assertEqual(case.team_id, self.other_team)
        self.assertEqual(case.user_id, self.sue)

    def test_a_failing_rule_loses_no_case(self):
        model = type(self.env["flywheel.escalation.rule"])
        with (
            patch.object(model, "_match", side_effect=ValueError("broken")),
            self.assertLogs("odoo.addons.inbound_flywheel_service", "WARNING"),
        ):
            case = self._case("data breach")
            case.description = "<p>Something else</p>"
        self.assertTrue(case.exists())
        self.assertIn("failed", self._codes(case, "escalate"))

    def test_a_security_matter_needs_two_people(self):
        with self.assertRaises(ValidationError):
            self.rule.notify_user_ids = self.sue
        self.rule.notify_managers = True
        self.rule.notify_user_ids = self.sue

    def test_a_rule_for_everything_is_refused(self):
        with self.assertRaises(ValidationError):
            self.rule.words = "\n *"

    def test_other_companies_rules(self):
        self.rule.company_id = self.env["res.company"].create({"name": "Other"})
        self.assertFalse(self._case("data breach").escalation_rule_id)

    def test_preview_counts(self):
        self.rule.active = False
        cases = self._case("data breach") | self._case("資安")
        self._case("harmless")
        action = self.rule.with_user(self.mia).action_preview()
        found = self.env["helpdesk.ticket"].search(action["domain"])
        self.assertLessEqual(cases, found)

    def test_no_query_for_each_case(self):
        values = {"name": "x", "description": "harmless", "team_id": self.team.id}
        cases = self.env["helpdesk.ticket"].create([dict(values) for _n in range(40)])
        few, many = cases[:5], cases
        few._flywheel_escalate_content()
        self.env.flush_all()
        counts = []
        for some in (few, many):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            some._flywheel_escalate_content()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0] + 1)
