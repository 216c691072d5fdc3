# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time

from odoo.addons.mail.tests.common import MailCase

from .common import NOW
from .common_evidence import EvidenceCase


@freeze_time(NOW)
class TestInterview(EvidenceCase, MailCase):
    def _composer(self, interview):
        action = interview.action_invite()
        return Form(
            self.env[action["res_model"]]
            .with_user(interview.env.user)
            .with_context(**action["context"])
        )

    def _held(self):
        self.persona.invalidate_recordset()
        return self.persona.interview_count

    def test_it_knows_whom_it_asks_what(self):
        interview = self.interview()
        self.assertEqual(interview.profile_id, self.partner.flywheel_profile_id)
        self.assertTrue(interview.profile_id)
        self.assertRecordValues(
            interview,
            [
                {
                    "person_name": "Chen",
                    "email": "chen@example.com",
                    "interviewer_id": self.sam.id,
                    "state": "planned",
                }
            ],
        )
        self.assertEqual(
            interview.line_ids.question_id, self.opening | self.question | self.second
        )
        self.assertEqual(interview.line_ids[0].question_id, self.opening)

    def test_new_questions_are_added_once(self):
        interview = self.interview()
        self.env["flywheel.question"].create({"name": "News?", "team": "sales"})
        interview.action_add_questions()
        interview.action_add_questions()
        self.assertEqual(len(interview.line_ids), 4)

    def test_only_held_ones_count_and_each_person_once(self):
        first = self.interview()
        self.assertEqual(self._held(), 0)
        first.action_hold()
        self.assertEqual(self._held(), 1)
        again = self.interview(partner_id=False, email="Chen@Example.com ")
        self.assertEqual(again.profile_id, first.profile_id)
        again.person_name = "Mrs Chen"
        again.action_hold()
        self.assertEqual(self._held(), 1)
        for name in ("Wang", "wang ", "Lin"):
            self.interview(partner_id=False, person_name=name).action_hold()
        self.assertEqual(self._held(), 3)
        self.interview(partner_id=False, person_name="Cancelled").action_cancel()
        self.assertEqual(self._held(), 3)

    def test_the_target(self):
        self.assertEqual(self.persona.interview_target, 15)
        self.company.flywheel_interview_target = 9
        self.persona.invalidate_recordset()
        self.assertEqual(self.persona.interview_target, 9)
        self.persona.with_user(self.mara).interview_target = 4
        self.assertEqual(self.persona.interview_target, 4)
        self.persona.interview_target = 0
        self.assertEqual(self.persona.interview_target, 9)

    def test_nobody_is_interviewed_without_a_name_and_a_date(self):
        interview = self.interview(partner_id=False, date=False)
        with self.assertRaises(UserError):
            interview.action_hold()
        with self.assertRaises(UserError):
            interview.state = "held"
        interview.person_name = "Somebody"
        with self.assertRaises(UserError):
            interview.state = "invited"
        interview.action_hold()
        self.assertTrue(interview.date)

    def test_invitation(self):
        interview = self.interview(location="https://meet.example.com/1")
        composer = self._composer(interview)
        self.assertIn("Chen", composer.body)
        self.assertIn("How found?", composer.body)
        self.assertIn("June 16, 2026", composer.body)
        with self.mock_mail_gateway():
            composer.save()._action_send_mail()
        self.assertEqual(interview.state, "invited")
        self.assertSentEmail(self.sam.partner_id, [self.partner])
        self.assertIn("few questions", interview.message_ids[0].subject)
        self.assertNotIn("Carla", self._mails[0]["body"])

    def test_invitation_in_the_language_of_the_person(self):
        self.env["res.lang"]._activate_lang("zh_TW")
        template = self.env.ref("inbound_flywheel.mail_template_interview")
        template.with_context(lang="zh_TW").subject = "想請教您"
        self.partner.lang = "zh_TW"
        interview = self.interview()
        self.assertEqual(interview.lang, "zh_TW")
        composer = self._composer(interview)
        self.assertEqual(composer.subject, "想請教您")
        self.assertIn("2026年6月16日", composer.body)

    def test_invitation_of_somebody_who_is_no_contact(self):
        interview = self.interview(
            partner_id=False, person_name="Wang", email="Wang@Example.com"
        )
        with self.mock_mail_gateway():
            self._composer(interview).save()._action_send_mail()
        self.assertEqual(interview.partner_id.email_normalized, "wang@example.com")
        self.assertEqual(interview.partner_id.name, "Wang")
        self.assertEqual(interview.person_name, "Wang")
        self.assertEqual(interview.profile_id.partner_id, interview.partner_id)
        self.assertSentEmail(self.sam.partner_id, [interview.partner_id])

    def test_no_invitation_without_an_address(self):
        interview = self.interview(partner_id=False, person_name="Wang")
        with self.assertRaises(UserError):
            interview.action_invite()

    def test_no_invitation_of_who_does_not_want_any(self):
        interview = self.interview()
        self.consent("contact", "withdrawn")
        self.assertEqual(interview.state, "cancelled")
        with self.assertRaisesRegex(UserError, "2026-06-15"):
            interview.action_invite()
        self.consent("contact", "given", date=self.ago(minutes=-1))
        interview.action_replan()
        self.assertTrue(interview.action_invite())

    def test_calendar(self):
        interview = self.interview(duration=1.5, location="Here")
        with self.mock_mail_gateway():
            interview.action_plan()
        self.assertNotSentEmail()
        event = interview.event_id
        self.assertEqual(event.user_id, self.sam)
        self.assertEqual((event.stop - event.start).total_seconds(), 5400)
        interview.with_user(self.mara).date = self.ago(days=-3)
        self.assertEqual(event.start, interview.date)
        interview.with_user(self.mara).action_cancel()
        self.assertFalse(event.active)
        interview.action_replan()
        self.assertTrue(event.active)

    def test_meetings_of_others_are_not_moved(self):
        event = self.env["calendar.event"].create(
            {"name": "Board", "start": NOW, "stop": NOW, "user_id": self.max.id}
        )
        interview = self.interview()
        for user in (self.sam, self.max):
            with self.assertRaises(AccessError):
                interview.with_user(user).event_id = event
            with self.assertRaises(AccessError):
                self.interview(user=user, event_id=event.id)

    def test_taking_over(self):
        interview = self.interview()
        lines = {line.question_id: line for line in interview.line_ids}
        lines[self.opening].answer = "By chance"
        lines[self.question].answer = "Mail"
        lines[self.second].answer = "  "
        with self.assertRaises(UserError):
            interview.action_take_over()
        interview.action_hold()
        interview.action_take_over()
        interview.action_take_over()
        answer = self.persona.answer_ids
        self.assertRecordValues(
            answer,
            [
                {
                    "question_id": self.question.id,
                    "answer": "Mail",
                    "source": "interview",
                    "interview_id": interview.id,
                    "user_id": self.sam.id,
                    "state": "backed",
                }
            ],
        )
        self.assertEqual(lines[self.question].answer_id, answer)
        self.assertEqual(interview.open_count, 0)

    def test_who_writes(self):
        interview = self.interview(user=self.sam)
        for user in (self.rita, self.sid):
            with self.assertRaises(AccessError):
                interview.with_user(user).notes = "Mine"
            with self.assertRaises(AccessError):
                interview.line_ids[0].with_user(user).answer = "Mine"
            with self.assertRaises(AccessError):
                interview.with_user(user).action_invite()
        interview.with_user(self.mara).notes = "Better"
        interview.line_ids[0].answer = "Mine"
        for user in (self.sam, self.sid, self.mara):
            with self.assertRaises(AccessError):
                interview.with_user(user).unlink()
        for user in (self.sam, self.mara):
            with self.assertRaises(UserError):
                interview.line_ids[0].with_user(user).unlink()
        interview.line_ids[1].unlink()
        interview.with_user(self.max).unlink()

    def test_another_company(self):
        self.persona.company_id = self.branch
        interview = self.interview(user=self.bea)
        interview.line_ids[0].answer = "Ours"
        for user in (self.sam, self.mara, self.max):
            with self.assertRaises(AccessError):
                interview.with_user(user).read(["notes"])
            with self.assertRaises(AccessError):
                interview.line_ids[0].with_user(user).read(["answer"])
            with self.assertRaises(AccessError):
                self.interview(user=user)

    def test_interviewees_of_another_company(self):
        partner = self.env["res.partner"].create(
            {"name": "Wu", "company_id": self.branch.id}
        )
        interview = self.interview(user=self.bea, partner_id=partner.id)
        with self.assertRaises(AccessError):
            interview.with_user(self.sam).read(["person_name"])

    def test_guide(self):
        interview = self.interview()
        self.company.flywheel_consent_text = "Do you <agree>?"
        report = "inbound_flywheel.interview_guide"
        html = (
            self.env["ir.actions.report"]
            .with_user(self.sam)
            ._render_qweb_html(report, interview.ids)[0]
            .decode()
        )
        for text in ("Chen", "How found?", "Which channels?", "Do you &lt;agree&gt;?"):
            self.assertIn(text, html)

    def test_the_list_takes_few_queries(self):
        for number in range(16):
            interview = self.interview(
                partner_id=False, person_name=str(number), email=f"{number}@example.com"
            )
            self.consent(person=interview._make_person())
        names = ("recording_status", "withdrawn_notice", "answered_count", "open_count")
        specification = {name: {} for name in names}
        Interview = self.env["flywheel.interview"].with_user(self.sam)
        Interview.web_search_read([], specification)
        self.env.invalidate_all()
        with self.assertQueryCount(14):
            Interview.web_search_read([], specification)

    def test_the_form(self):
        form = Form(
            self.env["flywheel.interview"]
            .with_user(self.sid)
            .with_context(default_persona_id=self.persona.id)
        )
        form.partner_id = self.partner
        self.assertEqual(form.person_name, "Chen")
        interview = form.save()
        self.assertEqual(len(interview.line_ids), 3)
        with Form(interview) as form, form.line_ids.edit(1) as line:
            line.answer = "Mail"
        self.assertEqual(interview.answered_count, 1)
