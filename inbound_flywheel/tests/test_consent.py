# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time

from .common import NOW
from .common_evidence import EvidenceCase

SOUND = b"ID3\x03\x00" + b"\x00" * 200
FILM = b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 200
PAPER = b"%PDF-1.4 signed"


@freeze_time(NOW)
class TestConsent(EvidenceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner._flywheel_ensure_profiles()
        cls.person_asked = cls.partner.flywheel_profile_id

    def _attach(self, interview, name="talk.mp3", content=SOUND, user=None, **values):
        """Attach a file to an interview as a remote client does."""
        return (
            self.env["ir.attachment"]
            .with_user(user or self.sam)
            .create(
                {
                    "name": name,
                    "raw": content,
                    "res_model": interview._name,
                    "res_id": interview.id,
                    **values,
                }
            )
        )

    def test_name_of_a_new_one(self):
        consent = self.env["flywheel.consent"].new({"kind": False, "purpose": False})
        self.assertFalse(consent.display_name)
        consent.kind = "given"
        self.assertEqual(consent.display_name, "Given")

    def _log_by_wizard(self, interview, kind="given", **values):
        wizard = (
            self.env["flywheel.consent.log"]
            .with_user(self.sam)
            .with_context(
                default_interview_id=interview.id,
                default_profile_id=interview.profile_id.id,
                default_kind=kind,
            )
        )
        form = Form(wizard)
        form.method = "written"
        form.evidence = "Folder 7"
        form.save().action_log()

    # ------------------------------------------------------------------
    # The log
    # ------------------------------------------------------------------
    def test_the_latest_line_is_in_force(self):
        person = self.person_asked
        self.assertFalse(person._has_consent("recording"))
        self.consent(date=self.ago(days=3))
        self.assertTrue(person._has_consent("recording"))
        self.assertFalse(person._has_consent("contact"))
        self.consent(kind="withdrawn", date=self.ago(days=5))
        self.assertTrue(person._has_consent("recording"))
        self.consent(kind="withdrawn", date=self.ago(days=3))
        self.assertFalse(person._has_consent("recording"))
        self.consent()
        self.assertTrue(person._has_consent("recording"))
        self.assertEqual(len(person.consent_ids), 4)

    def test_nobody_changes_the_log(self):
        line = self.consent()
        for user in (self.rita, self.sid, self.sam, self.mara, self.max):
            with self.assertRaises(AccessError):
                line.with_user(user).kind = "withdrawn"
            with self.assertRaises(AccessError):
                line.with_user(user).unlink()
        with self.assertRaises(AccessError):
            line.with_user(self.rita).copy()
        with self.assertRaises(AccessError):
            self.consent(user_id=self.sam.id)

    def test_no_consent_of_tomorrow(self):
        with self.assertRaises(ValidationError):
            self.consent(date=self.ago(days=-1))

    def test_an_interview_with_somebody_else(self):
        interview = self.interview()
        other = self.env["res.partner"].create({"name": "Wu"})
        other._flywheel_ensure_profiles()
        with self.assertRaises(ValidationError):
            self.consent(person=other.flywheel_profile_id, interview_id=interview.id)

    def test_another_company(self):
        partner = self.env["res.partner"].create(
            {"name": "Wu", "company_id": self.branch.id}
        )
        partner._flywheel_ensure_profiles()
        person = partner.flywheel_profile_id
        with self.assertRaises(AccessError):
            self.consent(person=person)
        line = self.env["flywheel.consent"].create(
            {
                "profile_id": person.id,
                "purpose": "contact",
                "kind": "given",
                "method": "email",
            }
        )
        for user in (self.sam, self.max):
            with self.assertRaises(AccessError):
                line.with_user(user).read(["kind"])
            with self.assertRaises(AccessError):
                person.with_user(user).get_consent_status()

    def test_the_panel(self):
        self.consent(evidence="On the phone")
        status = self.person_asked.with_user(self.sam).get_consent_status()
        self.assertTrue(status["may_log"])
        kinds = {row["purpose"]: row["kind"] for row in status["purposes"]}
        # Other addons have purposes of their own.
        expected = {"profiling": "none", "recording": "given", "contact": "none"}
        self.assertEqual({purpose: kinds[purpose] for purpose in expected}, expected)
        self.assertEqual(status["log"][0]["evidence"], "On the phone")
        rita = self.person_asked.with_user(self.rita)
        self.assertFalse(rita.get_consent_status()["may_log"])

    # ------------------------------------------------------------------
    # Recordings
    # ------------------------------------------------------------------
    def test_no_recording_without_consent(self):
        interview = self.interview()
        with self.assertRaises(UserError):
            interview.recording = base64.b64encode(SOUND)
        with self.assertRaises(UserError):
            self.interview(recording=base64.b64encode(PAPER))
        for name, content, values in (
            ("talk.mp3", SOUND, {}),
            ("talk.mp4", b"anything", {}),
            ("notes.txt", SOUND, {"mimetype": "text/plain"}),
            ("notes.txt", FILM, {"mimetype": "text/plain"}),
            ("talk", b"anything", {"mimetype": "audio/ogg"}),
            ("talk", False, {"type": "url", "url": "https://example.com/talk.webm"}),
            ("any.pdf", PAPER, {"res_field": "recording"}),
        ):
            for user in (self.sam, self.max, self.env.user):
                with self.assertRaises(UserError, msg=name):
                    self._attach(interview, name, content, user=user, **values)
        self.assertTrue(self._attach(interview, "signed.pdf", PAPER))

    def test_no_recording_by_a_detour(self):
        interview = self.interview()
        Attachment = self.env["ir.attachment"].with_user(self.sam)
        loose = Attachment.create({"name": "talk.mp3", "raw": SOUND})
        with self.assertRaises(UserError):
            loose.write({"res_model": interview._name, "res_id": interview.id})
        paper = self._attach(interview, "signed.pdf", PAPER)
        for values in ({"raw": SOUND}, {"name": "a.mp3"}, {"mimetype": "video/mp4"}):
            with self.assertRaises(UserError):
                paper.write(values)
        with self.assertRaises(UserError):
            interview.message_post(body="Listen", attachments=[("talk.mp3", SOUND)])
        with self.assertRaises(UserError):
            interview.message_post(body="Listen", attachment_ids=loose.ids)
        contact = self.partner.with_user(self.sam)
        message = contact.message_post(body="Listen", attachment_ids=loose.ids)
        elsewhere = message.attachment_ids
        with self.assertRaises(UserError):
            interview.message_post(body="Listen", attachment_ids=elsewhere.ids)

    def test_a_mail_with_a_recording_is_not_lost(self):
        interview = self.interview()
        attachments = [("talk.mp3", SOUND), ("signed.pdf", PAPER)]
        message = interview.message_post(
            body="Yes", message_type="email", attachments=attachments
        )
        self.assertEqual(message.attachment_ids.mapped("name"), ["signed.pdf"])
        self.assertIn("not kept", interview.message_ids[0].body)

    def test_a_photo_is_no_film(self):
        photo = b"\x00\x00\x00\x18ftypheic" + b"\x00" * 200
        self.assertTrue(self._attach(self.interview(), "whiteboard.heic", photo))

    def test_recording_with_consent(self):
        interview = self.interview()
        self._log_by_wizard(interview)
        self.assertEqual(interview.recording_status, "given")
        interview.recording = base64.b64encode(SOUND)
        self.assertTrue(self._attach(interview))
        line = self.person_asked.consent_ids
        self.assertEqual((line.interview_id, line.user_id), (interview, self.sam))
        self.assertEqual(line.evidence, "Folder 7")

    def test_somebody_known_by_name_only(self):
        interview = self.interview(partner_id=False, person_name="Wang")
        with self.assertRaises(UserError):
            self._attach(interview)
        self._log_by_wizard(interview)
        self.assertEqual(interview.profile_id.name, "Wang")
        self.assertTrue(self._attach(interview))

    def test_a_recording_does_not_change_hands(self):
        interview = self.interview()
        self.consent()
        self._attach(interview)
        other = self.env["res.partner"].create(
            {"name": "Wu", "email": "wu@example.com"}
        )
        with self.assertRaises(ValidationError):
            interview.partner_id = other

    def test_withdrawal_deletes_recordings(self):
        interview, other = self.interview(), self.interview(user=self.mara)
        self.consent()
        interview.write(
            {"recording": base64.b64encode(SOUND), "recording_name": "talk.mp3"}
        )
        film = self._attach(other, "film.mp4", FILM, user=self.mara)
        paper = self._attach(interview, "signed.pdf", PAPER)
        self._log_by_wizard(interview, "withdrawn")
        self.assertFalse(interview.recording or interview.recording_name)
        self.assertFalse(film.exists())
        self.assertTrue(paper.exists())
        for record, name in ((interview, "talk.mp3"), (other, "film.mp4")):
            note = record.message_ids[0]
            self.assertIn(name, note.body)
            self.assertIn("Chen withdrew", note.body)
            self.assertEqual(note.author_id, self.sam.partner_id)
            self.assertIn("withdrawn on 06/15/2026", record.withdrawn_notice)
        with self.assertRaises(UserError):
            self._attach(interview)

    # ------------------------------------------------------------------
    # Profiling
    # ------------------------------------------------------------------
    def test_withdrawal_stops_profiling(self):
        person = self.person_asked
        self.ingest_all(self.item(email="chen@example.com"))
        self.assertGreater(person.engagement_score, 0)
        self.consent("profiling", "withdrawn")
        self.assertTrue(person.no_profiling)
        self.assertEqual(person.engagement_score, 0)
        self.assertIn("withdrawn on 06/15/2026", person.consent_notice)
        with self.assertRaises(ValidationError):
            person.with_user(self.sam).no_profiling = False
        self.consent("profiling", "given")
        self.assertFalse(person.no_profiling)
        self.assertFalse(person.consent_notice)
        self.assertGreater(person.engagement_score, 0)

    def test_withdrawal_takes_the_persona_of_rules(self):
        rule = self.env["flywheel.persona.rule"].create(
            {
                "persona_id": self.persona.id,
                "name": "Chen",
                "model": "res.partner",
                "domain": "[('name', '=', 'Chen')]",
            }
        )
        rule._put_in_force()
        self.person_asked._evaluate()
        self.assertEqual(self.person_asked.persona_id, self.persona)
        self.consent("profiling", "withdrawn")
        self.assertFalse(self.person_asked.persona_id)

    def test_deleted_people(self):
        interview = self.interview()
        self.consent()
        film = self._attach(interview, "film.mp4", FILM)
        self.person_asked.with_user(self.max).unlink()
        self.assertFalse(film.exists())
        self.assertIn("deleted", interview.message_ids[0].body)

    def test_objection_without_a_log(self):
        person = self.person_asked.with_user(self.sam)
        person.no_profiling = True
        self.assertEqual(person.consent_notice, "Objects to profiling")
        person.no_profiling = False
        self.assertFalse(person.consent_notice)

    # ------------------------------------------------------------------
    # One person or two
    # ------------------------------------------------------------------
    def test_merged_people(self):
        interview = self.interview()
        self.consent(date=self.ago(days=9))
        self._attach(interview)
        self.ingest_all(self.item(email="other@example.com"))
        twin = self.person("other@example.com")
        self.consent(kind="withdrawn", person=twin)
        self.consent("profiling", "withdrawn", person=twin)
        held = self.interview(partner_id=False, email="other@example.com")
        held.person_name = "Chen again"
        (interview | held).action_hold()
        self.assertEqual(self.persona.interview_count, 2)
        self.person_asked._merge(twin)
        self.assertEqual(held.profile_id, self.person_asked)
        self.assertEqual(len(self.person_asked.consent_ids), 3)
        self.assertTrue(self.person_asked.no_profiling)
        self.assertEqual(self.person_asked.engagement_score, 0)
        self.assertFalse(self.person_asked._has_consent("recording"))
        self.assertFalse(interview._get_recordings())
        self.persona.invalidate_recordset()
        self.assertEqual(self.persona.interview_count, 1)
        origin = held.origin_id
        other = self.person_asked._split(origin_ids=[origin])
        self.assertEqual(other.consent_ids.mapped("kind"), ["withdrawn"] * 2)
        self.assertEqual(held.profile_id, other)
        self.assertTrue(self.person_asked._has_consent("recording"))
