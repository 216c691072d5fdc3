# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .test_fact import FactCase


class TestFactMerge(FactCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partner = cls.env["res.partner"].create(
            {"name": "Wang Jr.", "email": "jr@example.com"}
        )
        cls.junior = cls.wang.browse(partner._get_profile_ids()[partner.id])

    def test_the_later_answer_wins(self):
        own = self.note("need", "A lamp", date=self.ago(days=3))
        self.note("budget", "1", date=self.ago(days=1))
        other = self.note("need", "A torch", person=self.junior, date=self.ago(days=1))
        self.note("budget", "2", person=self.junior, date=self.ago(days=3))
        self.note("tone", "casual", person=self.junior)
        self.wang._merge(self.junior)
        self.assertEqual(self.current("need"), other)
        self.assertEqual(own.replaced_by_id, other)
        self.assertEqual(self.current("budget").answer, "1")
        self.assertEqual(self.current("tone").answer, "casual")
        self.assertEqual(len(self.wang.fact_ids), 5)
        # Two people who were asked once each were not asked twice.
        self.assertFalse(self.repeats())

    def test_at_the_same_time_that_of_the_one_who_stays(self):
        own = self.note("channel", "sms")
        self.note("channel", "chat", person=self.junior)
        self.wang._merge(self.junior)
        self.assertEqual(self.current("channel"), own)
        self.assertEqual(self.wang.preferred_channel_id.code, "sms")

    def test_the_channel_named_later(self):
        self.note("channel", "sms", date=self.ago(days=2))
        self.note("channel", "chat", person=self.junior)
        self.wang._merge(self.junior)
        self.assertEqual(self.wang.preferred_channel_id.code, "chat")

    def test_split(self):
        own = self.note("need", "A lamp", date=self.ago(days=3))
        self.note("need", "A torch", person=self.junior, date=self.ago(days=2))
        asked = self.note("need", "A candle", person=self.junior)
        junior_id = self.junior.id
        self.wang._merge(self.junior)
        self.assertEqual(self.current("need"), asked)
        other = self.wang._split(origin_ids=[junior_id])
        self.assertEqual(self.current("need"), own)
        self.assertEqual(self.current("need", other), asked)
        self.assertFalse(self.repeats())
        self.assertEqual(self.repeats(other).new_fact_id, asked)
