# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .flywheel_condition_mixin import touchpoint_condition

# Seconds within which the other events of the same moment are in the ledger, too.
ARRIVAL = 60

# The email addresses of a person ``p``: those it is known by and its contact's, which
# may be another's, too.
ADDRESSES = SQL(
    """
    SELECT i.value FROM flywheel_identity i
     WHERE i.profile_id = p.id AND i.kind = 'email'
     UNION ALL
    SELECT c.email_normalized FROM res_partner c
     WHERE c.id = p.partner_id AND c.email_normalized IS NOT NULL
    """
)


class FlywheelFollowUp(models.Model):
    """Which touchpoints a rule follows up: chosen in the database, all at once."""

    _inherit = "flywheel.follow.up"

    def _find(self):
        """Choose what is to be followed up, once each.

        :return: number of touchpoints that were chosen
        """
        self.ensure_one()
        self._settle()
        self.env.cr.execute(
            SQL(
                """
                WITH found AS MATERIALIZED (%(candidates)s),
                ranked AS (
                    SELECT f.*, row_number() OVER (
                               PARTITION BY f.profile_id, f.bar IS NULL
                               ORDER BY f.date, f.id) AS rank
                      FROM found f
                )
                INSERT INTO flywheel_follow_up_line (follow_up_id, touchpoint_id, state,
                            reason, due_date, attempts,
                            create_uid, create_date, write_uid, write_date)
                SELECT %(rule)s, v.id,
                       CASE WHEN v.why IS NULL THEN 'waiting' ELSE 'skipped' END,
                       v.why, v.date + %(wait)s * interval '1 hour', 0,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM (SELECT r.*, COALESCE(r.bar, %(often)s) AS why
                          FROM ranked r) v
                 ORDER BY v.date, v.id
                ON CONFLICT DO NOTHING
                """,
                candidates=self._get_candidates_sql(self._get_since()),
                rule=self.id,
                wait=self.wait_hours,
                often=self._get_often_sql(),
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        count = self.env.cr.rowcount
        self.env["flywheel.follow.up.line"].invalidate_model()
        return count

    @api.model
    def _settle(self):
        """Have the database know all that this transaction does."""
        self.env["flywheel.identity"]._flush_claims()
        self.env["flywheel.touchpoint"]._flush_queue()
        self.env.flush_all()

    def _get_since(self):
        """Return from when on touchpoints are followed up."""
        now = fields.Datetime.now()
        return max(self.date_started, now - timedelta(days=self.max_age_days))

    def _get_guarded_types(self):
        """Return the ids of the rules' types that machines are known to fake."""
        guarded = self.env["flywheel.touchpoint.type"]._get_guarded_ids()
        return [key for key in self.type_ids.ids if key in guarded]

    @api.model
    def _get_doubt(self):
        """Return how long what a machine may have done is not followed up: what tells
        a machine from a person may still be to come."""
        reach = self.env["flywheel.touchpoint"]._get_reach()
        return timedelta(seconds=reach + ARRIVAL)

    def _find_doubtful(self):
        """Return when the first of the touchpoints that are too new becomes due,
        False if there is none."""
        guarded = self._get_guarded_types()
        if not guarded:
            return False
        doubt = self._get_doubt()
        rows = self.env.execute_query(
            SQL(
                "SELECT MIN(date) FROM flywheel_touchpoint WHERE date > %s"
                " AND type_id = ANY(%s) AND state = 'valid'",
                fields.Datetime.now() - doubt,
                guarded,
            )
        )
        return rows[0][0] and rows[0][0] + doubt

    def _get_candidates_sql(self, since, companies=None, chosen=False):
        """Return the query of (id, profile_id, date, type_id, bar) of the touchpoints
        that the rule is about.

        :param since: from when on
        :param companies: ids of the companies that the asking user may see; None for
            all
        :param chosen: also those that are followed up already
        """
        parts = [
            SQL("t.type_id = ANY(%s)", self.type_ids.ids),
            SQL("t.date >= %s", since),
            SQL("t.state = 'valid' AND NOT t.pending"),
        ]
        if not chosen:
            parts.append(
                SQL(
                    "NOT EXISTS (SELECT FROM flywheel_follow_up_line l"
                    " WHERE l.touchpoint_id = t.id AND l.follow_up_id = %s)",
                    self.id,
                )
            )
            if guarded := self._get_guarded_types():
                parts.append(
                    SQL(
                        "(t.type_id <> ALL(%s) OR t.date <= %s)",
                        guarded,
                        fields.Datetime.now() - self._get_doubt(),
                    )
                )
        if self.date_from:
            parts.append(SQL("t.date >= %s", datetime.combine(self.date_from, time())))
        if self.date_to:
            day_after = self.date_to + timedelta(days=1)
            parts.append(SQL("t.date < %s", datetime.combine(day_after, time())))
        for ids in (self.company_id.ids, companies):
            if ids:
                parts.append(
                    SQL("(t.company_id IS NULL OR t.company_id = ANY(%s))", list(ids))
                )
        condition = touchpoint_condition(self.env, self.domain)
        if condition is not None:
            parts.append(condition)
        people = self._get_people_domain()
        if not people.is_true():
            # sudo: a rule says the same of everybody, whoever asks
            Profile = self.env["flywheel.profile"].sudo()
            found = Profile._search(people, bypass_access=True)
            parts.append(SQL("t.profile_id IN %s", found.subselect()))
        return SQL(
            "SELECT t.id, t.profile_id, t.date, t.type_id, %(bar)s AS bar"
            "  FROM flywheel_touchpoint t"
            "  JOIN flywheel_profile p ON p.id = t.profile_id WHERE %(where)s",
            bar=self._get_bar_sql(),
            where=SQL(" AND ").join(parts),
        )

    def _get_often_sql(self):
        """Return the reason ``often`` as an expression over ``r``, NULL if the person
        of a candidate had no follow-up by this rule of late."""
        if not self.once_days:
            return SQL("NULL")
        return SQL(
            """
            CASE WHEN r.rank > 1 OR EXISTS (
                SELECT FROM flywheel_touchpoint o
                  JOIN flywheel_follow_up_line l ON l.touchpoint_id = o.id
                 WHERE o.profile_id = r.profile_id AND l.follow_up_id = %(rule)s
                   AND l.state IN ('waiting', 'done', 'failed')
                   AND o.date > r.date - %(days)s * interval '1 day')
            THEN 'often' END
            """,
            rule=self.id,
            days=self.once_days,
        )

    def _get_bar_sql(self):
        """Return why a touchpoint ``t`` of a person ``p`` is not followed up, as an
        expression, NULL if it is."""
        parts = [SQL("WHEN t.state <> 'valid' THEN 'quarantined'")]
        chosen = not self._get_people_domain().is_true()
        if chosen or self.action == "mail":
            parts.append(SQL("WHEN p.no_profiling THEN 'objection'"))
        if self.action == "mail":
            parts += [
                SQL(
                    """
                    WHEN EXISTS (
                        SELECT FROM mail_blacklist b
                         WHERE b.active AND b.email IN (%s))
                    THEN 'blacklist'
                    """,
                    ADDRESSES,
                ),
                SQL(
                    """
                    WHEN (SELECT k.code <> 'subscribe' FROM flywheel_touchpoint u
                            JOIN flywheel_touchpoint_type k ON k.id = u.type_id
                           WHERE u.profile_id = p.id AND u.state = 'valid'
                             AND k.code IN ('subscribe', 'unsubscribe',
                                            'email_blacklist')
                        ORDER BY u.date DESC, u.id DESC LIMIT 1)
                    THEN 'unsubscribed'
                    """
                ),
                SQL("WHEN NOT EXISTS (%s) THEN 'no_address'", ADDRESSES),
            ]
        return SQL("CASE %s END", SQL(" ").join(parts))
