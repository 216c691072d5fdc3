# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import namedtuple
from datetime import datetime, time, timedelta
from time import monotonic

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..engine import metrics

# Fewer closed leads make figures that mean little.
FEW = 100
# Statistics of the rules are about everybody. They come out of the same pass where
# there are hardly more people than leads to test, take a pass of their own where
# people are few, and are otherwise left to the scheduled action.
FEW_PEOPLE = 20_000
MORE = 1.2
# Sums in another order differ in their last digits: what is the same to a millionth
# of a point is made equal.
EQUAL = 1e6
# When somebody was last in touch who never was.
NEVER = float("-inf")

Case = namedtuple("Case", "won date engagement fit total base_total seen")


def _equal(number):
    """Return a number as SQL without its last, accidental digits."""
    return SQL("round((%s) * %s) / %s", number, EQUAL, EQUAL)


def _auc(cases):
    return metrics.auc(metrics.tally(cases))


class FlywheelBacktest(models.Model):
    _inherit = "flywheel.backtest"

    def action_run(self):
        """Test the score model against the closed leads."""
        for backtest in self:
            backtest.check_access("write")
            if backtest.company_ids - self.env.user.company_ids:
                raise AccessError(
                    self.env._("This backtest is about companies that are not yours.")
                )
            # sudo: whoever may run it may have its findings written
            backtest.sudo()._run()
        return True

    def _run(self):
        """Score every closed lead as of its decision, and sum up."""
        started = monotonic()
        self.band_ids.unlink()
        self.env.cr.execute(
            "DELETE FROM flywheel_backtest_case WHERE backtest_id = %s", [self.id]
        )
        self.write(dict(self._get_blank(), date_run=fields.Datetime.now()))
        # Dates are days in UTC, the last one included.
        date_to = self.date_to and self.date_to + timedelta(days=1)
        leads, won = self.env["flywheel.history"]._gather_closed(
            self._get_lead_domain(),
            self.date_from and datetime.combine(self.date_from, time.min),
            date_to and datetime.combine(date_to, time.min),
        )
        self.lead_count, self.won_count = leads, won
        refusal = self._get_refusal(leads, won)
        if refusal:
            self.write({"state": "empty", "message": refusal})
        else:
            people = self.env["flywheel.profile"].search_count([])
            whole = self._is_about_all() and people <= max(FEW_PEOPLE, MORE * leads)
            units = self._score_cases(whole)
            self._sum_up(self._read_cases())
            self.state = "done"
            if whole:
                self.score_model_id._refresh_statistics(*units)
            elif people <= FEW_PEOPLE:
                self.score_model_id._refresh_statistics()
            else:
                self._leave_statistics()
        self.duration = monotonic() - started

    def _leave_statistics(self):
        """Have the scheduled action work out the statistics, unless it was deleted."""
        xmlid = "inbound_flywheel.cron_refresh_statistics"
        cron = self.env.ref(xmlid, raise_if_not_found=False)
        if cron:
            cron._trigger()

    def _is_about_all(self):
        """Tell whether no closed lead is left aside."""
        domain = [("id", "not in", self.company_ids.ids)]
        return (
            self._get_lead_domain()[1:] == []
            and not (self.date_from or self.date_to)
            and not self.env["res.company"].search_count(domain, limit=1)
        )

    def _get_blank(self):
        """Return the findings of a test that has found nothing."""
        names = ("auc", "auc_newest", "auc_engagement", "auc_fit", "auc_recent")
        names += ("base_auc", "delta_auc", "up_count", "down_count", "win_rate")
        active = self.env["flywheel.score.model"]._get_active()
        base = active if active != self.score_model_id else active.browse()
        return {
            **dict.fromkeys(names, 0),
            "message": False,
            "left_out": False,
            "base_model_id": base.id,
        }

    def _get_refusal(self, leads, won):
        """Return in words why there is nothing to test, or False."""
        if not leads:
            return self.env._(
                "No lead that meets these limits has been won or lost. A backtest "
                "needs closed leads: widen the limits, or mark leads as won or lost."
            )
        if won == leads:
            return self.env._(
                "All %(leads)s closed leads were won. Without lost ones nothing can be "
                "told apart: mark lost leads as lost instead of deleting them.",
                leads=leads,
            )
        if not won:
            return self.env._(
                "All %(leads)s closed leads were lost. Without won ones nothing can be "
                "told apart.",
                leads=leads,
            )
        return False

    # ------------------------------------------------------------------
    # In the database: scores as of the decision
    # ------------------------------------------------------------------
    def _score_cases(self, everybody):
        """Fill the temporary table ``flywheel_scored``, a row for each closed lead.

        :param everybody: gather what everybody did, for the statistics
        :return: the units of ``flywheel.history``, for the statistics
        """
        acts, facts, units = self._get_points_sql(everybody)
        self.env["flywheel.history"]._create_table(
            "flywheel_scored",
            SQL(
                """
                SELECT s.lead_id, s.date, s.won, s.engagement_0, s.engagement_1, s.fit,
                       %(total_0)s AS total_0, %(total_1)s AS total_1, s.seen
                  FROM (
                    SELECT c.lead_id, c.date, c.won, %(engagement_0)s AS engagement_0,
                           %(engagement_1)s AS engagement_1, %(fit)s AS fit,
                           COALESCE(f.points_1, 0) AS fit_1,
                           (SELECT MAX(t.date) FROM flywheel_touchpoint t
                             WHERE t.profile_id = c.profile_id AND t.date < c.date
                               AND t.state = 'valid') AS seen
                      FROM flywheel_closed c
                 LEFT JOIN (%(acts)s) e ON e.lead_id = c.lead_id
                 LEFT JOIN (%(facts)s) f ON f.lead_id = c.lead_id
                  ) s
                """,
                engagement_0=_equal(SQL("COALESCE(e.points_0, 0)")),
                engagement_1=_equal(SQL("COALESCE(e.points_1, 0)")),
                fit=_equal(SQL("COALESCE(f.points_0, 0)")),
                total_0=_equal(SQL("s.engagement_0 + s.fit")),
                total_1=_equal(SQL("s.engagement_1 + s.fit_1")),
                acts=acts,
                facts=facts,
            ),
        )
        return units

    def _get_points_sql(self, everybody):
        """Gather what people did and who they were, for both versions.

        :return: the queries for engagement and fit as of the decision, the units
        """
        History = self.env["flywheel.history"]
        base = self.base_model_id
        every = self.score_model_id.with_context(active_test=False)
        lines = History._gather_lines(every.rule_ids | base.rule_ids, everybody)
        matches = History._gather_matches(every.fit_rule_ids | base.fit_rule_ids)
        acts, facts, left_out = [], [], []
        for version in (self.score_model_id, base):
            rules, late = History._split_hindsight(version.rule_ids.filtered("active"))
            fit_rules, late_fit = History._split_hindsight(
                version.fit_rule_ids.filtered("active")
            )
            acts.append((rules, version._get_own_decay()))
            facts.append(fit_rules)
            left_out.append(late + late_fit)
        self.left_out = self._format_left_out(left_out[0])
        engagement = History._get_engagement_sql(lines, acts)
        return engagement, History._get_fit_sql(matches, facts), (lines, matches)

    def _read_cases(self):
        """Return the scored leads as a list of :class:`Case`."""
        rows = self.env.execute_query(
            SQL(
                "SELECT won, date, engagement_0, fit, total_0, total_1,"
                " date_part('epoch', seen - date) FROM flywheel_scored"
            )
        )
        return [Case(*row) for row in rows]

    def _store_cases(self, deciles, newest):
        """Keep the scored leads.

        :param deciles: list of :class:`.metrics.Band`
        :param newest: from this date on decisions are the newest ones
        """
        hot = self.score_model_id._get_own_thresholds().hot
        base_hot = self.base_model_id._get_own_thresholds().hot
        tenth = SQL(" ").join(
            SQL("WHEN total_0 >= %s THEN %s", band.low, band.number) for band in deciles
        )
        move = SQL("NULL")
        if self.base_model_id:
            move = SQL(
                "CASE WHEN engagement_0 >= %(hot)s AND engagement_1 < %(base)s"
                " THEN 'up' WHEN engagement_0 < %(hot)s AND engagement_1 >= %(base)s"
                " THEN 'down' END",
                hot=hot,
                base=base_hot,
            )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO flywheel_backtest_case
                       (backtest_id, lead_id, date, won, engagement, fit, total,
                        base_engagement, base_total, newest, decile, move)
                SELECT %(id)s, lead_id, date, won, engagement_0, fit, total_0,
                       engagement_1, total_1, date >= %(newest)s,
                       CASE %(tenth)s END, %(move)s
                  FROM flywheel_scored
                """,
                id=self.id,
                newest=newest,
                tenth=tenth,
                move=move,
            )
        )
        self.env["flywheel.backtest.case"].invalidate_model()

    # ------------------------------------------------------------------
    # In Python: what it comes to
    # ------------------------------------------------------------------
    def _sum_up(self, cases):
        """Write the findings and the tables."""
        newest = metrics.split_date([case.date for case in cases])
        total = metrics.tally((case.total, case.won) for case in cases)
        engagement = metrics.tally((case.engagement, case.won) for case in cases)
        learnt = metrics.tally((c.total, c.won) for c in cases if c.date < newest)
        checked = metrics.tally((c.total, c.won) for c in cases if c.date >= newest)
        deciles = metrics.bands(total)
        self._store_cases(deciles, newest)
        dates = [case.date for case in cases]
        weeks = metrics.weeks_between(min(dates), max(dates))
        self.write(
            {
                "win_rate": self.won_count / self.lead_count,
                "weeks": weeks,
                "auc": metrics.auc(total),
                "auc_newest": metrics.auc(checked) or 0.0,
                "auc_engagement": metrics.auc(engagement),
                "auc_fit": _auc((case.fit, case.won) for case in cases),
                "auc_recent": _auc(
                    (NEVER if case.seen is None else case.seen, case.won)
                    for case in cases
                ),
                "message": self._get_caution(len(cases), bool(learnt)),
            }
        )
        rows = self._prepare_deciles(deciles, self._compare(cases))
        rows += self._prepare_calibration(metrics.calibration(learnt, checked))
        hot_and_warm = self.score_model_id._get_own_thresholds()[:2]
        for kind, levels, extra in (
            ("engagement", engagement, hot_and_warm),
            ("total", total, ()),
        ):
            rungs = metrics.ladder(levels, extra)
            rows += self._prepare_rungs(kind, metrics.thresholds(levels, rungs, weeks))
        self.env["flywheel.backtest.band"].create(rows)

    def _compare(self, cases):
        """Write the difference to the active version; return its tenths by number."""
        if not self.base_model_id:
            return {}
        base = metrics.tally((case.base_total, case.won) for case in cases)
        moves = dict(
            self.env["flywheel.backtest.case"]._read_group(
                [("backtest_id", "=", self.id)], ["move"], ["__count"]
            )
        )
        self.write(
            {
                "base_auc": metrics.auc(base),
                "delta_auc": self.auc - metrics.auc(base),
                "up_count": moves.get("up", 0),
                "down_count": moves.get("down", 0),
            }
        )
        return {band.number: band for band in metrics.bands(base)}

    def _get_caution(self, size, has_older):
        """Return what to keep in mind with these leads, or False."""
        if size < FEW:
            return self.env._(
                "Only %(leads)s closed leads: read the figures with care.", leads=size
            )
        if not has_older:
            return self.env._(
                "All leads were decided at the same time: what was learnt on older "
                "decisions cannot be checked on newer ones."
            )
        return False

    def _prepare_deciles(self, deciles, base):
        return [
            {
                "backtest_id": self.id,
                "kind": "decile",
                "sequence": band.number,
                "score_from": band.low,
                "score_to": band.high,
                "leads": band.leads,
                "won": band.won,
                "rate": band.rate,
                "lift": band.lift,
                "gain": band.gain,
                "base_rate": base[band.number].rate if band.number in base else 0.0,
                "delta": band.rate - base[band.number].rate
                if band.number in base
                else 0.0,
            }
            for band in deciles
        ]

    def _prepare_calibration(self, checks):
        rows, above = [], None
        for place, check in enumerate(checks, 1):
            verdict = {True: "holds", False: "off", None: "empty"}[check.holds]
            rows.append(
                {
                    "backtest_id": self.id,
                    "kind": "calibration",
                    "sequence": place,
                    "score_from": check.low or 0.0,
                    "score_to": above or 0.0,
                    "is_lowest": check.low is None,
                    "leads": check.leads,
                    "won": check.won,
                    "rate": check.rate or 0.0,
                    "expected": check.expected,
                    "lower": check.lower,
                    "upper": check.upper,
                    "verdict": verdict,
                }
            )
            above = check.low
        return rows

    def _prepare_rungs(self, kind, rungs):
        return [
            {
                "backtest_id": self.id,
                "kind": kind,
                "sequence": place,
                "score_from": rung.threshold,
                "leads": rung.leads,
                "won": rung.won,
                "rate": rung.precision or 0.0,
                "gain": rung.recall,
                "lift": (rung.precision or 0.0) / self.win_rate,
                "per_week": rung.per_week,
            }
            for place, rung in enumerate(rungs, 1)
        ]
