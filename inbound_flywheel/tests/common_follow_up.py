# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields

from .common import NOW, FlywheelCase


class FollowUpCase(FlywheelCase):
    """A running rule that plans a call for who fills in a form."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["flywheel.follow.up"].search([]).action_pause()
        cls.call = cls.env.ref("mail.mail_activity_data_call")
        cls.wang, cls.chen = cls.env["res.partner"].create(
            [
                {
                    "name": name,
                    "email": f"{name.lower()}@example.com",
                    "user_id": cls.sam.id,
                }
                for name in ("Wang", "Chen")
            ]
        )
        cls.template = cls.env["mail.template"].create(
            {
                "name": "Thanks",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "subject": "Thank you {{ object.name }}",
                "body_html": "<p>Thank you</p>",
                "partner_to": "{{ object.id }}",
                "email_from": "us@our.example",
            }
        )
        cls.rule = cls.make(name="Call them")

    @classmethod
    def make(cls, start=True, **values):
        types = values.pop("types", ["form"])
        ids = cls.env["flywheel.touchpoint.type"]._get_ids_by_code()
        rule = cls.env["flywheel.follow.up"].create(
            {
                "name": "Rule",
                "type_ids": [(6, 0, [ids[code] for code in types])],
                "activity_type_id": cls.call.id,
                **values,
            }
        )
        if start:
            rule.action_start()
            rule.date_started -= timedelta(days=10)
        return rule

    def happen(self, *partners, code="form", **values):
        values.setdefault("date", fields.Datetime.to_datetime(self.ago(hours=1)))
        self.env["flywheel.touchpoint"]._record(
            [
                {"type": code, "partner_id": partner.id, **values}
                for partner in partners or [self.wang]
            ]
        )

    def run_cron(self, when=None):
        # The action has a cursor of its own, which sees what is in the database.
        self.rule._settle()
        with freeze_time(when or NOW), self.enter_registry_test_mode():
            self.env.ref("inbound_flywheel.cron_follow_up").method_direct_trigger()
        self.env.invalidate_all()

    def logged(self, rule=None, state=None):
        lines = (rule or self.rule).line_ids.sorted("id")
        return lines.filtered(lambda line: line.state == state) if state else lines

    def planned(self, record=None):
        return (record or self.wang).activity_ids
