# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user

from .common import FlywheelCase


class TestNext(FlywheelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["flywheel.junk.rule"].search([]).action_archive()
        cls.env["crm.lead.scoring.frequency"].search([]).unlink()
        cls.seller = new_test_user(
            cls.env, "flywheel_own", groups="sales_team.group_sale_salesman"
        )
        cls.leads = cls.env["crm.lead"].create(
            [
                {
                    "name": f"Deal {number}",
                    "type": "opportunity",
                    "user_id": cls.seller.id,
                    "expected_revenue": 1000 * (number + 1),
                }
                for number in range(14)
            ]
        )

    def _next(self, user=None):
        self.env.invalidate_all()
        return self.env["flywheel.next"].with_user(user or self.seller).search([])

    def _plan(self, lead, days):
        lead.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=fields.Date.today() + timedelta(days=days),
            user_id=self.seller.id,
        )

    def test_ten_by_what_is_at_stake(self):
        rows = self._next()
        self.assertEqual(rows.lead_id, self.leads[4:].sorted(lambda lead: -lead.id))
        self.assertEqual(len(rows), 10)
        for row in rows:
            self.assertAlmostEqual(row.worth, row.chance * row.value)
        worth = rows.mapped("worth")
        self.assertEqual(worth, sorted(worth, reverse=True))
        self.assertEqual(set(rows.mapped("basis")), {"guess"})

    def test_no_room_for_what_waits(self):
        junk, suspected, waiting, done, lost = self.leads[-5:]
        junk.junk_state = "confirmed"
        suspected.junk_state = "suspected"
        self._plan(waiting, 3)
        done.action_set_won()
        lost.action_set_lost()
        self._plan(self.leads[0], -2)
        rows = self._next()
        self.assertEqual(set(rows.lead_id), set(self.leads[:9]))
        row = rows.filtered(lambda row: row.lead_id == self.leads[0])
        self.assertIn("overdue by 2 days", row.reason)

    def test_own_leads_alone(self):
        self.leads[-1].user_id = self.sam
        self.assertNotIn(self.leads[-1], self._next().lead_id)
        self.assertEqual(self._next(self.sam).lead_id & self.leads, self.leads[-1])
        self.assertFalse(self._next(self.sam).lead_id & self.leads[:-1])
        for user in (self.rita, self.mara, self.ian, self.pia):
            self.assertFalse(
                self.env["flywheel.next"].with_user(user).has_access("read")
            )

    def test_handed_over_comes_in(self):
        """A hand-over that waits for an answer takes a place, whatever is planned."""
        lead = self.leads[-1]
        lead.email_from = "wang@example.com"
        self._plan(lead, 3)
        self.assertNotIn(lead, self._next().lead_id)
        definition = self.env["flywheel.handover.definition"].search([], limit=1)
        self.env["flywheel.handover"].create(
            {
                "profile_id": lead.flywheel_profile_id.id,
                "lead_id": lead.id,
                "user_id": self.seller.id,
                "state": "assigned",
                "deadline": fields.Datetime.now() + timedelta(days=1),
                "definition_id": definition.id,
            }
        )
        row = self._next().filtered(lambda row: row.lead_id == lead)
        self.assertIn("answer until", row.reason)
        self.assertNotIn("due today", row.reason)

    def test_chance(self):
        by_hand, hot = self.leads[-2:]
        by_hand.probability = 90
        rows = {row.lead_id: row for row in self._next()}
        self.assertEqual(rows[by_hand].basis, "manual")
        self.assertAlmostEqual(rows[by_hand].chance, 0.9)
        self.assertAlmostEqual(rows[hot].chance, 0.08)
        hot.email_from = "wang@example.com"
        self.ingest_all(*(self.item("meeting", lead_id=hot.id) for _n in range(4)))
        self.assertEqual(hot.score_band, "hot")
        row = {row.lead_id: row for row in self._next()}[hot]
        self.assertGreater(row.chance, 0.15)
        self.assertIn("guessed", row.reason)

    def test_odoo_probability_once_it_has_learnt(self):
        self.env["crm.lead.scoring.frequency"].create(
            {
                "variable": "stage_id",
                "value": "1",
                "won_count": 30.1,
                "lost_count": 30.1,
            }
        )
        self.env.cr.execute(
            "UPDATE crm_lead SET probability = 35, automated_probability = 35"
            " WHERE id = ANY(%s)",
            [self.leads.ids],
        )
        row = self._next()[0]
        self.assertEqual((row.basis, round(row.chance, 6)), ("odoo", 0.35))
        self.assertIn("35 %", row.reason)

    def test_usual_value(self):
        """A lead without a figure is worth what deals usually are."""
        self.leads[:3].action_set_won()
        self.env["res.company"]._flywheel_update_usual_value()
        self.assertEqual(self.company.flywheel_usual_value, 2000)
        self.leads[-1].expected_revenue = 0
        self.leads[3:-1].action_set_lost()
        [row] = self._next()
        self.assertEqual((row.value, row.value_usual), (2000, True))
        self.assertIn("usual", row.reason)

    def test_other_company(self):
        self.leads[-1].write({"user_id": self.bea.id, "company_id": self.branch.id})
        self.assertEqual(self._next(self.bea).lead_id & self.leads, self.leads[-1])
        self.assertFalse(self._next().lead_id & self.leads[-1])

    def test_other_companies_take_no_place(self):
        self.seller.company_ids += self.branch
        self.leads[4:].company_id = self.branch
        self.leads[:4].company_id = self.company
        rows = self.env["flywheel.next"].with_user(self.seller)
        here = rows.with_context(allowed_company_ids=self.company.ids).search([])
        self.assertEqual(here.lead_id, self.leads[:4].sorted(lambda lead: -lead.id))

    def test_reading_costs_the_same_for_all(self):
        self.env.invalidate_all()
        rows = self._next()
        self.assertEqual(rows[0].action_open_lead()["res_id"], rows[0].lead_id.id)
        self.env.invalidate_all()
        with self.assertQueryCount(25):
            rows.mapped("reason")
