# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from typing import NamedTuple

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

CRON = "crm.website_crm_score_cron"
START = "crm.pls_start_date"
LOOKS = {
    "error": ("fa-times-circle text-danger", "alert-danger"),
    "warning": ("fa-exclamation-triangle text-warning", "alert-warning"),
    "info": ("fa-info-circle text-info", "alert-info"),
}


class Counts(NamedTuple):
    """Leads of all companies, on which Odoo's probability rests."""

    closed: int
    closed_before: int
    won: int
    lost: int
    open: int
    open_before: int
    at_half: int
    without: int
    oldest: object


class FlywheelProbabilityHealth(models.TransientModel):
    """Tells in words what keeps Odoo's own probability from being of use.

    Looking changes nothing; each repair is a button of its own.
    """

    _name = "flywheel.probability.health"
    _description = "Probability Health"

    findings = fields.Html(compute="_compute_health")
    state = fields.Selection(
        [("error", "Of No Use Yet"), ("warning", "To Be Improved"), ("ok", "Healthy")],
        compute="_compute_health",
    )
    start_date = fields.Date(string="History From", compute="_compute_health")
    better_start_date = fields.Date(
        compute="_compute_health", help="The day of the oldest closed lead."
    )
    closed_count = fields.Integer(string="Closed Leads", compute="_compute_health")
    learned_count = fields.Integer(
        string="Of Which Odoo Learns From", compute="_compute_health"
    )
    open_count = fields.Integer(string="Open Leads", compute="_compute_health")
    half_count = fields.Integer(string="At Exactly 50 %", compute="_compute_health")
    field_names = fields.Char(string="Fields Used", compute="_compute_health")
    cron_active = fields.Boolean(
        string="Scheduled Action Active", compute="_compute_health"
    )
    cron_date = fields.Datetime(string="Last Rebuilt", compute="_compute_health")
    can_repair = fields.Boolean(compute="_compute_health")

    def _compute_display_name(self):
        self.display_name = self.env._("Probability Health")

    @api.model
    def action_open(self):
        """Open a fresh examination."""
        return self.create({})._get_records_action(
            name=self.env._("Probability Health")
        )

    # ------------------------------------------------------------------
    # Examination
    # ------------------------------------------------------------------
    def _compute_health(self):
        start = self._get_start_date()
        counts = self._read_counts(start)
        cron = self._get_cron()
        findings = self._find(start, counts)
        grave = {severity for severity, _text in findings}
        for health in self:
            health.findings = Markup().join(
                Markup(
                    '<div class="alert %s py-2 mb-2" role="status">'
                    '<i class="fa %s me-2"></i>%s</div>'
                )
                % (LOOKS[severity][1], LOOKS[severity][0], text)
                for severity, text in findings
            )
            health.state = next((s for s in ("error", "warning") if s in grave), "ok")
            health.start_date = start
            oldest = counts.oldest and counts.oldest.date()
            needed = counts.closed_before or (not start and counts.closed)
            health.better_start_date = oldest if needed else False
            health.closed_count = counts.closed
            health.learned_count = counts.closed - counts.closed_before
            health.open_count = counts.open
            health.half_count = counts.at_half
            health.field_names = self._get_field_names()
            health.cron_active = cron.active
            health.cron_date = cron.lastcall
            health.can_repair = self.env.user.has_group("base.group_system")

    @api.model
    def _get_cron(self):
        # sudo: to look at the action's state, whoever looks
        cron = self.env.ref(CRON, raise_if_not_found=False)
        return (cron or self.env["ir.cron"]).sudo()

    @api.model
    def _get_start_date(self):
        """Return the day from which Odoo learns, False if it is not set."""
        text = self.env["crm.lead"]._pls_get_safe_start_date()
        return fields.Date.to_date(text) if text else False

    @api.model
    def _get_field_names(self):
        Lead = self.env["crm.lead"]
        names = ["stage_id", *Lead._pls_get_safe_fields()]
        labels = Lead.fields_get(names, ["string"])
        return ", ".join(labels[name]["string"] for name in names if name in labels)

    @api.model
    def _read_counts(self, start):
        """Count leads of all companies, as Odoo learns from them all together."""
        self.env["crm.lead"].flush_model(
            ["won_status", "create_date", "automated_probability", "stage_id"]
        )
        (row,) = self.env.execute_query(
            SQL(
                """
                SELECT count(*) FILTER (WHERE closed),
                       count(*) FILTER (WHERE closed AND early),
                       count(*) FILTER (WHERE won_status = 'won' AND NOT early),
                       count(*) FILTER (WHERE won_status = 'lost' AND NOT early),
                       count(*) FILTER (WHERE NOT closed),
                       count(*) FILTER (WHERE NOT closed AND early),
                       count(*) FILTER (WHERE NOT closed AND chance = 50),
                       count(*) FILTER (WHERE NOT closed AND chance = 0),
                       min(create_date) FILTER (WHERE closed)
                  FROM (SELECT won_status, create_date,
                               won_status IN ('won', 'lost') AS closed,
                               COALESCE(create_date < %(start)s::date, TRUE) AS early,
                               COALESCE(automated_probability, 0) AS chance
                          FROM crm_lead
                         WHERE active OR won_status IN ('won', 'lost')) lead
                """,
                start=start or None,
            )
        )
        return Counts(*row)

    @api.model
    def _find(self, start, counts):
        """Return [(severity, text)] of what is wrong, and what cannot be known."""
        return [
            *self._find_in_history(start, counts),
            *self._find_in_schedule(),
            *self._find_in_leads(start, counts),
            *self._find_in_teams(),
            (
                "info",
                self.env._(
                    "How well the probability told won from lost leads cannot be "
                    "known: Odoo overwrites it with 100 or 0 when a lead is closed "
                    "and keeps no earlier value."
                ),
            ),
        ]

    def _find_in_history(self, start, counts):
        _ = self.env._
        if not start:
            yield (
                "error",
                _("No start date is set: Odoo learns nothing and updates nothing."),
            )
        elif counts.closed_before:
            grave = "warning" if counts.won and counts.lost else "error"
            yield (
                grave,
                _(
                    "%(before)s of %(all)s closed leads were created before %(date)s "
                    "and are ignored. By default history begins eight days before "
                    "the installation.",
                    before=counts.closed_before,
                    all=counts.closed,
                    date=format_date(self.env, start),
                ),
            )
        if not counts.won or not counts.lost:
            yield (
                "error",
                _(
                    "Odoo learns from %(won)s won and %(lost)s lost leads; without "
                    "at least one of each there is no probability. Where none can "
                    "be worked out, the little window beside the probability shows "
                    "made-up reasons.",
                    won=counts.won,
                    lost=counts.lost,
                ),
            )
        # sudo: a count that says nothing of any lead
        elif (
            not self.env["crm.lead.scoring.frequency"].sudo().search_count([], limit=1)
        ):
            yield (
                "error",
                _("Odoo has not counted its closed leads yet: rebuild."),
            )

    def _find_in_schedule(self):
        _ = self.env._
        cron = self._get_cron()
        if not cron:
            yield (
                "error",
                _("The scheduled action that updates probabilities was deleted."),
            )
        elif not cron.active:
            yield (
                "warning",
                _(
                    "The scheduled action that updates probabilities is not active, "
                    "as delivered: open leads keep the number they got when they "
                    "were last saved."
                ),
            )
        elif cron.nextcall < fields.Datetime.subtract(fields.Datetime.now(), days=1):
            yield (
                "warning",
                _(
                    "The scheduled action that updates probabilities is overdue "
                    "since %s.",
                    format_date(self.env, cron.nextcall),
                ),
            )

    def _find_in_leads(self, start, counts):
        _ = self.env._
        if start and counts.open_before:
            yield (
                "warning",
                _(
                    "%(before)s of %(all)s open leads were created before the start "
                    "date: the scheduled action passes them over.",
                    before=counts.open_before,
                    all=counts.open,
                ),
            )
        if counts.at_half or counts.without:
            yield (
                "info",
                _(
                    "Of %(all)s open leads, %(half)s stand at exactly 50 %% and "
                    "%(none)s have no probability.",
                    all=counts.open,
                    half=counts.at_half,
                    none=counts.without,
                ),
            )

    def _find_in_teams(self):
        _ = self.env._
        # sudo: what Odoo learns from does not depend on who looks
        Stage = self.env["crm.stage"].sudo()
        if not Stage.search_count([("team_ids", "=", False)], limit=1):
            yield (
                "error",
                _(
                    "Every stage belongs to a team. Odoo takes the numbers of won and "
                    "lost leads from the first stage that all teams share, and finds "
                    "none."
                ),
            )
        Frequency = self.env["crm.lead.scoring.frequency"].sudo()
        trained = {team.id for (team,) in Frequency._read_group([], ["team_id"])}
        teams = self.env["crm.team"].sudo()
        new = teams.search([("id", "not in", list(trained))])
        if trained and new:
            yield (
                "info",
                _(
                    "Teams without closed leads of their own, which get the numbers "
                    "of all teams: %s.",
                    ", ".join(new.mapped("name")),
                ),
            )

    # ------------------------------------------------------------------
    # Repairs
    # ------------------------------------------------------------------
    def _check_repair(self):
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("Only administrators change these settings."))

    def action_set_start_date(self):
        """Let history begin with the oldest closed lead."""
        self._check_repair()
        oldest = self._read_counts(self._get_start_date()).oldest
        if not oldest:
            raise UserError(self.env._("There is no closed lead yet."))
        start = fields.Date.to_string(oldest.date())
        self.env["ir.config_parameter"].set_param(START, start)
        return self.action_open()

    def action_activate(self):
        """Activate the scheduled action that updates probabilities."""
        self._check_repair()
        self.env.ref(CRON).active = True
        return self.action_open()

    def action_rebuild(self):
        """Count closed leads anew and update open ones, as the scheduled action
        does."""
        self._check_repair()
        self.env.ref(CRON).method_direct_trigger()
        return self.action_open()
