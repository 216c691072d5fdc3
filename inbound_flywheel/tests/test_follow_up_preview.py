# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user

from .common_follow_up import FollowUpCase


class TestFollowUpPreview(FollowUpCase):
    """Who would get it: the test run says what carrying out does."""

    def preview(self, rule, user=None):
        action = rule.with_user(user or self.max).action_preview()
        rows = self.env["flywheel.follow.up.preview"].with_user(user or self.max)
        return rows.search(action["domain"])

    def test_test_run(self):
        rule = self.make(start=False, once_days=2)
        now = fields.Datetime.now()
        for days in (20, 19, 17):
            self.happen(date=now - timedelta(days=days))
        self.happen(self.chen, date=now - timedelta(days=40))
        rows = self.preview(rule).sorted("date")
        self.assertEqual(rows.mapped("result"), ["yes", "often", "yes"])
        self.assertFalse(self.logged(rule))
        self.assertFalse(self.planned())

    def test_what_the_test_run_says_happens(self):
        """Who has a salesperson gets it once; nobody is there to do it, or nothing to
        do it on: in the test run as in the log."""
        alone = self.env["res.partner"].create({"name": "Alone"})
        now = fields.Datetime.now()
        self.happen(alone, date=now - timedelta(hours=5))
        for hours in (5, 4):
            self.happen(date=now - timedelta(hours=hours))
        self.env["flywheel.touchpoint"]._record(
            [
                {
                    "type": "form",
                    "email": "known@by.address",
                    "date": now - timedelta(hours=3),
                }
            ]
        )
        rule = self.make(once_days=2)
        said = self.preview(rule)
        self.rule.action_pause()
        self.run_cron()
        done = {
            line.touchpoint_id.id: line.reason or "yes" for line in self.logged(rule)
        }
        self.assertEqual(
            {row.touchpoint_id.id: row.result for row in said.sudo()}, done
        )
        self.assertEqual(sorted(done.values()), ["no_record", "nobody", "often", "yes"])

    def test_test_run_hides_words_and_other_companies(self):
        seller = new_test_user(
            self.env,
            "flywheel_seller",
            groups="inbound_flywheel.group_flywheel_manager,"
            "sales_team.group_sale_salesman_all_leads",
        )
        lead = self.env["crm.lead"].create(
            {"name": "Secret", "partner_id": self.wang.id, "user_id": self.sam.id}
        )
        self.happen(summary="Secret", res_model="crm.lead", res_id=lead.id)
        other = self.env["res.partner"].create(
            {"name": "Lee", "company_id": self.branch.id}
        )
        self.happen(other)
        rule = self.make(start=False)
        rows = self.preview(rule)
        self.assertEqual(rows.profile_id, self.wang.flywheel_profile_id)
        self.assertFalse(rows.summary)
        self.assertEqual(self.preview(rule, seller).summary, "Secret")
