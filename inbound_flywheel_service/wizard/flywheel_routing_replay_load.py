# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class FlywheelRoutingReplayLoad(models.TransientModel):
    """How many of the replayed cases a team, or one of its members, would get."""

    _name = "flywheel.routing.replay.load"
    _description = "Load in a Replay"
    _order = "user_id, team_id"

    replay_id = fields.Many2one(
        "flywheel.routing.replay", required=True, ondelete="cascade", index=True
    )
    team_id = fields.Many2one("helpdesk.ticket.team", string="Team")
    user_id = fields.Many2one("res.users", string="Agent")
    before = fields.Float(string="Now", digits=(16, 1))
    after = fields.Float(string="Then", digits=(16, 1))
    change = fields.Float(compute="_compute_change", digits=(16, 1))

    def _compute_change(self):
        for load in self:
            load.change = load.after - load.before
