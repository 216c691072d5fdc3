# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import json

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from ..engine import versions
from .common import FlywheelCase


class TestScoreVersion(FlywheelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.score_model.write(
            {
                "fit_rule_ids": [
                    Command.create(
                        {
                            "name": "In Taipei",
                            "model": "res.partner",
                            "domain": "[('city', '=', 'Taipei')]",
                            "points": 12.5,
                        }
                    )
                ],
            }
        )
        rule = cls.score_model.rule_ids.filtered(lambda r: r.name == "Page")
        rule.write({"window_days": 90, "date_start": "2026-01-01"})

    def _draft(self):
        action = self.score_model.with_user(self.max).action_new_version()
        return (
            self.env[action["res_model"]].with_user(self.max).browse(action["res_id"])
        )

    # ------------------------------------------------------------------
    # Versions
    # ------------------------------------------------------------------
    def test_a_version_in_force_stays_as_it_is(self):
        model = self.score_model.with_user(self.max)
        rule, fit = model.rule_ids[0], model.fit_rule_ids[0]
        for change in (
            lambda: model.write({"hot_threshold": 70}),
            lambda: model.write({"rule_ids": [Command.delete(rule.id)]}),
            lambda: rule.write({"points": 3}),
            lambda: rule.unlink(),
            lambda: fit.write({"points": 3}),
            lambda: fit.copy({"key": "other"}),
            lambda: rule.copy({"key": "other"}),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                change()
        model.name = "A better name"
        self._draft().action_activate()
        with self.assertRaises(UserError):
            model.half_life_days = 5

    def test_new_version_activate_roll_back(self):
        self.ingest_all(self.item("meeting"), self.item("page"))
        person = self.person()
        before = person.momentum
        draft = self._draft()
        self.assertEqual(draft.parent_id, self.score_model)
        draft.rule_ids.filtered(lambda r: r.name == "Meeting").points = 50
        self.assertEqual(person.momentum, before)
        self.assertEqual(draft.action_activate()["people"], 1)
        self.assertEqual(draft.activated_uid, self.max)
        self.assertTrue(draft.activated_date)
        self.assert_scored(person)
        self.assertGreater(person.momentum, before)
        self.assertIn("1 people", draft.message_ids[0].body)
        draft.action_roll_back()
        self.assertEqual(self.score_model.state, "active")
        self.assertEqual(draft.state, "archived")
        self.assertAlmostEqual(person.momentum / before, 1, 9)
        self.assert_scored(person)

    def test_nothing_to_roll_back_to(self):
        self.score_model.previous_id = False
        with self.assertRaises(UserError):
            self.score_model.with_user(self.max).action_roll_back()
        with self.assertRaises(UserError):
            self.score_model.with_user(self.max).action_activate()

    def test_only_managers(self):
        draft = self._draft()
        for user in (self.sam, self.mara, self.rita):
            with self.assertRaises(AccessError):
                draft.with_user(user).action_activate()
            with self.assertRaises(AccessError):
                draft.with_user(user).import_json(versions.dump(draft._export()))
        self.assertEqual(self.score_model.state, "active")

    # ------------------------------------------------------------------
    # Compare
    # ------------------------------------------------------------------
    def test_what_a_version_changes(self):
        draft = self._draft()
        self.assertEqual(
            versions.compare(self.score_model._export(), draft._export()), []
        )
        page = draft.rule_ids.filtered(lambda r: r.name == "Page")
        page.write({"points": 7, "cap": 2})
        draft.rule_ids.filtered(lambda r: r.name == "Order").unlink()
        draft.write({"hot_threshold": 80, "fit_rule_ids": [Command.clear()]})
        changes = versions.compare(self.score_model._export(), draft._export())
        self.assertEqual(
            {(c.part, c.name, c.field) for c in changes},
            {
                ("settings", "", "hot_threshold"),
                ("score_rules", "Page", "points"),
                ("score_rules", "Page", "cap"),
                ("score_rules", "Order", ""),
                ("fit_rules", "In Taipei", ""),
            },
        )

    def test_side_by_side(self):
        draft = self._draft()
        draft.rule_ids.filtered(lambda r: r.name == "Page").points = 7
        draft.rule_ids.filtered(lambda r: r.name == "Form").name = "<b>Form</b>"
        action = draft.action_compare()
        form = Form(
            self.env["flywheel.score.compare"]
            .with_user(self.max)
            .with_context(**action["context"])
        )
        self.assertIn("Scoring rule: Page", form.changes)
        self.assertIn("&lt;b&gt;Form", form.changes)
        self.assertNotIn("<b>", form.changes)
        form.after_id = self.score_model
        self.assertNotIn("Page", form.changes)

    # ------------------------------------------------------------------
    # Files
    # ------------------------------------------------------------------
    def test_round_trip(self):
        model = self.score_model.with_user(self.max)
        text = base64.b64decode(model.export_file).decode()
        draft = model.import_json(text)
        self.assertEqual(draft.state, "draft")
        self.assertEqual(base64.b64decode(draft.export_file).decode(), text)
        self.assertEqual(draft.rule_ids.type_ids, model.rule_ids.type_ids)

    def test_wizard(self):
        wizard = (
            self.env["flywheel.score.import"]
            .with_user(self.max)
            .create({"file": self.score_model.export_file})
        )
        action = wizard.action_import()
        draft = self.env["flywheel.score.model"].browse(action["res_id"])
        self.assertEqual(len(draft.rule_ids), len(self.score_model.rule_ids))

    def test_bad_files(self):
        Model = self.env["flywheel.score.model"].with_user(self.max)
        good = json.loads(versions.dump(self.score_model._export()))
        rule = good["score_rules"][0]
        bad = {
            "": "",
            "no json": "{",
            "not utf-8": b"\xff\xfe",
            "a list": "[]",
            "another format": json.dumps({**good, "format": "x"}),
            "a later format": json.dumps({**good, "format_version": 99}),
            "rules of another kind": json.dumps({**good, "score_rules": [1]}),
            "no rules": json.dumps({**good, "fit_rules": None}),
            "unknown type": json.dumps(
                {**good, "score_rules": [{**rule, "types": ["nonsense"]}]}
            ),
            "no points": json.dumps(
                {
                    **good,
                    "score_rules": [{k: v for k, v in rule.items() if k != "points"}],
                }
            ),
            "bad condition": json.dumps(
                {**good, "score_rules": [{**rule, "domain": "[('nothing', '=', 1)]"}]}
            ),
        }
        count = Model.search_count([])
        for case, text in bad.items():
            with self.subTest(case), self.assertRaises(UserError), self.quiet():
                with self.cr.savepoint():
                    Model.import_json(text)
        self.assertEqual(Model.search_count([]), count)
