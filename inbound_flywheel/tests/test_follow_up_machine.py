# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields

from .common_follow_up import FollowUpCase


class TestFollowUpMachine(FollowUpCase):
    """What a machine may have done is not followed up before it is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clicks = cls.make(name="Call who clicks", types=["email_click"])

    def click(self):
        self.happen(code="email_click", date=fields.Datetime.now())

    def test_told_by_what_comes_after_it(self):
        self.click()
        self.run_cron()
        self.assertFalse(self.logged(self.clicks))
        # Other clicks of the burst show what it was.
        line = self.lines(self.wang.flywheel_profile_id, "email_click")
        line._quarantine({line.id: "burst"})
        self.run_cron("2026-06-15 14:00:00")
        self.assertFalse(self.planned())

    def test_a_person(self):
        self.click()
        Trigger = self.env["ir.cron.trigger"]
        cron = self.env.ref("inbound_flywheel.cron_follow_up")
        before = Trigger.search([("cron_id", "=", cron.id)])
        self.run_cron()
        woken = Trigger.search([("cron_id", "=", cron.id)]) - before
        due = fields.Datetime.now() + self.clicks._get_doubt()
        self.assertIn(due, woken.mapped("call_at"))
        self.run_cron(due + timedelta(seconds=1))
        self.assertEqual(self.logged(self.clicks).state, "done")
        self.assertEqual(len(self.planned()), 1)

    def test_others_wait_for_nothing(self):
        self.happen(date=fields.Datetime.now())
        self.run_cron()
        people = self.logged().touchpoint_id.profile_id
        self.assertIn(self.wang.flywheel_profile_id, people)
