# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields

from .common import FlywheelCase


class BacktestCase(FlywheelCase):
    """Short words for closed leads and backtests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Only what a test itself closes.
        cls.env.cr.execute("UPDATE crm_lead SET won_status = 'pending'")
        cls.draft = cls.score_model.copy({"name": "Draft"})

    def close(self, email=False, won=True, days=0, seconds=0, **values):
        """Return a lead that was decided so long ago."""
        lead = self.env["crm.lead"].create(
            {"name": email or "Nobody", "email_from": email, **values}
        )
        self.env.flush_all()
        date = fields.Datetime.now() - timedelta(days=days, seconds=seconds)
        self.env.cr.execute(
            "UPDATE crm_lead SET won_status = %s, date_closed = %s, active = %s,"
            " create_date = %s WHERE id = %s",
            ["won" if won else "lost", date, won, date - timedelta(days=90), lead.id],
        )
        self.env.invalidate_all()
        return lead

    def mix(self):
        """Close three leads that have nothing to do with anything else: a backtest
        needs won ones and lost ones."""
        self.close("mix1@example.com", won=True, days=400)
        self.close("mix2@example.com", won=False, days=401)

    def run_test(self, score_model=None, user=None, **values):
        """Return a backtest that has run."""
        backtest = (
            self.env["flywheel.backtest"]
            .with_user(user or self.mara)
            .create({"score_model_id": (score_model or self.draft).id, **values})
        )
        backtest.action_run()
        return backtest.sudo()

    def case(self, backtest, lead):
        """Return the case of a lead in a backtest."""
        return self.env["flywheel.backtest.case"].search(
            [("backtest_id", "=", backtest.id), ("lead_id", "=", lead.id)]
        )

    def set_rule(self, name, **values):
        """Change a rule of the draft."""
        self.draft.rule_ids.filtered(lambda rule: rule.name == name).write(values)
