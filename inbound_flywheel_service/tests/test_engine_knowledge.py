# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import random
from unittest import TestCase

from odoo.tests import tagged

from ..engine import gaps, ranking, usefulness


@tagged("post_install", "-at_install")
class TestKnowledgeEngine(TestCase):
    def test_parts_of_words(self):
        self.assertEqual(ranking.grams("card"), {"#^ca", "#car", "#ard", "#rd$"})
        self.assertFalse(ranking.grams("信用"))
        self.assertFalse(ranking.grams("a1"))
        weights = dict.fromkeys(ranking.grams("refundable"), 1.0)
        near, far = (
            ranking.gram_score([token], 10, 10.0, weights, {})
            for token in ("refunding", "passcode")
        )
        self.assertGreater(near, far)

    def test_long_questions_search_with_more_tokens(self):
        few = {f"t{n}": 5 for n in range(ranking.LONG)}
        many = {f"t{n}": 5 for n in range(ranking.LONG + 1)}
        for tokens, most in (
            (few, ranking.SEARCH_TOKENS),
            (many, ranking.SEARCH_TOKENS_LONG),
        ):
            terms = ranking.search_terms(tokens, 1000)
            self.assertEqual(sum(1 for term in terms if len(term) == 1), most)

    def test_factors_are_bounded(self):
        for votes in (-1e6, -3, -0.1, 0, 0.1, 3, 1e6):
            factor = usefulness.learned(votes)
            self.assertTrue(1 - usefulness.SINK <= factor <= 1 + usefulness.RISE)
            self.assertEqual(factor > 1, votes > 0)
        self.assertGreater(
            usefulness.outcome(True, 5, 0), usefulness.outcome(True, 0, 0)
        )
        self.assertLess(usefulness.outcome(True, 1, 5), 1)

    def test_clicks_bring_the_helpful_article_up(self):
        """Ten articles with about the same words, one of which helps; colleagues
        link it in nine of ten cases that they look at, and dismiss others."""
        rng = random.Random(3)
        hits = {0: 0, 30: 0}
        for _run in range(200):
            words = [10 + rng.gauss(0, 2) for _article in range(10)]
            votes = [0.0] * 10
            for seen in range(31):
                scores = [
                    w * usefulness.learned(v) for w, v in zip(words, votes, strict=True)
                ]
                first = max(range(10), key=scores.__getitem__)
                if seen in hits:
                    hits[seen] += first == 0
                likeness = rng.uniform(0.2, 0.8)
                careless = rng.random() < 0.1
                if (first == 0) != careless:
                    votes[first] += usefulness.VOTES["linked"] * likeness
                else:
                    votes[first] += usefulness.VOTES["dismissed"] * likeness
        self.assertLess(hits[0], 40)
        self.assertGreater(hits[30], 120)

    def test_groups_of_one_question(self):
        frequencies = {"umbrella": 3, "lost": 4, "rate": 3, "euro": 3}
        groups = gaps.Groups()
        for case, tokens in enumerate(
            [["umbrella", "lost"], ["rate", "euro"], ["lost", "umbrella"], ["x"]]
        ):
            signature = gaps.signature(tokens, frequencies, 100)
            if signature:
                groups.add(case, signature)
        [(members, centre)] = groups.found(2)
        self.assertEqual(members, [0, 2])
        written = [{"umbrella": "Umbrella"}, {"umbrella": "umbrellas"}]
        self.assertEqual(gaps.title(centre, written), "Umbrella")

    def test_articles_answer_their_company(self):
        articles = gaps.Articles()
        articles.add(1, ["umbrella", "lost"])
        case = gaps.signature(["umbrella"], {"umbrella": 3}, 100)
        self.assertEqual(articles.best(1, case), 1.0)
        self.assertEqual(articles.best(2, case), 0.0)
