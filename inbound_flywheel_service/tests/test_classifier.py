# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
from importlib.util import find_spec
from unittest import SkipTest
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ServiceCommon
from .texts import CARDS, RATES

TRAINING = (
    "odoo.addons.inbound_flywheel_service.models.flywheel_classifier.import_module"
)


@tagged("post_install", "-at_install")
class TestClassifier(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not find_spec("sklearn"):
            raise SkipTest("scikit-learn is not installed")
        cls.rates = cls.env["helpdesk.ticket.category"].create({"name": "Rates"})
        cls.classifier = cls.env["flywheel.classifier"].search(
            [("company_id", "=", cls.company.id), ("target", "=", "category")]
        )
        cls.classifier.write({"goal": 70, "least_total": 10})

    @classmethod
    def _history(cls, **values):
        cls.env["helpdesk.ticket"].create(
            [
                {
                    "name": text,
                    "description": text,
                    "category_id": category.id,
                    "stage_id": cls.stage_done.id,
                    **values,
                }
                for texts, category in ((CARDS, cls.category), (RATES, cls.rates))
                for text in texts
            ]
        )

    def _new(self, name="stolen card, please block it", text="", **values):
        return (
            self.env["helpdesk.ticket"]
            .with_context(flywheel_source="portal")
            .create({"name": name, "description": text or name, **values})
        )

    def test_every_company_has_classifiers(self):
        company = self.env["res.company"].create({"name": "Third"})
        found = self.env["flywheel.classifier"].with_context(active_test=False)
        found = found.search([("company_id", "=", company.id)])
        self.assertEqual(set(found.mapped("target")), {"category", "tags", "priority"})

    def test_too_little_to_learn_from(self):
        result = self.classifier.train()
        self.assertFalse(result["version"])
        self.assertIn("Too little", self.classifier.message)
        with self.assertRaisesRegex(UserError, "learned nothing"):
            self.classifier.predict(["x"])
        case = self._new()
        self.assertFalse(case.category_id)
        self.assertFalse(case.flywheel_classification()["proposals"])

    def test_learns_predicts_explains(self):
        self._history()
        result = self.classifier.with_user(self.mia).train()
        self.assertEqual(result["cases"], 20)
        self.assertEqual(self.classifier.version_id.number, result["version"])
        [found] = self.classifier.with_user(self.ann).predict(["my card was stolen"])
        self.assertEqual(found["top"][0]["category"], self.category.id)
        self.assertEqual(found["top"][0]["name"], "Stolen")
        explained = self.classifier.explain("My card was stolen")
        self.assertIn("stolen", [word for word, _part in explained["words"]])
        with self.assertRaises(UserError):
            self.classifier.explain("x", label=-1)
        with self.assertRaises(UserError):
            self.classifier.predict("a text")
        self.assertEqual(len(self.classifier.label_ids), 2)

    def test_new_case_is_sorted_with_the_reason(self):
        self._history()
        self.classifier.train()
        case = self._new()
        self.assertEqual(case.category_id, self.category)
        self.assertEqual(case.category_source, "classifier")
        line = case.flywheel_trace_ids.filtered(lambda n: n.step == "classify")
        self.assertIn("stolen", line.message)
        self.assertEqual(case.flywheel_prediction["top"][0][0], self.category.id)

    def test_abstains_below_the_threshold(self):
        self._history()
        self.classifier.train()
        self.classifier.version_id.threshold = 0.9999
        case = self._new("card and rate")
        self.assertFalse(case.category_id)
        self.assertIn("classify_abstained", self._codes(case))
        nothing = self._new("zzzz qqqq")
        self.assertIn("classify_nothing", self._codes(nothing))

    def test_only_proposes_when_told_so(self):
        self._history()
        self.classifier.train()
        self.classifier.auto = False
        case = self._new()
        self.assertFalse(case.category_id)
        self.assertIn("classify_off", self._codes(case))

    def test_people_and_rules_come_first(self):
        self._history()
        self.classifier.train()
        case = self._new(category_id=self.rates.id)
        self.assertEqual(case.category_id, self.rates)
        self.assertEqual(case.category_source, "person")
        self.env["flywheel.routing.rule"].create(
            {"name": "R", "words": "stolen", "category_id": self.rates.id}
        )
        case = self._new()
        self.assertEqual((case.category_id, case.category_source), (self.rates, "rule"))
        self.assertIn("classify_kept", self._codes(case))

    def test_confirm_change_and_none_of_these(self):
        self._history()
        self.classifier.train()
        case = self._new(team_id=self.team.id).with_user(self.ann)
        shown = case.flywheel_classification()
        self.assertEqual(shown["proposals"][0]["category"], self.category.id)
        self.assertFalse(shown["confirmed"])
        case.flywheel_confirm_category(self.category.id)
        self.assertEqual(case.category_source, "confirmed")
        case.flywheel_confirm_category(self.rates.id)
        self.assertEqual(case.category_id, self.rates)
        case.flywheel_confirm_category(False)
        self.assertFalse(case.category_id)
        self.assertEqual(case.category_source, "confirmed")
        codes = self._codes(case)[-3:]
        self.assertEqual(
            codes, ["classify_confirmed", "classify_changed", "classify_outside"]
        )
        with self.assertRaises(UserError):
            case.flywheel_confirm_category(2**30)

    def test_who_sets_the_category(self):
        case = self._new(team_id=self.team.id)
        self.assertFalse(case.category_source)
        case.with_user(self.ann).category_id = self.category
        self.assertEqual(case.category_source, "person")
        case.with_user(self.ann).category_id = False
        self.assertFalse(case.category_source)
        case.with_context(flywheel_intake=True).category_id = self.rates
        self.assertEqual(case.category_source, "rule")
        self.assertFalse(case.copy().category_source == "confirmed")

    def test_learns_only_from_people(self):
        self._history()
        self.classifier.train()
        before = self.classifier.version_id.case_count
        case = self._new()
        case.stage_id = self.stage_done
        self.classifier.train()
        self.assertEqual(self.classifier.version_id.case_count, before)
        case.with_user(self.ann).flywheel_confirm_category(self.category.id)
        self.classifier.train()
        self.assertEqual(self.classifier.version_id.case_count, before + 1)

    def test_archived_category_is_not_proposed(self):
        self._history()
        self.classifier.train()
        self.category.active = False
        [found] = self.classifier.predict(["my card was stolen"])
        self.assertNotIn(self.category.id, [n["category"] for n in found["top"]])
        self.assertFalse(found["decided"])

    def test_damaged_weights_stop_nothing(self):
        self._history()
        self.classifier.train()
        self.classifier.weights = base64.b64encode(b"cos\nsystem\n(S'id'\ntR.")
        self.env.registry.__dict__.pop("_flywheel_classifiers", None)
        case = self._new()
        self.assertTrue(case.exists())
        self.assertFalse(case.category_id)
        self.assertIn("classify_broken", self._codes(case))
        self.assertIn("Train it again", case.flywheel_classification()["message"])
        self.classifier.train()
        self.assertEqual(self._new().category_id, self.category)

    def test_without_scikit_learn(self):
        error = ImportError("No module named 'sklearn'")
        with patch(TRAINING, side_effect=error):
            with self.assertRaisesRegex(UserError, "pip install scikit-learn"):
                self.classifier.train()

    def test_scheduled_action(self):
        self._history()
        cron = self.env.ref("inbound_flywheel_service.ir_cron_classifier")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            self.assertEqual(self.classifier.number, 1)
            cron.method_direct_trigger()
        self.assertEqual(self.classifier.number, 1, "nothing new to learn")

    def test_learns_tags(self):
        tags = self.env["helpdesk.ticket.tag"].create([{"name": "A"}, {"name": "B"}])
        for tag, texts in zip(tags, (CARDS, RATES), strict=True):
            self.env["helpdesk.ticket"].create(
                [
                    {
                        "name": text,
                        "description": text,
                        "tag_ids": tag.ids,
                        "stage_id": self.stage_done.id,
                    }
                    for text in texts
                ]
            )
        classifier = self.env["flywheel.classifier"].with_context(active_test=False)
        classifier = classifier.search(
            [("company_id", "=", self.company.id), ("target", "=", "tags")]
        )
        classifier.write({"active": True, "least_total": 10, "goal": 70})
        self.assertTrue(classifier.train()["version"])
        case = self._new()
        self.assertEqual(case.tag_ids, tags[0])
        self.assertEqual(case.tag_source, "classifier")

    def test_urgent_and_upset(self):
        case = self._new("URGENT: card", "This is unacceptable!")
        self.assertEqual(case.priority, "2")
        self.assertEqual(case.urgent_words, "urgent")
        self.assertTrue(case.upset)
        codes = self._codes(case, "classify")
        self.assertIn("classify_urgent", codes)
        self.assertIn("classify_upset", codes)
        chosen = self._new("URGENT: card", priority="0")
        self.assertEqual(chosen.priority, "0", "the customer chose it")

    def test_language_of_shared_characters(self):
        self.env["res.lang"]._activate_lang("zh_TW")
        self.customer.lang = "zh_TW"
        case = self._new("退款", partner_id=self.customer.id)
        self.assertEqual(case.text_lang, "zh_TW")
        self.assertEqual(self._new("我的卡還沒收到").text_lang, "zh_TW")

    def test_settings_are_checked(self):
        for values in ({"goal": 100}, {"goal": 10}, {"least_cases": 1}):
            with self.assertRaises(ValidationError):
                self.classifier.write(values)

    def test_one_query_for_many_cases(self):
        self._history()
        self.classifier.train()
        used = []
        for count in (2, 20):
            new = self.env["helpdesk.ticket"].with_context(flywheel_intake=True)
            cases = new.create(
                [{"name": "my card", "description": "stolen"} for _n in range(count)]
            )
            cases.write({"category_id": False, "category_source": False})
            self.env.flush_all()
            cases.read(["name", "description", "tag_ids"])
            before = self.env.cr.sql_log_count
            cases._flywheel_classify(self.classifier, {})
            used.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(used[1], used[0] + 2)

    def test_report(self):
        self._history()
        self.classifier.train()
        case = self._new(team_id=self.team.id)
        case.with_user(self.ann).flywheel_confirm_category(self.category.id)
        self.env.flush_all()
        [row] = (
            self.env["flywheel.classifier.week"]
            .with_user(self.mia)
            .search([("ticket_id", "=", case.id)])
        )
        self.assertEqual((row.agreement, row.judged), (100, 1))


@tagged("post_install", "-at_install")
class TestClassifierAccess(ServiceCommon):
    def test_only_managers_train_and_set(self):
        classifier = self.env["flywheel.classifier"].search([], limit=1)
        for act in (
            lambda: classifier.with_user(self.ann).train(),
            lambda: classifier.with_user(self.ann).write({"goal": 60}),
            lambda: classifier.with_user(self.mia).read(["weights"]),
        ):
            with self.assertRaises(AccessError):
                act()
        self.env["flywheel.classifier.week"].with_user(self.mia).search([])
        with self.assertRaises(AccessError):
            self.env["flywheel.classifier.week"].with_user(self.ann).search([])

    def test_a_case_of_others_is_not_explained(self):
        case = self._case(user_id=self.ann.id)
        with self.assertRaises(AccessError):
            case.with_user(self.bob).flywheel_classification()
        with self.assertRaises(AccessError):
            case.with_user(self.bob).flywheel_confirm_category(self.category.id)
