# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import BaseCase, tagged

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
