# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.awarding import lines_sql, totals_sql
from ..engine.busy import gives_way
from ..engine.decay import epoch

# Key of the advisory lock between applying single touchpoints (shared) and
# scoring everybody anew (exclusive). Any fixed number will do.
REAWARD_LOCK = 7_301_902
# Lines that expire are looked for a little further back than the last time: a
# transaction that was at work then may have brought some.
OVERLAP = timedelta(days=1)
# Two sums of the same lines differ by less: no reason to write a row.
NOISE = 1e-12


class FlywheelScoreModel(models.Model):
    _inherit = "flywheel.score.model"

    expired_to = fields.Datetime(
        readonly=True,
        copy=False,
        default=lambda self: fields.Datetime.now(),
        help="Lines whose time was up by then have been let expire.",
    )

    # ------------------------------------------------------------------
    # Lines
    # ------------------------------------------------------------------
    def _get_lines_sql(self, people=None):
        """Return the query of the lines of scores under this version, as of
        :func:`.awarding.lines_sql`.

        :param people: ids of people, a query of them, or None for all
        :return: an :class:`SQL`, or None when no rule gives points
        """
        if not self:
            return None
        self.ensure_one()
        if self.id == self._get_active_id():
            # Both are kept in the registry's cache: this is asked at every event.
            return lines_sql(self._get_specs(), self._get_decay(), people)
        specs = self.sudo().rule_ids.filtered("active")._get_specs()
        return lines_sql(specs, self._get_own_decay(), people)

    def _get_expired_sql(self):
        """Return, as SQL, the instant up to which lines have been let expire.

        Read from the table, not from a cache: so it is of the same moment as the
        momentum it explains. A version that is not in force has let expire
        whatever is due now.
        """
        if self and self.id == self._get_active_id():
            return SQL(
                "(SELECT expired_to FROM flywheel_score_model WHERE id = %s)", self.id
            )
        return SQL("%s::timestamp", fields.Datetime.now())

    def _get_totals_sql(self, people=None):
        """Return a query of (profile_id, momentum) under this version, or None."""
        lines = self._get_lines_sql(people)
        return lines and totals_sql(lines, self._get_expired_sql())

    # ------------------------------------------------------------------
    # Scoring anew
    # ------------------------------------------------------------------
    def _rules_changed(self):
        """Score everybody anew if this concerns the model in force."""
        self.env.registry.clear_cache()
        if self.env.context.get("flywheel_gather_rules"):
            return
        if any(model.state == "active" for model in self):
            self._reaward()

    def _evaluate_people(self):
        if self and not self.env.context.get("flywheel_gather_rules"):
            # sudo: grades say the same of everybody, whoever changes a rule
            self.env["flywheel.profile"].sudo()._evaluate_all()

    @api.model
    def _reaward(self):
        """Score everybody by the active model, in one set-based pass.

        Waits for transactions that are applying touchpoints, and makes those that
        start meanwhile leave theirs to the scheduled action. Readers see the scores
        from before until all are new.

        :return: how many people have another score now
        """
        cr = self.env.cr
        self.env.flush_all()
        cr.execute("SELECT pg_advisory_xact_lock(%s)", [REAWARD_LOCK])
        # Whoever was at work when this transaction began may have scored people by
        # the rules from before, unseen by it: then the database has it run again.
        cr.execute(
            "SELECT count(*) FROM"
            " (SELECT FROM flywheel_profile FOR NO KEY UPDATE) AS everybody"
        )
        active = self._get_active()
        # A version comes into force with everything expired that is due.
        active.expired_to = fields.Datetime.now()
        self.env.flush_all()
        count = self._write_totals(active._get_totals_sql())
        self._forget_scores()
        return count

    @api.model
    def _write_totals(self, totals, people=None):
        """Write the momentum of people who have another one now.

        :param totals: a query of (profile_id, momentum), or None when all is 0
        :param people: ids of the people to write, None for all
        :return: how many there were
        """
        cr = self.env.cr
        limit = SQL("TRUE")
        if people is not None:
            limit = SQL("p.id = ANY(%s)", list(people))
        # The sum is a query of its own: only such may use several processes.
        cr.execute("SET LOCAL work_mem = '128MB'")
        cr.execute("DROP TABLE IF EXISTS flywheel_total")
        cr.execute(
            SQL(
                "CREATE TEMPORARY TABLE flywheel_total ON COMMIT DROP AS %s",
                totals or SQL("SELECT 0 AS profile_id, 0::float8 AS momentum"),
            )
        )
        cr.execute("ANALYZE flywheel_total")
        cr.execute(
            SQL(
                """
                UPDATE flywheel_profile p SET momentum = COALESCE(n.momentum, 0)
                  FROM flywheel_profile q
             LEFT JOIN flywheel_total n ON n.profile_id = q.id
                 WHERE p.id = q.id AND %(limit)s
                   AND abs(p.momentum - COALESCE(n.momentum, 0))
                       > %(noise)s * (abs(p.momentum) + abs(COALESCE(n.momentum, 0)))
                """,
                limit=limit,
                noise=NOISE,
            )
        )
        count = cr.rowcount
        cr.execute("DROP TABLE flywheel_total")
        cr.execute("SET LOCAL work_mem TO DEFAULT")
        return count

    @api.model
    def _forget_scores(self):
        self.env["flywheel.award"].invalidate_model()
        self.env["flywheel.profile"]._invalidate_picture()

    # ------------------------------------------------------------------
    # Time
    # ------------------------------------------------------------------
    @api.model
    @gives_way
    def _cron_expire(self):
        """Let lines expire whose window has passed: only people who have such a line
        are looked at.

        :return: how many people have another score now
        """
        active = self._get_active()
        rules = active.rule_ids.filtered(lambda rule: rule.active and rule.window_days)
        if not rules:
            return 0
        cr = self.env.cr
        cr.execute("SELECT pg_advisory_xact_lock(%s)", [REAWARD_LOCK])
        before, now = active.expired_to - OVERLAP, fields.Datetime.now()
        people = set()
        for rule in rules:
            window = timedelta(days=rule.window_days)
            rows = self.env.execute_query(
                SQL(
                    "SELECT DISTINCT profile_id FROM flywheel_touchpoint"
                    " WHERE type_id = ANY(%s) AND date > %s AND date <= %s",
                    rule.type_ids.ids,
                    before - window,
                    now - window,
                )
            )
            people.update(row[0] for row in rows)
        active.expired_to = now
        self.env.flush_all()
        count = self._write_totals(active._get_totals_sql(people), people)
        self._forget_scores()
        return count

    @api.model
    @gives_way
    def _cron_keep_exact(self):
        """Work out every score anew and mend what differs.

        Scores follow from the ledger by themselves. What no event announces is that
        something changed which a rule's condition reads, such as a campaign's name.
        """
        self._shift_landmark()
        self._reaward()

    @api.model
    def _shift_landmark(self):
        """Move the landmark before the stored powers of two grow too large.

        With a half-life of 30 days that is due every 33 years, with one day every
        400 days.
        """
        active = self._get_active()
        decay, now = self._get_decay(), epoch(fields.Datetime.now())
        if not active or not decay.needs_shift(now):
            return
        active.landmark += timedelta(seconds=decay.shift(now) - decay.landmark)
