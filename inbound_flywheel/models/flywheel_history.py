# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine.awarding import lines_sql
from ..engine.decay import Decay
from ..engine.leads import since_sql
from .flywheel_condition_mixin import check_domain

# Points that lie more half-lives back than this are worth nothing.
MAX_HALF_LIVES = 1000
# When a lead was decided. What Odoo did not note is taken to be as early as the
# lead's last step, so that nothing later counts as known.
DECIDED = SQL("COALESCE(l.date_closed, l.date_last_stage_update, l.create_date)")
SINCE = since_sql("l")


class FlywheelHistory(models.AbstractModel):
    """Closed leads, and what a score model would have said of them on the day on
    which they were decided: never with what became known later.

    :meth:`_gather_closed` fills the temporary table ``flywheel_closed`` (``lead_id``,
    ``profile_id``, ``partner_id``, ``date`` of the decision, ``won``); then
    :meth:`_gather_lines` and :meth:`_gather_matches` find what people did and who
    they are, once for any number of versions and questions.
    """

    _name = "flywheel.history"
    _description = "Closed Leads as of Their Decision"

    @api.model
    def _gather_closed(self, domain=(), date_from=None, date_to=None):
        """Fill the table of closed leads.

        Leads of people who object to profiling are left out.

        :param domain: which leads, archived ones included
        :param date_from: decisions from this naive UTC datetime on, or None
        :param date_to: decisions before this naive UTC datetime, or None
        :return: (number of leads, number of won ones)
        """
        self.env["flywheel.touchpoint"]._flush_queue()
        self.env.flush_all()
        # sudo: a test of a score is about all leads of a company, not one's own
        Lead = self.env["crm.lead"].sudo().with_context(active_test=False)
        query = Lead._search(
            Domain("won_status", "in", ("won", "lost")) & Domain(list(domain))
        )
        self._create_table(
            "flywheel_closed",
            SQL(
                """
                SELECT l.id AS lead_id, l.flywheel_profile_id AS profile_id,
                       l.partner_id, %(date)s AS date, l.won_status = 'won' AS won
                  FROM crm_lead l
                 WHERE l.id IN %(leads)s AND %(limits)s
                """,
                date=DECIDED,
                leads=query.subselect(),
                limits=self._get_limits_sql(date_from, date_to),
            ),
        )
        self.env.cr.execute(
            "SELECT COUNT(*), COUNT(*) FILTER (WHERE won) FROM flywheel_closed"
        )
        return self.env.cr.fetchone()

    @api.model
    def _get_limits_sql(self, date_from, date_to):
        """Return the condition on a lead ``l``: decided in time, no objection."""
        limits = [
            SQL(
                "NOT EXISTS (SELECT FROM flywheel_profile p"
                " WHERE p.id = l.flywheel_profile_id AND p.no_profiling)"
            )
        ]
        if date_from:
            limits.append(SQL("%s >= %s", DECIDED, date_from))
        if date_to:
            limits.append(SQL("%s < %s", DECIDED, date_to))
        return SQL(" AND ").join(limits)

    # ------------------------------------------------------------------
    # What people did
    # ------------------------------------------------------------------
    @api.model
    def _gather_lines(self, rules, everybody=True):
        """Fill the temporary table ``flywheel_line``: whatever rules count, by person.

        Rules that count the same things, as those of two versions mostly do, share
        their lines: these are for one point each.

        :param rules: score rules, of whatever versions
        :param everybody: look at all people, or at those with a closed lead alone
        :return: {rule id: id in the column ``rule_id`` of the table}
        """
        units, specs = {}, {}
        # Touchpoints of an archived type keep their points.
        for rule in rules.sudo().with_context(active_test=False):
            if rule.type_ids:
                spec = rule._get_spec()._replace(points=1.0)
                same = specs.setdefault(repr(spec._replace(id=0)), spec)
                units[rule.id] = same.id
        people = None if everybody else SQL("SELECT profile_id FROM flywheel_closed")
        lines = lines_sql([*specs.values()], Decay(0.0, 0.0), people)
        columns = SQL("rule_id, profile_id, date, until, points")
        nothing = SQL(
            "SELECT 0 AS rule_id, 0 AS profile_id, now()::timestamp AS date,"
            " now()::timestamp AS until, 0.0::float8 AS points WHERE FALSE"
        )
        query = SQL("SELECT %s FROM (%s) l", columns, lines) if lines else nothing
        self._create_table("flywheel_line", query)
        return units

    @api.model
    def _get_engagement_sql(self, units, versions):
        """Return a query of (lead_id, points_0, points_1…): engagement on the day of
        the decision, under several versions.

        A line counts if it is older than the decision and its time was not up.

        :param units: what :meth:`_gather_lines` returned
        :param versions: list of (score rules, :class:`~..engine.decay.Decay`)
        """
        weights = {unit: [0.0] * len(versions) for unit in units.values()}
        for place, (rules, _decay) in enumerate(versions):
            for rule in rules:
                if rule.id in units:
                    weights[units[rule.id]][place] += rule.points
        rows = [SQL("(0, %s)", SQL(", ").join(SQL("0.0::float8") for _v in versions))]
        rows += [
            SQL("(%s, %s)", unit, SQL(", ").join(SQL("%s::float8", p) for p in points))
            for unit, points in weights.items()
        ]
        names = [SQL.identifier(f"w{place}") for place in range(len(versions))]
        sums = [
            SQL(
                "SUM(h.points * w.%s * %s) AS %s",
                name,
                self._get_worth_sql(decay),
                SQL.identifier(f"points_{place}"),
            )
            for place, (name, (_rules, decay)) in enumerate(
                zip(names, versions, strict=True)
            )
        ]
        return SQL(
            """
            SELECT c.lead_id, %(sums)s
              FROM flywheel_closed c
              JOIN flywheel_line h
                ON h.profile_id = c.profile_id AND h.date < c.date AND h.until > c.date
              JOIN (VALUES %(rows)s) AS w (rule_id, %(names)s) ON w.rule_id = h.rule_id
          GROUP BY c.lead_id
            """,
            sums=SQL(", ").join(sums),
            rows=SQL(", ").join(rows),
            names=SQL(", ").join(names),
        )

    @api.model
    def _get_worth_sql(self, decay):
        """Return what is left on the day of the decision of a point of a line."""
        if not decay.half_life:
            return SQL("1.0::float8")
        # From the line's own date and not by a landmark: exact however far back.
        return SQL(
            "power(2.0::float8, GREATEST(-%s::float8,"
            " date_part('epoch', h.date - c.date) / %s::float8))",
            MAX_HALF_LIVES,
            decay.half_life,
        )

    # ------------------------------------------------------------------
    # Who people are
    # ------------------------------------------------------------------
    @api.model
    def _gather_matches(self, rules):
        """Fill two temporary tables: ``flywheel_match``, what fit rules hold for
        (``rule_id``, ``id``, ``profile_id``, ``since``), and ``flywheel_fit``, the
        closed leads that they held for when these were decided (``rule_id``,
        ``lead_id``): the lead itself, leads of the person that existed by then, the
        contact.

        Rules with the same condition share their rows.

        :param rules: fit rules, of whatever versions
        :return: {rule id: id in the column ``rule_id`` of the tables}
        """
        units, same = {}, {}
        for rule in rules.sudo():
            units[rule.id] = same.setdefault((rule.model, rule.domain), rule).id
        self._create_table(
            "flywheel_match",
            self._unite(
                [self._get_match_sql(rule) for rule in same.values()],
                SQL(
                    "SELECT 0 AS rule_id, 0 AS id, 0 AS profile_id,"
                    " now()::timestamp AS since WHERE FALSE"
                ),
            ),
        )
        self._create_table(
            "flywheel_fit",
            self._unite(
                [self._get_held_sql(rule) for rule in same.values()],
                SQL("SELECT 0 AS rule_id, 0 AS lead_id WHERE FALSE"),
            ),
        )
        return units

    @api.model
    def _get_match_sql(self, rule):
        """Return the query of what a fit rule holds for, and since when it exists."""
        # sudo: a rule says the same of a person whoever asks
        Model = self.env[rule.model].sudo().with_context(active_test=False)
        query = Model._search(check_domain(Model, rule.domain), bypass_access=True)
        is_person = rule.model == "flywheel.profile"
        # The contact is who somebody is: there is no day on which that began.
        since = SINCE if rule.model == "crm.lead" else SQL("'-infinity'::timestamp")
        return SQL(
            "SELECT %(rule)s AS rule_id, l.id, %(person)s AS profile_id,"
            " %(since)s AS since FROM %(table)s l WHERE l.id IN %(ids)s",
            rule=rule.id,
            person=SQL("l.id") if is_person else SQL("l.flywheel_profile_id"),
            since=since,
            table=SQL.identifier(Model._table),
            ids=query.subselect(),
        )

    @api.model
    def _get_held_sql(self, rule):
        """Return the query of the closed leads that a fit rule held for."""
        link = {
            "flywheel.profile": SQL("m.id = c.profile_id"),
            "res.partner": SQL("m.id = c.partner_id"),
            "crm.lead": SQL("m.id = c.lead_id"),
        }[rule.model]
        return SQL(
            """
            SELECT %(rule)s AS rule_id, found.lead_id
              FROM (
                SELECT c.lead_id
                  FROM flywheel_closed c JOIN flywheel_match m ON %(link)s
                 WHERE m.rule_id = %(rule)s
                 UNION
                SELECT c.lead_id
                  FROM flywheel_closed c
                  JOIN flywheel_match m
                    ON m.profile_id = c.profile_id AND m.since < c.date
                 WHERE m.rule_id = %(rule)s
              ) found
            """,
            rule=rule.id,
            link=link,
        )

    @api.model
    def _get_fit_sql(self, units, versions):
        """Return a query of (lead_id, points_0, points_1…): fit on the day of the
        decision, under several versions.

        :param units: what :meth:`_gather_matches` returned
        :param versions: list of fit rules
        """
        rows = [SQL("(0, 0, 0.0::float8)")]
        rows += [
            SQL("(%s, %s, %s::float8)", place, units[rule.id], rule.points)
            for place, rules in enumerate(versions)
            for rule in rules
        ]
        sums = [
            SQL(
                "COALESCE(SUM(w.points) FILTER (WHERE w.place = %s), 0) AS %s",
                place,
                SQL.identifier(f"points_{place}"),
            )
            for place in range(len(versions))
        ]
        return SQL(
            """
            SELECT f.lead_id, %(sums)s
              FROM flywheel_fit f
              JOIN (VALUES %(rows)s) AS w (place, rule_id, points)
                ON w.rule_id = f.rule_id
          GROUP BY f.lead_id
            """,
            sums=SQL(", ").join(sums),
            rows=SQL(", ").join(rows),
        )

    @api.model
    def _create_table(self, name, query):
        """Keep the rows of a query until the transaction ends."""
        table = SQL.identifier(name)
        # These are the large sorts of a pass over the whole ledger.
        self.env.cr.execute("SET LOCAL work_mem = '256MB'")
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS pg_temp.%s", table))
        self.env.cr.execute(
            SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", table, query)
        )
        self.env.cr.execute(SQL("ANALYZE %s", table))
        self.env.cr.execute("SET LOCAL work_mem TO DEFAULT")

    @api.model
    def _unite(self, queries, nothing):
        united = SQL(" UNION ALL ").join(SQL("(%s)", query) for query in queries)
        return united if queries else nothing

    # ------------------------------------------------------------------
    # What nobody could have known
    # ------------------------------------------------------------------
    @api.model
    def _split_hindsight(self, rules):
        """Leave out the rules that only later knowledge can satisfy.

        :param rules: score rules or fit rules
        :return: (the other rules, list of (name of a rule left out, reason))
        """
        kept, left_out = rules.browse(), []
        for rule in rules:
            reason = self._get_hindsight(rule)
            if reason:
                left_out.append((rule.name, reason))
            else:
                kept |= rule
        return kept, left_out

    @api.model
    def _get_hindsight(self, rule):
        """Return why a rule knows the outcome, or False."""
        Hindsight = self.env["flywheel.hindsight"]
        if rule._name == "flywheel.score.rule":
            reasons = map(Hindsight._get_type_reason, rule.type_ids)
        else:
            domain = check_domain(self.env[rule.model].sudo(), rule.domain)
            reasons = (
                Hindsight._get_reason(rule.model, condition.field_expr)
                for condition in domain.iter_conditions()
            )
        return next(filter(None, reasons), False)
