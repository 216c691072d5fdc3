# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

CONFIDENCES = ["low", "medium", "high"]
# An answer with evidence comes before every guess, however sure the guess.
BACKED = len(CONFIDENCES)
# What follows from votes and from evidence; nobody writes it by hand.
DECIDED = {"accepted_date", "accepted_by_id", "replaced_by_id", "state", "rank"}
# What a vote was about.
VOTED = {"answer", "question_id", "persona_id", "source"}
SETTLED = {"source", "question_id", "persona_id", "active", "rank", "date"}
VERIFY = "inbound_flywheel.mail_activity_type_verify"
VERIFY_DAYS = 30


class FlywheelPersonaAnswer(models.Model):
    """What we say about a persona, and how we know: from data, from an interview, or
    as an educated guess.

    A guess is put to the vote and may be accepted although disputed; it stays on the
    list to verify until an answer with evidence replaces it.
    """

    _name = "flywheel.persona.answer"
    _description = "Answer about a Persona"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    # Who may read an answer may talk about it.
    _mail_post_access = "read"
    _order = "persona_id, question_id, rank desc, date desc, id desc"

    persona_id = fields.Many2one(
        "flywheel.persona", required=True, ondelete="cascade", index=True
    )
    question_id = fields.Many2one(
        "flywheel.question",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('for_persona', '=', True)]",
    )
    team = fields.Selection(related="question_id.team", store=True)
    answer = fields.Text(required=True, translate=True, tracking=True)
    source = fields.Selection(
        [
            ("data", "Historical Data"),
            ("interview", "Interview"),
            ("guess", "Educated Guess"),
        ],
        required=True,
        tracking=True,
        help="Historical data and interviews need evidence. A guess does not; it is "
        "put to the vote and stays to be verified.",
    )
    evidence = fields.Text(
        compute="_compute_evidence",
        store=True,
        readonly=False,
        tracking=True,
        help="What shows it: figures with their number of records, a report, a link. "
        "A guess needs none.",
    )
    confidence = fields.Selection(
        [("low", "Low"), ("medium", "Medium"), ("high", "High")],
        required=True,
        default="medium",
        tracking=True,
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    user_id = fields.Many2one(
        "res.users",
        string="Author",
        required=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
        index=True,
    )
    interview_id = fields.Many2one(
        "flywheel.interview",
        ondelete="set null",
        index="btree_not_null",
        domain="[('persona_id', '=', persona_id), ('state', '=', 'held')]",
    )
    active = fields.Boolean(default=True)
    rank = fields.Integer(
        compute="_compute_rank",
        store=True,
        help="Evidence before guesses, then the surer answer.",
    )

    # Guesses
    vote_ids = fields.One2many("flywheel.persona.answer.vote", "answer_id")
    agree_count = fields.Integer(string="Agree", compute="_compute_votes")
    object_count = fields.Integer(string="Object", compute="_compute_votes")
    objections = fields.Text(compute="_compute_votes")
    my_vote = fields.Selection(
        [("agree", "Agree"), ("object", "Object")], compute="_compute_votes"
    )
    accepted_date = fields.Datetime(readonly=True, copy=False)
    accepted_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, ondelete="set null"
    )
    state = fields.Selection(
        [
            ("backed", "Backed by Evidence"),
            ("proposed", "Proposed"),
            ("accepted", "Accepted"),
            ("disputed", "Accepted though Disputed"),
        ],
        compute="_compute_state",
        store=True,
        tracking=True,
    )
    replaced_by_id = fields.Many2one(
        "flywheel.persona.answer",
        string="Replaced By",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="The answer with evidence that says what this guess supposed.",
    )

    _persona_question_idx = models.Index("(persona_id, question_id)")

    # ------------------------------------------------------------------
    # Constraints
    # ------------------------------------------------------------------
    @api.constrains("source", "evidence", "interview_id", "answer")
    def _check_evidence(self):
        for answer in self:
            if not (answer.answer or "").strip():
                raise ValidationError(self.env._("Write an answer."))
            if answer.source != "guess" and not (answer.evidence or "").strip():
                raise ValidationError(
                    self.env._(
                        "“%(question)s”: name the evidence, or say that the answer "
                        "is an educated guess.",
                        question=answer.question_id.name,
                    )
                )

    @api.constrains("interview_id", "persona_id")
    def _check_interview(self):
        for answer in self.filtered("interview_id"):
            interview = answer.interview_id
            if interview.persona_id != answer.persona_id or interview.state != "held":
                raise ValidationError(
                    self.env._(
                        "An answer comes from an interview that was held about the "
                        "same persona."
                    )
                )

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------
    @api.depends("question_id")
    def _compute_display_name(self):
        for answer in self:
            answer.display_name = answer.question_id.name or ""

    @api.depends("interview_id")
    def _compute_evidence(self):
        for answer in self:
            interview = answer.interview_id
            if interview and not answer.evidence:
                # Who it was stays with the interview.
                answer.evidence = self.env._(
                    "Interview of %(date)s",
                    date=format_date(self.env, interview._get_local_date()),
                )
            else:
                answer.evidence = answer.evidence

    @api.depends("source", "confidence")
    def _compute_rank(self):
        for answer in self:
            rank = CONFIDENCES.index(answer.confidence or "low")
            answer.rank = rank + (BACKED if answer.source != "guess" else 0)

    @api.depends("source", "accepted_date", "vote_ids.stance")
    def _compute_state(self):
        for answer in self:
            if answer.source != "guess":
                answer.state = "backed"
            elif not answer.accepted_date:
                answer.state = "proposed"
            elif "object" in answer.vote_ids.mapped("stance"):
                answer.state = "disputed"
            else:
                answer.state = "accepted"

    @api.depends("vote_ids.stance", "vote_ids.reason", "vote_ids.user_id")
    @api.depends_context("uid")
    def _compute_votes(self):
        for answer in self:
            votes = answer.vote_ids
            against = votes.filtered(lambda vote: vote.stance == "object")
            answer.object_count = len(against)
            answer.agree_count = len(votes) - len(against)
            answer.objections = "\n".join(
                f"{vote.user_id.name}: {vote.reason}" for vote in against
            )
            own = votes.filtered(lambda vote: vote.user_id == self.env.user)
            answer.my_vote = own.stance

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_decided(vals)
            if not vals.get("evidence"):
                # An interview is evidence by itself.
                vals.pop("evidence", None)
        answers = super().create(vals_list)
        answers._settle(answers._get_keys())
        return answers

    def write(self, vals):
        self._check_decided(vals)
        if VOTED & vals.keys():
            self._check_voted()
        if "active" in vals and not self.env.su:
            self._check_may_archive()
        keys = self._get_keys() if SETTLED & vals.keys() else set()
        result = super().write(vals)
        if keys:
            self._settle(keys | self._get_keys())
        return result

    def unlink(self):
        keys = self._get_keys()
        result = super().unlink()
        self._settle(keys)
        return result

    def _get_keys(self):
        return {(answer.persona_id.id, answer.question_id.id) for answer in self}

    def _check_decided(self, vals):
        if not self.env.su and DECIDED & vals.keys():
            raise AccessError(
                self.env._("Whether a guess holds is decided by votes and evidence.")
            )

    def _check_voted(self):
        """Refuse to change what others have voted on.

        :raise UserError: there are votes, or the guess was accepted
        """
        if any(answer.vote_ids or answer.accepted_date for answer in self):
            raise UserError(
                self.env._(
                    "This guess has been voted on. Leave it as it is and write "
                    "another answer: evidence replaces the guess."
                )
            )

    def _check_may_archive(self):
        """Refuse to put evidence away to those who do not keep the personas."""
        if not self.env.user.has_group("inbound_flywheel.group_flywheel_marketing"):
            raise AccessError(
                self.env._("Only marketing and managers put answers away.")
            )

    def _get_snapshot(self, langs):
        """Return the answer as plain data, for a version of the persona.

        :param langs: codes of the languages to keep
        """
        self.ensure_one()
        words = {lang: self.with_context(lang=lang) for lang in langs}

        def label(name):
            return {
                lang: dict(answer._fields[name]._description_selection(answer.env)).get(
                    answer[name]
                )
                for lang, answer in words.items()
            }

        return {
            "label": {lang: answer.question_id.name for lang, answer in words.items()},
            "answer": {lang: answer.answer for lang, answer in words.items()},
            "source": label("source"),
            "evidence": self.evidence or "",
            "confidence": label("confidence"),
            "state": label("state"),
            "objections": self.objections,
            "date": fields.Date.to_string(self.date),
            # sudo: who says so is part of the answer
            "user": self.user_id.sudo().name,
        }

    # ------------------------------------------------------------------
    # Guesses
    # ------------------------------------------------------------------
    @api.model
    def _settle(self, keys):
        """Let the best answer with evidence replace the guesses at a question; bring
        them back when there is none any more.

        :param keys: set of (persona id, question id)
        """
        # sudo: evidence replaces a guess, whoever wrote either
        Answer = self.browse().sudo().with_context(active_test=False)
        found = Answer.search(
            [
                ("persona_id", "in", [persona_id for persona_id, _question in keys]),
                ("question_id", "in", [question_id for _persona, question_id in keys]),
            ]
        )
        best = {}
        for answer in found.filtered(lambda a: a.active and a.source != "guess"):
            best.setdefault((answer.persona_id.id, answer.question_id.id), answer)
        for answer in found:
            key = (answer.persona_id.id, answer.question_id.id)
            if key not in keys:
                continue
            winner = best.get(key, Answer) if answer.source == "guess" else Answer
            if answer.replaced_by_id != winner:
                answer.replaced_by_id = winner
            answer._follow_up()

    def _follow_up(self):
        """Keep one activity for every guess that was accepted and is not verified."""
        self.ensure_one()
        planned = self._get_verifications()
        if self.replaced_by_id and planned:
            planned.action_feedback(
                feedback=self.env._(
                    "Replaced by evidence: %(answer)s",
                    answer=self.replaced_by_id.answer,
                )
            )
        elif self.source != "guess" or not self.active or not self.accepted_date:
            planned.unlink()
        elif not planned and not self.replaced_by_id:
            self.activity_schedule(
                VERIFY,
                fields.Date.context_today(self) + timedelta(days=VERIFY_DAYS),
                summary=self.env._("Verify: %(guess)s", guess=self.answer[:80]),
                note=self.objections or "",
                user_id=(self.persona_id.owner_id or self.user_id).id,
            )

    def _get_verifications(self):
        """Return the activities to verify these guesses that are still to do."""
        kind = self.env.ref(VERIFY)
        return self.activity_ids.filtered(
            lambda activity: activity.active and activity.activity_type_id == kind
        )

    def _is_decider(self):
        """Tell whether the user may accept guesses about these personas."""
        return (
            self.env.user.has_group("inbound_flywheel.group_flywheel_marketing")
            or self.persona_id.owner_id == self.env.user
        )

    def _check_open(self):
        """Refuse votes and decisions on what is no open guess.

        :raise UserError: it is backed by evidence, or replaced by it
        """
        for answer in self:
            if answer.source != "guess" or answer.replaced_by_id:
                raise UserError(
                    self.env._(
                        "“%(question)s”: this is no open guess.",
                        question=answer.question_id.name,
                    )
                )

    def action_accept(self):
        """Accept guesses as good enough to work with, disputed or not.

        :raise AccessError: the user neither keeps personas nor owns this one
        """
        self.check_access("read")
        self._check_open()
        if not self._is_decider():
            raise AccessError(
                self.env._("Marketing or the owner of the persona accepts guesses.")
            )
        # sudo: an owner from another team may not write the answers of others
        answers = self.sudo()
        answers.write(
            {
                "accepted_date": fields.Datetime.now(),
                "accepted_by_id": self.env.uid,
            }
        )
        for answer in answers:
            answer._follow_up()

    def vote(self, stance, reason=None):
        """Agree with a guess or object to it; a later vote changes the earlier.

        :param stance: ``agree`` or ``object``
        :param reason: why, as text; an objection needs one
        :raise UserError: the guess was replaced by evidence
        """
        self.ensure_one()
        self.check_access("read")
        self._check_open()
        values = {"stance": stance, "reason": reason or False}
        own = self.vote_ids.filtered(lambda vote: vote.user_id == self.env.user)
        if own:
            own.write(values)
        else:
            own.create({"answer_id": self.id, "user_id": self.env.uid, **values})

    def action_agree(self):
        """Agree with a guess."""
        for answer in self:
            answer.vote("agree")

    def action_object(self):
        """Ask why the user objects."""
        self.ensure_one()
        self._check_open()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_objection_action"
        )
        action["context"] = {"default_answer_id": self.id}
        return action

    def action_answer_with_evidence(self):
        """Open a new answer to the question of this guess."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answer with Evidence"),
            "res_model": self._name,
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_persona_id": self.persona_id.id,
                "default_question_id": self.question_id.id,
                "default_source": "data",
            },
        }
