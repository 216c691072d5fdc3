# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

REASONS = [
    ("often", "Followed up already"),
    ("objection", "Objects to profiling"),
    ("blacklist", "On the blacklist"),
    ("unsubscribed", "Unsubscribed"),
    ("no_address", "No email address"),
    ("no_record", "Neither contact nor lead"),
    ("nobody", "Nobody to do it"),
    ("quarantined", "Touchpoint quarantined"),
    ("late", "Too late"),
]
# Days for which the log of what was left out is kept beyond what a rule looks back.
KEPT = 90


class FlywheelFollowUpLine(models.Model):
    """That a rule follows up a touchpoint, and what came of it.

    The person is the touchpoint's: who is joined with another takes this along.
    """

    _name = "flywheel.follow.up.line"
    _inherit = "flywheel.follow.up.target.mixin"
    _description = "Follow-Up of a Touchpoint"
    _order = "due_date desc, id desc"
    _rec_name = "touchpoint_id"

    follow_up_id = fields.Many2one(
        "flywheel.follow.up",
        string="Follow-Up",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    touchpoint_id = fields.Many2one(
        "flywheel.touchpoint",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    profile_id = fields.Many2one(related="touchpoint_id.profile_id")
    company_id = fields.Many2one(related="touchpoint_id.company_id")
    touchpoint_date = fields.Datetime(related="touchpoint_id.date", string="Happened")
    type_id = fields.Many2one(related="touchpoint_id.type_id", string="What")
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("skipped", "Left Out"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    reason = fields.Selection(REASONS, string="Why Not", readonly=True)
    error = fields.Char(readonly=True, help="What went wrong the last time.")
    attempts = fields.Integer(readonly=True, default=0)
    due_date = fields.Datetime(string="Due", readonly=True, required=True)
    done_date = fields.Datetime(string="Done On", readonly=True)
    res_model = fields.Char(string="Record Model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", readonly=True
    )

    _once = models.UniqueIndex("(follow_up_id, touchpoint_id)")
    _due_idx = models.Index("(follow_up_id, due_date) WHERE state = 'waiting'")
    _done_idx = models.Index("(follow_up_id, done_date) WHERE state = 'done'")
    _skipped_idx = models.Index("(due_date) WHERE state = 'skipped'")

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_retry(self):
        """Try again what failed."""
        if not self.env["flywheel.follow.up"].has_access("write"):
            raise AccessError(
                self.env._("Only those who may change follow-ups can try again.")
            )
        self.check_access("read")
        # sudo: the log is written by the flow; whoever asks may change the rule
        failed = self.sudo().filtered(lambda line: line.state == "failed")
        failed.write(
            {"state": "waiting", "attempts": 0, "due_date": fields.Datetime.now()}
        )
        self.env["flywheel.follow.up"]._wake()
        return True

    def action_open_record(self):
        """Open the record that was written to."""
        self.ensure_one()
        record = None
        if self.res_id and self.res_model in self.env:
            record = self.env[self.res_model].browse(self.res_id).exists()
        if not record:
            raise UserError(self.env._("There is no record to open."))
        return record._get_records_action()

    def action_open_person(self):
        """Open the person."""
        self.ensure_one()
        return self.profile_id._get_records_action()

    # ------------------------------------------------------------------
    # Retention
    # ------------------------------------------------------------------
    @api.autovacuum
    def _gc_skipped(self):
        """Forget what was left out long ago; nobody looks so far back any more."""
        limit = 10_000
        # sudo: the log is kept by the flow
        longest = max(
            self.env["flywheel.follow.up"]
            .sudo()
            .search([("max_age_days", ">", 0)])
            .mapped("max_age_days"),
            default=0,
        )
        before = fields.Datetime.now() - timedelta(days=KEPT + longest)
        old = self.sudo().search(
            [("state", "=", "skipped"), ("due_date", "<", before)], limit=limit
        )
        old.unlink()
        return len(old), limit if len(old) == limit else 0
