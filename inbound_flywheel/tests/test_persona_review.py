# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time

from .common_persona import PersonaCase


@freeze_time("2026-06-15 12:00:00")
class TestPersonaReview(PersonaCase):
    def setUp(self):
        super().setUp()
        self.persona = self.make_persona()
        self.persona.action_approve()

    def _activities(self, persona=None):
        kind = self.env.ref("inbound_flywheel.activity_type_persona_review")
        return (persona or self.persona).activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )

    def _cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("inbound_flywheel.cron_persona_review").method_direct_trigger()
        self.persona.invalidate_recordset()

    def test_date(self):
        self.assertEqual(self.persona.review_date, date(2026, 12, 15))
        self.company.flywheel_review_months = 2
        other = self.make_persona()
        other.action_approve()
        self.assertEqual(other.review_date, date(2026, 8, 15))
        third = self.make_persona(review_months=1)
        third.action_approve()
        self.assertEqual(third.review_date, date(2026, 7, 15))

    def test_cron_reminds_once(self):
        self._cron()
        self.assertFalse(self.persona.in_review)
        self.assertFalse(self._activities())
        with freeze_time("2026-12-16 06:00:00"):
            overdue = [
                ("state", "=", "approved"),
                ("review_date", "<", "today"),
                ("id", "=", self.persona.id),
            ]
            self.assertTrue(self.env["flywheel.persona"].search(overdue))
            for _day in range(3):
                self._cron()
        self.assertTrue(self.persona.in_review)
        self.assertEqual(len(self._activities()), 1)
        self.assertEqual(self._activities().user_id, self.mara)
        self.assertEqual(len(self.persona.review_ids), 1)

    def test_drafts_and_archived_are_left_alone(self):
        self.persona._revise("In work")
        archived = self.make_persona()
        archived.action_approve()
        archived.active = False
        with freeze_time("2027-12-16 06:00:00"):
            self._cron()
        self.assertFalse((self.persona | archived).review_ids.filtered("trigger_ids"))
        self.assertFalse(archived.in_review)

    def test_owner_who_left(self):
        self.persona.owner_id = self.ian
        self.persona._schedule_review("No access")
        self.assertEqual(self._activities().user_id, self.mara)
        other = self.make_persona()
        other.with_user(self.max).action_approve()
        other.owner_id = False
        self.mara.active = False
        other._schedule_review("Nobody")
        self.assertEqual(self._activities(other).user_id, self.max)
        self.max.active = False
        third = self.make_persona()
        third._schedule_review("Nobody")
        self.assertTrue(third.in_review)
        self.assertFalse(self._activities(third))

    def test_reasons_join(self):
        for reason in ("Drift 0.3", "Rival", "Drift 0.3"):
            self.persona._schedule_review(reason)
        self.assertEqual(self.persona.review_reason, "Drift 0.3\nRival")
        self.assertEqual(len(self._activities()), 1)

    def _log(self, user=None, **values):
        return (
            self.env["flywheel.persona.trigger"]
            .with_user(user or self.sam)
            .create({"kind": "competitor", "description": "A rival opens", **values})
        )

    def test_trigger_of_some(self):
        other = self.make_persona()
        trigger = self._log(persona_ids=[(6, 0, self.persona.ids)])
        self.assertTrue(self.persona.in_review)
        self.assertFalse(other.in_review)
        self.assertEqual(self.persona.review_reason, "New Competitor: A rival opens")
        self.assertEqual(trigger.user_id, self.sam)
        self.assertEqual(trigger.review_ids, self.persona.review_ids)
        self.assertEqual(len(self._activities()), 1)

    def test_trigger_of_all(self):
        other = self.make_persona()
        other.action_approve()
        self._log(user=self.sid)
        self.assertTrue(self.persona.in_review and other.in_review)

    def test_trigger_of_another_company(self):
        own = self.make_persona(company_id=self.company.id)
        self._log(user=self.bea)
        self.assertFalse(own.in_review)
        with self.assertRaises(AccessError):
            self._log(user=self.bea, persona_ids=[(6, 0, own.ids)])
            own.invalidate_recordset()
            self.assertFalse(own.in_review)
            own.with_user(self.bea).read(["name"])
        self.assertFalse(own.in_review)
        with self.assertRaises(AccessError):
            self._log(user=self.rita)

    def test_nothing_changes(self):
        self._log()
        feedback = (
            self.env["flywheel.persona.feedback"]
            .with_user(self.rita)
            .create({"persona_id": self.persona.id, "body": "They ask for video"})
        )
        with freeze_time("2026-07-01 12:00:00"):
            wizard = Form.from_action(
                self.env(user=self.mara), self.persona.action_reviewed()
            )
            wizard.reason = "The rival sells to others"
            wizard.save().action_confirm()
        review = self.persona.review_ids
        self.assertRecordValues(
            review,
            [
                {
                    "state": "closed",
                    "outcome": "unchanged",
                    "note": "The rival sells to others",
                    "closed_uid": self.mara.id,
                    "version": 1,
                }
            ],
        )
        self.assertEqual(review.feedback_ids, feedback)
        self.assertFalse(self.persona.open_feedback_ids)
        self.assertFalse(self.persona.in_review)
        self.assertFalse(self._activities())
        self.assertEqual(self.persona.review_date, date(2027, 1, 1))
        self.assertRecordValues(self.persona, [{"state": "approved", "version": 1}])

    def test_review_by_choice(self):
        self.persona._mark_reviewed("All well")
        self.assertEqual(self.persona.review_ids.outcome, "unchanged")
        self.persona._revise("Something new")
        with self.assertRaises(UserError):
            self.persona._mark_reviewed("All well")

    def test_revised(self):
        self._log()
        self.persona._revise("The rival is cheaper")
        self.assertEqual(self.persona.review_ids.outcome, "revised")
        self.assertFalse(self.persona.in_review)
        self.assertFalse(self.persona.review_date)
        self.assertFalse(self._activities())

    def test_asked_for_while_a_draft(self):
        draft = self.make_persona()
        self._log(persona_ids=[(6, 0, draft.ids)])
        self.assertTrue(draft.in_review)
        draft.action_approve()
        self.assertFalse(draft.in_review)

    def test_who_may_close(self):
        self._log()
        for user in (self.rita, self.sid, self.sam):
            persona = self.persona.with_user(user)
            with self.assertRaises(AccessError):
                persona._mark_reviewed("Mine")
            with self.assertRaises(AccessError):
                persona._revise("Mine")
            with self.assertRaises(AccessError):
                self.env["flywheel.persona.revise"].with_user(user).create(
                    {"persona_id": persona.id, "reason": "Mine"}
                )
            with self.assertRaises(AccessError):
                persona.review_ids.write({"state": "closed"})

    # ------------------------------------------------------------------
    # Feedback
    # ------------------------------------------------------------------
    def test_feedback_of_all_teams(self):
        for user, department in (
            (self.rita, "other"),
            (self.sid, "service"),
            (self.sam, "sales"),
            (self.mara, "marketing"),
        ):
            feedback = (
                self.env["flywheel.persona.feedback"]
                .with_user(user)
                .create(
                    {
                        "persona_id": self.persona.id,
                        "body": "<b>They</b> ask for video",
                        "user_id": self.max.id,
                    }
                )
            )
            self.assertEqual(feedback.user_id, user)
            self.assertEqual(feedback.department, department)
            with self.assertRaises(AccessError):
                feedback.body = "Something else"
        self.assertEqual(len(self.persona.open_feedback_ids), 4)
        message = self.persona.message_ids[:1]
        self.assertEqual(message.author_id, self.mara.partner_id)
        self.assertIn("&lt;b&gt;They", message.body)

    def test_feedback_of_another_company(self):
        own = self.make_persona(company_id=self.company.id)
        with self.assertRaises(AccessError):
            self.env["flywheel.persona.feedback"].with_user(self.bea).create(
                {"persona_id": own.id, "body": "From outside"}
            )

    def test_count_as_contribution(self):
        Feedback = self.env["flywheel.persona.feedback"]
        values = {"persona_id": self.persona.id, "body": "Half of them pay late"}
        feedback = Feedback.with_user(self.rita).create(
            {**values, "department": "finance"}
        )
        for _time in range(2):
            feedback.with_user(self.mara).action_count_as_contribution()
        self.assertIn("Finance ✔", self.persona.departments)
        self.assertEqual(len(self.persona.contributor_ids), 4)
        with self.assertRaises(AccessError):
            feedback.with_user(self.sam).action_count_as_contribution()
            self.persona.contributor_ids.filtered(
                lambda c: c.user_id == self.rita
            ).with_user(self.sam).unlink()
        customer = Feedback.create({**values, "department": "customer"})
        with self.assertRaises(UserError):
            customer.action_count_as_contribution()

    def test_feedback_knows_its_version(self):
        """What was built on a version is flagged once the persona has moved on."""
        Feedback = self.env["flywheel.persona.feedback"]
        values = {"persona_id": self.persona.id, "body": "They ask for video"}
        feedback = Feedback.with_user(self.sam).create(values)
        flagged = [("persona_changed", "=", True), ("id", "=", feedback.id)]
        self.assertEqual(feedback.persona_version, 1)
        self.assertFalse(feedback.persona_changed)
        self.assertFalse(Feedback.search(flagged))
        self.persona._revise("Video")
        self.assertTrue(feedback.persona_changed)
        self.assertEqual(Feedback.search(flagged), feedback)
        self.assertFalse(Feedback.search([("persona_changed", "=", False), *flagged]))
        action = feedback.action_compare_persona()
        self.assertEqual(
            action["context"]["default_before_id"], self.persona.version_ids.id
        )
        feedback.sudo().action_follow_persona()
        self.assertFalse(feedback.persona_changed)
