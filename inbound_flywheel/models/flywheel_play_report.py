# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..engine.plays import WINDOW_DAYS
from .flywheel_play import TEAMS


class FlywheelPlayReport(models.Model):
    """Uses of content, and whether the person moved on afterwards.

    ``moved`` is 1 or 0 for uses that are old enough to be judged, and empty for the
    others: its average is the share that moved on, at every level of grouping.
    """

    _name = "flywheel.play.report"
    _description = "Use and Effect of Content"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "play_id"
    _depends = {
        "flywheel.play.use": [
            "play_id",
            "profile_id",
            "lead_id",
            "user_id",
            "date",
            "action",
            "persona_id",
            "stage_id",
            "channel_id",
        ],
        "flywheel.play": ["kind", "team", "lang"],
        "flywheel.profile": ["company_id"],
        "flywheel.stage": ["track", "sequence", "is_exit"],
        "flywheel.stage.interval": ["profile_id", "track", "stage_id", "date_from"],
        "crm.lead": ["flywheel_profile_id", "won_status", "date_closed"],
    }

    play_id = fields.Many2one("flywheel.play", string="Content", readonly=True)
    kind = fields.Selection(
        lambda self: self.env["flywheel.play"]._fields["kind"].selection, readonly=True
    )
    team = fields.Selection(TEAMS, readonly=True)
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        readonly=True,
    )
    profile_id = fields.Many2one("flywheel.profile", string="Person", readonly=True)
    lead_id = fields.Many2one("crm.lead", readonly=True)
    user_id = fields.Many2one("res.users", string="By", readonly=True)
    date = fields.Datetime(readonly=True)
    action = fields.Selection(
        [("open", "Opened"), ("copy", "Copied"), ("send", "Sent")], readonly=True
    )
    persona_id = fields.Many2one("flywheel.persona", readonly=True)
    stage_id = fields.Many2one("flywheel.stage", readonly=True)
    channel_id = fields.Many2one("flywheel.channel", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    uses = fields.Integer(readonly=True)
    moved = fields.Float(
        string="Moved On",
        aggregator="avg",
        readonly=True,
        help="Share of the uses after which the person got to a later stage or a lead "
        "was won within 30 days. Uses of the last 30 days are not judged yet.",
    )

    @property
    def _table_query(self):
        Use = self.env["flywheel.play.use"]
        return SQL(
            """
            SELECT u.id, u.play_id, y.kind, y.team, y.lang, u.profile_id, u.lead_id,
                   u.user_id, u.date, u.action, u.persona_id, u.stage_id,
                   u.channel_id, p.company_id, 1 AS uses,
                   CASE WHEN u.date <= %(now)s - %(days)s * interval '1 day'
                         AND s.id IS NOT NULL
                        THEN %(moved)s::int::float8 END AS moved
              FROM flywheel_play_use u
              JOIN flywheel_play y ON y.id = u.play_id
              JOIN flywheel_profile p ON p.id = u.profile_id
              LEFT JOIN flywheel_stage s ON s.id = u.stage_id
             WHERE u.action <> 'dismiss'
            """,
            now=fields.Datetime.now(),
            days=WINDOW_DAYS,
            moved=Use._get_moved_condition(SQL("u.date"), "s", SQL("u.profile_id")),
        )

    def action_open_profile(self):
        """Open the person behind a row, or the people behind several."""
        return self.profile_id._get_records_action(name=self.env._("People"))
