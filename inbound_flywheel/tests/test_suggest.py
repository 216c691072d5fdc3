# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from ast import literal_eval
from datetime import timedelta
from unittest import SkipTest
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time

from .common import NOW, FlywheelCase

MODULE = "odoo.addons.inbound_flywheel.models.flywheel_suggestion.import_module"


@freeze_time(NOW)
class TestSuggest(FlywheelCase):
    """360 closed leads: managers who came to a fair and filled in a form are won."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        try:
            import sklearn  # noqa: F401
        except ImportError as error:
            raise SkipTest("scikit-learn is not installed") from error
        chance = random.Random(5)
        cls.env = cls.env(context=dict(cls.env.context, mail_create_nolog=True))
        cls.tag = cls.env["res.partner.category"].create({"name": "Fair"})
        partners = cls.env["res.partner"].create(
            [
                {
                    "name": f"Client {number}",
                    "email": f"client{number}@example.com",
                    "function": chance.choice(["Manager", "Clerk", "Nurse"]),
                    "category_id": [(6, 0, cls.tag.ids if number % 3 else [])],
                    "color": number % 11,
                }
                for number in range(360)
            ]
        )
        cls.leads = cls.env["crm.lead"].create(
            [
                {
                    "name": f"Lead {partner.id}",
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                }
                for partner in partners
            ]
        )
        cls.won = cls.env["crm.lead"]
        for lead in cls.leads:
            logit = -2 + 2.5 * (lead.partner_id.function == "Manager")
            logit += 1.5 * bool(lead.partner_id.category_id)
            if chance.random() < 1 / (1 + 2.718281828**-logit):
                cls.won |= lead
        cls.record_forms(chance)
        cls.won.action_set_won()
        (cls.leads - cls.won).action_set_lost()
        cls.suggestion = (
            cls.env["flywheel.suggestion"].with_user(cls.max).create({"name": "Test"})
        )

    @classmethod
    def record_forms(cls, chance):
        """Forms before the decision of the won; calls on the day of it for all."""
        now, items = fields.Datetime.now(), []
        for lead in cls.leads:
            filled = chance.random() < (0.8 if lead in cls.won else 0.3)
            for code, age in (("form", 3 if filled else None), ("call_in", 0.1)):
                if age is not None:
                    items.append(
                        {
                            "type": code,
                            "date": now - timedelta(days=age),
                            "external_key": f"{code}:{lead.id}",
                            "profile_id": lead.flywheel_profile_id.id,
                        }
                    )
        cls.env["flywheel.touchpoint"]._record(items)
        cls.env["flywheel.touchpoint"]._flush_queue()

    def run_suggestion(self):
        self.suggestion.action_run()
        self.assertEqual(self.suggestion.state, "done", self.suggestion.message)
        return self.suggestion

    def test_rules_in_plain_words(self):
        suggestion = self.run_suggestion()
        self.assertEqual(suggestion.closed_count, 360)
        self.assertEqual(suggestion.won_count, len(self.won))
        lines = {line.domain: line for line in suggestion.rule_line_ids}
        fair = next(line for line in lines.values() if "Fair" in line.name)
        self.assertEqual(
            (fair.kind, fair.model, literal_eval(fair.domain)),
            ("fit", "res.partner", [("category_id", "in", self.tag.ids)]),
        )
        self.assertGreater(fair.points, 0)
        self.assertGreater(fair.lift, 1)
        form = suggestion.rule_line_ids.filtered(lambda line: line.kind == "score")
        self.assertEqual(form.type_ids.mapped("code"), ["form"])
        self.assertGreater(form.points, 0)

    def test_what_came_with_the_decision_is_left_out(self):
        suggestion = self.run_suggestion()
        reasons = {
            line.name: line.reason
            for line in suggestion.refused_line_ids
            if line.model != "res.partner"
        }
        self.assertIn("Part of the decision", reasons["Call Received"])
        for name in ("Stage", "Probability", "Won/Lost", "Lost Reason"):
            self.assertIn("outcome", reasons[name])
        for name in ("Priority", "Expected Revenue", "Sales Team"):
            self.assertIn("Sales fills it in", reasons[name])
        self.assertIn("outcome", reasons["Opportunity Won"])

    def test_values_changed_after_the_decision(self):
        """Tracked values that changed with the decision or later are left out."""
        field = self.env["ir.model.fields"]._get("crm.lead", "function")
        messages = self.env["mail.message"].create(
            [{"model": "crm.lead", "res_id": lead.id} for lead in self.leads[:40]]
        )
        self.env["mail.tracking.value"].create(
            [
                {"mail_message_id": message.id, "field_id": field.id}
                for message in messages
            ]
        )
        self.env.flush_all()
        suggestion = self.run_suggestion()
        reasons = suggestion.refused_line_ids.filtered(
            lambda line: line.column == "crm.lead.function"
        )
        self.assertIn("Changed at or after the decision", reasons.reason)

    def test_nothing_changes_before_it_is_accepted(self):
        active = self.env["flywheel.score.model"]._get_active()
        before = active.fit_rule_ids.ids, active.rule_ids.ids
        count = self.env["flywheel.score.model"].search_count([])
        suggestion = self.run_suggestion()
        self.assertEqual(self.env["flywheel.score.model"].search_count([]), count)
        suggestion.rule_line_ids[0].action_decline()
        action = suggestion.action_accept()
        draft = suggestion.result_id
        self.assertEqual(action["res_id"], draft.id)
        self.assertEqual((draft.state, draft.parent_id), ("draft", active))
        self.assertEqual(self.env["flywheel.score.model"]._get_active(), active)
        self.assertEqual((active.fit_rule_ids.ids, active.rule_ids.ids), before)
        accepted = suggestion.rule_line_ids - suggestion.rule_line_ids[0]
        fit = accepted.filtered(lambda line: line.kind == "fit")
        self.assertEqual(draft.fit_rule_ids.mapped("name"), fit.mapped("name"))
        self.assertEqual(draft.fit_rule_ids.mapped("points"), fit.mapped("points"))
        self.assertIn("Adjusted", draft.rule_ids.mapped("name"))
        self.assertNotIn("Meeting", draft.rule_ids.mapped("name"))
        self.assertEqual(draft.grade_a, suggestion.grade_a)
        with self.assertRaises(UserError):
            suggestion.action_run()

    def test_in_addition_into_a_chosen_draft(self):
        suggestion = self.run_suggestion()
        draft = self.score_model.copy()
        count = len(draft.rule_ids) + len(draft.fit_rule_ids)
        suggestion.write({"mode": "add", "target_id": draft.id})
        suggestion.action_accept()
        self.assertEqual(suggestion.result_id, draft)
        self.assertEqual(
            len(draft.rule_ids) + len(draft.fit_rule_ids),
            count + len(suggestion.rule_line_ids),
        )

    def test_accepted_points_rank_the_leads(self):
        suggestion = self.run_suggestion()
        suggestion.action_accept()
        suggestion.result_id.action_activate()
        won = self.won.mapped("fit_score")
        lost = (self.leads - self.won).mapped("fit_score")
        self.assertGreater(sum(won) / len(won), sum(lost) / len(lost) + 5)

    def test_few_closed_leads(self):
        self.suggestion.domain = repr([("id", "in", self.leads[:150].ids)])
        self.suggestion.action_run()
        self.assertEqual(self.suggestion.state, "abstained")
        self.assertIn("150 closed leads", self.suggestion.message)
        self.assertFalse(self.suggestion.rule_line_ids)

    def test_scope(self):
        self.suggestion.date_to = "2026-01-01"
        self.suggestion.action_run()
        self.assertEqual(self.suggestion.closed_count, 0)
        self.suggestion.write({"date_to": False, "date_from": "2026-01-01"})
        self.suggestion.action_run()
        self.assertEqual(self.suggestion.closed_count, 360)
        with self.assertRaises(ValidationError):
            self.suggestion.domain = "[('nonsense', '=', 1)]"

    def test_without_scikit_learn(self):
        with patch(MODULE, side_effect=ImportError("No module named 'sklearn'")):
            with self.assertRaisesRegex(UserError, "scikit-learn"):
                self.suggestion.action_run()
        self.assertEqual(self.suggestion.state, "draft")

    def test_who_may(self):
        suggestion = self.suggestion
        self.assertEqual(suggestion.with_user(self.mara).name, "Test")
        with self.assertRaises(AccessError):
            suggestion.with_user(self.mara).action_run()
        for user in (self.sam, self.rita, self.ian, self.pia):
            with self.assertRaises(AccessError):
                suggestion.with_user(user).read(["name"])
        other = self.env["flywheel.suggestion"].create(
            {"name": "Branch", "company_id": self.branch.id}
        )
        with self.assertRaises(AccessError):
            other.with_user(self.max).read(["name"])

    def test_later_knowledge(self):
        Hindsight = self.env["flywheel.hindsight"]
        for model, names in {
            "crm.lead": ("won_status", "prorated_revenue", "day_close", "priority"),
            "res.partner": ("user_id", "opportunity_count", "fit_grade"),
            "flywheel.profile": ("momentum", "fit_score"),
        }.items():
            for name in names:
                self.assertTrue(Hindsight._get_reason(model, name), name)
        for model, names in {
            "crm.lead": ("source_id", "function", "country_id", "tag_ids"),
            "res.partner": ("function", "industry_id", "category_id"),
        }.items():
            for name in names:
                self.assertFalse(Hindsight._get_reason(model, name), name)
        self.assertTrue(Hindsight._get_reason("crm.lead", "partner_id.user_id"))
        types = self.env["flywheel.touchpoint.type"].search([])
        refused = {t.code for t in types if Hindsight._get_type_reason(t)}
        self.assertIn("lead_won", refused)
        self.assertNotIn("form", refused)
