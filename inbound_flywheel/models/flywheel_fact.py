# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError, ValidationError
from odoo.tools import SQL
from odoo.tools.misc import format_date, formatLang

from ..engine.answers import SURE
from ..engine.items import CLOCK_SKEW, ItemError

# What people may mend of a fact; all else is as it was said.
MENDABLE = {"valid_until", "confidence", "note"}
# What has a default, or follows from the rest.
DEFAULTED = {"date", "source", "confidence", "team", "user_id"}
# What follows from other facts, and is never set from outside.
FLOW = {
    "state",
    "replaced_by_id",
    "origin_id",
    "wrong_reason",
    "wrong_user_id",
    "wrong_date",
}


class FlywheelFact(models.Model):
    """What one person answered to one question: asked once, known to all teams.

    Append-only: a later answer replaces an earlier one, which stays as it was. What was
    noted by mistake is marked wrong, with a reason, and the answer before it counts
    again.
    """

    _name = "flywheel.fact"
    _description = "Fact about a Person"
    _order = "date desc, id desc"
    _rec_name = "answer_label"

    profile_id = fields.Many2one(
        "flywheel.profile", string="Person", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="profile_id.company_id")
    question_id = fields.Many2one(
        "flywheel.question",
        required=True,
        ondelete="restrict",
        index=True,
        domain=[("for_person", "=", True)],
    )
    answer_type = fields.Selection(related="question_id.answer_type")
    answer = fields.Char(
        required=True,
        help="As it is stored: a date as 2026-01-31, a choice by its code.",
    )
    answer_label = fields.Char(string="Answered", compute="_compute_answer_label")
    option_id = fields.Many2one(
        "flywheel.question.option",
        string="Choice",
        ondelete="set null",
        index="btree_not_null",
        domain="[('question_id', '=', question_id)]",
    )
    answer_number = fields.Float(
        aggregator="avg", help="The answer as a number; 1 for yes, 0 for no."
    )
    answer_date = fields.Date(help="The answer as a date.")
    source = fields.Selection(
        [
            ("asked", "Asked"),
            ("form", "Form"),
            ("said", "Told Unasked"),
            ("import", "Import"),
            ("inferred", "Inferred"),
        ],
        required=True,
        default="asked",
        help="Asked and form: the person had to answer. Told unasked: said by the way. "
        "Inferred: nobody said it, it follows from something else.",
    )
    confidence = fields.Selection(
        [("low", "Low"), ("medium", "Medium"), ("high", "High")],
        compute="_compute_confidence",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    date = fields.Datetime(
        string="Answered On", required=True, default=fields.Datetime.now
    )
    user_id = fields.Many2one(
        "res.users",
        string="Recorded By",
        default=lambda self: self.env.user,
        ondelete="set null",
    )
    team = fields.Selection(
        [("marketing", "Marketing"), ("sales", "Sales"), ("service", "Service")],
        string="Recorded In",
        default=lambda self: self.env.user._get_flywheel_team(),
    )
    channel_id = fields.Many2one("flywheel.channel", ondelete="set null")
    touchpoint_id = fields.Many2one("flywheel.touchpoint", ondelete="set null")
    valid_until = fields.Date(
        compute="_compute_valid_until",
        store=True,
        readonly=False,
        precompute=True,
        help="The last day on which it may be relied on; empty: for ever. As the "
        "question said when it was answered.",
    )
    is_expired = fields.Boolean(
        compute="_compute_is_expired", search="_search_is_expired"
    )
    note = fields.Char()
    state = fields.Selection(
        [("current", "Current"), ("replaced", "Replaced"), ("wrong", "Wrong")],
        required=True,
        default="replaced",
        readonly=True,
        copy=False,
    )
    replaced_by_id = fields.Many2one(
        "flywheel.fact",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    wrong_reason = fields.Char(readonly=True, copy=False)
    wrong_user_id = fields.Many2one(
        "res.users",
        string="Marked Wrong By",
        readonly=True,
        copy=False,
        ondelete="set null",
    )
    wrong_date = fields.Datetime(string="Marked Wrong On", readonly=True, copy=False)
    origin_id = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        help="The person it was recorded for, if that was merged into this one since.",
    )
    person = fields.Char(
        string="Person's Address",
        compute="_compute_person",
        help="Finds the person when facts are imported: an email address or a phone "
        "number. An address that is not known yet makes a new person.",
    )

    _current_uniq = models.UniqueIndex(
        "(profile_id, question_id) WHERE state = 'current'",
        "This question has a current answer already.",
    )
    _history_idx = models.Index("(profile_id, question_id, date)")

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------
    @api.depends_context("lang")
    @api.depends("answer", "option_id.name", "question_id.answer_type")
    def _compute_answer_label(self):
        for fact in self:
            kind = fact.question_id.answer_type
            label = fact.answer
            if kind == "selection":
                label = fact.option_id.name or label
            elif kind == "number" and fact.answer:
                whole = fact.answer_number.is_integer()
                label = formatLang(self.env, fact.answer_number, 0 if whole else 2)
            elif kind == "date" and fact.answer_date:
                label = format_date(self.env, fact.answer_date)
            elif kind == "boolean" and fact.answer:
                label = self.env._("Yes") if fact.answer_number else self.env._("No")
            fact.answer_label = label

    @api.depends("source")
    def _compute_confidence(self):
        for fact in self:
            fact.confidence = SURE.get(fact.source, "high")

    @api.depends("question_id", "date")
    def _compute_valid_until(self):
        for fact in self:
            days = fact.question_id.validity_days
            fact.valid_until = (
                fact.date.date() + timedelta(days=days) if days and fact.date else False
            )

    @api.depends("valid_until")
    def _compute_is_expired(self):
        today = fields.Date.context_today(self)
        for fact in self:
            fact.is_expired = bool(fact.valid_until and fact.valid_until < today)

    def _search_is_expired(self, operator, _value):
        if operator != "in":
            return NotImplemented
        return [("valid_until", "<", fields.Date.context_today(self))]

    @api.depends("profile_id")
    def _compute_person(self):
        for fact in self:
            fact.person = fact.profile_id.email or fact.profile_id.phone

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        """Note answers, and let each replace the one before.

        :raise AccessError: in the name of somebody else
        :raise ValidationError: an answer does not fit its question
        """
        vals_list = [
            {
                name: value
                for name, value in vals.items()
                # An empty cell of an imported file stands for the default.
                if name not in FLOW and not (name in DEFAULTED and not value)
            }
            for vals in vals_list
        ]
        self._check_recorder(vals_list)
        self._find_persons(vals_list)
        self._read_answers(vals_list)
        facts = super().create(vals_list)
        facts.profile_id.check_access("read")
        self.env["flywheel.fact.repeat"]._count(facts)
        facts._settle()
        return facts

    def write(self, vals):
        if not self.env.su and vals.keys() - MENDABLE:
            raise AccessError(
                self.env._(
                    "What a person said stays as it was. Note the new answer, or "
                    "mark the old one wrong."
                )
            )
        return super().write(vals)

    def unlink(self):
        pairs = self._get_pairs()
        result = super().unlink()
        self._settle_pairs(pairs)
        return result

    def _check_recorder(self, vals_list):
        manager = self.env.user.has_group("inbound_flywheel.group_flywheel_manager")
        if self.env.su or manager:
            return
        if any(vals.get("user_id") not in (None, self.env.uid) for vals in vals_list):
            raise AccessError(
                self.env._("Only a flywheel manager notes what others were told.")
            )

    def _find_persons(self, vals_list):
        """Find the people of facts that name an address."""
        wanted = [v for v in vals_list if v.get("person") and not v.get("profile_id")]
        items = [
            {"email" if "@" in vals["person"] else "phone": vals["person"]}
            for vals in wanted
        ]
        # sudo: an address finds its person, or makes one, whoever brings it
        found = self.env["flywheel.touchpoint"].sudo()._resolve_people(items)
        for vals, profile_id in zip(wanted, found, strict=True):
            if not profile_id:
                raise ValidationError(
                    self.env._(
                        "%(value)s is neither an email address nor a phone number.",
                        value=vals["person"],
                    )
                )
            vals["profile_id"] = profile_id
        for vals in vals_list:
            vals.pop("person", None)

    def _read_answers(self, vals_list):
        """Read the answers as what their questions ask for."""
        Question = self.env["flywheel.question"]
        questions = Question.browse(
            {vals["question_id"] for vals in vals_list if vals.get("question_id")}
        )
        read = questions._get_answer_reader()
        latest = fields.Datetime.now() + CLOCK_SKEW
        for vals in vals_list:
            question = questions.browse(vals.get("question_id"))
            if fields.Datetime.to_datetime(vals.get("date") or latest) > latest:
                raise ValidationError(self.env._("Nobody answers in the future."))
            if not question:
                raise ValidationError(self.env._("A fact answers a question."))
            given = vals.get("option_id") or vals.get("answer")
            try:
                answer = read(question, given)
            except ItemError as error:
                raise ValidationError(
                    self.env._(
                        "%(question)s: %(error)s",
                        question=question.name,
                        error=self.env._(error.args[0]),
                    )
                ) from error
            vals.update(
                answer=answer.text,
                option_id=answer.option_id,
                answer_number=answer.number or 0.0,
                answer_date=answer.day,
            )

    # ------------------------------------------------------------------
    # One current answer to each question
    # ------------------------------------------------------------------
    def _get_pairs(self):
        return {(fact.profile_id.id, fact.question_id.id) for fact in self}

    def _settle(self):
        """Make the latest answer to each question of these facts the current one."""
        self._settle_pairs(self._get_pairs())

    @api.model
    def _get_ranked_sql(self, pairs):
        """Return a query of (id, next_id): each answer that was not wrong, and the one
        that came after it.

        :param pairs: as for :meth:`_settle_pairs`
        """
        people, questions = map(list, zip(*sorted(pairs), strict=True))
        return SQL(
            """
            SELECT f.id, LEAD(f.id) OVER (
                       PARTITION BY f.profile_id, f.question_id
                       ORDER BY f.date, COALESCE(f.origin_id, 0) = 0, f.id) AS next_id
              FROM flywheel_fact f
              JOIN unnest(%s::int[], %s::int[]) w (profile_id, question_id)
             USING (profile_id, question_id)
             WHERE f.state <> 'wrong'
            """,
            people,
            questions,
        )

    @api.model
    def _settle_pairs(self, pairs):
        """Make the latest answer the current one; of two of the same time that of the
        person who stayed when people were merged, then the one noted last.

        :param pairs: set of (person id, question id)
        :raise ConcurrencyError: somebody else answers at the same moment; Odoo
            repeats the request
        """
        if not pairs:
            return
        self.flush_model()
        ranked = self._get_ranked_sql(pairs)
        try:
            for state, is_last in (("replaced", False), ("current", True)):
                self.env.cr.execute(
                    SQL(
                        """
                        UPDATE flywheel_fact t
                           SET state = %(state)s, replaced_by_id = r.next_id
                          FROM (%(ranked)s) r
                         WHERE r.id = t.id AND (r.next_id IS NULL) = %(is_last)s
                           AND (t.state <> %(state)s
                                OR t.replaced_by_id IS DISTINCT FROM r.next_id)
                        """,
                        state=state,
                        ranked=ranked,
                        is_last=is_last,
                    )
                )
        except UniqueViolation as error:
            raise ConcurrencyError(str(error)) from error
        self.invalidate_model(["state", "replaced_by_id"], flush=False)
        self.env["flywheel.profile"]._follow_facts(pairs)

    @api.model
    def _without_known(self, vals_list):
        """Return the values of facts that are not noted yet, each once."""
        names = ("profile_id", "question_id", "answer", "date")
        people = {vals["profile_id"] for vals in vals_list}
        self.flush_model(names)
        known = {
            tuple(row)
            for row in self.env.execute_query(
                SQL(
                    "SELECT profile_id, question_id, answer, date FROM flywheel_fact"
                    " WHERE profile_id = ANY(%s)",
                    list(people),
                )
            )
        }
        fresh = []
        for vals in vals_list:
            key = tuple(vals[name] for name in names)
            if key not in known:
                known.add(key)
                fresh.append(vals)
        return fresh

    # ------------------------------------------------------------------
    # Marking wrong
    # ------------------------------------------------------------------
    def mark_wrong(self, reason):
        """Say that something was never so; the answer before it counts again.

        :param reason: why, as text
        :raise UserError: no reason is given
        """
        self.check_access("write")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why it is wrong."))
        # sudo: a judgement by somebody who may write, checked above
        self.sudo()._withdraw(reason.strip())
        return True

    def action_mark_wrong(self):
        """Open the dialogue that asks why a fact is wrong."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_fact_wrong_action"
        )
        action["context"] = {"default_fact_ids": self.ids}
        return action

    def _take_back(self, reason):
        """Let the answers of these people to these questions no longer count, nor any
        before them."""
        history = self.browse()
        for question, facts in self.grouped("question_id").items():
            history |= self.search(
                [
                    ("question_id", "=", question.id),
                    ("profile_id", "in", facts.profile_id.ids),
                    ("state", "!=", "wrong"),
                ]
            )
        history._withdraw(reason)

    def _withdraw(self, reason):
        self.write(
            {
                "state": "wrong",
                "replaced_by_id": False,
                "wrong_reason": reason,
                "wrong_user_id": self.env.uid,
                "wrong_date": fields.Datetime.now(),
            }
        )
        self._settle()
