# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime

from freezegun import freeze_time
from markupsafe import Markup

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import OWN, ServiceCommon

# A Wednesday.
NOW = "2026-11-18 02:00:00"


@tagged("post_install", "-at_install")
class TestPromise(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.tz = "Asia/Taipei"
        cls.case = cls._case(partner_id=cls.customer.id, user_id=cls.ann.id)

    def _say(self, text, user=None, case=None):
        case = case or self.case
        return case.with_user(user or self.ann).message_post(
            body=Markup("<p>%s</p>") % text,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _promise(self, **values):
        return self.env["flywheel.promise"].create(
            {
                "name": "Call back",
                "ticket_id": self.case.id,
                "due": "2026-11-19 04:00:00",
                "user_id": self.ann.id,
                **values,
            }
        )

    @freeze_time(NOW)
    def test_a_promise_in_a_message_is_proposed_on_the_customers_clock(self):
        message = self._say("I will call you tomorrow morning.")
        promise = self.case.flywheel_promise_ids
        self.assertRecordValues(
            promise,
            [
                {
                    "state": "proposed",
                    "source": "message",
                    "message_id": message.id,
                    "user_id": self.ann.id,
                    # Noon in Taipei.
                    "due": datetime(2026, 11, 19, 4),
                    "profile_id": self.case.flywheel_profile_id.id,
                }
            ],
        )
        self.assertFalse(
            promise.activity_id, "Nothing is planned before it is confirmed"
        )

    @freeze_time(NOW)
    def test_notes_and_customers_promise_nothing(self):
        self.case.with_user(self.ann).message_post(body="I will call him tomorrow.")
        self.case.message_post(
            body="I will pay you tomorrow.",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=self.customer.id,
        )
        self.assertFalse(self.case.flywheel_promise_ids)

    @freeze_time(NOW)
    def test_a_failure_while_looking_keeps_the_message(self):
        def fail(records, vals_list):
            raise ValueError("broken")

        self.patch(type(self.env["flywheel.promise"]), "create", fail)
        with self.assertLogs("odoo.addons.inbound_flywheel_service", "WARNING"):
            message = self._say("I will call you tomorrow.")
        self.assertTrue(message.exists())
        self.assertFalse(self.case.waiting_since, "The clock stopped all the same")

    @freeze_time(NOW)
    def test_one_click_confirms_and_plans(self):
        self._say("We will refund you by Friday.")
        promise = self.case.flywheel_promise_ids.with_user(self.ann)
        promise.action_confirm()
        self.assertEqual(promise.state, "open")
        activity = promise.activity_id
        self.assertEqual(activity.user_id, self.ann)
        self.assertEqual(str(activity.date_deadline), "2026-11-20")
        self.assertIn("promise_made", self._codes(self.case, "promise"))

    @freeze_time(NOW)
    def test_one_click_dismisses(self):
        self._say("We will refund you by Friday.")
        self.case.flywheel_promise_ids.with_user(self.ann).action_dismiss()
        self.assertFalse(self.case.flywheel_promise_ids.exists())

    @freeze_time(NOW)
    def test_kept_in_time(self):
        promise = self._promise()
        promise.with_user(self.ann).action_keep()
        self.assertEqual(promise.state, "kept")
        self.assertFalse(promise.activity_id.active)

    @freeze_time(NOW)
    def test_who_finishes_the_activity_has_kept_the_promise(self):
        promise = self._promise()
        promise.activity_id.with_user(self.ann).action_feedback("Done")
        self.assertEqual(promise.state, "kept")

    def test_a_promise_breaks_and_is_made_good_late(self):
        with freeze_time(NOW):
            promise = self._promise()
        with freeze_time("2026-11-19 04:01:00"):
            with self.enter_registry_test_mode():
                self.env.ref(
                    "inbound_flywheel_service.ir_cron_promises"
                ).method_direct_trigger()
            promise.invalidate_recordset()
            self.assertEqual(promise.state, "broken")
            self.assertTrue(promise.is_late)
            promise.with_user(self.ann).action_keep()
            self.assertEqual(promise.state, "broken", "Kept late is not kept")
            self.assertFalse(promise.is_late)
        self.assertEqual(
            self._codes(self.case, "promise"),
            ["promise_made", "promise_broken", "promise_late"],
        )

    def test_the_salesperson_hears_without_what_he_may_not_read(self):
        seller = new_test_user(self.env, "s_seller", groups="base.group_user")
        self.customer.user_id = seller
        with freeze_time(NOW):
            promise = self._promise(name="Secret of the case")
        with freeze_time("2026-11-20 04:00:00"):
            promise._break()
        activity = self.customer.activity_ids
        self.assertEqual(activity.user_id, seller)
        self.assertNotIn("Secret", f"{activity.summary} {activity.note}")

    @freeze_time(NOW)
    def test_a_new_date_moves_the_activity(self):
        promise = self._promise()
        promise.with_user(self.ann).due = "2026-11-25 04:00:00"
        self.assertEqual(str(promise.activity_id.date_deadline), "2026-11-25")

    @freeze_time(NOW)
    def test_closing_warns_and_does_not_block(self):
        self._promise()
        with Form(self.case.with_user(self.ann)) as form:
            form.stage_id = self.stage_done
        self.assertTrue(self.case.closed)
        self.assertIn("promise_closed", self._codes(self.case, "promise"))
        warning = self.case.new(
            {"stage_id": self.stage_done.id}, origin=self.case
        )._onchange_stage_promises()
        self.assertIn("Call back", warning["warning"]["message"])

    @freeze_time(NOW)
    def test_promises_follow_people_who_are_merged(self):
        other = self.env["res.partner"].create({"name": "Carl at Home"})
        theirs = self._case(partner_id=other.id)
        promise = self._promise(ticket_id=theirs.id)
        person = self.case.flywheel_profile_id
        person._merge(theirs.flywheel_profile_id)
        self.assertEqual(promise.profile_id, person)
        self.assertEqual(promise.ticket_id, theirs)

    @freeze_time(NOW)
    def test_a_new_owner_of_the_case_keeps_the_promises(self):
        promise = self._promise()
        self.case.user_id = self.bob
        self.assertTrue(promise.exists())
        self.assertEqual(promise.user_id, self.ann, "She said it; he may change that")
        promise.with_user(self.bob).user_id = self.bob
        self.assertEqual(promise.activity_id.user_id, self.bob)

    def test_it_needs_somebody_it_was_made_to(self):
        with self.assertRaises(ValidationError):
            self._promise(ticket_id=False)
        self.assertTrue(
            self._promise(ticket_id=False, profile_id=self.case.flywheel_profile_id.id)
        )

    def test_what_was_promised_stays_on_record(self):
        promise = self._promise()
        with self.assertRaises(AccessError):
            promise.with_user(self.ann).unlink()
        with self.assertRaises(UserError):
            promise.with_user(self.mia).unlink()

    def test_as_visible_as_the_case(self):
        promise = self._promise()
        employee = new_test_user(self.env, "s_employee2", groups="base.group_user")
        own = new_test_user(self.env, "s_own", groups=OWN)
        for user in (employee, own, self.env.ref("base.public_user")):
            theirs = promise.with_user(user)
            with self.assertRaises(AccessError, msg=user.login):
                theirs.read(["name"])
        self.assertFalse(
            self.env["flywheel.promise"].with_user(own).search([]) & promise
        )
        with self.assertRaises(AccessError):
            promise.with_user(own).action_keep()
        with self.assertRaises(AccessError):
            self.env["flywheel.promise"].with_user(own).create(
                {"name": "x", "ticket_id": self.case.id, "due": NOW}
            )
        self.case.user_id = own
        self.assertEqual(promise.with_user(own).name, "Call back")
