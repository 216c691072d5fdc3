# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import mute_logger

from .common_follow_up import FollowUpCase

RUN = "odoo.addons.inbound_flywheel.models.flywheel_follow_up_run"


class TestFollowUp(FollowUpCase):
    """What happens is followed up: once, by the right person, on the right record."""

    def test_an_activity_for_the_owner(self):
        self.rule.activity_days = 3
        self.happen()
        self.run_cron()
        self.assertRecordValues(
            self.planned(),
            [
                {
                    "activity_type_id": self.call.id,
                    "summary": "Call them",
                    "user_id": self.sam.id,
                    "date_deadline": fields.Date.to_date("2026-06-18"),
                    "automated": True,
                }
            ],
        )
        self.assertIn("Form Filled In", self.planned().note)
        line = self.logged()
        self.assertEqual(line.state, "done")
        self.assertEqual(line.res_id, self.planned().id)
        self.assertEqual(line.done_date, fields.Datetime.now())
        self.assertEqual((self.rule.done_count, self.rule.waiting_count), (1, 0))

    def test_once_however_often_it_runs(self):
        self.happen(external_key="f1")
        self.run_cron()
        self.run_cron()
        self.happen(external_key="f1")
        self.run_cron()
        self.assertEqual(len(self.planned()), 1)

    def test_on_the_open_lead_of_the_person(self):
        lead = self.env["crm.lead"].create(
            {"name": "Offer", "partner_id": self.wang.id, "user_id": self.mara.id}
        )
        self.happen()
        self.run_cron()
        self.assertEqual(self.planned(lead).user_id, self.mara)
        self.assertFalse(self.planned())

    def test_on_the_record_it_happened_on(self):
        older, newer = self.env["crm.lead"].create(
            [
                {"name": n, "partner_id": self.wang.id, "user_id": self.sam.id}
                for n in "ab"
            ]
        )
        self.happen(res_model="crm.lead", res_id=older.id)
        self.run_cron()
        self.assertTrue(self.planned(older))
        self.assertFalse(self.planned(newer))
        older.action_set_lost()
        self.rule.once_days = 0
        self.happen(res_model="crm.lead", res_id=older.id, date=fields.Datetime.now())
        self.run_cron()
        self.assertTrue(self.planned(newer))

    def test_one_person_a_team_or_nobody(self):
        self.rule.write({"assign": "user", "user_id": self.max.id})
        self.happen()
        self.run_cron()
        self.assertEqual(self.planned().user_id, self.max)
        team = self.env["crm.team"].create(
            {"name": "T", "member_ids": [(6, 0, (self.sam | self.mara).ids)]}
        )
        self.rule.write({"assign": "team", "team_id": team.id, "once_days": 0})
        now = fields.Datetime.now()
        self.happen(self.chen, date=now)
        self.happen(self.chen, date=now - timedelta(minutes=1))
        self.rule.date_started -= timedelta(days=10)
        self.run_cron()
        self.assertEqual(self.planned(self.chen).user_id, self.sam | self.mara)
        self.rule.write({"assign": "owner", "user_id": False, "team_id": False})
        lost = self.env["res.partner"].create({"name": "Lost"})
        self.happen(lost)
        self.run_cron()
        self.assertEqual(self.logged()[-1].reason, "nobody")

    def test_somebody_who_is_neither_contact_nor_lead(self):
        self.happen(self.wang)
        self.ingest_all(self.item(email="new@else.example"))
        self.run_cron()
        self.assertEqual(
            sorted(self.logged().mapped(lambda line: line.reason or "")),
            ["", "no_record"],
        )

    # ------------------------------------------------------------------
    # Which touchpoints
    # ------------------------------------------------------------------
    def test_condition_and_types(self):
        self.rule.domain = "[('value', '>', 5)]"
        self.rule.date_started = self.ago(days=5)
        self.happen(value=3)
        self.happen(self.chen, value=7)
        self.happen(code="page", value=7)
        self.run_cron()
        self.assertEqual(self.logged().profile_id, self.chen.flywheel_profile_id)

    def test_history_is_left_alone(self):
        self.happen(date=fields.Datetime.to_datetime(self.ago(days=3)))
        self.rule.action_start()
        self.happen(self.chen)
        self.run_cron()
        self.assertFalse(self.logged())
        self.happen(self.chen, date=fields.Datetime.now())
        self.run_cron()
        self.assertEqual(len(self.logged()), 1)

    def test_a_changed_rule_begins_anew(self):
        self.happen(code="page")
        ids = self.env["flywheel.touchpoint.type"]._get_ids_by_code()
        self.rule.type_ids = [(4, ids["page"])]
        self.run_cron()
        self.assertFalse(self.logged())

    def test_active_window(self):
        self.rule.write({"date_from": "2026-06-16", "date_to": "2026-06-16"})
        self.rule.date_started = self.ago(days=5)
        self.happen()
        self.run_cron()
        self.assertFalse(self.logged())
        with freeze_time("2026-06-16 23:00:00"):
            self.happen()
        self.run_cron("2026-06-17 01:00:00")
        self.assertEqual(len(self.logged()), 1)

    def test_quarantined_and_released(self):
        self.happen(self.wang)
        line = self.lines(self.wang.flywheel_profile_id, "form")
        line.with_user(self.max).action_quarantine()
        self.run_cron()
        self.assertFalse(self.logged())
        line.with_user(self.max).action_release()
        self.run_cron()
        self.assertEqual(self.logged().state, "done")

    def test_quarantined_while_it_waits(self):
        self.rule.wait_hours = 2
        self.happen()
        self.run_cron()
        self.assertEqual(self.logged().state, "waiting")
        line = self.lines(self.wang.flywheel_profile_id, "form")
        line.with_user(self.max).action_quarantine()
        self.run_cron("2026-06-15 14:00:00")
        self.assertEqual(self.logged().reason, "quarantined")
        self.assertFalse(self.planned())

    def test_pending_lines_wait_until_they_are_applied(self):
        self.env["flywheel.touchpoint"]._record(
            [self.item() | {"date": fields.Datetime.now()}], later=True
        )
        self.rule._find()
        self.assertFalse(self.logged())
        self.env["flywheel.touchpoint"].search([("pending", "=", True)])._apply()
        self.rule._find()
        self.assertEqual(len(self.logged()), 1)

    # ------------------------------------------------------------------
    # Whom
    # ------------------------------------------------------------------
    def test_persona_stage_grade_and_score(self):
        wang, chen = self.wang, self.chen
        (wang | chen)._flywheel_ensure_profiles()
        persona = self.env["flywheel.persona"].create({"name": "Buyer"})
        wang.persona_id = persona
        wang.journey_stage_id = self.stage("decision")
        wang.flywheel_profile_id.flush_recordset()
        self.env.cr.execute(
            "UPDATE flywheel_profile SET fit_grade = 'B' WHERE id = %s",
            [wang.flywheel_profile_id.id],
        )
        self.env.invalidate_all()
        rules = {
            "persona": self.make(persona_ids=[(6, 0, persona.ids)]),
            "stage": self.make(stage_ids=[(6, 0, self.stage("decision").ids)]),
            "grade": self.make(grade="B"),
            "better": self.make(grade="A"),
        }
        self.happen(wang, chen)
        self.happen(wang, external_key="second")
        rules["score"] = self.make(score_min=30)
        rules["low"] = self.make(score_max=30)
        for rule in rules.values():
            rule._find()
        found = {name: rule.line_ids.profile_id for name, rule in rules.items()}
        wang, chen = wang.flywheel_profile_id, chen.flywheel_profile_id
        self.assertEqual(found["persona"], wang)
        self.assertEqual(found["stage"], wang)
        self.assertEqual(found["grade"], wang)
        self.assertFalse(found["better"])
        self.assertEqual(found["score"], wang)
        self.assertEqual(found["low"], chen)

    def test_once_in_so_many_days(self):
        now = fields.Datetime.now()
        self.happen(date=now - timedelta(hours=3))
        self.happen(date=now - timedelta(hours=2))
        self.run_cron()
        self.happen(date=now - timedelta(hours=1))
        self.run_cron()
        self.assertEqual(
            self.logged().mapped(lambda line: (line.state, line.reason)),
            [("done", False), ("skipped", "often"), ("skipped", "often")],
        )
        with freeze_time("2026-06-23 12:00:00"):
            self.happen(date=fields.Datetime.now())
        self.run_cron("2026-06-23 12:00:00")
        self.assertEqual(len(self.planned()), 2)

    def test_objection(self):
        self.wang._flywheel_ensure_profiles()
        self.wang.flywheel_profile_id.no_profiling = True
        chosen = self.make(score_max=1000)
        self.happen()
        self.run_cron()
        self.assertEqual(self.logged(chosen).reason, "objection")
        # A task that chooses by nobody's picture is no profiling.
        self.assertEqual(self.logged().state, "done")

    def test_managers_follow_up_people_of_their_companies(self):
        rule = self.make(start=False).with_user(self.max)
        self.assertEqual(rule.company_id, self.company)
        for company in (self.branch, self.env["res.company"]):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                rule.company_id = company
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                rule.copy({"company_id": company.id})
        # sudo: set up by somebody who is in all companies
        rule.sudo().company_id = False
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            rule.name = "Mine"

    def test_company(self):
        self.wang.company_id = self.company
        other = self.env["res.partner"].create(
            {"name": "Lee", "company_id": self.branch.id, "user_id": self.bea.id}
        )
        own = self.make(company_id=self.branch.id)
        self.happen(self.wang, other)
        self.run_cron()
        self.assertEqual(self.logged(own).profile_id, other.flywheel_profile_id)
        self.assertEqual(self.planned(other).user_id, self.bea)
        self.assertFalse(self.logged(own).with_user(self.sam)._filtered_access("read"))
        self.assertFalse(own.with_user(self.sam)._filtered_access("read"))

    def test_nobody_gets_what_he_may_not_see(self):
        other = self.env["res.partner"].create(
            {"name": "Lee", "company_id": self.branch.id}
        )
        rule = self.make(assign="user", user_id=self.sam.id, company_id=False)
        self.happen(other)
        self.run_cron()
        self.assertEqual(self.logged(rule).reason, "nobody")

    # ------------------------------------------------------------------
    # When
    # ------------------------------------------------------------------
    def test_waiting_and_waking(self):
        self.rule.wait_hours = 5
        self.happen()
        Trigger = self.env["ir.cron.trigger"]
        cron = self.env.ref("inbound_flywheel.cron_follow_up")
        before = Trigger.search([("cron_id", "=", cron.id)])
        self.run_cron()
        woken = Trigger.search([("cron_id", "=", cron.id)]) - before
        self.assertIn(self.logged().due_date, woken.mapped("call_at"))
        self.assertFalse(self.planned())
        self.run_cron("2026-06-15 16:00:00")
        self.assertTrue(self.planned())

    def test_applying_wakes_the_action(self):
        with patch.object(type(self.rule), "_wake") as wake:
            self.happen(code="page")
            self.env["flywheel.touchpoint"]._flush_queue()
            wake.assert_not_called()
            self.happen()
            self.env["flywheel.touchpoint"]._flush_queue()
            wake.assert_called()

    def test_daily_cap(self):
        self.rule.daily_cap = 1
        self.happen(self.wang, self.chen)
        self.run_cron()
        self.run_cron()
        self.assertEqual(self.rule.done_count, 1)
        self.run_cron("2026-06-16 08:00:00")
        self.assertEqual(self.rule.done_count, 2)

    def test_too_late(self):
        self.rule.daily_cap = 1
        self.happen(self.wang, self.chen)
        self.run_cron()
        self.run_cron("2026-06-20 08:00:00")
        self.assertEqual(self.logged()[-1].reason, "late")

    def test_pause(self):
        self.rule.wait_hours = 1
        self.happen(date=fields.Datetime.now())
        self.run_cron()
        self.rule.action_pause()
        self.run_cron("2026-06-15 14:00:00")
        self.assertEqual(self.rule.waiting_count, 1)
        self.rule.action_start()
        self.run_cron("2026-06-15 14:00:00")
        self.assertEqual(self.rule.done_count, 1)

    # ------------------------------------------------------------------
    # What goes wrong
    # ------------------------------------------------------------------
    def test_one_that_fails_holds_up_nobody(self):
        Line = type(self.env["flywheel.follow.up.line"])
        prepare = Line._prepare_activity
        wang = self.wang

        def broken(line, rule, record, user):
            if record == wang:
                raise ValueError("No way")
            return prepare(line, rule, record, user)

        self.happen(self.wang, self.chen)
        with patch.object(Line, "_prepare_activity", broken):
            self.run_cron()
        failed, done = self.logged()
        self.assertEqual((failed.state, failed.error), ("waiting", "No way"))
        self.assertEqual(done.state, "done")
        when = fields.Datetime.now()
        for attempt in range(2, 6):
            when = failed.due_date
            with patch.object(Line, "_prepare_activity", broken):
                self.run_cron(when)
            self.assertEqual(failed.attempts, attempt)
        self.assertEqual(failed.state, "failed")
        self.assertEqual(self.rule.failed_count, 1)
        failed.with_user(self.max).action_retry()
        self.assertEqual(failed.state, "waiting")
        self.run_cron(fields.Datetime.now())
        self.assertEqual(failed.state, "done")
        self.assertFalse(failed.error)

    def test_a_rule_that_cannot_be_read_any_more(self):
        bad = self.make(name="Bad")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE flywheel_follow_up SET domain = %s WHERE id = %s",
            ["[('gone', '=', 1)]", bad.id],
        )
        self.env.invalidate_all()
        self.happen()
        with mute_logger(RUN):
            self.run_cron()
        self.assertIn("gone", bad.error)
        self.assertEqual(self.rule.done_count, 1)

    def test_what_cannot_be_saved(self):
        for values in (
            {"domain": "[('gone', '=', 1)]"},
            {"domain": "nonsense("},
            {"action": "mail"},
            {"activity_type_id": False},
            {"assign": "user"},
            {"assign": "team"},
            {
                "types": ["mail_out"],
                "action": "mail",
                "mail_template_id": self.template.id,
                "once_days": 0,
            },
            {
                "types": ["mail_in"],
                "action": "mail",
                "mail_template_id": self.template.id,
                "once_days": 0,
            },
        ):
            with self.subTest(values), self.assertRaises(ValidationError), self.quiet():
                self.make(start=False, **values)

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------
    def test_rights(self):
        for user in (self.rita, self.sam, self.mara):
            rule = self.rule.with_user(user)
            self.assertTrue(rule.name)
            for call in (rule.action_start, rule.action_pause, rule.action_preview):
                with self.assertRaises(AccessError):
                    call()
            with self.assertRaises(AccessError):
                rule.line_ids.action_retry()
        with self.assertRaises(AccessError):
            self.rule.with_user(self.ian).read(["name"])
        self.make_as_manager()

    def make_as_manager(self):
        rule = self.rule.with_user(self.max).copy()
        self.assertEqual(rule.state, "draft")
        rule.action_start()
        with self.assertRaises(AccessError):
            self.env["flywheel.follow.up.line"].with_user(self.max).create(
                {"follow_up_id": rule.id}
            )

    def test_joined_people_keep_their_follow_ups(self):
        self.happen(self.wang, self.chen)
        self.run_cron()
        self.wang.flywheel_profile_id._merge(self.chen.flywheel_profile_id)
        self.assertEqual(self.logged().profile_id, self.wang.flywheel_profile_id)

    def test_the_note_tells_only_what_the_record_does(self):
        lead, other = self.env["crm.lead"].create(
            [
                {"name": n, "partner_id": p.id, "user_id": self.sam.id}
                for n, p in (("a", self.wang), ("b", self.chen))
            ]
        )
        for partner in (self.wang, self.chen):
            self.happen(
                partner, summary="<b>Words</b>", res_model="crm.lead", res_id=lead.id
            )
        self.run_cron()
        self.assertIn("&lt;b&gt;Words", self.planned(lead).note)
        self.assertNotIn("Words", self.planned(other).note)

    def test_many_cost_few_queries(self):
        partners = self.env["res.partner"].create(
            [{"name": f"P{i}", "user_id": self.sam.id} for i in range(60)]
        )
        self.happen(*partners)
        self.env["flywheel.touchpoint"]._flush_queue()
        self.env.flush_all()

        def spent(count):
            self.rule.daily_cap = self.rule.done_count + count
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.rule._take()._carry_out()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self.rule._find()
        self.assertEqual(self.rule.waiting_count, 60)
        few = spent(10)
        many = spent(50)
        self.assertEqual(self.rule.done_count, 60)
        self.assertLess(many - few, 40 * 4)
