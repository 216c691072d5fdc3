# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import BaseCase, tagged

from ..engine import ranking
from ..engine.tokenizer import (
    MAX_TERMS,
    fold,
    is_traditional,
    language,
    plain_text,
    stem,
    term_counts,
    tokens,
)


@tagged("post_install", "-at_install")
class TestTokenizer(BaseCase):
    def _tokens(self, text):
        return [token for token, _written in tokens(text)]

    def test_english_words_lose_case_and_endings(self):
        self.assertEqual(
            self._tokens("My CARDS were declined"), ["my", "card", "were", "declin"]
        )
        for words in (
            ("card", "cards"),
            ("transfer", "transferred", "transferring", "transfers"),
            ("country", "countries"),
            ("verify", "verifies"),
            ("pay", "pays", "paying"),
            ("decline", "declined", "declining"),
            ("charge", "charges", "charged", "charging"),
            ("code", "coded", "codes"),
            ("purchase", "purchased", "purchases"),
        ):
            self.assertEqual(len({stem(word) for word in words}), 1, words)

    def test_short_and_foreign_words_stay(self):
        for word in ("is", "bus", "this", "übung", "a1b2ing"):
            self.assertEqual(stem(word), word)

    def test_chinese_becomes_characters_and_pairs(self):
        self.assertEqual(self._tokens("信用卡"), ["信", "用", "信用", "卡", "用卡"])

    def test_scripts_find_each_other(self):
        self.assertEqual(self._tokens("密碼忘記"), self._tokens("密码忘记"))
        # Each is shown to the reader as it was written.
        self.assertIn(("密码", "密碼"), list(tokens("密碼忘記")))
        self.assertTrue(is_traditional("密碼忘記了"))
        self.assertFalse(is_traditional("密码忘记了"))

    def test_width_accents_and_mixed_text(self):
        self.assertEqual(self._tokens("ＡＴＭ手續費"), self._tokens("atm手续费"))
        self.assertEqual(self._tokens("Café"), ["cafe"])
        self.assertEqual(fold("ＡＴＭ"), "atm")

    def test_markup_and_history_are_dropped(self):
        text = plain_text(
            "<p>My card &amp; me</p><style>p{}</style><script>alert(1)</script>"
            "<blockquote>old words</blockquote>"
        )
        self.assertEqual(text.split(), ["My", "card", "&", "me"])
        for history in (
            "\nOn Mon, 3 Nov 2025 at 10:00, Ann <a@b.c> wrote:\n> old",
            "\n-----Original Message-----\nold",
            "\n在 2025年11月3日 张三 写道：\nold",
            "\n> old",
            "\nFrom: Ann <a@b.c>\nold",
        ):
            self.assertEqual(plain_text("new" + history).split(), ["new"], history)
        self.assertEqual(
            plain_text('<div>new</div><div class="gmail_quote">old</div>').split(),
            ["new"],
        )

    def test_only_quoted_text_is_kept(self):
        # A forwarded mail has no words of its own: better its words than none.
        self.assertIn("lost", plain_text("From: Ann <a@b.c>\nlost card"))

    def test_bounded_work(self):
        huge = "<p>lorem " + "x" * 10_000_000
        self.assertLess(len(plain_text(huge)), 20_001)
        many = " ".join(f"word{i}" for i in range(100_000))
        self.assertLessEqual(len(term_counts(many)), MAX_TERMS)
        for evil in ("<" * 500_000, "<!--" * 100_000, "<a b " * 90_000, "on " * 90_000):
            term_counts(evil)

    def test_broken_input(self):
        for text in (None, "", "\x00\x00", "<", "&#xFFFFFFFF;", "\ud800"):
            self.assertIsInstance(plain_text(text), str)

    def test_language(self):
        self.assertEqual(language("My card"), "en")
        self.assertEqual(language("我的 card 不見了"), "zh")
        self.assertEqual(language("123 !"), "")


@tagged("post_install", "-at_install")
class TestRanking(BaseCase):
    def test_rare_tokens_weigh_more(self):
        self.assertGreater(ranking.idf(1000, 1), ranking.idf(1000, 500))
        self.assertGreater(ranking.idf(10, 10), 0)

    def test_search_takes_the_rarest_that_exist(self):
        frequencies = {"a": 900, "b": 3, "c": 1, "d": 0}
        terms = ranking.search_terms(frequencies, 1000)
        self.assertEqual(terms, [("c",), ("b",), ("a",)])
        self.assertEqual(ranking.search_terms({"d": 0}, 1000), [])

    def test_common_tokens_search_in_pairs(self):
        frequencies = {"a": 5000, "b": 6000, "c": 10}
        terms = ranking.search_terms(frequencies, 100_000)
        self.assertEqual(terms, [("c",), ("a", "b")])
        self.assertEqual(ranking.search_terms({"a": 5000}, 100_000), [("a",)])

    def test_search_is_bounded(self):
        frequencies = {f"t{i}": 40_000 + i for i in range(64)}
        expected = sum(
            min(frequencies[t] for t in term) if len(term) == 1 else 40_000**2 / 1e5
            for term in ranking.search_terms(frequencies, 100_000)
        )
        self.assertLess(expected, 50_000)

    def test_repetition_saturates_and_length_costs(self):
        weights = {"a": 1.0}
        once, _ = ranking.bm25({"a": 1}, 10, 10, weights)
        often, _ = ranking.bm25({"a": 100}, 10, 10, weights)
        long, _ = ranking.bm25({"a": 1}, 100, 10, weights)
        self.assertGreater(often, once)
        self.assertLess(often, once * (ranking.K1 + 1))
        self.assertLess(long, once)

    def test_words_of_a_match(self):
        parts = {"card": 3.0, "信用": 2.0, "信": 1.5, "fee": 1.4, "the": 0.2}
        self.assertEqual(
            ranking.matched_words(parts, {"card": "cards"}), ["cards", "信用", "fee"]
        )
        parts = dict.fromkeys(("充值", "值失", "失败", "我的", "how", "b"), 1.0)
        self.assertEqual(ranking.matched_words(parts, {}), ["充值失败"])

    def test_likeness(self):
        weights = {"a": 2.0, "b": 2.0}
        self.assertEqual(ranking.likeness(4.0, weights), 1.0)
        self.assertEqual(ranking.likeness(4.0, weights, unknown=1), 4 / 6)
        self.assertEqual(ranking.likeness(4.0, weights, unknown=99), 0.5)
        self.assertEqual(ranking.likeness(1.0, {}), 0.0)
