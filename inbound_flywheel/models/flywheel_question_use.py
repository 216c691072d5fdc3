# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..engine.answers import parse_answer


class FlywheelQuestion(models.Model):
    _inherit = "flywheel.question"
    _rec_names_search = ["name", "code"]

    fact_count = fields.Integer(string="Answers", compute="_compute_use")
    person_count = fields.Integer(
        string="People Known",
        compute="_compute_use",
        help="People whose answer is known and still holds.",
    )
    repeat_count = fields.Integer(
        string="Asked Twice",
        compute="_compute_use",
        help="How often somebody was asked although the answer was known.",
    )

    @api.depends_context("allowed_company_ids")
    def _compute_use(self):
        domain = [("question_id", "in", self.ids)]
        Fact = self.env["flywheel.fact"]
        counted = {
            "fact_count": Fact._read_group(domain, ["question_id"], ["__count"]),
            "person_count": Fact._read_group(
                [*domain, ("state", "=", "current"), ("is_expired", "=", False)],
                ["question_id"],
                ["__count"],
            ),
            "repeat_count": self.env["flywheel.fact.repeat"]._read_group(
                domain, ["question_id"], ["__count"]
            ),
        }
        for name, groups in counted.items():
            counts = {question.id: count for question, count in groups}
            for question in self:
                question[name] = counts.get(question.id, 0)

    def _get_answer_reader(self):
        """Return a function (question, value) that reads an answer to one of these
        questions; it raises :class:`ItemError` where the value is none."""
        # sudo: choices are the same for everybody who may ask
        options = self.sudo().option_ids
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        words = {option.id: {(option.code or "").casefold()} for option in options}
        for language in languages:
            for option in options.with_context(lang=language):
                words[option.id].add(option.name.strip().casefold())
        choices = {}
        for option in options.with_context(lang="en_US"):
            text = option.code or option.name
            spoken = words[option.id] - {""}
            choices.setdefault(option.question_id.id, []).append(
                (option.id, text, spoken)
            )

        def read(question, value):
            kind = question.answer_type
            return parse_answer(kind, value, choices.get(question.id, ()))

        return read

    def _add_channel(self, channel):
        """Make a channel one of the choices, and return it."""
        self.ensure_one()
        # sudo: somebody may be reached by it, so everybody may name it
        return self.sudo().option_ids.create(
            {
                "question_id": self.id,
                "name": channel.name,
                "code": channel.code,
                "channel_id": channel.id,
                "sequence": 100,
            }
        )

    def _open_lines(self, xmlid):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = [("question_id", "=", self.id)]
        action["context"] = {}
        return action

    def action_open_facts(self):
        """Open the answers to the question."""
        return self._open_lines("inbound_flywheel.flywheel_fact_action")

    def action_open_repeats(self):
        """Open who was asked twice, by whom."""
        return self._open_lines("inbound_flywheel.flywheel_fact_repeat_action")

    # ------------------------------------------------------------------
    # The panel of a person
    # ------------------------------------------------------------------
    def _get_panel_lines(self, team, known):
        """Return these questions as lines of the panel, the next best first: those of
        the reader's team, then those of other teams; within a team in the order of the
        question bank.

        :param known: facts of the person; expired answers are shown with the question
        """
        before = {fact.question_id: fact for fact in known}
        teams = dict(self._fields["team"]._description_selection(self.env))
        return [
            {
                "id": question.id,
                "name": question.name,
                "help": question.help or "",
                "type": question.answer_type,
                "options": question._get_panel_options(),
                "team": question.team,
                "team_label": teams[question.team],
                "before": question in before
                and before[question]._get_panel_line()
                or None,
            }
            for question in self._sort_for(team)
        ]

    def _sort_for(self, team):
        """Return these questions, the next best first."""
        return self.sorted(
            lambda question: (
                question.team != team,
                question.team == "interview",
                question.sequence,
                question.id,
            )
        )

    def _get_panel_options(self):
        # sudo: choices are the same for everybody who may ask
        return [{"id": o.id, "name": o.name} for o in self.sudo().option_ids]
