# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user

from .common import FLYWHEEL, FlywheelCase


class TestJunk(FlywheelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Rule = cls.env["flywheel.junk.rule"]
        cls.Rule.search([]).action_archive()
        cls.boss = new_test_user(
            cls.env,
            "flywheel_boss",
            groups=f"{FLYWHEEL}group_flywheel_manager,sales_team.group_sale_manager",
            name="Boss",
        )
        cls.small = cls.Rule.create(
            {
                "name": "Too small",
                "domain": "[('expected_revenue', '>', 0),"
                " ('expected_revenue', '<', 100)]",
            }
        )

    def _lead(self, **values):
        values.setdefault("user_id", self.sam.id)
        return self.env["crm.lead"].create(
            {"name": "Enquiry", "type": "opportunity", **values}
        )

    def _age(self, leads, days):
        """Make leads, and all that happened to their people, older."""
        self.env["flywheel.touchpoint"]._flush_queue()
        self.env.flush_all()
        date = fields.Datetime.now() - timedelta(days=days)
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s WHERE id = ANY(%s)",
            [date, leads.ids],
        )
        self.env.cr.execute(
            "UPDATE flywheel_profile SET last_date = %s, last_in_date = %s"
            " WHERE id = ANY(%s)",
            [date, date, leads.flywheel_profile_id.ids],
        )
        self.env.invalidate_all()

    def _silence(self, **values):
        self.small.active = False
        return self.Rule.create({"name": "Silence", "silence_days": 30, **values})

    # ------------------------------------------------------------------
    # Flagging
    # ------------------------------------------------------------------
    def test_saving_flags_and_unflags(self):
        lead = self._lead(expected_revenue=50)
        self.assertRecordValues(
            lead,
            [{"junk_state": "suspected", "is_junk": False}],
        )
        reason = lead.with_user(self.sam).junk_reason
        self.assertIn("Too small", reason)
        self.assertIn("50", reason)
        lead.with_user(self.sam).expected_revenue = 500
        self.assertRecordValues(
            lead, [{"junk_state": False, "junk_rule_ids": [], "junk_reason": False}]
        )
        lead.with_user(self.sam).expected_revenue = 60
        self.assertEqual(lead.junk_rule_ids, self.small)

    def test_closed_leads_are_not_flagged(self):
        won = self._lead(expected_revenue=500)
        won.action_set_won()
        won.expected_revenue = 50
        self.assertFalse(won.junk_state)
        lead = self._lead(expected_revenue=50)
        lead.action_set_won()
        self.Rule._evaluate_all()
        self.assertFalse(lead.junk_state)
        self.assertFalse(lead.junk_rule_ids)

    def test_other_fields_cost_nothing(self):
        """Saving what no rule reads asks no rule."""
        lead = self._lead(expected_revenue=500)
        self.assertNotIn("description", self.Rule._get_immediate_fields())
        self.assertIn("expected_revenue", self.Rule._get_immediate_fields())
        self.env.flush_all()
        with self.assertQueryCount(1):
            lead.write({"referred": "Wu"})
            lead.flush_recordset()

    def test_all_at_once_is_as_one_by_one(self):
        leads = self._lead(expected_revenue=50) | self._lead(expected_revenue=500)
        self.assertEqual(leads.mapped("junk_state"), ["suspected", False])
        changed = self.Rule._evaluate_all()
        self.assertEqual(leads.mapped("junk_state"), ["suspected", False])
        self.small.domain = "[('expected_revenue', '>', 100)]"
        self.Rule._evaluate_all()
        self.assertEqual(leads.mapped("junk_state"), [False, "suspected"])
        changed = self.Rule._evaluate_all()
        self.assertEqual(changed, 0)

    def test_a_rule_that_goes_takes_its_flags(self):
        lead = self._lead(expected_revenue=50)
        self.small.unlink()
        self.Rule._evaluate_all()
        self.assertFalse(lead.junk_state)

    def test_silence(self):
        rule = self._silence()
        silent, fresh, planned = (
            self._lead(email_from=f"{n}@example.com") for n in "abc"
        )
        self._age(silent | planned, 40)
        self._age(fresh, 10)
        planned.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=fields.Date.today() + timedelta(days=3),
            user_id=self.sam.id,
        )
        self.Rule._evaluate_all()
        self.assertEqual(
            (silent | fresh | planned).mapped("junk_state"), ["suspected", False, False]
        )
        self.assertIn("40 days of silence, limit 30", silent.junk_reason)
        self.assertEqual(silent.junk_rule_ids, rule)
        self.ingest_all(self.item("form", lead_id=silent.id))
        self.Rule._evaluate_all()
        self.assertFalse(silent.junk_state)

    def test_silence_of_the_person(self):
        """What the company sends does not break the silence of the person."""
        self._silence(silence_side="in")
        lead = self._lead(email_from="d@example.com")
        self._age(lead, 40)
        self.ingest_all(self.item("email_sent", lead_id=lead.id))
        self.Rule._evaluate_all()
        self.assertEqual(lead.junk_state, "suspected")

    def test_attempts_without_reply(self):
        self._silence(silence_days=0, attempts=2, name="No reply")
        lead, other = (self._lead(email_from=f"{n}@example.com") for n in "ef")
        self._age(lead | other, 40)
        for hours in (50, 20):
            self.ingest_all(
                self.item("email_sent", lead_id=lead.id, date=self.ago(hours=hours))
            )
        self.ingest_all(self.item("email_sent", lead_id=other.id))
        self.Rule._evaluate_all()
        self.assertEqual((lead | other).mapped("junk_state"), ["suspected", False])
        self.assertIn("2 attempts without reply, limit 2", lead.junk_reason)
        self.ingest_all(self.item("form", lead_id=lead.id))
        self.Rule._evaluate_all()
        self.assertFalse(lead.junk_state)

    def test_shipped_rules(self):
        """The rules that come with the flywheel can be carried out, and none flags a
        lead with an address."""
        self.small.active = False
        rules = self.Rule.with_context(active_test=False).search([]) - self.small
        rules.action_unarchive()
        self.assertGreater(len(rules), 5)
        bogus = self._lead(email_from="asdf@asdf.com")
        sound = self._lead(email_from="wang@example.com", expected_revenue=9000)
        self.Rule._evaluate_all()
        self.assertEqual(
            bogus.junk_rule_ids, self.env.ref(FLYWHEEL + "junk_rule_address")
        )
        self.assertFalse(sound.junk_state)

    def test_company_of_a_rule(self):
        self.small.company_id = self.branch
        here = self._lead(expected_revenue=50, company_id=self.company.id)
        there = self._lead(
            expected_revenue=50, company_id=self.branch.id, user_id=self.bea.id
        )
        self.assertEqual((here | there).mapped("junk_state"), [False, "suspected"])
        self.Rule._evaluate_all()
        self.assertEqual((here | there).mapped("junk_state"), [False, "suspected"])

    def test_conditions_are_checked(self):
        with self.assertRaises(ValidationError):
            self.small.domain = "[('no_such_field', '=', 1)]"

    def test_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(FLYWHEEL + "cron_junk").method_direct_trigger()

    # ------------------------------------------------------------------
    # Judging
    # ------------------------------------------------------------------
    def _confirm(self, leads, action="lost"):
        opened = leads.with_user(self.boss).action_junk_confirm()
        Wizard = self.env[opened["res_model"]].with_user(self.boss)
        with Form(Wizard.with_context(**opened["context"])) as form:
            form.action = action
        wizard = form.record
        return wizard

    def test_confirm_as_lost(self):
        leads = self._lead(expected_revenue=50) | self._lead(expected_revenue=70)
        leads[0].activity_schedule("mail.mail_activity_data_call", user_id=self.sam.id)
        wizard = self._confirm(leads)
        self.assertRecordValues(
            wizard, [{"lead_count": 2, "activity_count": 1, "value": 120}]
        )
        wizard.action_confirm()
        reason = self.env.ref(FLYWHEEL + "lost_reason_junk")
        self.assertRecordValues(
            leads,
            [
                {
                    "junk_state": "confirmed",
                    "is_junk": True,
                    "won_status": "lost",
                    "active": False,
                    "lost_reason_id": reason.id,
                }
            ]
            * 2,
        )
        self.assertIn("Too small", leads[0].message_ids[0].body)
        self.Rule._evaluate_all()
        self.assertEqual(leads[0].junk_rule_ids, self.small)

    def test_disqualify_and_restore(self):
        lead = self._lead(expected_revenue=50)
        self._confirm(lead, "disqualify").action_confirm()
        self.assertRecordValues(
            lead, [{"active": False, "won_status": "pending", "is_junk": True}]
        )
        lead.with_user(self.sam).action_unarchive()
        self.assertRecordValues(
            lead, [{"junk_state": "cleared", "is_junk": False, "active": True}]
        )

    def test_cleared_is_not_flagged_again(self):
        lead = self._lead(expected_revenue=50)
        lead.with_user(self.boss).action_junk_clear()
        self.assertEqual(lead.junk_state, "cleared")
        lead.expected_revenue = 40
        self.Rule._evaluate_all()
        self.assertEqual(lead.junk_state, "cleared")
        other = self.Rule.create(
            {"name": "No city", "domain": "[('city', '=', False)]"}
        )
        self.Rule._evaluate_all()
        self.assertEqual(lead.junk_state, "suspected")
        self.assertEqual(lead.junk_rule_ids, other)
        lead.city = "Tainan"
        self.assertEqual(lead.junk_state, "cleared")

    def test_who_may_judge(self):
        lead = self._lead(expected_revenue=50)
        seen = lead.with_user(self.sam)
        for name in ("action_junk_confirm", "action_junk_clear"):
            with self.assertRaises(AccessError):
                getattr(seen, name)()
        for values in ({"junk_state": "cleared"}, {"is_junk": True}):
            with self.assertRaises(AccessError):
                seen.write(values)
        with self.assertRaises(AccessError):
            self.env["flywheel.junk.confirm"].with_user(self.sam).create({})
        with self.assertRaises(AccessError):
            self.small.with_user(self.sam).name = "Mine"
        with self.assertRaises(AccessError):
            self.small.with_user(self.sam).action_evaluate()
        branch = self._lead(
            expected_revenue=50, company_id=self.branch.id, user_id=self.bea.id
        )
        with self.assertRaises(AccessError):
            branch.with_user(self.boss).action_junk_clear()

    def test_proposals(self):
        """The list of proposals reads in few statements, whatever its length."""
        self._silence(attempts=1)
        leads = self.env["crm.lead"].concat(
            *(self._lead(email_from=f"p{n}@example.com") for n in range(12))
        )
        self._age(leads, 50)
        for lead in leads:
            self.ingest_all(
                self.item("email_sent", lead_id=lead.id, date=self.ago(days=40))
            )
        self.Rule._evaluate_all()
        self.env.invalidate_all()
        found = leads.with_user(self.sam).search([("junk_state", "=", "suspected")])
        self.assertLessEqual(leads, found)
        with self.assertQueryCount(12):
            found.mapped("junk_reason")
