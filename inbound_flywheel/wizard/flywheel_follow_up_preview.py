# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..models.flywheel_follow_up_line import REASONS

# How far back a test run looks, and how much it shows.
DAYS, MOST = 30, 1_000


class FlywheelFollowUpPreview(models.TransientModel):
    """Whom a follow-up would have been for of late, and who would be left out."""

    _name = "flywheel.follow.up.preview"
    _inherit = ["flywheel.person.row.mixin", "flywheel.follow.up.target.mixin"]
    _description = "Test Run of a Follow-Up"
    _order = "date desc, id"

    follow_up_id = fields.Many2one(
        "flywheel.follow.up", required=True, readonly=True, ondelete="cascade"
    )
    touchpoint_id = fields.Many2one(
        "flywheel.touchpoint",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    date = fields.Datetime(string="Happened", readonly=True)
    type_id = fields.Many2one("flywheel.touchpoint.type", readonly=True)
    # The words are for those who may see where they come from.
    summary = fields.Char(related="touchpoint_id.summary", related_sudo=False)
    result = fields.Selection(
        [("yes", "Would be followed up"), *REASONS], readonly=True
    )

    @api.model
    def _open(self, rule):
        """Return the action that shows the test run of a rule."""
        rule._settle()
        # sudo: own rows, which only this method makes
        rows = self.sudo().search([("create_uid", "=", self.env.uid)])
        rows.unlink()
        rows.create(self._prepare_rows(rule))._work_out(rule.sudo())
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_follow_up_preview_action"
        )
        action["domain"] = [
            ("follow_up_id", "=", rule.id),
            ("create_uid", "=", self.env.uid),
        ]
        action["display_name"] = self.env._("%(rule)s: test run", rule=rule.name)
        return action

    @api.model
    def _prepare_rows(self, rule):
        """Return the rows of a test run: the latest touchpoints that the rule is about,
        of the user's companies."""
        since = fields.Datetime.now() - timedelta(days=DAYS)
        # sudo: a rule says the same of everybody; the companies are the user's
        candidates = rule.sudo()._get_candidates_sql(
            since, self.env.companies.ids, chosen=True
        )
        found = self.env.execute_query(
            SQL(
                "SELECT c.* FROM (%s) c ORDER BY c.date DESC, c.id DESC LIMIT %s",
                candidates,
                MOST,
            )
        )
        return [
            {
                "follow_up_id": rule.id,
                "touchpoint_id": touchpoint_id,
                "profile_id": profile_id,
                "date": date,
                "type_id": type_id,
                "result": bar,
            }
            for touchpoint_id, profile_id, date, type_id, bar in reversed(found)
        ]

    def _work_out(self, rule):
        """Say what would come of those whom nothing bars, as carrying out would: what
        is left out does not count as followed up.

        The rows are the oldest first.
        """
        free = self.filtered(lambda row: not row.result)
        targets, missing = free._get_targets(rule)
        missing.result = "no_record"
        free -= missing
        if rule.action != "mail":
            nobody = free.filtered(lambda r: not r._choose_user(rule, targets[r.id]))
            nobody.result = "nobody"
            free -= nobody
        once = timedelta(days=rule.once_days)
        latest = {}
        for row in free:
            before = latest.get(row.profile_id)
            often = once and before and row.date < before + once
            row.result = "often" if often else "yes"
            if not often:
                latest[row.profile_id] = row.date
