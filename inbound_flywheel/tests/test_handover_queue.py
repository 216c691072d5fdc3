# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time

from .common_handover import HandoverCase


class TestHandoverQueue(HandoverCase):
    # ------------------------------------------------------------------
    # Who is queued
    # ------------------------------------------------------------------
    def test_threshold_and_boxes(self):
        lead = self.lead()
        self.ingest_all(self.item("form"), self.item("meeting"))
        self.assertFalse(self.handovers())
        self.ingest_all(self.item("meeting"))
        handover = self.handovers()
        self.assertEqual(handover.state, "waiting")
        self.assertEqual(handover.lead_id, lead)
        self.assertAlmostEqual(handover.score, lead.engagement_score, 6)
        self.assertEqual(handover.threshold, 50)
        self.assertEqual(handover.definition_version, self.definition.version)
        self.assertEqual(handover.score_model_id, self.score_model)
        self.assertEqual(
            set(handover.box_rule_ids.box_id.mapped("code")),
            {"need", "budget", "background", "interaction"},
        )
        self.assertEqual(len(self.lines(self.person(), "handover_queued")), 1)
        self.assertEqual(lead.lifecycle_stage_id.code, "mql")

    def test_once_an_episode(self):
        handover = self.qualify()
        for _time in range(3):
            self.heat()
            self.env["flywheel.handover"]._queue_people()._announce()
        self.assertEqual(self.handovers(), handover)
        self.assertEqual(len(self.lines(self.person(), "handover_queued")), 1)

    def test_two_people_cross_at_once(self):
        leads = self.lead("a@example.com") + self.lead("b@example.com")
        self.ingest_all(
            *[
                self.item(code, email=email)
                for code in ("form", "meeting", "meeting")
                for email in ("a@example.com", "b@example.com")
            ]
        )
        handovers = self.handovers(leads.flywheel_profile_id)
        self.assertEqual(handovers.mapped("state"), ["waiting"] * 2)

    def test_two_rules_cross_at_once(self):
        """Queued once, though one event lifts the person over two thresholds."""
        own = self.definition.copy({"company_id": self.company.id, "threshold": 20})
        self.assertTrue(own)
        handover = self.qualify(company_id=self.company.id)
        self.assertEqual(len(handover), 1)

    def test_nobody_crosses_costs_no_query(self):
        self.qualify()
        Handover = self.env["flywheel.handover"]
        momentum = {self.person().id: 0.001}
        Handover._notice(momentum)
        with self.assertQueryCount(0):
            Handover._notice(momentum)
            Handover._flush_notices()

    def test_already_handed_over_costs_one_query(self):
        self.qualify()
        self.run_queue()
        Handover = self.env["flywheel.handover"]
        person = self.person()
        momentum = person.momentum
        self.env.flush_all()
        Handover._notice({person.id: momentum})
        with self.assertQueryCount(3):
            # The query, and the savepoint around it.
            Handover._flush_notices()

    def test_no_definition(self):
        self.definition.active = False
        self.lead()
        self.heat()
        self.run_queue()
        self.assertFalse(self.handovers())
        self.assertFalse(self.person().mql_definition)

    def test_own_threshold(self):
        self.definition.threshold = 500
        self.lead()
        self.heat()
        self.assertFalse(self.handovers())
        self.definition.threshold = 60
        self.run_queue()
        self.assertEqual(self.handovers().threshold, 60)

    def test_another_company_has_its_own(self):
        self.definition.copy({"company_id": self.branch.id, "threshold": 500})
        self.qualify()
        self.lead("b@example.com", company_id=self.branch.id)
        self.heat("b@example.com")
        self.assertEqual(len(self.handovers()), 1)
        branch = self.env["flywheel.profile"].search(
            [("company_id", "=", self.branch.id)]
        )
        self.assertFalse(self.handovers(branch))

    def test_minimum_grade(self):
        self.definition.min_grade = "B"
        lead = self.lead()
        self.heat()
        self.assertFalse(self.handovers())
        self.env["flywheel.fit.rule"].create(
            {
                "name": "From the east",
                "score_model_id": self.score_model.id,
                "model": "crm.lead",
                "domain": "[('city', '=', 'East')]",
                "points": 30,
            }
        )
        self.assertEqual(lead.fit_grade, "B")
        self.run_queue()
        self.assertEqual(self.handovers().grade, "B")

    def test_person_objects_to_profiling(self):
        handover = self.qualify()
        self.person().no_profiling = True
        self.run_queue()
        self.assertEqual(handover.state, "withdrawn")
        self.assertEqual(handover.withdraw_reason, "objection")
        self.heat()
        self.run_queue()
        self.assertEqual(self.handovers(), handover)

    def test_with_sales_already(self):
        self.lead(type="opportunity", user_id=self.anna.id)
        self.heat()
        self.run_queue()
        self.assertFalse(self.handovers())

    def test_customer_again_only_by_something_new(self):
        lead = self.lead()
        with freeze_time(fields.Datetime.now() + timedelta(minutes=1)):
            lead.action_set_won()
            self.heat()
            self.run_queue()
            self.assertFalse(self.handovers())
        with self.later(days=1):
            self.ingest_all(self.item("form"))
            self.assertEqual(self.handovers().state, "incomplete")

    # ------------------------------------------------------------------
    # Boxes
    # ------------------------------------------------------------------
    def test_missing_box_is_a_task_for_marketing(self):
        lead = self.lead(expected_revenue=0)
        self.heat()
        handover = self.handovers()
        self.assertEqual(handover.state, "incomplete")
        for _time in range(2):
            self.run_queue()
        task = self.tasks(lead)
        self.assertEqual(len(task), 1)
        self.assertEqual(task.user_id, self.mara)
        self.assertIn("Budget", task.summary)
        self.assertNotIn("Need", task.summary)
        self.assertFalse(lead.user_id)
        lead.expected_revenue = 100
        self.run_queue()
        self.assertEqual(handover.state, "assigned")
        self.assertFalse(self.tasks(lead, "boxes"))
        self.assertEqual(len(self.handovers()), 1)

    def test_task_without_lead_is_on_the_contact(self):
        partner = self.env["res.partner"].create(
            {"name": "Wang", "email": "wang@example.com"}
        )
        self.heat()
        self.run_queue()
        self.assertEqual(len(self.tasks(partner, "boxes")), 1)

    def test_only_the_required_boxes(self):
        self.definition.box_ids = self.env.ref("inbound_flywheel.handover_box_need")
        self.lead(expected_revenue=0, partner_name=False)
        self.heat()
        self.assertEqual(self.handovers().state, "waiting")

    def test_quarantined_evidence_fills_no_box(self):
        Box = self.env["flywheel.handover.box"]
        self.heat()
        need = self.env.ref("inbound_flywheel.handover_box_need")
        person = self.person()
        self.assertIn(need.id, Box.search([])._find_fillings(person.ids)[person.id])
        self.lines(person).write({"state": "quarantined"})
        self.assertFalse(Box.search([])._find_fillings(person.ids))

    def test_invalid_rules_are_refused(self):
        box = self.env.ref("inbound_flywheel.handover_box_need").with_user(self.max)
        for model, domain in (
            ("crm.lead", "[('nothing', '=', 1)]"),
            ("crm.lead", "[('name', '='"),
            ("flywheel.touchpoint", "[('expected_revenue', '>', 1)]"),
            ("res.partner", "[('name', '=', user.id)]"),
        ):
            with self.assertRaises(ValidationError), self.quiet():
                box.rule_ids = [
                    (0, 0, {"name": "Bad", "model": model, "domain": domain})
                ]

    def test_words_on_the_record(self):
        lead = self.lead(expected_revenue=0)
        self.heat()
        seen = lead.with_user(self.sam)
        self.assertIn("50", seen.mql_definition)
        self.assertIn(self.score_model.name, seen.mql_definition)
        self.assertIn("Budget", seen.mql_definition)
        self.assertIn("working hours: 8.", seen.mql_definition)
        self.assertIn("Left contact data in a form", seen.mql_definition)
        self.assertIn("Asked by form", seen.handover_box_text)
        self.assertIn("Empty, and needed", seen.handover_box_text)
        version = self.definition.version
        self.definition.with_user(self.max).threshold = 70
        self.assertEqual(self.definition.version, version + 1)
        self.env.invalidate_all()
        self.assertIn("70", seen.mql_definition)
        self.definition.name = "Another name"
        self.assertEqual(self.definition.version, version + 1)

    # ------------------------------------------------------------------
    # Falling, leaving
    # ------------------------------------------------------------------
    def test_time_withdraws_who_falls_below(self):
        self.members(self.anna + self.ben).assignment_max = 0
        handover = self.qualify()
        self.run_queue()
        self.assertEqual(handover.state, "waiting")
        with self.later(days=60):
            self.run_queue()
            self.assertEqual(handover.state, "withdrawn")
            self.assertEqual(handover.withdraw_reason, "score")
            self.heat()
            self.assertEqual(self.handovers().mapped("state"), ["withdrawn", "waiting"])

    def test_time_passing_writes_nothing_else(self):
        handover = self.assign()
        with self.later(days=60):
            before = handover.write_date
            self.run_queue()
            self.assertEqual(handover.state, "assigned")
            self.assertEqual(handover.write_date, before)

    def test_deleted_and_closed_leads(self):
        emails = [f"{letter}@example.com" for letter in "abc"]
        gone, lost, won = self.qualify(*emails)
        gone.lead_id.unlink()
        lost.lead_id.action_set_lost()
        won.lead_id.action_set_won()
        self.run_queue()
        for handover in gone + lost + won:
            self.assertEqual(handover.state, "withdrawn")
            self.assertEqual(handover.withdraw_reason, "closed")
        self.assertFalse(gone.lead_id)

    # ------------------------------------------------------------------
    # Merging
    # ------------------------------------------------------------------
    def test_merged_people_have_one(self):
        one, other = self.qualify("a@example.com", "b@example.com")
        self.run_queue()
        self.assertEqual((one + other).mapped("state"), ["assigned"] * 2)
        one.profile_id._merge(other.profile_id)
        self.assertEqual(one.state, "assigned")
        self.assertEqual(other.state, "withdrawn")
        self.assertEqual(other.withdraw_reason, "merge")
        self.assertEqual(other.profile_id, one.profile_id)
        self.assertFalse(other.activity_id)

    def test_furthest_goes_on(self):
        one, other = self.qualify("a@example.com"), self.assign("b@example.com")
        one.state = "waiting"
        one.profile_id._merge(other.profile_id)
        self.assertEqual(one.state, "withdrawn")
        self.assertEqual(other.state, "assigned")

    def test_merged_contacts_and_leads(self):
        partners = self.env["res.partner"].create(
            [{"name": name, "email": f"{name}@example.com"} for name in ("a", "b")]
        )
        leads = self.env["crm.lead"]
        for partner in partners:
            leads |= self.lead(partner.email, partner_id=partner.id)
            self.heat(partner.email)
        handovers = self.handovers(leads.flywheel_profile_id)
        self.assertEqual(len(handovers), 2)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            partners.ids, partners[0]
        )
        states = handovers.mapped("state")
        self.assertEqual(sorted(states), ["waiting", "withdrawn"])
        kept = leads.merge_opportunity()
        self.assertEqual(handovers.lead_id, kept)

    def test_merged_leads_of_two_people(self):
        handovers = self.qualify("a@example.com", "b@example.com")
        kept = handovers.lead_id.merge_opportunity()
        self.assertEqual(handovers.lead_id, kept)
        self.assertEqual(sorted(handovers.mapped("state")), ["waiting", "withdrawn"])

    def test_split_person(self):
        handover = self.qualify()
        own = self.lead("b@example.com").flywheel_profile_id
        own._merge(handover.profile_id)
        other = own._split(leads=handover.lead_id)
        self.assertEqual(handover.profile_id, other)
        self.assertEqual(handover.lead_id.flywheel_profile_id, other)
