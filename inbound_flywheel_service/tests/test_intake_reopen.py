# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import OWN, GatewayCommon


@tagged("post_install", "-at_install", "mail_gateway")
class TestReopen(GatewayCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(
            cls.env, "s_portal", groups="base.group_portal", email="po@x.example"
        )

    def setUp(self):
        super().setUp()
        self.case = self._receive(self._mail())
        self.case.user_id = self.ann
        self.answer = self._answer("Your new card is on its way.")
        self.case.stage_id = self.stage_done

    def _answer(self, body, user=None, **values):
        with self.mock_mail_gateway():
            return self.case.with_user(user or self.ann).message_post(
                body=body,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=self.customer.ids,
                **values,
            )

    def _reply(self, body="It still does not work", **headers):
        headers = {"In-Reply-To": self.answer.message_id, **headers}
        return self._receive(self._mail(headers, body=body))

    def _chat(self, body, user=None):
        """A customer writes in the portal."""
        user = user or self.portal
        return (
            self.case.with_user(user)
            .sudo()
            .message_post(
                body=body,
                author_id=user.partner_id.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        )

    def _age(self, days):
        self.case.closed_date = fields.Datetime.now() - timedelta(days=days)

    def test_an_answer_reopens(self):
        self.assertTrue(self.case.closed_date)
        self.assertEqual(self._reply(), self.case)
        self.assertRecordValues(
            self.case,
            [
                {
                    "closed": False,
                    "stage_id": self.stage_new.id,
                    "reopen_count": 1,
                    "closed_date": False,
                    "user_id": self.ann.id,
                }
            ],
        )
        self.assertTrue(self.case.waiting_since)
        self.assertIn("reopened", self._codes(self.case))

    def test_thanks_do_not(self):
        for body in (
            "<p>Thank you very much!</p>",
            "謝謝您的幫忙！",
            "谢谢，问题解决了",
        ):
            self.assertEqual(self._reply(body), self.case)
            self.assertTrue(self.case.closed)
            self.assertFalse(self.case.waiting_since)
        self.assertEqual(self._codes(self.case).count("thanks"), 3)
        self.assertEqual(self.case.reopen_count, 0)

    def test_thanks_with_a_file_do(self):
        source = f"""From: carl@customer.example
To: {self.address}
Subject: Re: my card
Message-Id: <file-{self.id()}@customer.example>
In-Reply-To: {self.answer.message_id}
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain

Thanks!
--b
Content-Type: text/plain; name="letter.txt"
Content-Disposition: attachment; filename="letter.txt"

And now this.
--b--
""".encode()
        self._receive(source)
        self.assertFalse(self.case.closed)

    def test_machines_do_not(self):
        for headers in (
            {"Auto-Submitted": "auto-replied"},
            {"Subject": "Automatic reply: Out of office"},
            {"X-Autoreply": "yes"},
        ):
            self.assertEqual(self._reply(**headers), self.case)
            self.assertTrue(self.case.closed)
            self.assertFalse(self.case.waiting_since)

    def test_thanks_on_an_open_case_start_no_clock(self):
        self.case.stage_id = self.stage_new
        # Who opens a case again by hand starts the clock.
        self.case.waiting_since = False
        self._reply("Thanks a lot!")
        self.assertFalse(self.case.waiting_since)
        self._reply("Thanks, but when?")
        self.assertTrue(self.case.waiting_since)

    def test_thanks_that_answer_a_question_count(self):
        self.case.stage_id = self.stage_new
        self.answer = self._answer("Shall we send you a new card?")
        self._reply("OK, thanks")
        self.assertTrue(self.case.waiting_since)

    def test_late_answer_opens_a_new_case(self):
        self._age(31)
        case = self._reply()
        self.assertNotEqual(case, self.case)
        self.assertRecordValues(
            case,
            [
                {
                    "follow_up_of_id": self.case.id,
                    "team_id": self.team.id,
                    "partner_id": self.customer.id,
                    "closed": False,
                }
            ],
        )
        self.assertTrue(self.case.closed)
        self.assertIn("follow_up", self._codes(case))
        self.assertIn("followed", self._codes(self.case))

    def test_what_fails_does_not_take_the_message_with_it(self):
        tickets = type(self.env["helpdesk.ticket"])

        def fail(self):
            raise ValueError("no stage")

        self.patch(tickets, "_flywheel_reopen", fail)
        with self.assertLogs("odoo.addons.inbound_flywheel_service", "WARNING"):
            self.assertEqual(self._reply("It still fails"), self.case)
        message = self.case.message_ids.filtered(lambda m: "still fails" in m.body)
        self.assertTrue(message)
        line = self.case.flywheel_trace_ids.filtered("failed")
        self.assertIn("no stage", line.message)

    def test_the_old_case_is_opened_by_those_who_may_see_it(self):
        self._age(31)
        case = self._reply()
        old = case.with_user(self.ann).action_flywheel_open_followed()
        self.assertEqual(old["res_id"], self.case.id)
        bob = case.with_user(self.bob)
        case.user_id = self.bob
        self.assertEqual(bob.follow_up_of_number, self.case.number)
        with self.assertRaises(AccessError):
            bob.action_flywheel_open_followed()
        with self.assertRaises(AccessError):
            bob.read(["follow_up_of_id"])

    def test_the_title_of_a_follow_up(self):
        self._age(31)
        case = self._reply(Subject=f"Re: [{self.case.number}]")
        self.assertEqual(case.name, self.case.name)
        self.assertEqual(self._reply(Subject="Re: Again").name, "Re: Again")

    def test_late_thanks_and_late_machines_open_nothing(self):
        self._age(400)
        self.assertEqual(self._reply("Thank you!"), self.case)
        self.assertEqual(self._reply(**{"X-Autoreply": "yes"}), self.case)
        self.assertTrue(self.case.closed)

    def test_the_companys_own_limit(self):
        self.company.flywheel_reopen_days = 3
        self._age(2)
        self.assertEqual(self._reply(), self.case)
        self.case.stage_id = self.stage_done
        self._age(4)
        self.assertNotEqual(self._reply(), self.case)

    def test_late_answer_by_the_number(self):
        self._age(31)
        subject = f"Re: [{self.case.number}]"
        case = self._receive(self._mail(Subject=subject))
        self.assertEqual(case.follow_up_of_id, self.case)

    def test_portal_counts_like_mail(self):
        self.case.partner_id = self.portal.partner_id
        self._chat("謝謝")
        self.assertTrue(self.case.closed)
        self._chat("It broke again")
        self.assertFalse(self.case.closed)
        self.assertTrue(self.case.waiting_since)

    def test_late_portal_message_opens_a_new_case(self):
        self.case.partner_id = self.portal.partner_id
        self._age(31)
        message = self._chat("It broke again")
        case = self.env["helpdesk.ticket"].search(
            [("follow_up_of_id", "=", self.case.id)]
        )
        self.assertEqual(case.partner_id, self.portal.partner_id)
        self.assertEqual(case.intake_source, "portal")
        self.assertIn("It broke again", case.description)
        self.assertTrue(case.waiting_since)
        self.assertTrue(self.case.closed)
        self.assertEqual(message.res_id, self.case.id)
        self.assertTrue(case.with_user(self.portal).has_access("read"))

    def test_a_customer_who_answers_a_note_is_heard(self):
        note = self.case.with_user(self.ann).message_post(
            body="Look", subtype_xmlid="mail.mt_note", partner_ids=self.customer.ids
        )
        self._reply(**{"In-Reply-To": note.message_id})
        self.assertFalse(self.case.closed)
        self.assertTrue(self.case.waiting_since)
        message = self.case.message_ids.filtered("mail_verdict")[0]
        self.assertFalse(message.is_internal)

    def test_the_case_of_who_has_left_goes_back_to_the_queue(self):
        self.ann.active = False
        self._reply()
        self.assertFalse(self.case.closed)
        self.assertFalse(self.case.user_id)

    def test_notes_and_colleagues_reopen_nothing(self):
        self.case.with_user(self.ann).message_post(
            body="By the way", subtype_xmlid="mail.mt_note"
        )
        self._answer("One more thing")
        self.assertTrue(self.case.closed)
        self.assertFalse(self.case.waiting_since)

    def test_a_note_is_no_answer(self):
        self._reply()
        self.case.with_user(self.ann).message_post(
            body="Hm", subtype_xmlid="mail.mt_note"
        )
        self.assertTrue(self.case.waiting_since)

    def test_a_word_to_others_is_no_answer(self):
        self._reply()
        supplier = self.env["res.partner"].create({"name": "S", "email": "s@s.example"})
        with self.mock_mail_gateway():
            self.case.with_user(self.ann).message_post(
                body="Do you have one?",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=supplier.ids,
            )
        self.assertTrue(self.case.waiting_since)
        self._answer("Soon")
        self.assertFalse(self.case.waiting_since)

    def test_the_system_answers_nobody(self):
        self._reply()
        self.case.with_user(self.env.ref("base.user_root")).message_post(
            body="x", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertTrue(self.case.waiting_since)

    def test_a_colleague_with_a_case_of_his_own_is_its_customer(self):
        worker = new_test_user(self.env, "s_worker", groups=OWN, email="w@our.example")
        self.case.partner_id = worker.partner_id
        self._chat("My screen is dark again", worker)
        self.assertFalse(self.case.closed)
        self.assertTrue(self.case.waiting_since)
        # Unless he works on it himself.
        self.case.user_id = worker
        self._chat("Mended", worker)
        self.assertFalse(self.case.waiting_since)

    def test_an_archived_case_comes_back(self):
        self.case.active = False
        self.assertEqual(self._reply(), self.case)
        self.assertTrue(self.case.active)
        self.assertFalse(self.case.closed)

    def test_dates_of_mails_are_not_relied_on(self):
        for date in (
            "Thu, 01 Jan 1970 00:00:00 +0000",
            "Fri, 01 Jan 2100 00:00:00 +0000",
        ):
            self.case.stage_id = self.stage_done
            self._reply(Date=date)
            now = fields.Datetime.now()
            self.assertLess(now - self.case.waiting_since, timedelta(minutes=5))
            message = self.case.message_ids.filtered(lambda m: m.mail_verdict)[0]
            self.assertLess(abs(now - message.date), timedelta(minutes=5))
