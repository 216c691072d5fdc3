# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import BaseCase, tagged

from ..engine.assignment import Member, distribute
from ..engine.matching import compile_words, first_word
from ..engine.tokenizer import fold


@tagged("post_install", "-at_install")
class TestMatching(BaseCase):
    def _match(self, words, text):
        return first_word(compile_words(words), fold(text))

    def test_whole_words(self):
        self.assertEqual(self._match("refund", "I want a REFUND."), "refund")
        self.assertFalse(self._match("refund", "refunds"))
        self.assertFalse(self._match("art", "cart"))
        self.assertEqual(self._match("refund*", "refunding"), "refund*")

    def test_phrases(self):
        self.assertEqual(self._match("lost card", "my Lost\n card"), "lost card")
        self.assertFalse(self._match("lost card", "lost my card"))

    def test_chinese_needs_no_spaces(self):
        self.assertEqual(self._match("資安", "贵公司有资安问题"), "資安")
        self.assertEqual(self._match("漏洞", "产品漏洞報告"), "漏洞")
        self.assertEqual(self._match("ATM", "我的ＡＴＭ卡"), "ATM")

    def test_any_line_is_enough_and_the_first_is_named(self):
        self.assertEqual(self._match("\n  \nfoo\nbar", "a bar and foo"), "foo")
        self.assertFalse(self._match("", "anything"))
        self.assertFalse(self._match("*\n  ", "anything"))

    def test_special_characters_are_plain(self):
        self.assertEqual(self._match("c++", "I use C++ here"), "c++")
        self.assertEqual(self._match("CVE-2025", "see cve-2025-1"), "CVE-2025")
        self.assertFalse(self._match("a.c", "abc"))


@tagged("post_install", "-at_install")
class TestDistribute(BaseCase):
    def test_least_open_work_then_longest_idle(self):
        members = [Member(1, "", 2, 0.0), Member(2, "", 1, 50.0), Member(3, "", 1, 9.0)]
        self.assertEqual(distribute([7], members, 100.0), {7: (3, 1)})

    def test_loads_count_as_it_goes(self):
        members = [Member(1, "", 0, 0.0), Member(2, "", 3, 0.0)]
        chosen = distribute(list(range(10)), members, 100.0)
        users = [user for user, _load in chosen.values()]
        # 0 + 6.5 and 3 + 3.5: both end with the same load, give or take one.
        self.assertEqual(sorted((users.count(1), users.count(2) + 3)), [6, 7])

    def test_ties_alternate(self):
        members = [Member(1, "", 0, 5.0), Member(2, "", 0, 5.0)]
        chosen = distribute([1, 2, 3, 4], members, 100.0)
        self.assertEqual([u for u, _l in chosen.values()], [1, 2, 1, 2])

    def test_the_absent_get_nothing(self):
        members = [Member(1, "out_of_office", 0, 0.0), Member(2, "archived", 0, 0.0)]
        self.assertEqual(distribute([7], members, 100.0), {})
        self.assertEqual(distribute([7], [], 100.0), {})
