# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

from ..engine.items import ItemError

TEAMS = ("marketing", "sales", "service")
OUTCOMES = ("kept", "changed", "mistake")


class FlywheelProfile(models.Model):
    """What is known of a person and what is still to ask, for those who talk to it."""

    _inherit = "flywheel.profile"

    @api.readonly
    def get_facts_panel(self, team=None):
        """Return what the panel of a person shows; called on nobody, what it would
        show of a person of whom nothing is known.

        :param team: the team of the screen. Its questions come first if the caller is
            in that team, else those of the caller's own
        :return: dict with ``team``, ``reach`` (the resolved preferences in order),
            ``known``, ``to_ask`` (the next best question first), ``channels`` and
            ``can_answer``
        :raise AccessError: the caller may not see the person
        """
        self.check_access("read")
        team = self._get_panel_team(team)
        known = self._get_known()
        held = known.filtered(lambda fact: not fact.is_expired)
        questions = self.env["flywheel.question"].search_fetch(
            [("for_person", "=", True)]
        )
        preferences = self._resolve_preferences().get(self.id, {})
        titles = self._get_aspect_titles()
        return {
            "team": team,
            "not_profiled": bool(self.no_profiling),
            "reach": [
                {"aspect": name, "title": titles[name], **value}
                for name, value in preferences.items()
            ],
            "known": known._get_panel_lines(),
            "to_ask": (questions - held.question_id)._get_panel_lines(team, known),
            "channels": self._get_panel_channels(),
            "can_answer": self.env["flywheel.fact"].has_access("create"),
        }

    @api.model
    def _get_panel_team(self, place):
        return self.env.user._get_flywheel_team(place if place in TEAMS else None)

    @api.model
    def _get_aspect_titles(self):
        return {
            "channel": self.env._("Channel"),
            "lang": self.env._("Language"),
            "tone": self.env._("Tone"),
            "frequency": self.env._("Frequency"),
        }

    @api.model
    def _get_panel_channels(self):
        channels = self.env["flywheel.channel"].search_fetch(
            [("code", "!=", "internal")], ["name"]
        )
        return [{"id": channel.id, "name": channel.name} for channel in channels]

    def answer_question(
        self,
        question_id,
        answer,
        outcome=None,
        source="asked",
        channel_id=None,
        note=None,
        team=None,
    ):
        """Note what somebody answered; where the answer is known already and still
        holds, say so first.

        :param question_id: id of a question about a person
        :param answer: as :meth:`learn` takes it
        :param outcome: what the asking person says to the warning: ``kept`` (the same
            still holds), ``changed`` (``answer`` is the new one), ``mistake`` (it
            should not have been asked: counted, nothing else changes)
        :param source: ``asked``, or ``said`` for what was told unasked
        :param channel_id: by which channel
        :param team: the team of the screen, see :meth:`get_facts_panel`
        :return: ``{"warning": dict}`` with the known answer, and nothing is noted; or
            ``{"fact_id": id}``, False after a mistake
        :raise AccessError: the caller may not note facts of this person
        :raise UserError: the answer does not fit the question
        """
        self.ensure_one()
        Fact = self.env["flywheel.fact"]
        Fact.check_access("create")
        self.check_access("read")
        if outcome is not None and outcome not in OUTCOMES:
            raise UserError(self.env._("Unknown outcome: %(value)s", value=outcome))
        question = self.env["flywheel.question"].browse(question_id)
        known, team = self._find_held(question), self._get_panel_team(team)
        if outcome == "mistake" and known:
            self.env["flywheel.fact.repeat"]._note_mistake(known, channel_id, team)
            return {"fact_id": False}
        if outcome == "kept" and known:
            answer = known.answer
        self._check_answer(question, answer)
        if known and source == "asked" and not outcome:
            return {"warning": known._get_panel_line()}
        values = {"profile_id": self.id, "question_id": question.id, "team": team}
        values.update(answer=answer, source=source, channel_id=channel_id, note=note)
        return {"fact_id": Fact.create(values).id}

    def _find_held(self, question):
        """Return the answer that somebody gave to a question, and that still holds."""
        return self._get_known().filtered(
            lambda fact: fact.question_id == question
            and not fact.is_expired
            and fact.source != "inferred"
        )

    def _check_answer(self, question, answer):
        """Refuse what is no answer, before anybody is warned."""
        try:
            question._get_answer_reader()(question, answer)
        except ItemError as error:
            raise UserError(self.env._(error.args[0])) from error

    def action_facts(self):
        """Open all answers of the person, also those that no longer count."""
        action = self._open_lines("inbound_flywheel.flywheel_fact_action")
        action["context"] = {"default_profile_id": self.id}
        return action
