# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL


class FlywheelPageReport(models.Model):
    """Views of pages by people: a row for each that counts.

    Persona is who the person is now, stage is the stage of the journey at the time.
    """

    _name = "flywheel.page.report"
    _description = "Views of Pages by People"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "page_id"
    _depends = {
        "flywheel.touchpoint": [
            "profile_id",
            "type_id",
            "date",
            "res_model",
            "res_id",
            "company_id",
            "state",
        ],
        "flywheel.page": ["group_id", "website_id", "kind"],
        "flywheel.profile": ["persona_id", "lifecycle_stage_id"],
        "flywheel.stage.interval": [
            "profile_id",
            "track",
            "stage_id",
            "date_from",
            "date_to",
        ],
        "flywheel.play": ["res_model", "res_id", "active", "persona_ids", "stage_ids"],
    }

    profile_id = fields.Many2one("flywheel.profile", string="Person", readonly=True)
    date = fields.Datetime(readonly=True)
    type_id = fields.Many2one("flywheel.touchpoint.type", readonly=True)
    page_id = fields.Many2one("flywheel.page", readonly=True)
    kind = fields.Selection([("page", "Page"), ("file", "File")], readonly=True)
    group_id = fields.Many2one(
        "flywheel.page.group", string="Group of Pages", readonly=True
    )
    website_id = fields.Many2one("website", readonly=True)
    persona_id = fields.Many2one("flywheel.persona", readonly=True)
    stage_id = fields.Many2one(
        "flywheel.stage",
        string="Stage at the Time",
        readonly=True,
        help="The stage of the journey that the person was in when it looked.",
    )
    lifecycle_stage_id = fields.Many2one("flywheel.stage", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    views = fields.Integer(readonly=True)
    people = fields.Integer(
        readonly=True,
        aggregator="count_distinct",
        help="Different people, each counted once.",
    )
    marked = fields.Boolean(
        string="Page Is Marked",
        readonly=True,
        help="It is said whom the page is made for.",
    )
    persona_meant = fields.Float(
        string="By Its Personas",
        aggregator="avg",
        readonly=True,
        help="Share of the views by people of a persona that the page is made for. "
        "Empty for pages that are marked with none.",
    )
    stage_meant = fields.Float(
        string="In Its Stages",
        aggregator="avg",
        readonly=True,
        help="Share of the views by people who were in a stage that the page helps on "
        "from. Empty for pages that are marked with none.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT t.id, t.profile_id, t.date, t.type_id, g.id AS page_id, g.kind,
                   g.group_id, g.website_id, p.persona_id, p.lifecycle_stage_id,
                   s.stage_id, t.company_id, 1 AS views, t.profile_id AS people,
                   meant.res_id IS NOT NULL AS marked,
                   CASE WHEN meant.personas IS NOT NULL
                        THEN COALESCE(p.persona_id = ANY(meant.personas), FALSE)::int
                             ::float8 END AS persona_meant,
                   CASE WHEN meant.stages IS NOT NULL
                        THEN COALESCE(s.stage_id = ANY(meant.stages), FALSE)::int
                             ::float8 END AS stage_meant
              FROM flywheel_touchpoint t
              JOIN flywheel_page g ON g.id = t.res_id
              JOIN flywheel_profile p ON p.id = t.profile_id
         LEFT JOIN flywheel_stage_interval s
                ON s.profile_id = t.profile_id AND s.track = 'journey'
               AND s.date_from <= t.date AND (s.date_to IS NULL OR s.date_to > t.date)
         LEFT JOIN (
                SELECT y.res_id, array_agg(r.flywheel_persona_id)
                           FILTER (WHERE r.flywheel_persona_id IS NOT NULL) AS personas,
                       array_agg(q.flywheel_stage_id)
                           FILTER (WHERE q.flywheel_stage_id IS NOT NULL) AS stages
                  FROM flywheel_play y
             LEFT JOIN flywheel_persona_flywheel_play_rel r
                    ON r.flywheel_play_id = y.id
             LEFT JOIN flywheel_play_flywheel_stage_rel q ON q.flywheel_play_id = y.id
                 WHERE y.res_model = 'flywheel.page' AND y.active
              GROUP BY y.res_id) meant ON meant.res_id = g.id
             WHERE t.res_model = 'flywheel.page' AND t.state = 'valid'
            """
        )

    def action_open_profile(self):
        """Open the person behind a row."""
        self.ensure_one()
        return self.profile_id._get_records_action()
