# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import itertools
from datetime import datetime

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time

from .test_stage import StageCase


class TestStageProposal(StageCase):
    def propose(self, *names):
        for name in names:
            self.rules[name].mode = "propose"

    def open_of(self, person, track="journey"):
        return person.proposal_ids.filtered(
            lambda p: p.state == "open" and p.track == track
        )

    def assert_asked(self, person, code, track="journey"):
        self.env.invalidate_all()
        self.assertEqual(self.open_of(person, track).stage_id.code or None, code)

    # ------------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------------
    def test_a_rule_that_proposes_moves_nobody(self):
        self.propose("talks")
        person = self.days("page", "meeting")
        self.assert_history(person, "journey", ["awareness"])
        line = self.lines(person, "meeting")
        self.assertRecordValues(
            self.open_of(person),
            [
                {
                    "stage_id": self.stage("decision").id,
                    "from_stage_id": self.stage("awareness").id,
                    "rule_id": self.rules["talks"].id,
                    "touchpoint_id": line.id,
                    "date": line.date,
                }
            ],
        )
        self.assertIn("Meeting", self.open_of(person).why)
        self.assertIn("talks", self.open_of(person).why)

    def test_asked_once(self):
        self.propose("talks")
        person = self.days("page", "meeting", "meeting", "meeting")
        self.assertEqual(len(person.proposal_ids), 1)
        self.assertEqual(person.proposal_ids.touchpoint_id.date, self.day(19))

    def day(self, days):
        return datetime.fromisoformat(self.ago(days=days))

    def test_stronger_evidence_takes_its_place(self):
        self.propose("asks", "talks")
        person = self.days("page", "form", "meeting")
        self.assert_asked(person, "decision")
        self.assertEqual(
            person.proposal_ids.sorted("id").mapped("state"), ["overtaken", "open"]
        )

    def test_a_move_overtakes(self):
        self.propose("asks")
        person = self.days("page", "form", "meeting")
        self.assert_history(person, "journey", ["awareness", "decision"])
        self.assert_asked(person, None)

    def test_a_move_leaves_what_leads_further(self):
        self.propose("talks")
        person = self.days("page", "meeting", "form")
        self.assert_history(person, "journey", ["awareness", "consideration"])
        self.assert_asked(person, "decision")

    def test_every_order_of_arrival(self):
        self.propose("asks", "talks")
        self.rules["leaves"].mode = "propose"
        codes = ("page", "form", "meeting", "email_open", "unsubscribe")
        for number, order in enumerate(itertools.permutations(range(5))):
            if number % 7:
                continue
            email = f"order{number}@example.com"
            for place in order:
                date = self.ago(days=9 - place)
                self.ingest_all(self.item(codes[place], date=date, email=email))
            person = self.person(email)
            self.assert_history(person, "journey", ["awareness"])
            self.assert_asked(person, "decision")
            self.assert_asked(person, "lost", "lifecycle")

    def test_one_open(self):
        self.propose("talks")
        person = self.days("page", "meeting")
        with self.assertRaises(IntegrityError), self.quiet(), self.cr.savepoint():
            self.env["flywheel.stage.proposal"].create(
                {
                    "profile_id": person.id,
                    "track": "journey",
                    "stage_id": self.stage("consideration").id,
                    "date": self.ago(days=1),
                }
            )

    def test_quarantined_evidence_asks_no_more(self):
        self.propose("talks")
        person = self.days("page", "meeting")
        line = self.lines(person, "meeting")
        line.with_user(self.max).action_quarantine()
        self.assert_asked(person, None)
        line.with_user(self.max).action_release()
        self.assert_asked(person, "decision")

    def test_score_asks(self):
        rule = self.score_rule(min_score=24)
        rule.mode = "propose"
        person = self.days("meeting", start=1)
        self.assert_asked(person, "mql", "lifecycle")
        self.assertIn("24", self.open_of(person, "lifecycle").why)

    # ------------------------------------------------------------------
    # A choice by hand
    # ------------------------------------------------------------------
    def test_a_fact_moves_even_so_and_says_it(self):
        self.rules["buys"].firm = True
        person = self.days("email_open")
        person.with_user(self.sam).lifecycle_stage_id = self.stage("lost")
        with freeze_time("2026-06-17 12:00:00"):
            self.ingest_all(self.item("call_in"))
            self.assert_history(person, "lifecycle", ["subscriber", "lost"])
            self.assert_asked(person, "sql", "lifecycle")
            self.ingest_all(self.item("order"))
        self.assert_history(person, "lifecycle", ["subscriber", "lost", "customer"])
        self.assert_asked(person, None, "lifecycle")
        interval = person.interval_ids.filtered(
            lambda i: i.track == "lifecycle" and not i.date_to
        )
        self.assertIn("although Sam had chosen Lost by hand", interval.why)
        notices = person.with_user(self.sam).get_stage_notices()
        self.assertEqual([m["overruled"] for m in notices["moves"]], [True])

    def test_rules_go_on_after_an_accepted_proposal(self):
        person = self.days("page")
        person.with_user(self.sam).journey_stage_id = self.stage("awareness")
        person.with_user(self.sam).journey_stage_id = False
        person.with_user(self.sam).journey_stage_id = self.stage("awareness")
        with freeze_time("2026-06-16 12:00:00"):
            self.ingest_all(self.item("form"))
            self.open_of(person).with_user(self.sam).action_accept()
        with freeze_time("2026-06-18 12:00:00"):
            self.ingest_all(self.item("meeting"))
        self.assert_history(
            person, "journey", ["awareness", "awareness", "consideration", "decision"]
        )

    def test_choosing_by_hand_answers(self):
        self.propose("talks")
        for code, state in (("decision", "accepted"), ("consideration", "overtaken")):
            email = f"{code}@example.com"
            self.ingest_all(
                self.item("page", email=email), self.item("meeting", email=email)
            )
            person = self.person(email)
            person.with_user(self.sam).journey_stage_id = self.stage(code)
            self.assertRecordValues(
                person.proposal_ids, [{"state": state, "user_id": self.sam.id}]
            )

    def test_shipped_rules_are_firm_for_facts_alone(self):
        rules = self.env["flywheel.stage.rule"].with_context(active_test=False)
        firm = rules.search([("firm", "=", True)])
        facts = {"order", "order_cancelled", "lead_won"}
        self.assertEqual(set(firm.type_ids.mapped("code")) - facts, set())
        self.assertTrue(firm)

    # ------------------------------------------------------------------
    # Answering
    # ------------------------------------------------------------------
    def test_accept(self):
        self.propose("talks")
        person = self.days("page", "meeting")
        self.open_of(person).with_user(self.mara).action_accept()
        self.assert_history(person, "journey", ["awareness", "decision"])
        self.assertRecordValues(
            person.interval_ids.filtered(lambda i: not i.date_to),
            [
                {
                    "source": "accepted",
                    "user_id": self.mara.id,
                    "rule_id": self.rules["talks"].id,
                    "touchpoint_id": self.lines(person, "meeting").id,
                }
            ],
        )
        self.assertRecordValues(
            person.proposal_ids, [{"state": "accepted", "user_id": self.mara.id}]
        )

    def test_accept_in_bulk_and_twice(self):
        self.propose("talks")
        emails = [f"p{number}@example.com" for number in range(5)]
        for email in emails:
            self.ingest_all(self.item("meeting", email=email))
        proposals = self.env["flywheel.stage.proposal"].search([("state", "=", "open")])
        mine = proposals.filtered(lambda p: p.profile_id.email in emails)
        self.assertEqual(len(mine), 5)
        for _time in range(2):
            mine.with_user(self.sam).action_accept()
            for email in emails:
                self.assert_history(self.person(email), "journey", ["decision"])

    def test_declined_is_not_asked_again(self):
        self.propose("talks")
        person = self.days("page", "meeting")
        wizard = Form(
            self.env["flywheel.stage.decline"]
            .with_user(self.sam)
            .with_context(default_proposal_ids=self.open_of(person).ids)
        )
        wizard.reason = "Only for a friend"
        wizard.save().action_apply()
        self.assertRecordValues(
            person.proposal_ids,
            [
                {
                    "state": "declined",
                    "reason": "Only for a friend",
                    "user_id": self.sam.id,
                }
            ],
        )
        self.lines(person).sudo()._apply()
        self.ingest_all(self.item("meeting", date=self.ago(days=5)))
        self.ingest_all(self.item("page", date=self.ago(days=30)))
        self.assert_asked(person, None)
        with freeze_time("2026-06-16 12:00:00"):
            self.ingest_all(self.item("meeting"))
        self.assert_asked(person, "decision")

    def test_declined_score_is_asked_about_when_it_rises_again(self):
        rule = self.score_rule(min_score=24)
        rule.mode = "propose"
        person = self.days("meeting", start=1)
        self.open_of(person, "lifecycle").with_user(self.sam).action_decline()
        with freeze_time("2026-06-15 13:00:00"):
            self.ingest_all(self.item("meeting"))
        self.assert_asked(person, None, "lifecycle")
        with freeze_time("2026-12-15 13:00:00"):
            self.ingest_all(self.item("meeting"))
        self.assert_asked(person, "mql", "lifecycle")

    def test_who_may_answer(self):
        self.propose("talks")
        person = self.days("page", "meeting")
        proposal = self.open_of(person)
        for user in (self.rita, self.ian, self.bea):
            if user == self.bea:
                person.company_id = self.company
                person._company_changed()
            for name in ("action_accept", "action_decline"):
                with self.assertRaises(AccessError):
                    getattr(proposal.with_user(user), name)()
        self.assert_asked(person, "decision")
        with self.assertRaises(AccessError):
            proposal.with_user(self.max).write({"state": "accepted"})

    # ------------------------------------------------------------------
    # What forms show
    # ------------------------------------------------------------------
    def test_notices(self):
        self.propose("talks")
        person = self.days("page", "meeting").with_user(self.sam)
        notices = person.get_stage_notices()
        self.assertEqual(notices["proposals"][0]["stage"], "Decision")
        self.assertIn("Meeting", notices["proposals"][0]["why"])
        self.assertTrue(notices["can_write"])
        self.assertFalse(person.with_user(self.rita).get_stage_notices()["can_write"])
        with self.assertRaises(AccessError):
            person.with_user(self.ian).get_stage_notices()

    def test_reason_afterwards(self):
        person = self.days("page").with_user(self.sam)
        person.journey_stage_id = self.stage("decision")
        (move,) = person.get_stage_notices()["moves"]
        self.assertTrue(move["ask"])
        for user in (self.mara, self.sam):
            person.with_user(user).set_stage_reason(move["id"], f"Said {user.name}")
        self.assertFalse(person.get_stage_notices()["moves"])
        interval = person.interval_ids.filtered(lambda i: not i.date_to)
        self.assertEqual(interval.reason, "Said Sam")
        self.assertIn("Said Sam", interval.why)
        with self.assertRaises(AccessError):
            person.with_user(self.rita).set_stage_reason(move["id"], "No")

    def test_reason_at_once(self):
        person = self.days("page").with_user(self.sam)
        person.with_context(flywheel_reason="Told me so").journey_stage_id = self.stage(
            "decision"
        )
        self.assertEqual(person.interval_ids[:1].reason, "Told me so")

    def test_help(self):
        stages = self.env["flywheel.stage"].with_user(self.rita).get_help("journey")
        self.assertEqual(
            [stage["name"] for stage in stages],
            ["Awareness", "Consideration", "Decision"],
        )
        self.assertIn("headache", stages[0]["definition"])
        self.assertGreater(len(stages[0]["checks"]), 1)

    def test_entries_are_counted(self):
        person = self.days("email_open", "unsubscribe", "email_open", "unsubscribe")
        entries = person.interval_ids.sorted("date_from").mapped("entry_no")
        self.assertEqual(entries, [1, 1, 2, 2])

    # ------------------------------------------------------------------
    # Objection
    # ------------------------------------------------------------------
    def test_rules_leave_alone_who_objects(self):
        person = self.days("page")
        person.with_user(self.sam).no_profiling = True
        self.ingest_all(self.item("meeting"), self.item("order"))
        self.assert_history(person, "journey", ["awareness"])
        self.assert_history(person, "lifecycle", [None])
        self.assertTrue(person.with_user(self.sam).get_stage_notices()["objects"])
        person.with_user(self.sam).no_profiling = False
        self.assert_history(person, "journey", ["awareness", "decision"])
        self.assert_history(person, "lifecycle", ["customer"])

    # ------------------------------------------------------------------
    # Merging
    # ------------------------------------------------------------------
    def test_merge(self):
        self.propose("talks")
        partners = self.env["res.partner"].create([{"name": "A"}, {"name": "B"}])
        for partner, code in zip(partners, ("meeting", "form"), strict=True):
            page = self.item("page", date=self.ago(days=9), partner_id=partner.id)
            self.ingest_all(page, self.item(code, partner_id=partner.id))
        people = partners.flywheel_profile_id
        people[1]._merge(people[0])
        self.assert_history(people[1], "journey", ["awareness", "consideration"])
        self.assert_asked(people[1], "decision")
        self.assertEqual(len(self.open_of(people[1])), 1)

    def test_merge_keeps_the_other_ones_choice(self):
        partners = self.env["res.partner"].create([{"name": "A"}, {"name": "B"}])
        for partner in partners:
            self.ingest_all(self.item("page", partner_id=partner.id))
        people = partners.flywheel_profile_id
        people[1].with_user(self.sam).journey_stage_id = self.stage("consideration")
        people[0]._merge(people[1])
        with freeze_time("2026-06-18 12:00:00"):
            self.ingest_all(self.item("meeting", partner_id=partners[0].id))
        self.assertEqual(people[0].journey_stage_id.code, "consideration")
        self.assert_asked(people[0], "decision")

    def test_overlap_is_refused(self):
        person = self.days("page", "form")
        with self.assertRaises(IntegrityError), self.quiet(), self.cr.savepoint():
            self.env["flywheel.stage.interval"].create(
                {
                    "profile_id": person.id,
                    "track": "journey",
                    "stage_id": self.stage("decision").id,
                    "date_from": self.ago(days=20),
                    "date_to": self.ago(days=18),
                }
            )

    def test_rule_form(self):
        with Form(self.env["flywheel.stage.rule"].with_user(self.max)) as form:
            form.name = "Comes closer"
            form.stage_id = self.stage("decision")
            form.mode = "propose"
            form.type_ids.add(self.env.ref("inbound_flywheel.touchpoint_type_chat"))
        self.assertEqual(form.record.mode, "propose")
