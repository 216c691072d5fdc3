# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user

from .common import NOW
from .common_privacy import EMAIL, NAME, PHONE, WORD, PrivacyCase


@freeze_time(NOW)
class TestPrivacyErase(PrivacyCase):
    def test_nothing_is_found_in_the_whole_database(self):
        self.fill()
        other = self.other_lead()
        self.assertGreater(len(self.find_text()), 10)
        log = self.forget()
        self.assertEqual(log.state, "done")
        self.assertEqual(self.find_text(), {})
        self.assertEqual(self.find_text(PHONE), {})
        self.assertEqual(self.find_text(NAME), {})
        self.assertFalse(self.profile.exists())
        self.assertTrue(other.exists())
        self.assertEqual(other.contact_name, "Chen")
        self.assertTrue(other.flywheel_profile_id)
        self.assertFalse(self.lead.active)
        self.assertFalse(self.lead.partner_id)
        self.assertFalse(self.partner.active)

    def test_files_are_deleted(self):
        self.fill()
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "=", self.lead.id)]
        )
        self.assertTrue(files)
        self.forget()
        self.assertFalse(files.exists())

    def test_preview_says_what_happens(self):
        self.fill()
        plan = {
            (name, outcome): count
            for name, outcome, count in self.profile._plan_erasure({})
        }
        self.assertEqual(plan["flywheel.fact", "deleted"], 2)
        self.assertEqual(plan["res.partner", "anonymised"], 1)
        self.assertEqual(plan["crm.lead", "anonymised"], 1)
        self.assertGreaterEqual(plan["flywheel.touchpoint", "counted"], 3)
        wizard = (
            self.env["flywheel.privacy.forget"]
            .with_user(self.max)
            .create({"profile_id": self.profile.id})
        )
        self.assertIn("Kept as anonymous numbers", wizard.preview)
        self.assertIn("1 leads or opportunities are open", wizard.preview)
        log = self.forget()
        told = {(name, outcome): count for name, outcome, count in log.counts}
        for key, count in plan.items():
            self.assertEqual(told[key], count, key)

    def test_log_and_list_are_silent(self):
        self.fill()
        log = self.forget()
        self.assertEqual(log.kind, "erasure")
        self.assertTrue(log.person_hash)
        self.assertEqual(
            log.person_hash, self.env["flywheel.suppression"]._digest("email", EMAIL)
        )
        self.assertNotIn(WORD, str(log.read()).lower())
        suppressed = self.env["flywheel.suppression"].search([("log_id", "=", log.id)])
        self.assertEqual(set(suppressed.mapped("kind")), {"email", "phone", "record"})

    def test_numbers_stay_and_belong_to_nobody(self):
        self.fill()
        kind = self.env.ref("inbound_flywheel.touchpoint_type_form")
        domain = [("type_id", "=", kind.id)]
        before = self.env["flywheel.touchpoint"].search_count(domain)
        nobody = self.profile._get_nobody()
        self.forget()
        lines = self.env["flywheel.touchpoint"].search([("profile_id", "=", nobody.id)])
        self.assertEqual(self.env["flywheel.touchpoint"].search_count(domain), before)
        for line in lines:
            self.assertFalse(line.content or line.external_key or line.user_id)
            self.assertFalse(line.res_id or line.create_uid)
            self.assertEqual(line.date.hour, 0)
        self.assertTrue(lines.profile_id.no_profiling)
        self.assertEqual(len(lines.profile_id), 1)
        self.assertFalse(lines.profile_id.momentum)
        with self.assertRaisesRegex(UserError, "nobody"):
            self.forget(lines.profile_id)

    def test_numbers_go_if_wanted(self):
        self.fill()
        domain = [("profile_id.is_nobody", "=", True)]
        before = self.env["flywheel.touchpoint"].search_count(domain)
        self.forget(counts=False)
        after = self.env["flywheel.touchpoint"].search_count(domain)
        self.assertEqual(after, before)

    def test_contact_and_leads_stay_if_wanted(self):
        self.fill()
        self.forget(contact="kept", leads="kept")
        self.assertEqual(self.partner.name, NAME)
        self.assertEqual(self.partner.email, EMAIL)
        self.assertEqual(self.lead.partner_id, self.partner)
        self.assertFalse(self.profile.exists())
        places = {place.split(".")[0] for place in self.find_text()}
        self.assertFalse({p for p in places if p.startswith("flywheel")}, places)
        self.partner._flywheel_ensure_profiles()
        self.assertFalse(self.partner.flywheel_profile_id)
        with self.assertRaisesRegex(UserError, "asked to be forgotten"):
            self.partner.with_user(self.sam).flywheel_get_person()
        with self.assertRaisesRegex(UserError, "asked to be forgotten"):
            self.partner.persona_id = self.env["flywheel.persona"].create(
                {"name": "Saver"}
            )

    def test_won_lead_stays_in_the_reports(self):
        self.lead.action_set_won()
        revenue = self.lead.expected_revenue = 500.0
        self.forget()
        self.assertTrue(self.lead.active)
        self.assertEqual(self.lead.won_status, "won")
        self.assertEqual(self.lead.expected_revenue, revenue)
        self.assertNotIn(WORD, self.lead.name)

    def test_interview_counts_without_words(self):
        persona = self.env["flywheel.persona"].create({"name": "Saver"})
        interview = self.env["flywheel.interview"].create(
            {
                "persona_id": persona.id,
                "profile_id": self.profile.id,
                "person_name": NAME,
                "email": EMAIL,
                "date": NOW,
                "notes": f"<p>{WORD} laughed</p>",
            }
        )
        interview.action_add_questions()
        interview.line_ids[:1].answer = f"I am {WORD}"
        interview.state = "held"
        interview.message_post(body=f"{WORD} came late")
        self.forget()
        self.assertEqual(interview.state, "held")
        self.assertEqual(self.find_text(), {})

    def meeting(self, name, partners):
        return self.env["calendar.event"].create(
            {
                "name": name,
                "start": "2026-06-16 10:00:00",
                "stop": "2026-06-16 11:00:00",
                "partner_ids": [(6, 0, partners.ids)],
            }
        )

    def test_meeting(self):
        event = self.meeting(f"Lunch: {WORD}", self.partner | self.sam.partner_id)
        self.forget()
        self.assertNotIn(WORD, event.name)
        self.assertNotIn(self.partner, event.attendee_ids.partner_id)
        self.assertEqual(self.find_text(), {})

    def test_meeting_with_others_stays(self):
        guest = self.env["res.partner"].create({"name": "Guest"})
        event = self.meeting("All hands", self.partner | guest)
        plan = self.profile._plan_erasure({})
        self.assertIn(("calendar.event", "kept", 1), plan)
        self.forget()
        self.assertEqual(event.name, "All hands")
        self.assertEqual(event.attendee_ids.partner_id, guest)

    def test_portal_login(self):
        user = new_test_user(
            self.env, WORD, groups="base.group_portal", partner_id=self.partner.id
        )
        self.forget()
        self.assertFalse(user.active)
        self.assertEqual(self.find_text(), {})

    def test_employee_is_not_forgotten(self):
        profile = self.env["flywheel.profile"].browse(
            self.rita.partner_id._get_profile_ids().values()
        )
        with self.assertRaisesRegex(UserError, "own people"):
            self.forget(profile)
        self.assertTrue(profile.exists())

    def test_who_may(self):
        for user in (self.rita, self.sam, self.mara, self.sid, self.pia):
            with self.assertRaises(AccessError):
                self.forget(user=user)
        self.assertTrue(self.profile.exists())

    def test_second_person_approves(self):
        self.company.flywheel_erasure_approval = True
        log = self.forget()
        self.assertEqual(log.state, "waiting")
        self.assertTrue(self.profile.exists())
        with self.assertRaises(AccessError):
            log.with_user(self.max).action_approve()
        with self.assertRaises(AccessError):
            log.with_user(self.mara).action_approve()
        officer = new_test_user(
            self.env,
            "flywheel_olga",
            groups="inbound_flywheel.group_flywheel_privacy",
        )
        log.with_user(officer).action_approve()
        self.assertEqual(log.state, "done")
        self.assertEqual(log.approver_id, officer)
        self.assertFalse(self.profile.exists())
        with self.assertRaises(UserError):
            log.with_user(officer).action_approve()

    def test_refused(self):
        self.company.flywheel_erasure_approval = True
        log = self.forget()
        log.with_user(self.max).action_refuse()
        self.assertEqual(log.state, "refused")
        self.assertTrue(self.profile.exists())

    def test_interrupted_anywhere_is_finished(self):
        """Stop after each step in turn; what is begun anew ends as if it were not."""
        steps = ["_erase_attached", "_erase_mentions", "_count_touchpoints"]
        steps += ["_erase_records", "_finish"]
        for step in steps:
            with self.subTest(step), self.cr.savepoint() as savepoint:
                self.fill()
                self.other_lead()
                Log = self.env.registry["flywheel.privacy.log"]
                with self.patch_to_stop(Log, step):
                    log = self.forget()
                self.assertEqual(log.state, "running")
                with self.enter_registry_test_mode():
                    cron = self.env.ref("inbound_flywheel.cron_privacy")
                    cron.method_direct_trigger()
                self.assertEqual(log.state, "done")
                self.assertEqual(self.find_text(), {})
                told = {(name, how): count for name, how, count in log.counts}
                self.assertEqual(told["flywheel.fact", "deleted"], 2)
                savepoint.rollback()
                self.env.invalidate_all()

    def patch_to_stop(self, Log, step):
        """Return a context in which an erasure ends before a step."""
        from unittest.mock import patch

        class Stop(Exception):
            pass

        def stop(*_arguments):
            raise Stop()

        original = Log._erase

        def erase(log):
            with patch.object(Log, step, stop):
                try:
                    original(log)
                except Stop:
                    log.env.flush_all()

        return patch.object(Log, "_erase", erase)

    def test_twice_does_no_harm(self):
        self.fill()
        log = self.forget()
        counts = log.counts
        log.sudo().state = "running"
        log.sudo()._run()
        self.assertEqual(log.state, "done")
        self.assertEqual(
            [c for c in log.counts if c[1] != "listed"],
            [c for c in counts if c[1] != "listed"],
        )

    def test_unknown_app_loses_words(self):
        """What an app adds and nobody has a rule for keeps its rows, without words."""
        source = self.env["utm.campaign"].create({"name": f"For {WORD}"})
        Profile = self.env.registry["flywheel.profile"]
        original = Profile._get_personal_records

        def more(people):
            return {**original(people), "utm.campaign": source.sudo()}

        self.patch(Profile, "_get_personal_records", more)
        self.fill()
        self.forget()
        self.assertTrue(source.exists())
        self.assertEqual(self.find_text(), {})

    def test_orders_keep_the_contact(self):
        if "sale.order" not in self.env:
            self.skipTest("no orders here")
        order = self.env["sale.order"].create({"partner_id": self.partner.id})
        wizard = (
            self.env["flywheel.privacy.forget"]
            .with_user(self.max)
            .create({"profile_id": self.profile.id})
        )
        self.assertEqual(wizard.contact, "kept")
        self.assertIn("law", wizard.preview)
        self.forget()
        self.assertEqual(order.partner_id.name, NAME)
        self.assertFalse(self.profile.exists())

    def test_odoos_own_lookup_finds_us_and_later_nobody(self):
        if "privacy.lookup.wizard" not in self.env:
            self.skipTest("Odoo's own lookup is not installed")
        self.fill()
        Wizard = self.env["privacy.lookup.wizard"]
        wizard = Wizard.create({"name": NAME, "email": EMAIL})
        wizard.action_lookup()
        found = set(wizard.line_ids.mapped("res_model"))
        self.assertLessEqual({"flywheel.profile", "crm.lead", "res.partner"}, found)
        wizard.unlink()
        self.forget()
        wizard = Wizard.create({"name": NAME, "email": EMAIL})
        wizard.action_lookup()
        self.assertFalse(wizard.line_ids)
