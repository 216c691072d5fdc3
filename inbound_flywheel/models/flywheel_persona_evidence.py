# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

SOURCES = ("data", "interview", "guess")


class FlywheelPersona(models.Model):
    """How we know what we say about a persona."""

    _inherit = "flywheel.persona"

    answer_ids = fields.One2many("flywheel.persona.answer", "persona_id")
    interview_ids = fields.One2many("flywheel.interview", "persona_id")
    question_count = fields.Integer(
        string="Questions",
        compute="_compute_evidence",
        help="Questions of the bank that a persona has to answer.",
    )
    answer_count = fields.Integer(
        string="Answered",
        compute="_compute_evidence",
        help="Questions of the bank with at least one answer.",
    )
    guess_share = fields.Float(
        compute="_compute_evidence",
        help="Share of the answered questions that rest on a guess alone.",
    )
    evidence_counts = fields.Json(
        string="Evidence",
        compute="_compute_evidence",
        help="The questions of the bank by the source of their best answer.",
    )
    open_guess_count = fields.Integer(
        string="Guesses to Verify", compute="_compute_open_guess_count"
    )
    interview_count = fields.Integer(
        string="Interviews Held",
        compute="_compute_interview_count",
        help="People interviewed about this persona: interviews that were held, each "
        "person once.",
    )
    interview_target = fields.Integer(
        compute="_compute_interview_target",
        inverse="_inverse_interview_target",
        help="How many people to interview. 0: as many as the company says.",
    )
    interview_own_target = fields.Integer()

    _check_interview_target = models.Constraint(
        "CHECK (interview_own_target >= 0)",
        "The number of interviews to hold is zero or more.",
    )

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------
    @api.depends("answer_ids.source", "answer_ids.question_id", "answer_ids.active")
    @api.depends_context("allowed_company_ids")
    def _compute_evidence(self):
        banks = self._get_banks()
        sources = self._get_best_sources()
        for persona in self:
            bank, best = banks[persona.id], sources.get(persona._origin.id, {})
            counts = dict.fromkeys(SOURCES, 0)
            for question_id in bank.ids:
                if question_id in best:
                    counts[best[question_id]] += 1
            answered = sum(counts.values())
            persona.question_count = len(bank)
            persona.answer_count = answered
            persona.guess_share = counts["guess"] / answered if answered else 0.0
            persona.evidence_counts = {**counts, "total": len(bank)}

    def _get_banks(self):
        """Return {persona id: the questions it has to answer}."""
        questions = self.env["flywheel.question"].search([("for_persona", "=", True)])
        return {
            persona.id: questions.filtered(
                lambda question, company=persona.company_id: not question.company_id
                or not company
                or question.company_id == company
            )
            for persona in self
        }

    def _get_best_sources(self):
        """Return {persona id: {question id: the source of its best answer}}."""
        Answer = self.env["flywheel.persona.answer"]
        Answer.flush_model()
        found = {}
        for persona_id, question_id, source in self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (persona_id, question_id)
                       persona_id, question_id, source
                  FROM flywheel_persona_answer
                 WHERE persona_id = ANY(%s) AND active
              ORDER BY persona_id, question_id, rank DESC, date DESC, id DESC
                """,
                self._origin.ids,
            )
        ):
            found.setdefault(persona_id, {})[question_id] = source
        return found

    @api.depends("answer_ids.replaced_by_id", "answer_ids.source", "answer_ids.active")
    def _compute_open_guess_count(self):
        groups = self.env["flywheel.persona.answer"]._read_group(
            [
                ("persona_id", "in", self.ids),
                ("source", "=", "guess"),
                ("replaced_by_id", "=", False),
            ],
            ["persona_id"],
            ["__count"],
        )
        counts = {persona.id: count for persona, count in groups}
        for persona in self:
            persona.open_guess_count = counts.get(persona._origin.id, 0)

    @api.depends("interview_ids.state", "interview_ids.profile_id")
    def _compute_interview_count(self):
        Interview = self.env["flywheel.interview"]
        Interview.flush_model()
        counts = dict(
            self.env.execute_query(
                SQL(
                    # The same person by any of the ways to name one.
                    """
                    SELECT persona_id, COUNT(DISTINCT COALESCE(
                               'profile ' || profile_id,
                               'email ' || LOWER(TRIM(email)),
                               'name ' || LOWER(TRIM(person_name))))
                      FROM flywheel_interview
                     WHERE persona_id = ANY(%s) AND state = 'held'
                  GROUP BY persona_id
                    """,
                    self._origin.ids,
                )
            )
        )
        for persona in self:
            persona.interview_count = counts.get(persona._origin.id, 0)

    @api.depends("interview_own_target", "company_id.flywheel_interview_target")
    @api.depends_context("company")
    def _compute_interview_target(self):
        for persona in self:
            company = persona.company_id or self.env.company
            # sudo: a number that all users of the persona see
            persona.interview_target = (
                persona.interview_own_target or company.sudo().flywheel_interview_target
            )

    def _inverse_interview_target(self):
        for persona in self:
            persona.interview_own_target = persona.interview_target
        # 0 stands for another number.
        self.invalidate_recordset(["interview_target"])

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    def write(self, vals):
        result = super().write(vals)
        if vals.get("owner_id"):
            # sudo: what is to be verified follows the persona to its new owner
            guesses = self.sudo().answer_ids
            guesses._get_verifications().user_id = vals["owner_id"]
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_evidence(self):
        if self.env.user.has_group("inbound_flywheel.group_flywheel_manager"):
            return
        found = self.with_context(active_test=False)
        if found.answer_ids or found.interview_ids:
            raise UserError(
                self.env._(
                    "Answers and interviews hang on this persona. Archive it; only a "
                    "manager deletes evidence."
                )
            )

    # ------------------------------------------------------------------
    # The page of a form
    # ------------------------------------------------------------------
    @api.readonly
    def get_evidence(self):
        """Return the whole question bank with what is answered, by team.

        :return: dict with ``may_answer``, ``may_accept``, ``interviews`` (those held:
            [{``id``, ``name``}]) and ``teams``, see :meth:`_describe_team`
        """
        self.ensure_one()
        self.check_access("read")
        Answer = self.env["flywheel.persona.answer"]
        answers = Answer.search([("persona_id", "=", self.id)])
        bank = self._get_banks()[self.id]
        questions = (bank | answers.question_id).sorted()
        teams = questions._fields["team"]._description_selection(self.env)
        return {
            "may_answer": Answer.has_access("create"),
            "may_accept": Answer._is_decider() or self.owner_id == self.env.user,
            "interviews": [
                {"id": interview.id, "name": interview._get_label()}
                for interview in self.interview_ids
                if interview.state == "held"
            ],
            "teams": [
                {
                    "team": team,
                    "label": label,
                    **self._describe_team(
                        questions.filtered(lambda q, t=team: q.team == t), bank, answers
                    ),
                }
                for team, label in teams
                if team in questions.mapped("team")
            ],
        }

    def _describe_team(self, questions, bank, answers):
        """Return the questions of a team as the page shows them.

        :param questions: those of the team
        :param bank: the questions that this persona has to answer
        :param answers: all answers about the persona, best first
        :return: dict with ``asked``, ``answered`` and ``questions``: [{``id``,
            ``name``, ``help``, ``asked`` (whether it is in the bank), ``answers``}]
        """
        rows = [
            {
                "id": question.id,
                "name": question.name,
                "help": question.help or "",
                "asked": question in bank,
                "answers": [
                    self._describe_answer(answer)
                    for answer in answers
                    if answer.question_id == question
                ],
            }
            for question in questions
        ]
        asked = [row for row in rows if row["asked"]]
        return {
            "asked": len(asked),
            "answered": sum(bool(row["answers"]) for row in asked),
            "questions": rows,
        }

    def _describe_answer(self, answer):
        """Return an answer as the page shows it."""
        labels = {
            name: dict(answer._fields[name]._description_selection(self.env))
            for name in ("source", "confidence", "state")
        }
        return {
            "id": answer.id,
            "answer": answer.answer,
            "source": answer.source,
            "source_label": labels["source"][answer.source],
            "evidence": answer.evidence or "",
            "confidence_label": labels["confidence"][answer.confidence],
            "date": fields.Date.to_string(answer.date),
            # sudo: who says so is part of the answer
            "user": answer.user_id.sudo().name,
            "interview_id": answer.interview_id.id,
            "state": answer.state,
            "state_label": labels["state"][answer.state],
            "replaced": bool(answer.replaced_by_id),
            "agree_count": answer.agree_count,
            "my_vote": answer.my_vote,
            "objections": [
                {"user": vote.user_id.sudo().name, "reason": vote.reason}
                for vote in answer.vote_ids
                if vote.stance == "object"
            ],
        }

    def action_open_interviews(self):
        """Open the interviews about this persona."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_interview_action"
        )
        action["domain"] = [("persona_id", "=", self.id)]
        action["context"] = {"default_persona_id": self.id}
        return action

    def action_open_guesses(self):
        """Open the guesses about this persona that wait for evidence."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_persona_answer_action_guesses"
        )
        action["context"] = {"search_default_persona_id": self.id}
        return action

    # ------------------------------------------------------------------
    # Completeness, approval, versions
    # ------------------------------------------------------------------
    def _get_completeness_parts(self):
        target = self.interview_target
        return [
            *super()._get_completeness_parts(),
            (
                self.env._("Answers to all questions of the bank"),
                bool(self.question_count) and self.answer_count >= self.question_count,
            ),
            (
                self.env._("Interviews with %(count)s people", count=target),
                self.interview_count >= target,
            ),
        ]

    def _get_approval_gaps(self):
        gaps = super()._get_approval_gaps()
        waiting = self.answer_ids.filtered(
            lambda answer: answer.state == "proposed" and not answer.replaced_by_id
        )
        if waiting:
            gaps = [
                *gaps,
                self.env._(
                    "Guesses that nobody has accepted yet: %(questions)s",
                    questions="; ".join(waiting.question_id.mapped("name")),
                ),
            ]
        return gaps

    def _get_snapshot(self):
        langs = [code for code, _name in self.env["res.lang"].get_installed()]
        kept = self.answer_ids.filtered(lambda answer: not answer.replaced_by_id)
        return {
            **super()._get_snapshot(),
            "answer_ids": [answer._get_snapshot(langs) for answer in kept],
            "interview_count": self.interview_count,
        }

    def _get_snapshot_labels(self):
        return {
            **super()._get_snapshot_labels(),
            "answer_ids": self.env._("Answers"),
            "interview_count": self.env._("Interviews Held"),
        }
