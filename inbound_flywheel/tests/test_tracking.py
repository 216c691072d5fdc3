# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import Form, freeze_time

from .common import NOW, FlywheelCase


@freeze_time(NOW)
class TestTracking(FlywheelCase):
    """Whose opens, clicks and visits may be noted, and what a withdrawal does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Companies of other tests and demos have settings of their own.
        cls.env["res.company"].search([]).flywheel_tracking = "objection"
        cls.own = cls.make("own@example.com", cls.company)
        cls.theirs = cls.make("theirs@example.com", cls.branch)
        cls.shared = cls.make("shared@example.com", cls.env["res.company"])
        cls.people = cls.own | cls.theirs | cls.shared

    @classmethod
    def make(cls, email, company):
        partner = cls.env["res.partner"].create(
            {"name": email, "email": email, "company_id": company.id}
        )
        return cls.env["flywheel.profile"].browse(
            partner._get_profile_ids()[partner.id]
        )

    def say(self, person, kind, purpose="tracking", **values):
        self.env["flywheel.consent"].create(
            {
                "profile_id": person.id,
                "purpose": purpose,
                "kind": kind,
                "method": "spoken",
                **values,
            }
        )

    def tracked(self):
        return self.people._filter_tracked()

    def test_everybody_unless_they_object(self):
        self.assertEqual(self.tracked(), self.people)
        self.say(self.own, "withdrawn")
        self.assertEqual(self.tracked(), self.theirs | self.shared)
        self.say(self.own, "given")
        self.assertEqual(self.tracked(), self.people)

    def test_only_who_agreed(self):
        self.company.flywheel_tracking = "consent"
        self.assertEqual(self.tracked(), self.theirs, "shared people: the strictest")
        self.say(self.own, "given")
        self.say(self.shared, "given")
        self.assertEqual(self.tracked(), self.people)
        self.say(self.shared, "withdrawn")
        self.assertEqual(self.tracked(), self.own | self.theirs)

    def test_nobody(self):
        self.branch.flywheel_tracking = "nobody"
        for person in self.people:
            self.say(person, "given")
        self.assertEqual(self.tracked(), self.own)

    def test_other_purposes_say_nothing_of_tracking(self):
        self.say(self.own, "withdrawn", purpose="contact")
        self.assertIn(self.own, self.tracked())

    def test_earlier_line_logged_later_does_not_win(self):
        self.say(self.own, "withdrawn")
        self.say(self.own, "given", date=self.ago(days=3))
        self.assertNotIn(self.own, self.tracked())

    def test_archived_company_decides_nothing(self):
        self.branch.flywheel_tracking = "nobody"
        self.bea.active = False
        self.branch.active = False
        self.assertIn(self.shared, self.tracked())

    def test_merge_keeps_a_withdrawal(self):
        self.say(self.theirs, "withdrawn")
        self.shared._merge(self.theirs)
        self.assertNotIn(self.shared, self.shared._filter_tracked())

    def test_empty(self):
        nobody = self.env["flywheel.profile"]
        with self.assertQueryCount(0):
            self.assertEqual(nobody._filter_tracked(), nobody)

    # ------------------------------------------------------------------
    # The panel
    # ------------------------------------------------------------------
    def test_panel_and_dialogue(self):
        status = self.own.with_user(self.mara).get_consent_status()
        purposes = {line["purpose"]: line for line in status["purposes"]}
        self.assertEqual(purposes["tracking"]["kind"], "none")
        wizard = Form(
            self.env["flywheel.consent.log"]
            .with_user(self.mara)
            .with_context(
                default_profile_id=self.own.id,
                default_purpose="tracking",
                default_kind="withdrawn",
            )
        )
        self.assertIn("not noted any more", wizard.consequence)
        wizard.method = "email"
        wizard.save().action_log()
        self.assertNotIn(self.own, self.tracked())
        self.assertIn("Tracking", self.own.consent_notice)

    def test_withdrawal_drops_what_was_noted(self):
        mail = {"email": "own@example.com"}
        self.ingest_all(
            self.item("form", **mail, date=self.ago(days=2)),
            self.item("page", **mail),
            self.item("email_open", **mail),
            self.item("email_click", **mail),
        )
        before = self.own.momentum
        wizard = (
            self.env["flywheel.consent.log"]
            .with_user(self.mara)
            .create(
                {
                    "profile_id": self.own.id,
                    "purpose": "tracking",
                    "kind": "withdrawn",
                    "method": "email",
                    "drop_tracking": True,
                }
            )
        )
        wizard.action_log()
        self.env.invalidate_all()
        self.assertEqual(self.lines(self.own).type_id.code, "form")
        self.assertLess(self.own.momentum, before)
        self.assert_scored(self.own)
        self.assertEqual(str(self.own.last_in_date), self.ago(days=2))
        log = self.env["flywheel.privacy.log"].search([("kind", "=", "tracking")])
        self.assertEqual(log.counts, [["flywheel.touchpoint", "deleted", 3]])
        self.assertEqual(log.state, "done")
        self.assertEqual(log.user_id, self.mara)

    def test_drop_to_nothing(self):
        self.ingest_all(self.item("page", email="own@example.com"))
        self.own.with_user(self.mara)._drop_tracking()
        self.env.invalidate_all()
        self.assertFalse(self.own.touchpoint_ids or self.own.momentum)
        self.assertFalse(self.own.last_date)

    def test_withdrawal_alone_keeps_the_past(self):
        self.ingest_all(self.item("page", email="own@example.com"))
        self.say(self.own, "withdrawn")
        self.assertEqual(len(self.lines(self.own, "page")), 1)

    def test_setting(self):
        settings = Form(self.env["res.config.settings"])
        settings.flywheel_tracking = "consent"
        settings.flywheel_erasure_approval = True
        settings.save().execute()
        self.assertEqual(self.company.flywheel_tracking, "consent")
        self.assertTrue(self.company.flywheel_erasure_approval)
