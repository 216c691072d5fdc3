# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.busy import gives_way
from .flywheel_machine_sign import SIGNS

# Lines that are judged anew per commit.
BATCH = 5_000


class FlywheelMachineRun(models.Model):
    """The past judged anew, after signs of machines were changed.

    What was decided by hand stays as it is.
    """

    _name = "flywheel.machine.run"
    _description = "Opens and Clicks Judged Again"
    _order = "id desc"
    _rec_name = "create_date"

    user_id = fields.Many2one(
        "res.users",
        string="Started By",
        readonly=True,
        ondelete="set null",
        default=lambda self: self.env.user,
    )
    state = fields.Selection(
        [("waiting", "Waiting"), ("running", "Running"), ("done", "Done")],
        required=True,
        readonly=True,
        default="waiting",
    )
    total = fields.Integer(string="To Judge", readonly=True)
    judged = fields.Integer(readonly=True)
    progress = fields.Float(compute="_compute_progress")
    quarantined = fields.Integer(string="Newly Quarantined", readonly=True)
    released = fields.Integer(readonly=True)
    # The touchpoint up to which all are done.
    position = fields.Integer(readonly=True, aggregator=None)

    @api.depends("total", "judged", "state")
    def _compute_progress(self):
        for run in self:
            share = 100.0 * run.judged / run.total if run.total else 0.0
            run.progress = 100.0 if run.state == "done" else min(share, 99.0)

    @api.model
    def _start(self):
        """Queue a run and show it; one that has not begun yet will do.

        :raise AccessError: the user is no flywheel manager
        """
        self.env["flywheel.touchpoint"]._check_manager()
        # sudo: a manager started it, checked above
        runs = self.sudo()
        run = runs.search([("state", "=", "waiting")], limit=1)
        if not run:
            total = self.env.execute_query(
                SQL("SELECT count(*) FROM flywheel_touchpoint t WHERE %s", self._due())
            )
            run = runs.create({"total": total[0][0]})
        self.env.ref("inbound_flywheel.cron_judge_again").sudo()._trigger()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "inbound_flywheel.flywheel_machine_run_action"
        )
        return action

    @api.model
    def _due(self):
        """Return the condition of the lines that a machine may have made."""
        types = self.env["flywheel.touchpoint.type"]._get_guarded_ids()
        return SQL(
            "(t.type_id = ANY(%s) OR t.quarantine_kind = ANY(%s))",
            list(types),
            [code for code, _label in SIGNS],
        )

    @api.model
    @gives_way
    def _cron_judge_again(self):
        """Go on with the runs that wait, in batches, each committed."""
        Cron = self.env["ir.cron"]
        runs = self.search([("state", "!=", "done")], order="id")
        Cron._commit_progress(remaining=sum(run.total - run.judged for run in runs))
        for run in runs:
            left = True
            while run.state != "done" and left:
                if not run.try_lock_for_update():
                    # Another worker is at it.
                    break
                left = Cron._commit_progress(run._judge_batch())

    def _judge_batch(self):
        """Judge the next lines; return how many there were."""
        self.ensure_one()
        rows = self.env.execute_query(
            SQL(
                "SELECT t.id FROM flywheel_touchpoint t WHERE t.id > %s AND %s"
                " ORDER BY t.id LIMIT %s",
                self.position,
                self._due(),
                BATCH,
            )
        )
        ids = [row[0] for row in rows]
        aside, free = self.env["flywheel.touchpoint"]._judge(ids)
        (aside | free)._apply()
        self.write(
            {
                "state": "running" if len(ids) == BATCH else "done",
                "judged": self.judged + len(ids),
                "quarantined": self.quarantined + len(aside),
                "released": self.released + len(free),
                "position": ids[-1] if ids else self.position,
            }
        )
        return len(ids)
