# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import itertools
import random

from odoo.tests import freeze_time

from .test_stage import StageCase


class TestStageReplay(StageCase):
    """Evidence that arrives late leaves the history that it would have left in time."""

    def _intervals(self, person):
        return [
            (i.track, i.stage_id.code, i.date_from, i.date_to)
            for i in person.interval_ids.sorted(lambda i: (i.track, i.date_from, i.id))
        ]

    def test_late_evidence(self):
        self.days("form", start=10)
        person = self.days("page", start=12)
        self.assert_history(person, "journey", ["awareness", "consideration"])

    def test_late_evidence_that_changes_nothing(self):
        self.days("form", start=12)
        person = self.days("page", start=10)
        self.assert_history(person, "journey", ["consideration"])

    def test_late_evidence_overtakes(self):
        self.days("page", "form", start=10)
        person = self.days("meeting", start=12)
        self.assert_history(person, "journey", ["decision"])

    def test_every_order_of_arrival(self):
        codes = ("email_open", "unsubscribe", "call_in", "order")
        wanted = None
        for number, order in enumerate(itertools.permutations(range(4))):
            email = f"order{number}@example.com"
            for place in order:
                self.ingest_all(
                    self.item(codes[place], date=self.ago(days=9 - place), email=email)
                )
            person = self.person(email)
            self.assert_history(
                person, "lifecycle", ["subscriber", "lost", "sql", "customer"]
            )
            wanted = wanted or self._intervals(person)
            self.assertEqual(self._intervals(person), wanted)

    def test_random_histories(self):
        codes = ("page", "form", "meeting", "email_open", "call_in", "order")
        codes += ("unsubscribe", "referral")
        for seed in range(8):
            rng = random.Random(seed)
            events = [(rng.choice(codes), day) for day in rng.sample(range(1, 300), 25)]
            histories = []
            for copy in ("sorted", "shuffled", "batches"):
                email = f"{copy}{seed}@example.com"
                items = [
                    self.item(code, date=self.ago(days=day), email=email)
                    for code, day in sorted(events, key=lambda e: -e[1])
                ]
                size = 1 if copy == "sorted" else rng.randint(1, 9)
                if copy != "sorted":
                    rng.shuffle(items)
                for start in range(0, len(items), size):
                    self.ingest_all(*items[start : start + size])
                person = self.person(email)
                histories.append(self._intervals(person))
                for track in ("journey", "lifecycle"):
                    own = [i for i in histories[-1] if i[0] == track]
                    self.assert_history(person, track, [i[1] for i in own] or [None])
            self.assertEqual(histories[0], histories[1])
            self.assertEqual(histories[0], histories[2])

    def test_late_evidence_keeps_what_the_score_did(self):
        """Somebody who was hot once stays qualified when old news come in later."""
        self.score_rule(min_score=24)
        with freeze_time("2026-03-01 12:00:00"):
            self.ingest_all(self.item("meeting"))
        person = self.person()
        self.assert_history(person, "lifecycle", ["mql"])
        self.ingest_all(self.item("email_open", date="2026-02-01 12:00:00"))
        self.assert_history(person, "lifecycle", ["subscriber", "mql"])

    def test_late_evidence_after_its_rule_went(self):
        self.days("form", start=10)
        self.rules["asks"].active = False
        person = self.days("page", start=12)
        self.assertEqual(person.journey_stage_id.code, "awareness")
        self.assert_history(person, "journey", ["awareness"])

    def test_late_evidence_before_a_choice_by_hand(self):
        person = self.days("meeting", start=10)
        with freeze_time("2026-06-10 12:00:00"):
            person.with_user(self.sam).journey_stage_id = self.stage("awareness")
        self.ingest_all(self.item("meeting", date="2026-06-12 12:00:00"))
        self.ingest_all(self.item("form", date="2026-06-11 12:00:00"))
        self.assert_history(person, "journey", ["decision", "awareness"])
        proposed = person.proposal_ids.filtered(lambda p: p.state == "open")
        self.assertEqual(proposed.stage_id.code, "decision")
        self.ingest_all(self.item("form", date="2026-06-01 12:00:00"))
        self.assert_history(person, "journey", ["decision", "awareness"])
        self.assertEqual(
            person.proposal_ids.filtered(lambda p: p.state == "open"), proposed
        )
