# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime

from odoo.tests import new_test_user, tagged

from .common import OWN, GatewayCommon

STRANGER = "Sam Stranger <sam@stranger.example>"


@tagged("post_install", "-at_install", "mail_gateway")
class TestBelonging(GatewayCommon):
    """Carl of Customer Ltd. has a case; Cora is his colleague, Sam is nobody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm = cls.env["res.partner"].create(
            {"name": "Customer Ltd.", "is_company": True}
        )
        cls.customer.parent_id = cls.firm
        cls.cora = cls.env["res.partner"].create(
            {
                "name": "Cora",
                "email": "cora@elsewhere.example",
                "parent_id": cls.firm.id,
            }
        )
        cls.ann.partner_id.email = "ann@our.example"

    def setUp(self):
        super().setUp()
        self.case = self._receive(self._mail())
        self.case.user_id = self.ann
        with self.mock_mail_gateway():
            self.answer = self.case.with_user(self.ann).message_post(
                body="Hello Carl",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=self.customer.ids,
            )

    def _named(self, subject="Re: [{number}] my card", **headers):
        return self._receive(
            self._mail(Subject=subject.format(number=self.case.number), **headers)
        )

    def _replied(self, **headers):
        return self._receive(
            self._mail(**{"In-Reply-To": self.answer.message_id, **headers})
        )

    def test_the_customer_joins_by_any_form_of_the_number(self):
        for subject in (
            "Re: [{number}] my card",
            "Ticket#{number}",
            "re: something {number}",
            "個案{number}：我的卡",
        ):
            self.assertEqual(self._named(subject), self.case, subject)
        self.assertIn("joined", self._codes(self.case))

    def test_the_number_in_small_letters(self):
        case = self._receive(self._mail(Subject=f"Re: {self.case.number.lower()}"))
        self.assertEqual(case, self.case)

    def test_a_stranger_does_not_join_by_the_number(self):
        case = self._named(From=STRANGER)
        self.assertNotEqual(case, self.case)
        self.assertIn("refused", self._codes(case))
        line = case.flywheel_trace_ids.filtered(lambda t: t.code == "refused")
        self.assertIn(self.case.number, line.message)
        self.assertNotIn("Carl", line.message)
        self.assertNotIn("Hello Carl", case.description)
        self.assertFalse(case.message_ids & self.case.message_ids)

    def test_a_stranger_does_not_join_by_a_forwarded_reference(self):
        messages = self.case.message_ids
        case = self._replied(From=STRANGER, Subject="Fwd: Re: my card")
        self.assertNotEqual(case, self.case)
        self.assertEqual(case.team_id, self.team)
        self.assertEqual(case.intake_source, "mail")
        self.assertIn("refused", self._codes(case))
        self.assertEqual(self.case.message_ids, messages)
        self.assertFalse(case.message_ids.parent_id & messages)

    def test_a_stranger_who_answers_a_note_is_not_hidden(self):
        note = self.case.message_post(body="Secret", subtype_xmlid="mail.mt_note")
        case = self._receive(
            self._mail(**{"In-Reply-To": note.message_id}, From=STRANGER)
        )
        self.assertNotEqual(case, self.case)
        self.assertFalse(any(case.message_ids.mapped("is_internal")))

    def test_colleagues_of_the_customer_join(self):
        for call in (self._named, self._replied):
            self.assertEqual(call(From="Cora <cora@elsewhere.example>"), self.case)

    def test_colleagues_of_the_customer_without_a_contact_join(self):
        new = "New <new@customer.example>"
        self.assertEqual(self._replied(From=new), self.case)
        # Not those of somebody who is no company.
        self.customer.parent_id = False
        self.assertFalse(self.case._flywheel_belongs("other@customer.example"))

    def test_a_follower_joins(self):
        follower = self.env["res.partner"].create(
            {"name": "Fay", "email": "fay@follower.example"}
        )
        self.case.message_subscribe(follower.ids)
        self.assertEqual(self._named(From="fay@follower.example"), self.case)

    def test_who_wrote_before_or_was_written_to_joins(self):
        supplier = self.env["res.partner"].create(
            {"name": "Sue", "email": "sue@supplier.example"}
        )
        self.assertNotEqual(self._replied(From="sue@supplier.example"), self.case)
        with self.mock_mail_gateway():
            self.case.with_user(self.ann).message_post(
                body="What do you think?",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=supplier.ids,
            )
        self.assertEqual(self._replied(From="sue@supplier.example"), self.case)

    def test_the_recipients_of_a_customers_copy_do_not_join(self):
        """To and Cc of a mail are the sender's choice, who may be anybody."""
        self.env["res.partner"].create({"name": "Sam", "email": "sam@stranger.example"})
        self._replied(Cc=STRANGER)
        self.assertNotEqual(self._named(From=STRANGER), self.case)

    def test_the_same_person_by_another_address_joins(self):
        profile = self.case.flywheel_profile_id
        self.env["flywheel.identity"].create(
            {"profile_id": profile.id, "kind": "email", "value": "carl@home.example"}
        )
        self.assertEqual(self._named(From="carl@home.example"), self.case)

    def test_a_colleague_who_answers_a_mail_answers_the_customer(self):
        self._replied()
        self.assertTrue(self.case.waiting_since)
        self.assertEqual(self._replied(From="Ann <ann@our.example>"), self.case)
        self.assertFalse(self.case.waiting_since)
        self.assertTrue(self.case.first_response_date)

    def test_a_colleague_who_names_the_number_writes_a_note(self):
        """Numbers can be guessed, senders forged: nothing goes to the customer."""
        self._replied()
        self.assertEqual(self._named(From="Ann <ann@our.example>"), self.case)
        message = self.case.message_ids[0]
        self.assertTrue(message.is_internal)
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_note"))
        self.assertTrue(self.case.waiting_since)
        self.assertIn("as_note", self._codes(self.case))

    def test_a_colleague_of_another_company_is_a_stranger(self):
        company = self.env["res.company"].create({"name": "Other"})
        new_test_user(
            self.env,
            "s_far",
            groups=OWN,
            email="far@other.example",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self.assertFalse(self.case._flywheel_belongs("far@other.example"))

    def test_a_contact_of_another_company_is_a_stranger(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.cora.write({"parent_id": False, "company_id": company.id})
        self.cora.parent_id = self.env["res.partner"].create(
            {"name": "X", "is_company": True, "company_id": company.id}
        )
        self.assertFalse(self.case._flywheel_belongs("cora@elsewhere.example"))

    def test_a_forged_sender_does_not_join_by_the_number(self):
        case = self._named(
            **{"Authentication-Results": "mx.our.example; spf=fail; dmarc=fail"}
        )
        self.assertNotEqual(case, self.case)
        self.assertIn("refused_forged", self._codes(case))

    def test_the_surviving_case_gets_the_answer(self):
        other = self._receive(self._mail())
        self.case.write({"duplicate_id": other.id})
        self.assertEqual(self._replied(), other)
        self.assertEqual(self._named(), other)

    def test_two_addresses_of_ours_one_message(self):
        self.other_team.write(
            {"alias_name": "loans", "alias_domain_id": self.mail_alias_domain.id}
        )
        both = f"{self.address}, loans@{self.mail_alias_domain.name}"
        count = len(self.case.message_ids)
        self.assertEqual(self._named(To=both), self.case)
        self.assertEqual(len(self.case.message_ids), count + 1)

    def test_nobody_and_nothing(self):
        self.assertFalse(self.case._flywheel_belongs(""))
        self.assertFalse(self.case._flywheel_belongs(False))
        bare = self._case()
        self.assertFalse(bare._flywheel_belongs("sam@stranger.example"))

    def test_verdict_on_every_mail(self):
        self._replied(**{"Auto-Submitted": "auto-replied"})
        machine = self.case.message_ids[0]
        self.assertEqual(machine.mail_verdict, "auto_reply")
        self.assertEqual(machine.mail_evidence, "Auto-Submitted: auto-replied")
        self._replied()
        self.assertEqual(self.case.message_ids[0].mail_verdict, "human")
        mails = self.case.message_ids.filtered(lambda m: m.message_type == "email")
        opening = mails.sorted("id")[0]
        self.assertEqual(opening.mail_verdict, "human")
        codes = self._codes(self.case, "mail")
        self.assertEqual(codes, ["mail", "reply_machine", "reply"])
        self.assertFalse(self.answer.mail_verdict)

    def test_machines_start_no_clock(self):
        self.assertFalse(self.case.waiting_since)
        for headers in (
            {"Auto-Submitted": "auto-replied"},
            {"Subject": "Out of Office: back soon"},
            {"Precedence": "bulk"},
            {"X-Auto-Response-Suppress": "All"},
        ):
            self.assertEqual(self._replied(**headers), self.case)
            self.assertFalse(self.case.waiting_since)
        self._replied()
        self.assertTrue(self.case.waiting_since)

    def test_absence_with_its_end(self):
        self._receive(
            self._mail(
                {
                    "In-Reply-To": self.answer.message_id,
                    "Auto-Submitted": "auto-replied",
                },
                body="I am out of the office until 2099-01-01",
            )
        )
        self.assertFalse(self.case.absent_until)
        with self.mock_datetime_and_now(datetime(2026, 11, 22, 10)):
            self._receive(
                self._mail(
                    {
                        "In-Reply-To": self.answer.message_id,
                        "Auto-Submitted": "auto-replied",
                    },
                    body="I am out of the office until 4 December.",
                )
            )
        self.assertEqual(str(self.case.absent_until), "2026-12-04")
        self.assertEqual(self.case.message_ids[0].mail_verdict, "out_of_office")
        line = self.case.flywheel_trace_ids.filtered(lambda t: t.code == "absent")
        self.assertIn("12/04/2026", line.message)

    def test_undelivered_answer_is_said_on_the_case(self):
        source = f"""From: MAILER-DAEMON@mx.customer.example
To: bounce@{self.mail_alias_domain.name}
Subject: Undelivered Mail Returned to Sender
Message-Id: <dsn-{self.id()}@mx.customer.example>
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Gone.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example

Final-Recipient: rfc822; carl@customer.example
Action: failed
Status: 5.1.1
--b
Content-Type: text/rfc822-headers

Message-Id: {self.answer.message_id}
Subject: Re: my card
--b--
""".encode()
        self._receive(source)
        line = self.case.flywheel_trace_ids.filtered(lambda t: t.code == "bounced")
        self.assertIn("carl@customer.example", line.message)
        self.assertFalse(self.case.waiting_since)
