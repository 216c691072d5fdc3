# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from odoo.addons.inbound_flywheel.engine.busy import gives_way

ALERT = "inbound_flywheel_service.mail_activity_type_dropped"
ALL_TEAMS = "inbound_flywheel_service.flywheel_desk_dropped_action"


class HelpdeskTicketTeamDesk(models.Model):
    """Leaders learn of what was dropped: one activity a day, that ends itself."""

    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team", "mail.activity.mixin"]

    flywheel_dropped_count = fields.Integer(
        string="Dropped", compute="_compute_flywheel_dropped_count"
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_flywheel_dropped_count(self):
        groups = self.env["flywheel.desk.dropped"]._read_group(
            [("team_id", "in", self.ids)], ["team_id"], ["__count"]
        )
        counts = {team.id: count for team, count in groups}
        for team in self:
            team.flywheel_dropped_count = counts.get(team.id, 0)

    @api.model
    def _retrieve_dashboard(self):
        dropped = self.env["flywheel.desk.dropped"].search_count([])
        return [
            *super()._retrieve_dashboard(),
            {
                "name": self.env._("Dropped Cases"),
                "value": dropped,
                "sequence": 3,
                "icon": "fa-exclamation-triangle" if dropped else "fa-check",
                "show": True,
                "action": ALL_TEAMS,
            },
        ]

    # ------------------------------------------------------------------
    # Alerts
    # ------------------------------------------------------------------
    @api.model
    @gives_way
    def _cron_alert_dropped(self):
        """Tell each leader what was dropped in his teams; end what is mended.

        A team has one such activity a day, whatever is done with it.
        """
        groups = self.env["flywheel.desk.dropped"]._read_group(
            [], ["company_id", "team_id"], ["__count"]
        )
        counts = {(company, team): n for company, team, n in groups}
        kind = self.env.ref(ALERT, raise_if_not_found=False)
        if not kind:
            return
        alerts = (
            self.env["mail.activity"]
            .with_context(active_test=False)
            .search(
                [
                    ("activity_type_id", "=", kind.id),
                    ("res_model", "=", self._name),
                    "|",
                    ("active", "=", True),
                    ("date_done", ">=", fields.Date.today()),
                ]
            )
        )
        known = alerts.grouped("res_id")
        total = {}
        for (company, team), count in counts.items():
            team = team or self._alert_team(company)
            total[team] = total.get(team, 0) + count
        for team, count in total.items():
            if team:
                team._alert_dropped(count, known.pop(team.id, alerts.browse()), kind)
        for mended in known.values():
            mended.filtered("active").unlink()

    @api.model
    def _alert_team(self, company):
        """The team that hears of cases without one: a company's first."""
        return self.search([("company_id", "in", [company.id, False])], limit=1)

    def _alert_dropped(self, count, alerts, kind):
        self.ensure_one()
        leader = self.user_id or self.company_id.flywheel_desk_user_id
        summary = self.env._("Dropped cases: %(count)s", count=count)
        current = alerts.filtered("active")[:1]
        if current:
            if current.summary != summary:
                current.summary = summary
        elif leader and not alerts:
            self.activity_schedule(
                activity_type_id=kind.id, user_id=leader.id, summary=summary
            )
