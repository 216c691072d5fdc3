# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo.tests import BaseCase, tagged

from ..engine.absence import absent_until
from ..engine.case_number import bare_subject, case_numbers

TODAY = date(2026, 11, 22)
ABSENCES = [
    ("I am out of the office until 12 December 2026.", date(2026, 12, 12)),
    ("I will be back on Monday, 7 December.", date(2026, 12, 6)),
    ("I return on December 3rd, 2026", date(2026, 12, 2)),
    ("I'll be out of office until January 4th.", date(2027, 1, 4)),
    ("I am away from Nov 20 through Nov 27", date(2026, 11, 27)),
    ("until 2026-12-24", date(2026, 12, 24)),
    ("back 25/12", date(2026, 12, 24)),
    ("Out of office from 1.12. to 5.12.2026", date(2026, 12, 5)),
    ("Ich bin bis zum 12.12.2026 nicht im Büro", date(2026, 12, 12)),
    ("Ich bin wieder am 04.01.2027 da", date(2027, 1, 3)),
    ("Je suis absent jusqu'au 5 janvier 2027", date(2027, 1, 5)),
    ("Estoy fuera hasta el 15 de enero", date(2027, 1, 15)),
    ("我將於2026年12月5日返回辦公室", date(2026, 12, 4)),
    ("休假中，至12月10日", date(2026, 12, 10)),
    ("休假期间：11月25日至11月30日", date(2026, 11, 30)),
    # Day or month: nobody knows.
    ("until 3/4", None),
    ("until 31 February", None),
    ("until 12 December 2040", None),
    ("Our office opened on 12 December 2020", None),
    ("I am out of the office", None),
    ("", None),
]
SUBJECTS = [
    ("Re: [HT00012] my card", ["HT00012"]),
    ("Ticket#HT00012", ["HT00012"]),
    ("re: something ht00012", ["HT00012"]),
    ("AW: WG: HT00012 / HT00013", ["HT00012", "HT00013"]),
    ("個案HT00012：信用卡", ["HT00012"]),
    ("（ＨＴ０００１２）", ["HT00012"]),
    ("HT00012的問題", ["HT00012"]),
    ("Case: 00042", ["00042"]),
    ("[#00042] x", ["00042"]),
    ("案件 00042", ["00042"]),
    ("CS/2026/0042 hello", ["CS/2026/0042"]),
    ("Invoice 2026 for room 12", []),
    ("iPhone 12 problem", []),
    ("00042", []),
    ("x" * 50_000, []),
    ("", []),
    (None, []),
]


@tagged("post_install", "-at_install")
class TestAbsence(BaseCase):
    def test_until_when(self):
        for text, expected in ABSENCES:
            with self.subTest(text=text):
                self.assertEqual(absent_until(text, TODAY), expected)

    def test_subjects_without_numbers(self):
        for subject, expected in (
            ("Re: AW: [HT00012] My card", "My card"),
            ("Re: [HT00012]", ""),
            ("Re: Ticket #00042", ""),
            ("回覆：個案HT00012", ""),
            ("Refund", "Refund"),
            (None, ""),
        ):
            self.assertEqual(bare_subject(subject), expected)

    def test_numbers_of_cases(self):
        for subject, expected in SUBJECTS:
            with self.subTest(subject=(subject or "")[:50]):
                self.assertEqual(case_numbers(subject), expected)
