# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user

from .common import FLYWHEEL, FlywheelCase


class TestPath(FlywheelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stage, cls.next_stage = cls.env["crm.stage"].create(
            [
                {
                    "name": "Qualify",
                    "sequence": 1,
                    "flywheel_guidance": "<p>Ask who decides.</p>",
                    "flywheel_exit_text": "Value and date are known",
                    "flywheel_exit_domain": "[('expected_revenue', '>', 0)]",
                },
                {"name": "Offer", "sequence": 2},
            ]
        )
        cls._set_fields("expected_revenue", "phone")
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "user_id": cls.sam.id,
                "stage_id": cls.stage.id,
            }
        )

    @classmethod
    def _set_fields(cls, *names):
        cls.stage.flywheel_field_ids = [
            Command.clear(),
            *(Command.create({"name": name}) for name in names),
        ]

    # ------------------------------------------------------------------
    # Path
    # ------------------------------------------------------------------
    def test_path(self):
        path = self.lead.with_user(self.sam).flywheel_path
        self.assertEqual(path["stage"], "Qualify")
        self.assertIn("who decides", path["guidance"])
        self.assertEqual(
            {field["name"]: field["filled"] for field in path["fields"]},
            {"expected_revenue": False, "phone": False},
        )
        self.assertIs(path["ready"], False)
        self.lead.expected_revenue = 100
        self.lead.invalidate_recordset()
        path = self.lead.with_user(self.sam).flywheel_path
        self.assertIs(path["ready"], True)
        self.assertTrue(
            next(f for f in path["fields"] if f["name"] == "expected_revenue")["filled"]
        )

    def test_path_never_blocks(self):
        self.lead.with_user(self.sam).stage_id = self.next_stage
        self.assertFalse(self.lead.flywheel_path)
        self.lead.type = "lead"
        self.assertFalse(self.lead.flywheel_path)

    def test_path_on_the_form(self):
        with Form(self.lead.with_user(self.sam)) as form:
            self.assertTrue(form.flywheel_path)
            form.stage_id = self.next_stage
            self.assertFalse(form.flywheel_path)

    def test_configuration_is_checked(self):
        names = ("phone", "city", "street", "zip", "function", "website")
        with self.assertRaises(ValidationError):
            self._set_fields(*names)
        for name in ("no_such_field", "partner_id.city", "order_line", "activity_ids"):
            with self.assertRaises(ValidationError):
                self._set_fields(name)
        with self.assertRaises(ValidationError):
            self.stage.flywheel_exit_domain = "[('no_such_field', '=', 1)]"

    def test_who_may_configure(self):
        manager = new_test_user(
            self.env, "flywheel_sales_boss", groups="sales_team.group_sale_manager"
        )
        with Form(self.stage.with_user(manager)) as form:
            with form.flywheel_field_ids.new() as key:
                key.name = "city"
        self.assertEqual(len(self.stage.flywheel_field_ids), 3)
        with self.assertRaises(AccessError):
            self.stage.flywheel_field_ids[0].with_user(self.sam).name = "zip"
        self.assertEqual(len(self.lead.with_user(self.sam).flywheel_path["fields"]), 3)

    # ------------------------------------------------------------------
    # Friction
    # ------------------------------------------------------------------
    def _stay(self, days):
        self.lead.date_last_stage_update = fields.Datetime.now() - timedelta(days=days)

    def test_friction(self):
        self.stage.flywheel_usual_days = 5
        Lead = self.env["crm.lead"].with_user(self.sam)
        words = ("flowing", "slow", "stuck")
        for days, word in ((1, "flowing"), (6, "slow"), (11, "stuck")):
            self._stay(days)
            self.assertEqual(self.lead.flywheel_friction, word)
            self.assertEqual(self.lead.flywheel_stage_days, days)
            for other in words:
                found = Lead.search([("flywheel_friction", "=", other)])
                self.assertEqual(self.lead in found, other == word, other)
        self.assertIn(
            self.lead, Lead.search([("flywheel_friction", "in", ["slow", "stuck"])])
        )
        self.assertIn(self.lead, Lead.search([("flywheel_friction", "!=", False)]))
        self.lead.action_set_won()
        self.assertFalse(self.lead.flywheel_friction)
        self.assertNotIn(self.lead, Lead.search([("flywheel_friction", "!=", False)]))

    def test_nothing_usual_no_friction(self):
        self._stay(500)
        self.assertFalse(self.lead.flywheel_friction)

    def test_usual_days_are_the_median_of_won_deals(self):
        field = self.env["ir.model.fields"]._get("crm.lead", "stage_id")
        leads = self.lead.create(
            [
                {"name": f"Won {n}", "type": "opportunity", "stage_id": self.stage.id}
                for n in range(5)
            ]
        )
        leads.write({"probability": 0})
        start = fields.Datetime.now() - timedelta(days=60)
        for lead, days in zip(leads, (1, 2, 4, 9, 30), strict=True):
            message = self.env["mail.message"].create(
                {"model": "crm.lead", "res_id": lead.id}
            )
            value = self.env["mail.tracking.value"].create(
                {
                    "mail_message_id": message.id,
                    "field_id": field.id,
                    "old_value_integer": self.stage.id,
                }
            )
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE mail_tracking_value SET create_date = %s WHERE id = %s",
                [start + timedelta(days=days), value.id],
            )
            self.env.cr.execute(
                "UPDATE crm_lead SET create_date = %s WHERE id = %s", [start, lead.id]
            )
        self.env["crm.stage"]._update_usual_days()
        self.assertEqual(self.stage.flywheel_usual_days, 0)
        leads.action_set_won()
        self.env["crm.stage"]._update_usual_days()
        self.assertAlmostEqual(self.stage.flywheel_usual_days, 4, 4)
        self.assertEqual(self.next_stage.flywheel_usual_days, 0)

    def test_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(FLYWHEEL + "cron_usual_days").method_direct_trigger()

    def test_a_board_asks_once(self):
        leads = self.lead.create(
            [
                {"name": f"Deal {n}", "type": "opportunity", "stage_id": self.stage.id}
                for n in range(30)
            ]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(3):
            leads.mapped("flywheel_friction")
