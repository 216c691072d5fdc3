# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time

from .common import FlywheelCase


class TestScoreModel(FlywheelCase):
    def _history(self, email="wang@example.com", seed=1, count=60):
        rng = random.Random(seed)
        self.ingest_all(
            *(
                self.item(
                    rng.choice(("form", "page", "meeting", "order", "rating")),
                    date=self.ago(seconds=rng.randrange(40 * 86400)),
                    value=rng.randrange(5),
                    summary=rng.choice(("price", "news")),
                    email=email,
                )
                for _number in range(count)
            )
        )
        return self.person(email)

    def _rule(self, name):
        return self.score_model.rule_ids.filtered(lambda rule: rule.name == name)

    # ------------------------------------------------------------------
    # Rules change
    # ------------------------------------------------------------------
    def test_edits_award_anew(self):
        people = self._history() | self._history("chen@example.com", 2)
        page = self._rule("Page")
        for values in (
            {"points": 7.5},
            {"cap": 1},
            {"cap_period": "month"},
            {"cap": 0},
            {"per_value": True},
            {"active": False},
            {"active": True},
        ):
            page.write(values)
            self.assert_scored(*people)
        page.unlink()
        self.assert_scored(*people)
        self.assertFalse(
            [line for line in people[0].explain() if line["type"] == "page"]
        )

    def test_edits_of_a_form_in_one_pass(self):
        """Many rules saved together award the history anew once, not once each."""
        person = self._history()
        pages, forms = self._rule("Page"), self._rule("Form")
        changes = [
            Command.update(pages.id, {"points": 3.0}),
            Command.update(forms.id, {"points": 9.0}),
        ]
        passes = []
        reaward = type(self.score_model)._reaward
        with patch.object(
            type(self.score_model),
            "_reaward",
            lambda model: passes.append(reaward(model)),
        ):
            self.score_model.write({"rule_ids": changes})
        self.assert_scored(person)
        self.assertEqual(len(passes), 1)

    def test_live_equals_anew(self):
        """Awarding as things happen and awarding the whole history agree."""
        person = self._history()
        live = {
            (line["rule"], line["date"], line["points"]) for line in person.explain()
        }
        momentum = person.momentum
        self.env["flywheel.score.model"]._reaward()
        anew = {
            (line["rule"], line["date"], line["points"]) for line in person.explain()
        }
        self.assertEqual(anew, live)
        self.assertAlmostEqual(person.momentum / momentum, 1, 9)

    def test_rule_with_a_condition(self):
        self._rule("Page").domain = "[('summary', '=', 'price')]"
        person = self._history()
        lines = [line for line in person.explain() if line["type"] == "page"]
        self.assertTrue(lines)
        self.assertEqual({line["summary"] for line in lines}, {"price"})
        live = person.momentum
        self.env["flywheel.score.model"]._reaward()
        self.assertAlmostEqual(person.momentum / live, 1, 9)

    def test_condition_on_another_record(self):
        """A condition may look through the campaign, the type or the person."""
        self.ingest_all(
            self.item("page", utm_campaign="Flywheel spring"), self.item("page")
        )
        for domain, count in (
            ("[('campaign_id.name', '=', 'Flywheel spring')]", 1),
            ("[('type_id.code', '=', 'page')]", 2),
            ("[('channel_id.name', '!=', False)]", 2),
            ("[('profile_id.name', '=', 'Nobody')]", 0),
        ):
            self._rule("Page").domain = domain
            lines = [x for x in self.person().explain() if x["type"] == "page"]
            self.assertEqual(len(lines), count, domain)
            self.ingest_all(
                self.item("page", email="live@example.com", utm_campaign="Other"),
            )

    def test_bad_conditions(self):
        for domain in (
            "nonsense",
            "[('no_such_field', '=', 1)]",
            "[('summary', '=')]",
            "[('summary', 'resembles', 'x')]",
            "__import__('os').system('true')",
            "[('date', '>=', 'whenever')]",
            "[('points', '>', 3)]",
            "[('value', '>', 'many')]",
            "[('profile_id.persona_id.nothing', '=', 3)]",
            "7",
        ):
            with self.assertRaises(ValidationError, msg=domain), self.quiet():
                self._rule("Page").domain = domain
                self.ingest_all(self.item("page"))
        self.ingest_all(self.item("page"))

    # ------------------------------------------------------------------
    # Models
    # ------------------------------------------------------------------
    def test_activate_another_and_back(self):
        person = self._history()
        before = person.momentum
        lines = len(person.explain())
        old = self.score_model.with_user(self.max)
        new = self._activate_model(10.0, rules=("Meeting", "Page"))
        self.assertEqual(old.state, "archived")
        self.assertEqual({x["rule"] for x in person.explain()}, {"Meeting", "Page"})
        self.assert_scored(person)
        old.action_activate()
        self.assertEqual(new.state, "archived")
        self.assertEqual(len(person.explain()), lines)
        self.assertAlmostEqual(person.momentum / before, 1, 9)

    def test_copy_is_a_draft_of_the_next_version(self):
        copied = self.score_model.with_user(self.max).copy()
        self.assertEqual(copied.state, "draft")
        self.assertGreater(copied.version, self.score_model.version)
        self.assertEqual(len(copied.rule_ids), len(self.score_model.rule_ids))
        self.assertEqual(copied.rule_ids.type_ids, self.score_model.rule_ids.type_ids)

    def test_the_active_model_stays(self):
        with self.assertRaises(UserError):
            self.score_model.with_user(self.max).unlink()

    def test_drafts_award_nothing(self):
        draft = self.score_model.with_user(self.max).copy()
        person = self._history()
        before = person.momentum
        draft.rule_ids.write({"points": 1000})
        self.assertEqual(person.momentum, before)
        draft.unlink()
        self.assertEqual(person.momentum, before)

    def test_half_life(self):
        person = self._history()
        for days in (7, 1, 365, 0, 30):
            self.score_model.half_life_days = days
            self.assert_scored(person)

    def test_no_decay(self):
        self.score_model.half_life_days = 0
        self.ingest_all(self.item("meeting", date=self.ago(days=900)))
        with freeze_time("2036-01-01"):
            self.assertEqual(self.person().engagement_score, 25)
            found = self.env["flywheel.profile"].search(
                [("engagement_score", ">=", 25), ("id", "=", self.person().id)]
            )
            self.assertEqual(found, self.person())
        self.assert_scored(self.person())

    def test_thresholds(self):
        self.ingest_all(self.item("meeting", date=self.ago(seconds=0)))
        person = self.person()
        self.assertEqual(person.score_band, "warm")
        model = self.score_model
        model.write({"hot_threshold": 24, "warm_threshold": 6})
        self.assertEqual(person.score_band, "hot")
        model.write({"hot_threshold": 90, "warm_threshold": 26})
        self.assertEqual(person.score_band, "cold")

    # ------------------------------------------------------------------
    # Landmark
    # ------------------------------------------------------------------
    def test_shift_of_the_landmark(self):
        """Years later the landmark moves, and no score does."""
        self.score_model.half_life_days = 1
        person = self._history()
        with freeze_time("2027-08-01 12:00:00"):
            self.ingest_all(
                self.item("meeting"),
                self.item("order", date=self.ago(days=2)),
                self.item("form", date=self.ago(days=405)),
            )
            before = person.engagement_score
            lines = [round(line["now"], 9) for line in person.explain()]
            landmark = self.score_model.landmark
            self.env["flywheel.score.model"]._cron_keep_exact()
            self.assertGreater(self.score_model.landmark, landmark)
            self.assertAlmostEqual(person.engagement_score / before, 1, 12)
            self.assertEqual([round(x["now"], 9) for x in person.explain()], lines)
            self.assert_scored(person)
            moved = self.score_model.landmark
            self.env["flywheel.score.model"]._cron_keep_exact()
            self.assertEqual(self.score_model.landmark, moved)
            self.ingest_all(self.item("page"))
            self.assert_scored(person)
            live = person.momentum
            self.env["flywheel.score.model"]._reaward()
            self.assertAlmostEqual(person.momentum / live, 1, 9)

    def test_landmark_stays_while_it_may(self):
        landmark = self.score_model.landmark
        with freeze_time(fields.Datetime.now() + timedelta(days=3650)):
            self.env["flywheel.score.model"]._cron_keep_exact()
        self.assertEqual(self.score_model.landmark, landmark)

    # ------------------------------------------------------------------
    # Objection
    # ------------------------------------------------------------------
    def test_objection_to_profiling(self):
        person = self._history()
        before = person.momentum
        partner = self.env["res.partner"].create({"name": "Wang"})
        person._set_partner(partner)
        seen = person.with_user(self.sam)
        seen.no_profiling = True
        self.assertEqual(person.explain(), [])
        self.assertEqual(person.engagement_score, 0)
        self.assertTrue(partner.with_user(self.sam).flywheel_not_scored)
        self.ingest_all(self.item("meeting"))
        self.assertEqual(person.momentum, 0)
        self.env["flywheel.score.model"]._reaward()
        self.assertEqual(person.momentum, 0)
        self.assertEqual(person.last_in_date, max(self.lines(person).mapped("date")))
        seen.no_profiling = False
        self.assertGreater(person.momentum, before)
        self.assert_scored(person)
