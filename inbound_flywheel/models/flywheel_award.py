# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..fields import DecayedFloat


class FlywheelAward(models.Model):
    """A line of a score: the points that a rule gave for a touchpoint.

    Written by the flow alone; a score is the sum of its lines.
    """

    _name = "flywheel.award"
    _description = "Score Line"
    _order = "date desc, id desc"
    _log_access = False
    _rec_name = "rule_id"

    profile_id = fields.Many2one(
        "flywheel.profile",
        string="Person",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    rule_id = fields.Many2one(
        "flywheel.score.rule",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    touchpoint_id = fields.Many2one(
        "flywheel.touchpoint", required=True, readonly=True, ondelete="cascade"
    )
    type_id = fields.Many2one(related="touchpoint_id.type_id")
    summary = fields.Char(related="touchpoint_id.summary")
    has_source = fields.Boolean(compute="_compute_has_source")
    company_id = fields.Many2one(related="profile_id.company_id")
    date = fields.Datetime(required=True, readonly=True)
    points = fields.Float(
        string="Points Then", readonly=True, help="Points on the day of the event."
    )
    momentum = fields.Float(required=True, readonly=True, aggregator=None)
    points_now = DecayedFloat(
        string="Points Now",
        momentum="momentum",
        digits=(16, 2),
        help="What the points are worth today. They add up to the score.",
    )

    _once = models.UniqueIndex("(touchpoint_id, rule_id)")
    _profile_idx = models.Index("(profile_id, date DESC)")

    @api.model
    def _search(self, *args, **kwargs):
        self.env["flywheel.touchpoint"]._flush_queue()
        return super()._search(*args, **kwargs)

    @api.depends("touchpoint_id.res_id")
    def _compute_has_source(self):
        for award in self:
            award.has_source = bool(award.touchpoint_id.res_id)

    def action_open_source(self):
        """Open what the points were given for."""
        self.ensure_one()
        return self.touchpoint_id.action_open_source()
