# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SurveyUserInput(models.Model):
    """What people answer becomes what we know of them."""

    _inherit = "survey.user_input"

    flywheel_fact_count = fields.Integer(
        string="Facts",
        compute="_compute_flywheel_fact_count",
        groups="inbound_flywheel.group_flywheel_user",
    )

    flywheel_fact_ids = fields.Many2many(
        "flywheel.fact",
        string="Facts Taken Over",
        compute="_compute_flywheel_fact_ids",
        groups="inbound_flywheel.group_flywheel_user",
    )

    @api.depends("flywheel_state")
    def _compute_flywheel_fact_ids(self):
        lines = self._flywheel_get_touchpoints()
        Fact = self.env["flywheel.fact"]
        found = Fact.search([("touchpoint_id", "in", lines.ids)], order="id")
        places = {line.id: line.res_id for line in lines}
        facts = found.grouped(lambda fact: places[fact.touchpoint_id.id])
        for user_input in self:
            user_input.flywheel_fact_ids = facts.get(user_input.id, Fact)

    @api.depends("flywheel_state")
    def _compute_flywheel_fact_count(self):
        lines = self._flywheel_get_touchpoints()
        groups = self.env["flywheel.fact"]._read_group(
            [("touchpoint_id", "in", lines.ids)], ["touchpoint_id"], ["__count"]
        )
        counts = {line.res_id: count for line, count in groups}
        for user_input in self:
            user_input.flywheel_fact_count = counts.get(user_input.id, 0)

    def _flywheel_get_touchpoints(self):
        """Return the lines of the ledger that say that these surveys were answered."""
        return self.env["flywheel.touchpoint"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("type_id.code", "=", "survey"),
            ]
        )

    def _flywheel_take_facts(self):
        """Note what the person answered to linked questions.

        :return: what was left out and why, as list of texts
        """
        self.ensure_one()
        profile, left_out = self.flywheel_profile_id, []
        linked = self.user_input_line_ids.question_id.filtered(
            lambda question: question.flywheel_for_person
            and question.flywheel_question_id.company_id.id
            in (False, profile.company_id.id)
        )
        items, asked = [], []
        for question in linked:
            lines = self.user_input_line_ids.filtered(
                lambda line, q=question: line.question_id == q and not line.skipped
            )
            answer = question._get_flywheel_answer(lines) if lines else None
            if answer is not None:
                items.append(self._flywheel_prepare_fact(question, answer))
                asked.append(question)
            elif lines:
                left_out.append(
                    self.env._(
                        "%(question)s: the answer stands for nothing that the "
                        "register of questions knows.",
                        question=question.title,
                    )
                )
        errors = []
        rows = profile._read_items(items, errors)
        for error in errors:
            left_out.append(f"{asked[error['index']].title}: {error['error']}")
        rows = self._flywheel_drop_doubtful(rows, asked, left_out)
        self._flywheel_note_facts([values for _index, values in rows])
        return left_out

    def _flywheel_prepare_fact(self, question, answer):
        """Return an answer as an item of ``flywheel.profile.learn``."""
        item = {
            "question": question.flywheel_question_id.id,
            "answer": answer,
            "source": "form",
            "channel": "web",
            "date": self._flywheel_get_date(),
        }
        if self.flywheel_trust == "typed":
            item["confidence"] = "low"
            item["note"] = self.env._("Address typed in")
        return item

    def _flywheel_drop_doubtful(self, rows, asked, left_out):
        """Return the answers that may be noted: whoever typed in an address may be
        somebody else, and replaces nothing that is known for sure."""
        if self.flywheel_trust != "typed":
            return rows
        held = {
            fact.question_id.id: fact
            for fact in self.flywheel_profile_id._get_known()
            if not fact.is_expired and fact.confidence != "low"
        }
        kept = []
        for index, values in rows:
            fact = held.get(values["question_id"])
            if not fact:
                kept.append((index, values))
            else:
                left_out.append(
                    self.env._(
                        "%(question)s: “%(answer)s” is known with more confidence, "
                        "and the address was typed in. The answer here was: "
                        "“%(given)s”.",
                        question=asked[index].title,
                        answer=fact.answer_label,
                        given=values["answer"],
                    )
                )
        return kept

    def _flywheel_note_facts(self, values_list):
        """Note answers, each once, with the survey as where they come from."""
        line = self._flywheel_get_touchpoints()[:1]
        team = self.survey_id.user_id._get_flywheel_teams()[:1] if values_list else []
        for values in values_list:
            values.update(
                profile_id=self.flywheel_profile_id.id,
                touchpoint_id=line.id,
                team=team[0] if team else "marketing",
            )
        Fact = self.env["flywheel.fact"]
        Fact.create(Fact._without_known(values_list) if values_list else [])

    def action_flywheel_facts(self):
        """Open the facts that come from these answers."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_fact_action"
        )
        lines = self._flywheel_get_touchpoints()
        action["domain"] = [("touchpoint_id", "in", lines.ids)]
        action["context"] = {"create": False}
        return action
