# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import BaseCase, Form, freeze_time, tagged

from ..engine.silence import measure
from .test_stage import StageCase

START = datetime(2026, 1, 1)


@tagged("post_install", "-at_install")
class TestMeasure(BaseCase):
    def test_standard(self):
        silence = measure(START, 90)
        self.assertEqual((silence.limit, silence.rhythm), (90, None))
        self.assertEqual(silence.until, START + timedelta(days=90))

    def test_the_longer_counts(self):
        self.assertEqual(measure(START, 90, 58).limit, 90)
        self.assertEqual(measure(START, 90, 61).limit, 92)
        self.assertEqual(measure(START, 90, 182).limit, 273)

    def test_own_word(self):
        silence = measure(START, 90, still_until=date(2026, 6, 1))
        self.assertEqual(silence.until.date(), date(2026, 6, 1))
        self.assertEqual(measure(START, 90, still_until=date(2026, 1, 9)).limit, 90)
        self.assertEqual(
            measure(START, 90, still_until=date(2026, 1, 9)).until,
            START + timedelta(days=90),
        )

    def test_in_figures(self):
        figures = measure(START, 90, 58.0).describe(START + timedelta(days=131))
        self.assertEqual(
            figures, {"silent": 131, "limit": 90, "standard": 90, "rhythm": 58.0}
        )


class SilenceCase(StageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls.env.ref("inbound_flywheel.stage_rule_lapsed_customer")
        cls.rule.active = True
        cls.company.flywheel_lapse_days = 90

    def look(self, at="2026-06-15 12:00:00"):
        """Have the scheduled action look for silence at a moment."""
        with freeze_time(at):
            self.env["flywheel.profile"]._look_at_personas()
            self.env["flywheel.profile"]._find_silent(1000)
        self.env.invalidate_all()

    def customer(self, *days, email="wang@example.com", code="order"):
        """Return somebody who did something so many days ago, first of all bought."""
        for number, ago in enumerate(sorted(days, reverse=True)):
            self.ingest_all(
                self.item(
                    code if number else "order", date=self.ago(days=ago), email=email
                )
            )
        return self.person(email)


class TestSilence(SilenceCase):
    def test_standard(self):
        silent, active = (
            self.customer(91),
            self.customer(89, email="active@example.com"),
        )
        self.look()
        self.assert_history(silent, "lifecycle", ["customer", "lapsed"])
        self.assert_history(active, "lifecycle", ["customer"])
        interval = silent.interval_ids.filtered(lambda i: not i.date_to)
        self.assertRecordValues(
            interval,
            [{"rule_id": self.rule.id, "touchpoint_id": self.lines(silent).id}],
        )
        self.assertEqual(interval.date_from.date(), date(2026, 6, 14))
        self.assertIn("Silent for 91 days", interval.why)
        self.assertIn("standard 90", interval.why)

    def test_again_changes_nothing(self):
        person = self.customer(91)
        for _time in range(3):
            self.look()
        self.assert_history(person, "lifecycle", ["customer", "lapsed"])

    def test_found_on_the_day(self):
        person = self.customer(40)
        for day, stage in (
            ("2026-06-15", "customer"),
            ("2026-08-03", "customer"),
            ("2026-08-05", "lapsed"),
        ):
            self.look(f"{day} 12:00:00")
            self.assertEqual(person.lifecycle_stage_id.code, stage)

    def test_own_rhythm(self):
        person = self.customer(700, 520, 340, 160)
        self.look()
        self.assert_history(person, "lifecycle", ["customer"])
        self.look("2026-09-30 12:00:00")
        self.assert_history(person, "lifecycle", ["customer"])
        self.look("2026-10-07 12:00:00")
        self.assert_history(person, "lifecycle", ["customer", "lapsed"])
        why = person.interval_ids.filtered(lambda i: not i.date_to).why
        self.assertIn("own rhythm 180 days × 1.5 = 270", why)

    def test_rhythm_of_orders_though_much_is_said_around_them(self):
        person = self.customer(700, 520, 340, 160)
        for ago in (701, 699, 521, 519, 341, 339, 161, 159):
            self.ingest_all(self.item("page", date=self.ago(days=ago)))
        self.look()
        self.assert_history(person, "lifecycle", ["customer"])

    def test_two_pauses_are_no_rhythm(self):
        person = self.customer(520, 340, 160)
        self.look()
        self.assertEqual(person.lifecycle_stage_id.code, "lapsed")

    def test_a_rhythm_that_has_quickened(self):
        person = self.customer(700, 520, 340, 160)
        self.look()
        for ago in (60, 50, 40, 30, 20, 10):
            with freeze_time("2026-08-20 12:00:00"):
                self.ingest_all(self.item("order", date=self.ago(days=ago)))
        self.look("2026-11-09 12:00:00")
        self.assertEqual(person.lifecycle_stage_id.code, "lapsed")

    def test_persona_and_rule_have_standards_of_their_own(self):
        persona = self.env["flywheel.persona"].create(
            {"name": "Seasonal", "lapse_days": 200}
        )
        person, other = self.customer(150), self.customer(150, email="o@example.com")
        person.persona_id = persona
        self.look()
        self.assertEqual(person.lifecycle_stage_id.code, "customer")
        self.assertEqual(other.lifecycle_stage_id.code, "lapsed")
        third = self.customer(50, email="t@example.com")
        self.rule.with_user(self.max).silence_days = 40
        self.look()
        self.assertEqual(third.lifecycle_stage_id.code, "lapsed")
        self.assertEqual(person.lifecycle_stage_id.code, "customer")
        persona.with_user(self.mara).lapse_days = 100
        self.look()
        self.assertEqual(person.lifecycle_stage_id.code, "lapsed")

    def test_persona_that_a_person_gets_later(self):
        person = self.customer(40)
        self.look()
        person.persona_id = self.env["flywheel.persona"].create(
            {"name": "Hasty", "lapse_days": 45}
        )
        self.look("2026-06-17 12:00:00")
        self.assertEqual(person.lifecycle_stage_id.code, "customer")
        self.look("2026-06-21 12:00:00")
        self.assertEqual(person.lifecycle_stage_id.code, "lapsed")

    def test_standard_of_the_company(self):
        person = self.customer(50)
        self.look()
        self.assertEqual(person.lifecycle_stage_id.code, "customer")
        self.company.flywheel_lapse_days = 45
        self.look()
        self.assertEqual(person.lifecycle_stage_id.code, "lapsed")

    def test_what_we_send_is_no_sign_of_life(self):
        person = self.customer(91)
        self.ingest_all(self.item("email_sent"), self.item("call_out"))
        self.look()
        self.assertEqual(person.lifecycle_stage_id.code, "lapsed")

    def test_quarantined_is_no_sign_of_life(self):
        person = self.customer(91, 5)
        self.lines(person).sorted("date")[-1].with_user(self.max).action_quarantine()
        self.look()
        self.assertEqual(person.lifecycle_stage_id.code, "lapsed")

    def test_other_stages_and_objection(self):
        lead = self.days("call_in", start=200)
        person = self.customer(91, email="o@example.com")
        person.with_user(self.sam).no_profiling = True
        self.look()
        self.assert_history(lead, "lifecycle", ["sql"])
        self.assert_history(person, "lifecycle", ["customer"])
        person.with_user(self.sam).no_profiling = False
        self.look()
        self.assert_history(person, "lifecycle", ["customer", "lapsed"])

    def test_chosen_by_hand(self):
        person = self.days("call_in", start=200)
        with freeze_time("2026-03-01 12:00:00"):
            person.with_user(self.sam).lifecycle_stage_id = self.stage("customer")
        self.look("2026-05-15 12:00:00")
        self.assertFalse(person.proposal_ids)
        self.look()
        self.assert_history(person, "lifecycle", ["sql", "customer"])
        self.assertEqual(person.proposal_ids.stage_id.code, "lapsed")
        self.assertIn("Silent for", person.proposal_ids.why)
        with freeze_time("2026-06-16 12:00:00"):
            self.ingest_all(self.item("chat"))
        self.assertEqual(person.proposal_ids.state, "overtaken")

    def test_declined_silence(self):
        self.rule.mode = "propose"
        person = self.customer(91)
        self.look()
        person.proposal_ids.with_user(self.sam).action_decline("On holiday")
        self.look("2026-09-20 12:00:00")
        self.assertEqual(person.proposal_ids.mapped("state"), ["declined"])
        with freeze_time("2026-09-21 12:00:00"):
            self.ingest_all(self.item("chat"))
        self.look("2026-12-30 12:00:00")
        self.look("2027-03-30 12:00:00")
        self.assertEqual(
            person.proposal_ids.sorted("id").mapped("state"), ["declined", "open"]
        )

    # ------------------------------------------------------------------
    # Coming back
    # ------------------------------------------------------------------
    def test_any_sign_of_life_brings_back(self):
        person = self.customer(200)
        self.look()
        self.ingest_all(self.item("chat"))
        self.assert_history(person, "lifecycle", ["customer", "lapsed", "customer"])
        back = person.interval_ids.filtered(lambda i: not i.date_to)
        self.assertRecordValues(
            back,
            [
                {
                    "returned": True,
                    "entry_no": 2,
                    "touchpoint_id": self.lines(person, "chat").id,
                }
            ],
        )
        self.look("2026-12-30 12:00:00")
        self.assertEqual(person.lifecycle_stage_id.code, "lapsed")

    def test_back_where_they_belong(self):
        """A lapsed customer who reads a mail is no mere subscriber."""
        person = self.customer(200)
        self.look()
        self.ingest_all(self.item("email_open"))
        self.assert_history(person, "lifecycle", ["customer", "lapsed", "customer"])

    def test_back_and_further_in_one_step(self):
        self.rule.from_stage_ids |= self.stage("subscriber")
        person = self.days("email_open", start=200)
        self.look()
        self.ingest_all(self.item("call_in"))
        self.assert_history(person, "lifecycle", ["subscriber", "lapsed", "sql"])
        self.assertTrue(person.interval_ids.filtered(lambda i: not i.date_to).returned)

    def test_unless_the_rule_says_no(self):
        self.rule.comes_back = False
        person = self.customer(200)
        self.look()
        self.ingest_all(self.item("chat"))
        self.assert_history(person, "lifecycle", ["customer", "lapsed"])

    # ------------------------------------------------------------------
    # What becomes known late
    # ------------------------------------------------------------------
    def test_late_sign_of_life_undoes_the_silence(self):
        person = self.customer(91)
        self.look()
        self.ingest_all(self.item("chat", date=self.ago(days=30)))
        self.assert_history(person, "lifecycle", ["customer"])
        self.look()
        self.assert_history(person, "lifecycle", ["customer"])
        self.look("2026-09-01 12:00:00")
        self.assert_history(person, "lifecycle", ["customer", "lapsed"])

    def test_late_sign_of_life_after_the_return(self):
        with freeze_time("2026-03-15 12:00:00"):
            person = self.customer(108)
            self.env["flywheel.profile"]._find_silent(1000)
        self.ingest_all(self.item("chat", date=self.ago(days=20)))
        self.assert_history(person, "lifecycle", ["customer", "lapsed", "customer"])
        self.ingest_all(self.item("chat", date=self.ago(days=130)))
        self.assert_history(person, "lifecycle", ["customer"])

    def test_late_evidence_keeps_a_silence_and_the_return(self):
        with freeze_time("2026-03-15 12:00:00"):
            person = self.customer(308)
            self.env["flywheel.profile"]._find_silent(1000)
        self.ingest_all(self.item("chat", date=self.ago(days=20)))
        wanted = ["subscriber", "customer", "lapsed", "customer"]
        self.ingest_all(self.item("email_open", date=self.ago(days=500)))
        self.assert_history(person, "lifecycle", wanted)
        self.assertTrue(person.interval_ids.filtered(lambda i: not i.date_to).returned)

    def test_merge_of_a_silent_and_an_active_person(self):
        partners = self.env["res.partner"].create([{"name": "A"}, {"name": "B"}])
        silent, active = partners.flywheel_profile_id, None
        self.ingest_all(
            self.item("order", date=self.ago(days=200), partner_id=partners[0].id)
        )
        self.look()
        self.ingest_all(
            self.item("chat", date=self.ago(days=150), partner_id=partners[1].id),
            self.item("chat", date=self.ago(days=80), partner_id=partners[1].id),
        )
        silent, active = (partner.flywheel_profile_id for partner in partners)
        self.assertEqual(silent.lifecycle_stage_id.code, "lapsed")
        silent._merge(active)
        self.look()
        self.assert_history(silent, "lifecycle", ["customer"])

    # ------------------------------------------------------------------
    # Own word
    # ------------------------------------------------------------------
    def declare(self, person, until, user=None):
        wizard = Form(
            self.env["flywheel.still"]
            .with_user(user or self.sam)
            .with_context(default_profile_id=person.id)
        )
        wizard.until = until
        wizard.reason = "Buys every spring"
        wizard.save().action_apply()

    def test_own_word(self):
        person = self.customer(91)
        self.declare(person, "2026-12-31")
        self.assertEqual(person.still_until, date(2026, 12, 31))
        self.assertEqual(
            self.lines(person, "still_interested").summary, "Buys every spring"
        )
        self.look("2026-12-20 12:00:00")
        self.assertEqual(person.lifecycle_stage_id.code, "customer")
        self.look("2027-01-02 12:00:00")
        self.assertEqual(person.lifecycle_stage_id.code, "lapsed")

    def test_own_word_brings_back(self):
        person = self.customer(91)
        self.look()
        self.declare(person, "2026-12-31", self.sid)
        self.assertEqual(person.lifecycle_stage_id.code, "customer")

    def test_own_word_is_of_the_future_and_not_for_readers(self):
        person = self.customer(91)
        with self.assertRaises(UserError):
            self.declare(person, "2026-06-14")
        with self.assertRaises(AccessError):
            self.declare(person, "2026-12-31", self.rita)
        with self.assertRaises(AccessError):
            person.with_user(self.sam).still_until = "2026-12-31"

    # ------------------------------------------------------------------
    # The rule, the scheduled action
    # ------------------------------------------------------------------
    def test_rule_needs_stages(self):
        with self.assertRaises(ValidationError):
            self.rule.from_stage_ids = False
        with self.assertRaises(ValidationError):
            self.rule.from_stage_ids |= self.rule.stage_id
        with self.assertRaises(ValidationError):
            self.rule.silence_days = -1

    def test_scheduled_action(self):
        from ..models import flywheel_profile_lapse

        self.patch(flywheel_profile_lapse, "BATCH", 2)
        people = [self.customer(91, email=f"c{n}@example.com") for n in range(5)]
        cron = self.env.ref("inbound_flywheel.cron_find_silent")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        for person in people:
            self.assert_history(person, "lifecycle", ["customer", "lapsed"])

    def test_only_who_may_be_silent_is_looked_at(self):
        self.look()
        self.customer(10)
        Profile = self.env["flywheel.profile"]
        self.assertEqual(Profile._find_silent(1000), 1)
        self.assertEqual(Profile._find_silent(1000), 0)
        with freeze_time("2026-07-15 12:00:00"):
            self.assertEqual(Profile._find_silent(1000), 0)
