# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, formatLang

from ..engine import segments
from .flywheel_condition_mixin import check_domain, probe_domain


class FlywheelSegment(models.Model):
    """What the best customers have in common: a place to start personas from.

    A run counts, for each value of each field that is known before the outcome, and
    for pairs of them, how many of those who have it are good customers, and lists
    what chance does not explain.
    """

    _name = "flywheel.segment"
    _description = "Suggested Segments"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        required=True,
        default=lambda self: self.env._(
            "Best customers, %s", fields.Date.context_today(self)
        ),
    )
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Found")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, required=True
    )
    best = fields.Selection(
        [
            ("won", "Won leads, of all closed leads"),
            ("repeat", "Customers who bought again, of all who decided"),
            ("happy", "Happy customers, of all who rated us"),
            ("domain", "People of my choice, of all who decided"),
        ],
        string="Best Customers",
        required=True,
        default="won",
    )
    happy_from = fields.Float(
        default=4.0,
        help="Average rating from which on a customer is happy.",
    )
    best_domain = fields.Char(string="Who Is Best", default="[]", required=True)
    domain = fields.Char(string="Leads", default="[]", required=True)
    date_from = fields.Date(string="Decided From")
    date_to = fields.Date(string="Decided Until")
    min_n = fields.Integer(
        string="At Least",
        default=30,
        required=True,
        help="Cases that a segment has at least.",
    )
    min_lift = fields.Float(
        string="Lift From",
        default=1.5,
        required=True,
        help="How many times the share of all cases a segment has at least.",
    )
    false_share = fields.Float(
        string="By Chance at Most",
        default=0.05,
        required=True,
        help="Share of the segments that may be there by chance (false discovery rate "
        "of Benjamini and Hochberg, 1995).",
    )
    line_ids = fields.One2many("flywheel.segment.line", "segment_id")
    found_line_ids = fields.One2many(
        "flywheel.segment.line",
        "segment_id",
        string="Segments",
        domain=[("kind", "=", "found"), ("head_id", "=", False)],
    )
    refused_line_ids = fields.One2many(
        "flywheel.segment.line",
        "segment_id",
        string="Left Out",
        domain=[("kind", "=", "refused")],
    )
    run_date = fields.Datetime(string="Run On", readonly=True, copy=False)
    case_count = fields.Integer(string="Cases", readonly=True, copy=False)
    good_count = fields.Integer(string="Good", readonly=True, copy=False)
    tested_count = fields.Integer(string="Tried", readonly=True, copy=False)
    base_rate = fields.Float(
        string="Share of All", readonly=True, copy=False, aggregator="avg"
    )
    message = fields.Text(readonly=True, copy=False)

    _check_numbers = models.Constraint(
        "CHECK (min_n >= 5 AND min_lift >= 1 AND false_share > 0 AND false_share <= 1)",
        "A segment has at least 5 cases and a lift of 1 or more; between 0 and 100 % "
        "may be there by chance.",
    )

    @api.constrains("domain", "best_domain")
    def _check_domains(self):
        for segment in self:
            for model, text in (
                ("crm.lead", segment.domain),
                ("flywheel.profile", segment.best_domain),
            ):
                try:
                    probe_domain(self.env[model], text)
                except Exception as error:
                    raise ValidationError(
                        self.env._(
                            "This condition cannot be used: %(domain)s\n%(error)s",
                            domain=text,
                            error=error,
                        )
                    ) from error

    # ------------------------------------------------------------------
    # Running
    # ------------------------------------------------------------------
    def action_run(self):
        """Look for segments; what an earlier run has found is replaced.

        :raise UserError: there is nothing to compare
        """
        self.ensure_one()
        self.check_access("write")
        rows = self._read_cases()
        good = sum(row[3] for row in rows)
        if not good or good == len(rows):
            raise UserError(
                self.env._(
                    "There is nothing to compare: %(good)s of %(total)s cases are good "
                    "ones.",
                    good=good,
                    total=len(rows),
                )
            )
        # The suggestions of points look for later knowledge in the same table.
        self.env["flywheel.suggestion"]._keep_decisions(rows)
        taken, refused = self._get_sources()
        traits = [trait for field in taken for trait in self._read_traits(field)]
        mask = segments.make_mask(n for n, row in enumerate(rows) if row[3])
        limits = segments.Limits(
            self.min_n,
            self.min_lift,
            self.false_share,
            # A choice of one's own is no outcome that a field could know of.
            refuse_pure=self.best != "domain",
        )
        found = segments.find(traits, mask, len(rows), limits)
        self._store(found, refused, len(rows), good)
        return True

    def _read_cases(self):
        """Return [(lead id or None, profile id, moment of the decision, good)]."""
        return self.env.execute_query(self._get_cases_sql())

    def _get_people_sql(self):
        """Return a query of the ids of the people behind the cases."""
        return SQL("SELECT c.profile_id FROM (%s) c", self._get_cases_sql())

    def _get_cases_sql(self):
        """Return a query of the cases: (lead_id, profile_id, decided, good). People who
        object to profiling are left out."""
        # sudo: the history of all leads of the company, not of one's own
        Lead = self.env["crm.lead"].sudo().with_context(active_test=False)
        self.env.flush_all()
        query = Lead._search(self._get_lead_domain(), bypass_access=True)
        leads = query.select(
            *(
                SQL.identifier(query.table, name)
                for name in (
                    "id",
                    "flywheel_profile_id",
                    "won_status",
                    "date_closed",
                    "date_last_stage_update",
                    "create_date",
                )
            )
        )
        decisions = SQL(
            """SELECT l.id, p.id AS profile_id, l.won_status = 'won' AS won,
                      COALESCE(l.date_closed, l.date_last_stage_update, l.create_date)
                          AS decided
                 FROM (%s) l JOIN flywheel_profile p ON p.id = l.flywheel_profile_id
                WHERE p.no_profiling IS NOT TRUE""",
            leads,
        )
        return getattr(self, f"_select_{self.best}")(decisions)

    def _select_won(self, decisions):
        return SQL(
            "SELECT id AS lead_id, profile_id, decided, won FROM (%s) d", decisions
        )

    def _select_repeat(self, decisions):
        return SQL(
            """SELECT NULL::int, profile_id, MAX(decided), COUNT(*) FILTER (WHERE won)
                      > 1 FROM (%s) d GROUP BY profile_id""",
            decisions,
        )

    def _select_happy(self, _decisions):
        types = self.env["flywheel.touchpoint.type"]._get_ids_by_code()
        return SQL(
            """SELECT NULL::int, t.profile_id, MIN(t.date), AVG(t.value) >= %(happy)s
                 FROM flywheel_touchpoint t
                 JOIN flywheel_profile p ON p.id = t.profile_id
                WHERE t.type_id = %(rating)s AND t.state = 'valid'
                  AND p.no_profiling IS NOT TRUE
                  AND (p.company_id IS NULL OR p.company_id = %(company)s)
                GROUP BY t.profile_id""",
            happy=self.happy_from,
            rating=types.get("rating", 0),
            company=self.company_id.id,
        )

    def _select_domain(self, decisions):
        # sudo: who is best is the same whoever looks
        Profile = self.env["flywheel.profile"].sudo().with_context(active_test=False)
        best = Profile._search(
            check_domain(Profile, self.best_domain), bypass_access=True
        )
        return SQL(
            """SELECT NULL::int, profile_id, MAX(decided), BOOL_OR(profile_id IN %s)
                 FROM (%s) d GROUP BY profile_id""",
            best.subselect(),
            decisions,
        )

    def _get_lead_domain(self):
        """Return the domain of the closed leads."""
        domain = Domain("won_status", "in", ("won", "lost"))
        domain &= Domain("company_id", "in", [self.company_id.id, False])
        if self.date_from:
            domain &= Domain("date_closed", ">=", self.date_from)
        if self.date_to:
            domain &= Domain("date_closed", "<=", self.date_to)
        return domain & check_domain(self.env["crm.lead"], self.domain)

    # ------------------------------------------------------------------
    # Traits
    # ------------------------------------------------------------------
    def _get_sources(self):
        """Return ([fields], [(field, why it is left out)]): what is only known after
        the decision, or was changed at it, tells nothing of the people to come."""
        Suggestion = self.env["flywheel.suggestion"].new(
            {"company_id": self.company_id.id}
        )
        taken, refused = self.env["flywheel.trait"]._get_fields()
        late = {
            name: Suggestion._get_changed_fields(name)
            for name in ("crm.lead", "res.partner")
        }
        Lead = self.env["crm.lead"].sudo().with_context(active_test=False)
        unfilled = Suggestion._get_unfilled_fields(Lead) if self.best == "won" else {}
        kept = []
        for field in taken:
            if field.name in late[field.model_name]:
                share = late[field.model_name][field.name]
                reason = self.env._(
                    "Changed at or after the decision on %(share).0f %% of the cases.",
                    share=100 * share,
                )
                refused.append((field, reason))
            elif field.model_name == "crm.lead" and field.name in unfilled:
                closed, still_open = unfilled[field.name]
                reason = self.env._(
                    "Filled in on %(closed).0f %% of the closed leads, but only on "
                    "%(open).0f %% of the open ones of the same age.",
                    closed=100 * closed,
                    open=100 * still_open,
                )
                refused.append((field, reason))
            else:
                kept.append(field)
        return kept, refused

    def _read_traits(self, field):
        """Return the traits that a field makes: its values, and who has them."""
        on = SQL("d.profile_id = v.profile_id")
        if field.model_name == "crm.lead" and self.best == "won":
            on = SQL("d.lead_id = v.lead_id")
        rows = self.env.execute_query(
            SQL(
                """
                SELECT v.value, array_agg(d.place)
                  FROM flywheel_decision d JOIN (%s) v ON %s
                 WHERE v.value IS NOT NULL
                 GROUP BY v.value HAVING COUNT(*) >= %s
                """,
                self.env["flywheel.trait"]._get_values_sql(field),
                on,
                self.min_n,
            )
        )
        return [
            segments.Trait(
                (field.model_name, field.name, value),
                (field.model_name, field.name),
                segments.make_mask(places),
            )
            for value, places in rows
        ]

    # ------------------------------------------------------------------
    # Storing
    # ------------------------------------------------------------------
    def _store(self, found, refused, total, good):
        """Replace the lines by those of a run."""
        Line = self.env["flywheel.segment.line"]
        self.line_ids.unlink()
        names = Line._get_trait_names(
            {
                key
                for head in found.segments
                for segment in (head, *head.members)
                for key in segment.keys
            }
        )
        heads = Line.create(
            [self._prepare_line(segment, names) for segment in found.segments]
        )
        Line.create(
            [
                {**self._prepare_line(member, names), "head_id": head.id}
                for head, segment in zip(heads, found.segments, strict=True)
                for member in segment.members
            ]
        )
        self._store_refused(found, refused)
        self.write(
            {
                "state": "done",
                "run_date": fields.Datetime.now(),
                "case_count": total,
                "good_count": good,
                "tested_count": found.tested,
                "base_rate": good / total,
                "message": self._get_message(found, total, good),
            }
        )

    def _store_refused(self, found, refused):
        """Keep what is left out, and why."""
        reasons = [(f.model_name, f.name, reason) for f, reason in refused]
        for (model, name), share in found.refused.items():
            reason = self.env._(
                "%(share).0f %% of the good cases have values that hardly anybody else "
                "has: it seems to be noted with the outcome.",
                share=100 * share,
            )
            reasons.append((model, name, reason))
        self.line_ids.create(
            [
                {
                    "segment_id": self.id,
                    "kind": "refused",
                    "model": model,
                    "name": self.env["flywheel.trait"]._get_label(
                        self.env[model]._fields[name]
                    ),
                    "reason": reason,
                }
                for model, name, reason in reasons
            ]
        )

    def _prepare_line(self, segment, names):
        return {
            "segment_id": self.id,
            "kind": "found",
            "name": self.env._(" and ").join(names[key] for key in segment.keys),
            "traits": [list(key) for key in segment.keys],
            "model": segment.keys[0][0],
            "n": segment.n,
            "good": segment.good,
            "rate": segment.rate,
            "low": segment.low,
            "high": segment.high,
            "lift": segment.lift,
            "chance": segment.q,
        }

    def _get_message(self, found, total, good):
        """Return what the run has found, in words."""
        values = {
            "good": good,
            "total": total,
            "rate": formatLang(self.env, 100 * good / total, digits=1),
            "tested": found.tested,
            "found": len(found.segments),
            "share": formatLang(self.env, 100 * self.false_share, digits=0),
        }
        if not found.segments:
            return self.env._(
                "%(good)s of %(total)s cases are good ones (%(rate)s %%). %(tested)s "
                "traits and pairs were tried, and chance explains all of them.",
                **values,
            )
        return self.env._(
            "%(good)s of %(total)s cases are good ones (%(rate)s %%). Traits and pairs "
            "tried: %(tested)s; standing out: %(found)s, with what says the same of "
            "the same people gathered under the strongest. At most %(share)s %% of "
            "such findings are due to chance (false discovery rate, Benjamini and "
            "Hochberg 1995, over Fisher's exact test).",
            **values,
        )

    def action_open_personas(self):
        """Open the personas that were started here."""
        self.ensure_one()
        return self.line_ids.persona_id._get_records_action(
            name=self.env._("Personas"), context={"create": False}
        )
