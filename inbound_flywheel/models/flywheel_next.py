# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL, format_amount, format_datetime

TEN = 10
# Won and lost leads that Odoo's predictive scoring must have learnt from.
ENOUGH = 20
# Where it has not, the chance is a rough guess: by temperature, times the grade's
# factor. It only has to bring leads into an order.
GUESSES = {"hot": 0.4, "warm": 0.2, "cool": 0.12, "cold": 0.08}
FACTORS = {"A": 1.5, "B": 1.2, "C": 0.8, "D": 0.4}
BEST_GUESS = 0.9
# The probability is somebody's own, as Odoo's own test has it.
MANUAL = SQL(
    "round(l.probability::numeric, 2) <> round(l.automated_probability::numeric, 2)"
)
# Days of silence worth a word.
SILENCE = 14


class FlywheelNext(models.Model):
    """The ten open leads of a salesperson with the most at stake: chance × value.

    Junk, and leads that wait for an activity on a later day, take no place. Only the
    leads of the user are looked at, and only ten come out, however many there are.
    """

    _name = "flywheel.next"
    _description = "My Next Ten"
    _auto = False
    _order = "worth desc, id desc"
    _rec_name = "lead_id"
    _depends = {
        "crm.lead": [
            "user_id",
            "active",
            "won_status",
            "junk_state",
            "company_id",
            "probability",
            "automated_probability",
            "expected_revenue",
            "stage_id",
            "partner_id",
            "flywheel_profile_id",
        ],
        "flywheel.profile": ["momentum", "fit_grade"],
        "mail.activity": ["res_model", "res_id", "date_deadline", "active"],
        "res.company": ["flywheel_usual_value"],
    }

    lead_id = fields.Many2one("crm.lead", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Contact", readonly=True)
    stage_id = fields.Many2one("crm.stage", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    chance = fields.Float(readonly=True, aggregator="avg")
    basis = fields.Selection(
        [
            ("manual", "Set by hand"),
            ("odoo", "Odoo's probability"),
            ("guess", "Guessed from score and grade"),
        ],
        string="Chance From",
        readonly=True,
    )
    value = fields.Monetary(readonly=True, currency_field="currency_id")
    value_usual = fields.Boolean(
        string="Usual Value",
        readonly=True,
        help="The lead has no figure: what a deal is usually worth is taken instead.",
    )
    worth = fields.Monetary(
        string="Chance × Value", readonly=True, currency_field="currency_id"
    )
    deadline = fields.Date(string="Next Activity", readonly=True)
    reason = fields.Char(string="Why Now", compute="_compute_reason")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT l.id, l.id AS lead_id, l.partner_id, l.stage_id, l.company_id,
                   l.chance, l.basis, l.value, l.value_usual, l.deadline,
                   l.chance * l.value AS worth
              FROM (%s) l ORDER BY l.chance * l.value DESC, l.id DESC LIMIT %s
            """,
            self._get_candidates(),
            TEN,
        )

    def _get_candidates(self):
        """Return the query of the user's leads that could do with attention."""
        learnt = SQL("TRUE" if self._has_learnt() else "FALSE")
        return SQL(
            """
            SELECT l.id, l.partner_id, l.stage_id, l.company_id, a.deadline,
                   CASE WHEN %(manual)s OR %(learnt)s THEN l.probability / 100.0
                        ELSE LEAST(%(guess)s * %(factor)s, %(best)s) END AS chance,
                   CASE WHEN %(manual)s THEN 'manual' WHEN %(learnt)s THEN 'odoo'
                        ELSE 'guess' END AS basis,
                   CASE WHEN l.expected_revenue > 0 THEN l.expected_revenue::float8
                        ELSE COALESCE(c.flywheel_usual_value, 0) END AS value,
                   COALESCE(l.expected_revenue, 0) <= 0 AS value_usual
              FROM crm_lead l
              LEFT JOIN flywheel_profile p ON p.id = l.flywheel_profile_id
              LEFT JOIN res_company c ON c.id = COALESCE(l.company_id, %(company)s)
              LEFT JOIN LATERAL (
                   SELECT min(m.date_deadline) AS deadline FROM mail_activity m
                    WHERE m.res_id = l.id AND m.res_model = 'crm.lead' AND m.active
                   ) a ON TRUE
             WHERE l.user_id = %(user)s AND l.active AND l.won_status = 'pending'
               AND (l.company_id IS NULL OR l.company_id = ANY(%(companies)s))
               AND (l.junk_state IS NULL OR l.junk_state = 'cleared')
               AND (a.deadline IS NULL OR a.deadline <= %(today)s OR %(handed)s)
            """,
            handed=self._get_handed_condition(),
            manual=MANUAL,
            learnt=learnt,
            guess=self._choose(self._get_band(), GUESSES),
            factor=self._choose(SQL("p.fit_grade"), FACTORS, 1.0),
            best=BEST_GUESS,
            company=self.env.company.id,
            companies=self.env.companies.ids,
            user=self.env.uid,
            today=fields.Date.context_today(self),
        )

    def _get_band(self):
        """Return the temperature of the person under the alias ``p``, as SQL."""
        profile = self.env["flywheel.profile"]
        return profile._fields["score_band"].to_sql(profile, "p")

    def _get_handed_condition(self):
        """Return the condition on leads that were handed over to the user, and wait
        for an answer."""
        self.env["flywheel.handover"].flush_model(["lead_id", "state", "user_id"])
        return SQL(
            "l.id IN (SELECT h.lead_id FROM flywheel_handover h"
            " WHERE h.state = 'assigned' AND h.user_id = %s)",
            self.env.uid,
        )

    @staticmethod
    def _choose(expression, values, default=None):
        """Return the number that goes with a word, as SQL."""
        cases = [
            SQL("WHEN %s THEN %s::float8", word, number)
            for word, number in values.items()
        ]
        other = min(values.values()) if default is None else default
        return SQL(
            "(CASE %s %s ELSE %s::float8 END)", expression, SQL(" ").join(cases), other
        )

    @api.model
    def _has_learnt(self):
        """Tell whether Odoo's predictive scoring has seen won and lost leads."""
        # sudo: its table of frequencies is nobody's to read
        Frequency = self.env["crm.lead.scoring.frequency"].sudo()
        [(won, lost)] = Frequency._read_group(
            [("variable", "=", "stage_id")], [], ["won_count:sum", "lost_count:sum"]
        )
        return (won or 0) >= ENOUGH and (lost or 0) >= ENOUGH

    # ------------------------------------------------------------------
    # In words
    # ------------------------------------------------------------------
    @api.depends("company_id")
    def _compute_currency_id(self):
        for row in self:
            row.currency_id = (row.company_id or self.env.company).currency_id

    @api.depends("lead_id", "worth")
    def _compute_reason(self):
        deadlines = self._get_handover_deadlines()
        for row in self:
            reasons = row._get_reasons()
            if row.lead_id.id in deadlines:
                deadline = format_datetime(self.env, deadlines[row.lead_id.id])
                reasons.insert(
                    0, self.env._("handed over, answer until %(date)s", date=deadline)
                )
            row.reason = " · ".join([row._explain_worth(), *reasons])

    def _get_handover_deadlines(self):
        """Return {lead id: date} of the hand-overs that the user has not answered."""
        handovers = self.env["flywheel.handover"].search_fetch(
            [
                ("lead_id", "in", self.lead_id.ids),
                ("state", "=", "assigned"),
                ("user_id", "=", self.env.uid),
            ],
            ["lead_id", "deadline"],
        )
        return {h.lead_id.id: h.deadline for h in handovers if h.deadline}

    def _explain_worth(self):
        """Return the figure in words: what chance, of what."""
        self.ensure_one()
        basis = {
            "manual": self.env._("set by hand"),
            "odoo": self.env._("Odoo's probability"),
            "guess": self.env._("guessed from score and grade"),
        }
        return self.env._(
            "%(chance).0f %% (%(basis)s) of %(value)s%(usual)s",
            chance=self.chance * 100,
            basis=basis.get(self.basis, ""),
            value=format_amount(self.env, self.value, self.currency_id),
            usual=self.env._(", the usual value") if self.value_usual else "",
        )

    def _get_reasons(self):
        """Return what else speaks for dealing with the lead now."""
        self.ensure_one()
        lead = self.lead_id
        today = fields.Date.context_today(self)
        reasons = []
        if not self.deadline:
            reasons.append(self.env._("no activity planned"))
        elif self.deadline < today:
            days = (today - self.deadline).days
            reasons.append(self.env._("activity overdue by %(days)s days", days=days))
        elif self.deadline == today:
            reasons.append(self.env._("activity due today"))
        if lead.date_deadline and lead.date_deadline < today:
            days = (today - lead.date_deadline).days
            reasons.append(self.env._("was to close %(days)s days ago", days=days))
        if lead.flywheel_friction in ("slow", "stuck"):
            reasons.append(
                self.env._(
                    "%(days)s days in this stage, usual %(usual).0f",
                    days=lead.flywheel_stage_days,
                    usual=lead.flywheel_usual_days,
                )
            )
        last = lead.flywheel_last_date
        silent = (fields.Datetime.now() - last).days if last else 0
        if silent >= SILENCE:
            reasons.append(self.env._("%(days)s days of silence", days=silent))
        return reasons

    def action_open_lead(self):
        """Open the lead."""
        return self.lead_id._get_records_action()
