# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from unittest import SkipTest

from odoo.tests import BaseCase, tagged

try:
    from ..engine.suggest import LEAST_CLOSED, sift, suggest
    from ..engine.suggest_card import fit_card
    from ..engine.suggest_checks import tells_of_outcome
    from ..engine.suggest_columns import (
        ABSENT,
        Column,
        Term,
        find_cuts,
        find_quantiles,
        round_between,
    )
except ImportError:  # scikit-learn is needed where points are suggested only
    suggest = None

TRADES = ("admin", "nurse", "farmer", "pilot", "student")


def make_trade(count=1500, seed=7, base=-1.2):
    """Return (columns, outcomes) of a made-up trade: a step, a bow, categories, a tag,
    two things that count together only, missing values, noise."""
    chance = random.Random(seed)
    rows, outcomes = [], []
    for _number in range(count):
        age = chance.randint(18, 80)
        income = round(chance.lognormvariate(3, 0.6), 2)
        trade = chance.choice(TRADES)
        tags = tuple(tag for tag in ("fair", "web", "vip") if chance.random() < 0.3)
        demo, budget = chance.random() < 0.5, chance.random() < 0.5
        logit = base + (1.5 if 30 <= age < 45 else 0) + 0.04 * min(income, 50)
        logit += {"pilot": 1.2, "student": -1.5}.get(trade, 0) + ("vip" in tags)
        logit += 1.6 if demo != budget else -1.6
        won = chance.random() < 1 / (1 + 2.718281828**-logit)
        if chance.random() < 0.15:
            income = None
        noise = chance.random()
        rows.append((age, income, trade, tags, demo, budget, noise))
        outcomes.append(int(won))
    kinds = ("number", "number", "category", "tags", "boolean", "boolean", "number")
    names = ("age", "income", "trade", "tags", "demo", "budget", "noise")
    columns = [
        Column(name, kind, [row[place] for row in rows])
        for place, (name, kind) in enumerate(zip(names, kinds, strict=True))
    ]
    return columns, outcomes


@tagged("post_install", "-at_install")
class TestSuggestEngine(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if suggest is None:
            raise SkipTest("scikit-learn is not installed")
        cls.columns, cls.outcomes = make_trade()
        cls.result = suggest(cls.columns, cls.outcomes)

    def plant(self, name, values, kind="category"):
        """Return {column: code of its refusal} with another column planted."""
        planted = Column(name, kind, values)
        _kept, refusals = sift([*self.columns, planted], self.outcomes_array())
        return {refusal.column: refusal.code for refusal in refusals}

    def outcomes_array(self):
        import numpy as np

        return np.array(self.outcomes)

    def test_points_rank_like_boosting(self):
        figures = self.result.figures
        self.assertGreaterEqual(figures["auc"], 0.98 * figures["auc_boosting"])
        self.assertLess(abs(figures["auc"] - figures["auc_exact"]), 0.003)
        self.assertTrue(all(p.condition.points for p in self.result.proposals))
        self.assertIsInstance(self.result.proposals[0].condition.points, int)

    def test_what_counts_only_together_is_found(self):
        pairs = [
            {test.column for test in proposal.condition.tests}
            for proposal in self.result.proposals
            if len(proposal.condition.tests) > 1
        ]
        self.assertIn({"demo", "budget"}, pairs)

    def test_signs_and_figures(self):
        points = {
            proposal.condition.tests[0].values: proposal
            for proposal in self.result.proposals
            if proposal.condition.get_columns() == ["trade"]
        }
        student, pilot = points[("student",)], points[("pilot",)]
        self.assertLess(student.condition.points, 0)
        self.assertGreater(pilot.condition.points, 0)
        self.assertGreater(pilot.confidence, 0.99)
        hits = [value == "pilot" for value in self.columns[2].values]
        won = sum(w for w, hit in zip(self.outcomes, hits, strict=True) if hit)
        self.assertEqual((pilot.n, pilot.won), (sum(hits), won))
        base = sum(self.outcomes) / len(self.outcomes)
        self.assertAlmostEqual(pilot.lift, won / sum(hits) / base)

    def test_same_records_same_points(self):
        again = suggest(*make_trade())
        self.assertEqual(
            [(p.condition.tests, p.condition.points) for p in again.proposals],
            [(p.condition.tests, p.condition.points) for p in self.result.proposals],
        )

    def test_few_records(self):
        columns, outcomes = make_trade(LEAST_CLOSED - 1)
        self.assertEqual(suggest(columns, outcomes).abstained, "few")
        rare = [0] * len(self.outcomes)
        rare[:39] = [1] * 39
        self.assertEqual(suggest(self.columns, rare).abstained, "few")

    def test_chance(self):
        chance = random.Random(1)
        outcomes = [int(chance.random() < 0.3) for _one in self.outcomes]
        result = suggest(self.columns, outcomes)
        self.assertEqual((result.abstained, result.proposals), ("chance", []))

    def test_fewer_wins_fewer_conditions(self):
        columns, outcomes = make_trade(400)
        card = fit_card(columns, outcomes)
        self.assertLessEqual(len(card.conditions), min(sum(outcomes), 400) / 5 + 2)

    def test_leaks(self):
        chance = random.Random(2)
        won = self.outcomes
        certain = [w if chance.random() < 0.99 else 1 - w for w in won]
        strong = [w + chance.gauss(0, 0.55) for w in won]
        quality = [w + chance.gauss(0, 1.1) for w in won]
        signed = ["x" if w and chance.random() < 0.6 else None for w in won]
        tags = [
            ("sold" if chance.random() < 0.7 else "maybe")
            if w
            else chance.choice(["maybe", "busy"])
            for w in won
        ]
        self.assertEqual(self.plant("state", certain, "number")["state"], "certain")
        self.assertEqual(self.plant("calls", strong, "number")["calls"], "strong")
        found = self.plant("Lead Quality", quality, "number")
        self.assertEqual(found["Lead Quality"], "named")
        self.assertEqual(self.plant("paper", signed)["paper"], "filled_won")
        self.assertEqual(self.plant("note", tags)["note"], "pure")

    def test_the_same_again(self):
        twin = next(column for column in self.columns if column.kind == "category")
        self.assertEqual(self.plant("again", list(twin.values)), {"again": "double"})

    def test_many_values_by_chance(self):
        """Among forty made-up cities some look telling: none becomes a rule."""
        dice = random.Random(5)
        cities = [f"city {dice.randrange(40)}" for _one in self.outcomes]
        city = Column("city", "category", cities)
        result = suggest([*self.columns, city], self.outcomes)
        used = {t.column for p in result.proposals for t in p.condition.tests}
        self.assertNotIn("city", used)
        self.assertTrue(used)

    def test_nothing_for_others(self):
        count = len(self.outcomes)
        found = self.plant("key", [f"k{n}" for n in range(count)])
        self.assertEqual(found, {"key": "unique"})
        self.assertEqual(
            self.plant("row", list(range(count)), "number"), {"row": "running"}
        )
        self.assertEqual(self.plant("all", ["same"] * count), {"all": "constant"})
        self.assertEqual(self.plant("no", [None] * count), {"no": "empty"})

    def test_a_suspect_can_be_taken(self):
        certain = Column("sure", "number", [float(w) for w in self.outcomes])
        columns = [*self.columns, certain]
        kept, refusals = sift(columns, self.outcomes_array(), {"sure"})
        self.assertIn("sure", {column.name for column in kept})
        self.assertEqual(refusals, [])

    def test_names(self):
        for name in ("Lost Reason", "x_tags", "CallDuration", "lead_status"):
            self.assertTrue(tells_of_outcome(name), name)
        for name in ("marital_status", "Previous Outcome", "job", "wonder"):
            self.assertFalse(tells_of_outcome(name), name)

    def test_events_are_worth_the_same_each(self):
        chance = random.Random(3)
        visits = [chance.randint(0, 3) + 2 * w for w in self.outcomes]
        column = Column("visits", "events", visits)
        card = fit_card([*self.columns, column], self.outcomes)
        (events,) = [c for c in card.conditions if c.events]
        self.assertGreater(events.points, 0)

    def test_absent_is_not_missing(self):
        values = [1.0, None, ABSENT, 5.0]
        column = Column("x", "number", values)
        self.assertEqual(
            Term("x", missing=True).holds(column).tolist(), [False, True, False, False]
        )
        self.assertEqual(
            Term("x", high=5).holds(column).tolist(), [True, False, False, False]
        )

    def test_cuts(self):
        import numpy as np

        values = np.array([float(n % 60) for n in range(1200)])
        outcomes = np.array([float(n % 60 >= 37) for n in range(1200)])
        self.assertIn(37.0, find_cuts(values, outcomes))
        self.assertEqual(find_cuts(np.ones(100), np.ones(100)), [])
        # Nearly always 0: the first cut tells it from the rest.
        mostly = np.array([0.0] * 900 + [1.0 + n % 40 for n in range(100)])
        self.assertEqual(find_quantiles(mostly, 4), [1.0])
        for low, high in ((0.1, 0.2), (24, 31), (-5, 3), (1e6, 1e6 + 1), (-9, -8.5)):
            cut = round_between(low, high)
            self.assertTrue(low < cut <= high, (low, cut, high))
