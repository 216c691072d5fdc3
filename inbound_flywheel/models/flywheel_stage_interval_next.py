# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# Seconds of a day.
DAY = 86400.0


def team_sql():
    """Return the query of the sales team of each person: that of the latest lead."""
    return SQL(
        """SELECT DISTINCT ON (flywheel_profile_id)
                  flywheel_profile_id AS profile_id, team_id
             FROM crm_lead WHERE flywheel_profile_id IS NOT NULL
            ORDER BY flywheel_profile_id, create_date DESC, id DESC"""
    )


class FlywheelStageInterval(models.Model):
    _inherit = "flywheel.stage.interval"

    next_stage_id = fields.Many2one(
        "flywheel.stage",
        string="Then",
        compute="_compute_next_stage_id",
        search="_search_next_stage_id",
        help="The stage that followed on the same track.",
    )
    persona_id = fields.Many2one(related="profile_id.persona_id")
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        compute="_compute_team_id",
        search="_search_team_id",
        compute_sudo=True,
        help="The sales team of the person's latest lead.",
    )

    @api.model
    def _get_next_sql(self, alias):
        """Return the id of the stage that followed an interval, as SQL."""
        return SQL(
            """(SELECT n.stage_id FROM flywheel_stage_interval n
                 WHERE n.profile_id = %(line)s.profile_id AND n.track = %(line)s.track
                   AND n.date_from >= %(line)s.date_from
                   AND (n.date_from, COALESCE(n.date_to, 'infinity'), n.id)
                     > (%(line)s.date_from, COALESCE(%(line)s.date_to, 'infinity'),
                        %(line)s.id)
                 ORDER BY n.date_from, n.date_to, n.id LIMIT 1)""",
            line=SQL.identifier(alias),
        )

    def _compute_next_stage_id(self):
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT i.id, %s FROM flywheel_stage_interval i WHERE i.id = ANY(%s)",
                self._get_next_sql("i"),
                self.ids,
            )
        )
        following = dict(rows)
        for line in self:
            line.next_stage_id = following.get(line.id)

    def _search_next_stage_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        ids = [stage_id for stage_id in value if stage_id]
        none = len(ids) < len(list(value))

        def to_sql(model, alias, query):
            following = model._get_next_sql(alias)
            found = SQL("%s = ANY(%s)", following, ids)
            return SQL("(%s OR %s IS NULL)", found, following) if none else found

        return Domain.custom(to_sql=to_sql)

    def _compute_team_id(self):
        self.env["crm.lead"].flush_model(["flywheel_profile_id", "team_id"])
        teams = dict(
            self.env.execute_query(
                SQL(
                    "SELECT profile_id, team_id FROM (%s) t WHERE profile_id = ANY(%s)",
                    team_sql(),
                    self.profile_id.ids,
                )
            )
        )
        for line in self:
            line.team_id = teams.get(line.profile_id.id)

    def _search_team_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        ids = [team_id for team_id in value if team_id]
        none = len(ids) < len(list(value))

        def to_sql(model, alias, query):
            team = SQL(
                """(SELECT l.team_id FROM crm_lead l
                     WHERE l.flywheel_profile_id = %s
                     ORDER BY l.create_date DESC, l.id DESC LIMIT 1)""",
                SQL.identifier(alias, "profile_id"),
            )
            found = SQL("%s = ANY(%s)", team, ids)
            return SQL("(%s OR %s IS NULL)", found, team) if none else found

        self.env["crm.lead"].flush_model(["flywheel_profile_id", "team_id"])
        return Domain.custom(to_sql=to_sql)

    def action_open_people(self):
        """Open the people behind the intervals."""
        return self.profile_id._get_records_action(name=self.env._("People"))
