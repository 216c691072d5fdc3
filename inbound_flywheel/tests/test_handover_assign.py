# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time

from .common_handover import HandoverCase


class TestHandoverAssign(HandoverCase):
    def _emails(self, count):
        return [f"p{number}@example.com" for number in range(count)]

    # ------------------------------------------------------------------
    # Who gets it
    # ------------------------------------------------------------------
    def test_assigned_once(self):
        handover = self.assign()
        lead = handover.lead_id
        self.assertIn(handover.user_id, self.anna + self.ben)
        self.assertEqual(handover.team_id, self.east)
        self.assertEqual((lead.user_id, lead.team_id), (handover.user_id, self.east))
        self.assertEqual(lead.type, "opportunity")
        self.assertEqual(lead.lifecycle_stage_id.code, "opportunity")
        self.assertTrue(lead.date_conversion)
        for _time in range(2):
            self.run_queue()
        self.assertEqual(len(self.lines(self.person(), "handover_assigned")), 1)
        self.assertEqual(len(self.tasks(lead)), 1)

    def test_in_turns_up_to_capacity(self):
        handovers = self.qualify(*self._emails(8))
        self.run_queue()
        users = [h.user_id for h in handovers if h.state == "assigned"]
        self.assertEqual(users.count(self.anna), 3)
        self.assertEqual(users.count(self.ben), 3)
        left = handovers.filtered(lambda h: h.state == "waiting")
        self.assertEqual(left.mapped("waiting_reason"), ["full"] * 2)
        self.assertEqual(left, handovers[6:])
        # A month later there is room again.
        self.cr.execute(
            "UPDATE crm_lead SET date_open = '2026-01-01' WHERE id = %s",
            [handovers[0].lead_id.id],
        )
        self.env.invalidate_all()
        self.run_queue()
        self.assertEqual(left.mapped("state"), ["assigned", "waiting"])
        self.assertEqual(left.mapped("waiting_reason"), [False, "full"])

    def test_what_was_assigned_otherwise_counts(self):
        for _time in range(3):
            self.lead("x@example.com", user_id=self.anna.id, team_id=self.east.id)
        handovers = self.assign(*self._emails(2))
        self.assertEqual(handovers.user_id, self.ben)

    def test_returned_counts_for_capacity(self):
        for handover in self.assign(*self._emails(6)):
            self.give_back(handover)
        late = self.qualify("late@example.com")
        self.run_queue()
        self.assertEqual(late.waiting_reason, "full")

    def test_overload(self):
        self.definition.when_full = "overload"
        handovers = self.assign(*self._emails(8))
        self.assertEqual(len(handovers.filtered(lambda h: h.user_id == self.ben)), 4)

    def test_leads_of_any_age(self):
        handover = self.qualify()
        self.cr.execute(
            "UPDATE crm_lead SET create_date = '2019-01-01' WHERE id = %s",
            [handover.lead_id.id],
        )
        self.env.invalidate_all()
        self.run_queue()
        self.assertEqual(handover.state, "assigned")

    def test_team_and_member_domains(self):
        self.members(self.anna).assignment_domain = "[('expected_revenue', '>', 5000)]"
        west = self.assign("w@example.com", city="West")
        small, large = (
            self.assign("s@example.com"),
            self.assign("l@example.com", expected_revenue=9000),
        )
        self.assertEqual(west.user_id, self.cora)
        self.assertEqual(small.user_id, self.ben)
        self.assertEqual(large.user_id, self.anna)

    def test_preferred_domain(self):
        self.members(
            self.ben
        ).assignment_domain_preferred = "[('expected_revenue', '>', 5000)]"
        handovers = self.assign(*self._emails(3), expected_revenue=9000)
        self.assertEqual(handovers.user_id, self.ben)

    def test_paused(self):
        self.members(self.anna).assignment_optout = True
        self.assertEqual(self.assign(*self._emails(3)).user_id, self.ben)
        self.east.assignment_optout = True
        late = self.qualify("late@example.com")
        self.run_queue()
        self.assertEqual(late.waiting_reason, "no_team")

    def test_no_team_no_member(self):
        nowhere = self.qualify("n@example.com", city="Nowhere")
        west = self.qualify("w@example.com", city="West")
        self.members(self.cora).action_archive()
        self.run_queue()
        self.assertEqual(nowhere.waiting_reason, "no_team")
        self.assertEqual(west.waiting_reason, "no_team")
        self.members(self.anna + self.ben).assignment_domain = "[('id', '=', 0)]"
        east = self.qualify("e@example.com")
        self.run_queue()
        self.assertEqual(east.waiting_reason, "no_member")
        self.assertEqual((nowhere + west + east).mapped("state"), ["waiting"] * 3)

    def test_archived_user_gets_nothing(self):
        self.anna.active = False
        self.assertEqual(self.assign(*self._emails(3)).user_id, self.ben)

    def test_team_of_the_lead(self):
        handover = self.assign(team_id=self.west.id)
        self.assertEqual(handover.user_id, self.cora)

    def test_other_companys_lead(self):
        self.east.company_id = self.company
        handover = self.qualify(company_id=self.branch.id)
        self.env["flywheel.profile"].search([("company_id", "=", self.branch.id)])
        people = (
            self.env["crm.lead"]
            .search([("company_id", "=", self.branch.id)])
            .flywheel_profile_id
        )
        self.ingest_all(
            *[self.item(c) for c in ("form", "meeting", "meeting")], user=self.bea
        )
        self.run_queue()
        handover = self.handovers(people)
        self.assertEqual(handover.state, "waiting")
        self.assertEqual(handover.company_id, self.branch)
        self.assertEqual(handover.waiting_reason, "no_team")
        self.east.company_id = False
        self.run_queue()
        # A team for all, but of people who do not work for that company.
        self.assertEqual(handover.waiting_reason, "no_member")
        self.ben.company_ids += self.branch
        self.run_queue()
        self.assertEqual(handover.user_id, self.ben)
        self.assertEqual(handover.lead_id.company_id, self.branch)

    # ------------------------------------------------------------------
    # Familiar salespeople
    # ------------------------------------------------------------------
    def test_owner_of_the_contact(self):
        partner = self.env["res.partner"].create(
            {"name": "Wang", "email": "wang@example.com", "user_id": self.ben.id}
        )
        with self.later(minutes=1):
            self.assign("first@example.com")
            handover = self.assign(partner_id=partner.id, city="East")
        self.assertEqual(handover.user_id, self.ben)
        self.assertTrue(handover.familiar)

    def test_salesperson_of_an_earlier_lead(self):
        self.members(self.ben).assignment_max = 9
        old = self.lead(user_id=self.ben.id, team_id=self.east.id)
        old.action_set_lost()
        with self.later(days=1):
            handover = self.assign()
        self.assertNotEqual(handover.lead_id, old)
        self.assertEqual(handover.user_id, self.ben)
        self.assertTrue(handover.familiar)

    def test_salesperson_of_the_company(self):
        company, wang, chen = self.env["res.partner"].create(
            [
                {"name": "Glasses", "is_company": True},
                {"name": "Wang", "email": "wang@example.com"},
                {"name": "Chen", "email": "chen@example.com"},
            ]
        )
        (wang + chen).parent_id = company
        self.lead(
            "chen@example.com",
            partner_id=chen.id,
            user_id=self.ben.id,
            team_id=self.east.id,
        )
        handover = self.assign(partner_id=wang.id, city="East")
        self.assertEqual(handover.user_id, self.ben)
        self.assertTrue(handover.familiar)

    def test_familiar_but_gone_or_full(self):
        partner = self.env["res.partner"].create(
            {"name": "Wang", "email": "wang@example.com", "user_id": self.ben.id}
        )
        self.members(self.ben).assignment_max = 0
        handover = self.assign(partner_id=partner.id, city="East")
        self.assertEqual(handover.user_id, self.anna)
        self.assertFalse(handover.familiar)

    # ------------------------------------------------------------------
    # What the salesperson gets
    # ------------------------------------------------------------------
    def test_person_without_lead_gets_one(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.definition.box_ids = False
        self.east.assignment_domain = False
        partner = self.env["res.partner"].create(
            {"name": "Wang", "email": "wang@example.com", "lang": "fr_FR"}
        )
        source = self.env["utm.source"].create({"name": "Fair"})
        self.heat(utm_source="Fair")
        handover = self.handovers()
        self.assertFalse(handover.lead_id)
        self.run_queue()
        lead = handover.lead_id
        self.assertEqual(lead.partner_id, partner)
        self.assertEqual(lead.lang_id.code, "fr_FR")
        self.assertEqual(lead.flywheel_profile_id, self.person())
        self.assertEqual((lead.source_id, handover.source_id), (source, source))
        self.assertEqual(lead.user_id, handover.user_id)
        self.assertEqual(len(self.lines(self.person(), "lead_created")), 1)

    def test_person_known_by_a_cookie_only(self):
        self.definition.box_ids = False
        self.east.assignment_domain = False
        items = [
            self.item(code, external_id="cookie")
            for code in ("form", "meeting", "meeting")
        ]
        self.ingest_all(*items)
        self.run_queue()
        person = self.person("cookie", "external")
        handover = self.handovers(person)
        self.assertEqual(handover.state, "assigned")
        self.assertEqual(handover.lead_id.flywheel_profile_id, person)

    @freeze_time("2026-06-19 06:00:00")
    def test_deadline_in_working_time(self):
        calendar = self.company.resource_calendar_id
        calendar.tz = "UTC"
        handover = self.assign()
        # Friday 6:00; eight hours from 8 to 12 and from 13 to 17.
        self.assertEqual(handover.deadline, datetime(2026, 6, 19, 17))
        self.definition.write({"answer_time": 2, "answer_unit": "days"})
        handover = self.assign("b@example.com")
        self.assertEqual(handover.deadline, datetime(2026, 6, 22, 17))
        self.assertEqual(
            self.tasks(handover.lead_id).date_deadline, datetime(2026, 6, 22).date()
        )

    def test_deadline_without_working_time(self):
        self.company.resource_calendar_id.attendance_ids.unlink()
        handover = self.assign()
        self.assertEqual(handover.deadline, fields.Datetime.now() + timedelta(hours=8))

    def test_note_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        (self.anna + self.ben).lang = "fr_FR"
        stage = self.stage("decision")
        stage.with_context(lang="fr_FR").name = "Décision"
        box = self.env.ref("inbound_flywheel.handover_box_budget")
        box.with_context(lang="fr_FR").question = "Combien ?"
        self.definition.box_ids -= box
        handover = self.qualify(expected_revenue=0)
        self.env["flywheel.touchpoint"]._record(
            [
                {
                    "type": "call_out",
                    "profile_id": self.person().id,
                    "summary": "Will send <b>prices</b>",
                }
            ]
        )
        self.run_queue()
        note = handover.note
        for text in (
            "Décision",
            "Combien ?",
            "Meeting (+",
            "Will send &lt;b&gt;prices",
            "Form (+",
        ):
            self.assertIn(text, note)
        task = self.tasks(handover.lead_id)
        self.assertEqual(task.user_id, handover.user_id)
        self.assertIn("Combien ?", task.note)
        self.assertEqual(task.activity_type_id.icon, "fa-handshake-o")

    def test_convert_when_accepted(self):
        self.definition.convert = "accepted"
        handover = self.assign()
        self.assertEqual(handover.lead_id.type, "lead")
        handover.with_user(handover.user_id).action_accept()
        self.assertEqual(handover.lead_id.type, "opportunity")

    def test_never_convert(self):
        self.definition.convert = "never"
        handover = self.assign()
        handover.with_user(handover.user_id).action_accept()
        self.assertEqual(handover.lead_id.type, "lead")
        self.assertEqual(handover.lead_id.lifecycle_stage_id.code, "sql")

    # ------------------------------------------------------------------
    # Beside Odoo's own assignment
    # ------------------------------------------------------------------
    def test_core_leaves_ours_alone(self):
        self.members(self.anna + self.ben).assignment_max = 0
        handover = self.qualify(team_id=self.east.id)
        self.run_queue()
        self.assertEqual(handover.state, "waiting")
        self.members(self.anna + self.ben).assignment_max = 30
        self.east._action_assign_leads(force_quota=True, creation_delta_days=0)
        self.assertFalse(handover.lead_id.user_id)
        self.run_queue()
        self.give_back(handover)
        self.east._action_assign_leads(force_quota=True, creation_delta_days=0)
        self.assertFalse(handover.lead_id.user_id)
        with self.later(days=40):
            self.east._action_assign_leads(force_quota=True, creation_delta_days=0)
        self.assertTrue(handover.lead_id.user_id)

    def test_somebody_takes_it_from_the_queue(self):
        handover = self.qualify()
        handover.lead_id.with_user(self.sam).write(
            {"user_id": self.ben.id, "team_id": self.east.id}
        )
        self.run_queue()
        self.assertEqual(handover.user_id, self.ben)

    # ------------------------------------------------------------------
    # Running
    # ------------------------------------------------------------------
    def test_statements_do_not_grow_with_leads(self):
        self.members(self.anna + self.ben).assignment_max = 999
        self.qualify(*self._emails(5))
        self.run_queue()
        counts = []
        for size in (10, 40):
            emails = [f"{size}-{email}" for email in self._emails(size)]
            self.qualify(*emails)
            before = self.cr.sql_log_count
            self.run_queue()
            counts.append(self.cr.sql_log_count - before)
        self.assertLess(counts[1], counts[0] + 20, counts)

    def test_manager_assigns_the_queue(self):
        self.qualify(*self._emails(8))
        for user in (self.anna, self.mara, self.rita):
            with self.assertRaises(AccessError):
                self.env["flywheel.handover"].with_user(user).action_assign_waiting()
        for user in (self.sue, self.max):
            action = (
                self.env["flywheel.handover"].with_user(user).action_assign_waiting()
            )
            self.assertIn("2 waiting", action["params"]["message"])

    def test_scheduled_action(self):
        handovers = self.qualify(*self._emails(7))
        cron = self.env.ref("inbound_flywheel.cron_handover")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(handovers.mapped("state").count("assigned"), 6)

    def test_queueing_wakes_the_scheduled_action(self):
        cron = self.env.ref("inbound_flywheel.cron_handover")
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.qualify()
        after = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.assertGreater(after, before)

    def test_batches(self):
        from ..models import flywheel_handover_assign

        self.patch(flywheel_handover_assign, "BATCH", 2)
        handovers = self.qualify(*self._emails(7))
        self.run_queue()
        self.assertEqual(handovers.mapped("state").count("assigned"), 6)
