# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..engine.busy import gives_way

# Who may see backtests.
READERS = (
    "inbound_flywheel.group_flywheel_sales,inbound_flywheel.group_flywheel_marketing"
)


class FlywheelScoreModel(models.Model):
    _inherit = "flywheel.score.model"

    statistics_date = fields.Datetime(
        string="Statistics Of",
        readonly=True,
        copy=False,
        help="When hits, people and lift of the rules were worked out.",
    )
    backtest_ids = fields.One2many(
        "flywheel.backtest", "score_model_id", groups=READERS
    )
    backtest_count = fields.Integer(compute="_compute_backtest", groups=READERS)
    backtest_auc = fields.Float(
        string="Last AUC",
        compute="_compute_backtest",
        groups=READERS,
        help="The chance that a won lead had a higher total than a lost one, in the "
        "latest backtest.",
    )

    @api.depends("backtest_ids.auc", "backtest_ids.state")
    def _compute_backtest(self):
        groups = self.env["flywheel.backtest"]._read_group(
            [("score_model_id", "in", self.ids)],
            ["score_model_id"],
            ["__count", "id:recordset"],
        )
        found = {model.id: (count, tests) for model, count, tests in groups}
        for model in self:
            count, tests = found.get(model.id, (0, model.backtest_ids.browse()))
            done = tests.filtered(lambda test: test.state == "done")
            model.backtest_count = count
            model.backtest_auc = done.sorted("date_run", reverse=True)[:1].auc

    def action_backtest(self):
        """Test this version against all closed leads of the user's companies."""
        self.ensure_one()
        backtest = self.env["flywheel.backtest"].create({"score_model_id": self.id})
        backtest.action_run()
        return backtest._get_records_action()

    def action_open_backtests(self):
        """Open the backtests of this version."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_backtest_action"
        )
        action["domain"] = [("score_model_id", "=", self.id)]
        action["context"] = {"default_score_model_id": self.id}
        return action

    def action_preview(self):
        """Show what activating this version would change for whom."""
        self.ensure_one()
        return self.env["flywheel.preview"]._open_model(self)

    # ------------------------------------------------------------------
    # Statistics of the rules
    # ------------------------------------------------------------------
    def action_refresh_statistics(self):
        """Work out hits, people, shares and lift of every rule."""
        self.check_access("write")
        self._refresh_statistics()
        return True

    def _refresh_statistics(self, lines=None, matches=None):
        """Work out the statistics of all rules, in one pass for each kind.

        :param lines: what ``flywheel.history`` has gathered for the scoring rules of
            this version, over all closed leads; None to gather it here
        :param matches: the same for its fit rules
        """
        self.ensure_one()
        # sudo: the same for everybody, whoever has them worked out
        model = self.sudo().with_context(active_test=False)
        rules, fit_rules = model.rule_ids, model.fit_rule_ids
        if lines is None:
            self.env["flywheel.history"]._gather_closed()
            lines, matches = rules._gather_units(), fit_rules._gather_units()
        rules._refresh_statistics(lines)
        fit_rules._refresh_statistics(matches)
        # By SQL: no version changes by being looked at.
        self.env.cr.execute(
            "UPDATE flywheel_score_model SET statistics_date = %s WHERE id = %s",
            [fields.Datetime.now(), self.id],
        )
        self.invalidate_recordset(["statistics_date"])

    @api.model
    @gives_way
    def _cron_refresh_statistics(self):
        """Keep the statistics fresh, of the version in force and of those that have
        been tested since."""
        groups = self.env["flywheel.backtest"]._read_group(
            [("state", "=", "done")], ["score_model_id"], ["date_run:max"]
        )
        tested = self.concat(
            *(
                model
                for model, date in groups
                if not model.statistics_date or model.statistics_date < date
            )
        )
        for model in self._get_active() | tested:
            model._refresh_statistics()
