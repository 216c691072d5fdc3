# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user

from .common import NOW
from .common_privacy import EMAIL, NAME, WORD, PrivacyCase


@freeze_time(NOW)
class TestPrivacyExport(PrivacyCase):
    def test_everything_known_is_in_it(self):
        self.fill()
        files = self.unpack(self.hand_out())
        lines = files["data/flywheel.touchpoint.json"]
        words = {line["content"] for line in lines}
        self.assertLessEqual({f"Form {WORD}", f"Page {WORD}", f"Met {WORD}"}, words)
        facts = files["data/flywheel.fact.json"]
        answers = {(fact["answer"], fact["state"]) for fact in facts}
        self.assertEqual(len(answers), 2, "what was said before is known, too")
        self.assertEqual(files["data/flywheel.consent.json"][0]["kind"], "given")
        stages = files["data/flywheel.stage.interval.json"]
        self.assertIn(self.stage("decision").name, [s["stage_id"] for s in stages])
        identities = files["data/flywheel.identity.json"]
        self.assertIn(EMAIL, [identity["value"] for identity in identities])
        picture = files["data/picture.json"]
        self.assertTrue(picture["score"])
        self.assertEqual(len(picture["lines"]), 3)
        self.assertEqual(files["data/crm.lead.json"][0]["name"], self.lead.name)
        self.assertEqual(files["data/res.partner.json"][0]["email"], EMAIL)
        self.assertEqual(len(files["data/mail.activity.json"]), 1)
        bodies = [m["body"] or "" for m in files["data/mail.message.json"]]
        self.assertTrue(any(f"I am {WORD}" in body for body in bodies))
        texts = [c for name, c in files.items() if name.startswith("files/")]
        self.assertIn(f"secret of {WORD}".encode(), texts)

    def test_page_is_readable_and_safe(self):
        self.fill()
        self.lead.name = "<script>alert(1)</script>"
        page = self.unpack(self.hand_out())["index.html"].decode()
        self.assertIn(NAME, page)
        self.assertIn("&lt;script&gt;", page)
        self.assertNotIn("<script", page)
        self.assertIn(f"<td>Form {WORD}</td>", page)
        self.assertIn("What happened between you and us", page)
        self.assertNotIn("flywheel.touchpoint", page)

    def test_in_the_language_of_the_person(self):
        self.env["res.lang"]._activate_lang("zh_TW")
        self.partner.lang = "zh_TW"
        page = self.unpack(self.hand_out())["index.html"].decode()
        self.assertIn('<html lang="zh-TW">', page)

    def test_words_of_others_stay_out(self):
        other = self.env["res.partner"].create({"name": "Mr. Nosy"})
        self.lead.message_post(
            body="Gossip", author_id=other.id, message_type="comment"
        )
        self.lead.message_post(
            body="Staff note",
            author_id=self.sam.partner_id.id,
            subtype_xmlid="mail.mt_note",
        )
        self.lead.user_id = self.sam
        files = self.unpack(self.hand_out())
        everything = str(files)
        self.assertNotIn("Gossip", everything)
        self.assertNotIn("Nosy", everything)
        self.assertIn("Staff note", everything)
        self.assertEqual(files["data/crm.lead.json"][0]["user_id"], "Our staff")
        withheld = [m for m in files["data/mail.message.json"] if m["withheld"]]
        self.assertEqual(len(withheld), 1)

    def test_no_secret_of_a_login(self):
        user = new_test_user(self.env, "zq_portal", groups="base.group_portal")
        profile = self.env["flywheel.profile"].browse(
            user.partner_id._get_profile_ids().values()
        )
        files = self.unpack(self.hand_out(profile))
        self.assertEqual(files["data/res.users.json"][0]["login"], "zq_portal")
        self.assertNotIn("password", str(files["data/res.users.json"]))

    def test_logged_without_a_word(self):
        self.fill()
        log = self.hand_out()
        self.assertEqual(log.kind, "export")
        self.assertEqual(log.state, "done")
        self.assertEqual(log.user_id, self.max)
        self.assertEqual(log.person_number, self.profile.id)
        self.assertEqual(log.due_date, date(2026, 7, 15))
        told = {(name, outcome): count for name, outcome, count in log.counts}
        self.assertEqual(told["flywheel.fact", "handed"], 2)
        values = str(log.read())
        for word in (WORD, WORD.title(), EMAIL):
            self.assertNotIn(word, values)
        self.assertIn("Handed out", log.result)

    def test_fetched_once_by_who_asked(self):
        log = self.hand_out()
        with self.assertRaises(AccessError):
            log.with_user(self.rita).action_fetch()
        officer = new_test_user(
            self.env,
            "flywheel_olga",
            groups="inbound_flywheel.group_flywheel_privacy",
        )
        with self.assertRaises(AccessError):
            log.with_user(officer).action_fetch()
        url = log.with_user(self.max).action_fetch()["url"]
        for guess in ("guessed", "öé", "", None):
            with self.assertRaises(AccessError):
                log.with_user(self.max)._take_file(guess)
        log.with_user(self.max)._take_file(url.split("/")[-1])
        self.assertFalse(log._get_file())
        with self.assertRaises(UserError):
            log.with_user(self.max).action_fetch()

    def test_file_is_nobodys_to_read_and_expires(self):
        log = self.hand_out()
        attachment = log.sudo()._get_file()
        self.assertTrue(attachment)
        with self.assertRaises(AccessError):
            attachment.with_user(self.max).read(["datas"])
        with freeze_time(fields.Datetime.now() + timedelta(days=8)):
            self.env["flywheel.privacy.log"]._gc_files()
            self.assertFalse(attachment.exists())
            with self.assertRaises(UserError):
                log.with_user(self.max).action_fetch()

    def test_who_may(self):
        for user in (self.rita, self.sam, self.mara, self.ian, self.pia):
            with self.assertRaises(AccessError):
                self.hand_out(user=user)
            with self.assertRaises(AccessError):
                self.env["flywheel.privacy.log"].with_user(user).search([])
        with self.assertRaises(AccessError):
            self.env["flywheel.privacy.log"].with_user(self.max).create(
                {"kind": "export"}
            )
        officer = new_test_user(
            self.env,
            "flywheel_otto",
            groups="inbound_flywheel.group_flywheel_privacy",
        )
        self.assertEqual(self.hand_out(user=officer).state, "done")

    def test_companies(self):
        bea = self.bea
        bea.group_ids |= self.env.ref("inbound_flywheel.group_flywheel_privacy")
        with self.assertRaises(AccessError):
            self.hand_out(user=bea)
        self.assertFalse(
            self.env["flywheel.privacy.log"]
            .with_user(bea)
            .search([("company_id", "=", self.company.id)])
        )

    def test_shared_person_needs_all_companies(self):
        self.partner.company_id = False
        self.lead.company_id = self.branch
        with self.assertRaisesRegex(AccessError, "Branch"):
            self.hand_out()
        self.max.company_ids |= self.branch
        wizard = (
            self.env["flywheel.privacy.handout"]
            .with_user(self.max)
            .with_context(allowed_company_ids=(self.company | self.branch).ids)
        )
        action = wizard.create({"profile_id": self.profile.id}).action_hand_out()
        log = self.env["flywheel.privacy.log"].browse(action["res_id"])
        self.assertIn("data/crm.lead.json", self.unpack(log))

    def test_opened_on_lead_and_contact(self):
        self.max.group_ids |= self.env.ref("sales_team.group_sale_salesman_all_leads")
        for record in (self.lead, self.partner, self.profile):
            wizard = (
                self.env["flywheel.privacy.handout"]
                .with_user(self.max)
                .with_context(active_model=record._name, active_ids=record.ids)
                .new({})
            )
            self.assertEqual(wizard.profile_id._origin, self.profile)
            self.assertGreater(wizard.record_count, 2)

    def test_much_is_left_to_the_scheduled_action(self):
        self.fill()
        self.patch(
            self.env.registry["flywheel.privacy.log"], "_is_at_once", lambda log: False
        )
        log = self.hand_out()
        self.assertEqual(log.state, "running")
        self.assertGreater(log.total, 5)
        with self.enter_registry_test_mode():
            self.env.ref("inbound_flywheel.cron_privacy").method_direct_trigger()
        self.assertEqual(log.state, "done")
        self.assertIn("data/flywheel.fact.json", self.unpack(log))
