# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..engine import plays as engine

# Suggestions that are shown at a time.
FEW = 3
# Plays that were used lately, to remind of.
LATEST = 3
TEAM_GROUPS = {
    team: f"inbound_flywheel.group_flywheel_{team}"
    for team in ("marketing", "sales", "service")
}


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    play_use_ids = fields.One2many("flywheel.play.use", "profile_id")

    def get_suggested_plays(self, lead_id=None):
        """Return what to use next with a person, and why.

        :param lead_id: id of the lead that is being worked on, for its language and
            for mails from it
        :return: a dict: ``person``; ``persona`` and ``stage`` (id and name, or
            False), the stage's ``definition`` and ``next_step``, the name of the
            ``next_stage`` and its ``next_definition``; ``suggestions``: at most three
            dicts, see :meth:`_describe_play`, the best first; ``more``: how many
            others fit; ``used``: what was used lately; ``gap``: which cell of the
            matrix is empty, or False; ``reasons``: of not using a play; ``can_use``
            and ``can_edit``: what the caller may do
        :raise AccessError: the caller may not read this person
        """
        self.ensure_one()
        self.check_access("read")
        lead = self._get_play_lead(lead_id)
        stages = self.journey_stage_id | self.lifecycle_stage_id
        persona = self._get_play_persona()
        plays = self._get_fitting_plays(persona, stages)
        effects = self._get_play_effects(plays)
        lang = self._get_play_lang(lead, persona)
        ranked = engine.rank(
            [self._get_candidate(play, effects, persona, stages) for play in plays],
            persona.id,
            stages.ids,
            lang,
            self._get_reader_teams(),
        )
        return {
            "person": self.display_name,
            **self._get_play_stage(persona),
            "suggestions": [
                self._describe_play(candidate, level, persona, stages, lang, lead)
                for candidate, level in ranked[:FEW]
            ],
            "more": max(len(ranked) - FEW, 0),
            "used": self._get_used_plays(),
            "gap": self._get_play_gap(persona),
            "reasons": self.env["flywheel.play.use"]
            ._fields["reason"]
            ._description_selection(self.env),
            "can_use": self.env["flywheel.play.use"].has_access("create"),
            "can_edit": self.env["flywheel.play"].has_access("create"),
        }

    # ------------------------------------------------------------------
    # What fits
    # ------------------------------------------------------------------
    def _get_play_lead(self, lead_id):
        """Return the lead that is worked on, if it is this person's; else the latest
        open one, if there is one that the caller may read."""
        Lead = self.env["crm.lead"]
        if not Lead.has_access("read"):
            return Lead
        domain = [("flywheel_profile_id", "=", self.id)]
        if lead_id:
            return Lead.with_context(active_test=False).search(
                [*domain, ("id", "=", lead_id)]
            )
        return Lead.search(
            [*domain, ("won_status", "=", "pending")], order="id desc", limit=1
        )

    def _get_play_persona(self):
        """Return the persona that content is chosen by: none for people who object to
        profiling, and none that is archived or not the caller's to see."""
        if self.no_profiling or not self.persona_id:
            return self.env["flywheel.persona"]
        return self.persona_id.filtered("active")._filtered_access("read")

    def _get_play_lang(self, lead, persona):
        """Return the code of the language to use with the person, or False."""
        # sudo: the language of a contact, to choose content by
        return self.partner_id.sudo().lang or lead.lang_id.code or persona.lang

    def _get_reader_teams(self):
        return [
            team
            for team, group in TEAM_GROUPS.items()
            if self.env.user.has_group(group)
        ]

    def _get_fitting_plays(self, persona, stages):
        """Return the plays for a persona and stages that are new to the person."""
        domain = Domain("persona_ids", "=", False)
        if persona:
            domain |= Domain("persona_ids", "in", persona.ids)
        any_stage = Domain("stage_ids", "=", False)
        if stages:
            any_stage |= Domain("stage_ids", "in", stages.ids)
        # sudo: what other teams used or turned down counts as well
        known = self.sudo().play_use_ids.play_id
        domain &= any_stage & Domain("id", "not in", known.ids)
        if self.company_id:
            domain &= Domain("company_id", "in", [False, self.company_id.id])
        return self.env["flywheel.play"].search(domain)

    def _get_play_effects(self, plays):
        """Return {(play, persona, stage) ids: (uses, judged, moved)} of plays."""
        return self.env["flywheel.play.use"]._get_effects(
            [("play_id", "in", plays.ids)], ("play_id", "persona_id", "stage_id")
        )

    def _get_candidate(self, play, effects, persona, stages):
        """Return what the ranking has to know of a play. Its effect is counted among
        those whom it is suggested for: this persona, this stage, or everybody."""
        counted = [
            numbers
            for (play_id, persona_id, stage_id), numbers in effects.items()
            if play_id == play.id
            and (not play.persona_ids or persona_id == persona.id)
            and (not play.stage_ids or stage_id in stages.ids)
        ]
        return engine.Candidate(
            id=play.id,
            personas=frozenset(play.persona_ids.ids),
            stages=frozenset(play.stage_ids.ids),
            team=play.team or None,
            lang=play.lang or None,
            sequence=play.sequence,
            used=sum(numbers[1] for numbers in counted),
            moved=sum(numbers[2] for numbers in counted),
        )

    # ------------------------------------------------------------------
    # In words
    # ------------------------------------------------------------------
    def _get_play_stage(self, persona):
        stage = self.journey_stage_id
        following = stage._get_next_stage()
        return {
            "persona": {"id": persona.id, "name": persona.name} if persona else False,
            "no_profiling": self.no_profiling,
            "stage": {"id": stage.id, "name": stage.name} if stage else False,
            "definition": stage.definition or "",
            "next_step": stage.next_step or "",
            "next_stage": following.name or "",
            "next_definition": following.definition or "",
        }

    def _describe_play(self, candidate, level, persona, stages, lang, lead):
        """Return a suggestion: the play, its ``why`` in words, what can be done with
        it (``link``, ``has_content``, ``can_send``), and ``warnings``."""
        play = self.env["flywheel.play"].browse(candidate.id)
        kinds = dict(play._fields["kind"]._description_selection(self.env))
        return {
            "id": play.id,
            "name": play.name,
            "kind": play.kind,
            "kind_label": kinds[play.kind],
            "why": self._explain_play(candidate, level, persona, stages),
            "body": play.body or "",
            "link": play._get_link(),
            "has_content": bool(play.content_ref),
            "can_send": bool(self._get_mail_target(play, lead)),
            "question": play.question_id.name or "",
            "channel": play.channel_id.name or "",
            "warnings": play._get_warnings(candidate, lang),
        }

    def _explain_play(self, candidate, level, persona, stages):
        """Return why a play is suggested, in words."""
        own = stages.filtered(lambda stage: stage.id in candidate.stages)
        names = {"persona": persona.name, "stage": ", ".join(own.mapped("name"))}
        match level:
            case engine.EXACT:
                fit = self.env._("For %(persona)s in %(stage)s", **names)
            case engine.STAGE:
                fit = self.env._("For everybody in %(stage)s", stage=names["stage"])
            case engine.PERSONA:
                fit = self.env._("For %(persona)s in any stage", persona=persona.name)
            case _:
                fit = self.env._("For everybody, in any stage")
        if candidate.used >= engine.ENOUGH:
            effect = self.env._(
                "%(moved)s of %(used)s moved on after it (%(share).0f %%)",
                moved=candidate.moved,
                used=candidate.used,
                share=100 * candidate.moved / candidate.used,
            )
        elif candidate.used:
            effect = self.env._(
                "%(moved)s of %(used)s moved on after it: too few to tell",
                moved=candidate.moved,
                used=candidate.used,
            )
        else:
            effect = self.env._("effect not known yet")
        return f"{fit}; {effect}"

    def _get_used_plays(self):
        # sudo: what other teams used counts as well
        uses = self.sudo().play_use_ids.filtered(lambda use: use.action != "dismiss")
        return [
            {
                "id": use.id,
                "name": use.play_id.name,
                "date": format_date(self.env, use.date),
                "user": use.user_id.name,
            }
            for use in uses.sorted("date", reverse=True)[:LATEST]
        ]

    def _get_play_gap(self, persona):
        """Return the cell of the matrix that nothing is made for: ids and names of
        persona and stage, and how often it was ``asked`` for; or False."""
        stage = self.journey_stage_id
        if not stage or not persona:
            return False
        domain = [("persona_ids", "in", persona.ids), ("stage_ids", "in", stage.ids)]
        if self.env["flywheel.play"].search_count(domain, limit=1):
            return False
        asked = self.env["flywheel.play.request"].search_count(
            [
                ("play_id", "=", False),
                ("persona_id", "=", persona.id),
                ("stage_id", "=", stage.id),
            ]
        )
        return {
            "persona_id": persona.id,
            "persona": persona.name,
            "stage_id": stage.id,
            "stage": stage.name,
            "asked": asked,
        }

    # ------------------------------------------------------------------
    # Doing
    # ------------------------------------------------------------------
    def use_play(self, play_id, action, lead_id=None):
        """Note that a play was used with this person.

        :param action: ``open``, ``copy`` or ``send``
        :return: id of the line
        :raise AccessError: the caller may not read the person or play, or log uses
        :raise UserError: the action is none of these
        """
        if action not in ("open", "copy", "send"):
            raise UserError(self.env._("Unknown action: %(action)s", action=action))
        return self._log_play(play_id, lead_id, {"action": action}).id

    def dismiss_play(self, play_id, reason, lead_id=None):
        """Note that a play is not for this person: it is not suggested again.

        :param reason: code of the reason
        :return: id of the line
        :raise AccessError: the caller may not read the person or play, or log uses
        :raise ValueError: the reason is unknown
        """
        values = {"action": "dismiss", "reason": reason or "other"}
        return self._log_play(play_id, lead_id, values).id

    def _log_play(self, play_id, lead_id, values):
        self.ensure_one()
        self.check_access("read")
        play = self.env["flywheel.play"].browse(play_id)
        play.check_access("read")
        own = self.journey_stage_id | self.lifecycle_stage_id
        stage = (own & play.stage_ids)[:1] or own[:1]
        return self.env["flywheel.play.use"].create(
            {
                "play_id": play.id,
                "profile_id": self.id,
                "lead_id": self._get_play_lead(lead_id).id if lead_id else False,
                "persona_id": self._get_play_persona().id,
                "stage_id": stage.id,
                "channel_id": play.channel_id.id,
                **values,
            }
        )

    def request_play(self, note="", lead_id=None):
        """Tell marketing that there is nothing for this person's persona and stage.

        :param note: what the person needs, in one line
        :raise UserError: the person is in no stage of the journey
        """
        self.ensure_one()
        self.check_access("read")
        if not self.journey_stage_id:
            raise UserError(self.env._("The person is in no stage of the journey yet."))
        return (
            self.env["flywheel.play.request"]
            .create(
                {
                    "persona_id": self._get_play_persona().id,
                    "stage_id": self.journey_stage_id.id,
                    "profile_id": self.id,
                    "lead_id": self._get_play_lead(lead_id).id if lead_id else False,
                    "note": note,
                }
            )
            .id
        )

    def open_play(self, play_id, lead_id=None):
        """Note that a play was opened, and return the action that opens it."""
        action = self.env["flywheel.play"].browse(play_id).action_open_content()
        self.use_play(play_id, "open", lead_id)
        return action

    def _get_mail_target(self, play, lead):
        """Return the record that a play's mail is written from, or None."""
        # sudo: what the template is made for, whoever may read it
        model = play.sudo().mail_template_id.model
        if model == "crm.lead":
            return lead or None
        return (model == "res.partner" and self.partner_id) or None

    def compose_play(self, play_id, lead_id=None):
        """Return the action that opens the mail of a play, for somebody to check and
        send. The use is noted when it is sent.

        :raise UserError: there is no lead or contact to write from
        """
        self.ensure_one()
        self.check_access("read")
        play = self.env["flywheel.play"].browse(play_id)
        play.check_access("read")
        target = self._get_mail_target(play, self._get_play_lead(lead_id))
        if not target:
            raise UserError(self.env._("There is no lead or contact to write from."))
        return {
            "type": "ir.actions.act_window",
            "name": play.name,
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": target._name,
                "default_res_ids": target.ids,
                "default_template_id": play.mail_template_id.id,
                "default_composition_mode": "comment",
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "flywheel_play_id": play.id,
            },
        }

    # ------------------------------------------------------------------
    # One person of two, and two of one
    # ------------------------------------------------------------------
    def _move_lines(self, others):
        result = super()._move_lines(others)
        for table in ("flywheel_play_use", "flywheel_play_request"):
            self._move_origin(table, others)
        return result

    def _move_parts(self, other, origin_ids, identity_ids, lead_ids):
        result = super()._move_parts(other, origin_ids, identity_ids, lead_ids)
        for table in ("flywheel_play_use", "flywheel_play_request"):
            self._split_origin(table, other, origin_ids, lead_ids)
        return result

    def _move_origin(self, table, others):
        """Let lines of others hang on this person, and remember whose they were."""
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET profile_id = %s,"
                " origin_id = COALESCE(NULLIF(origin_id, 0), profile_id)"
                " WHERE profile_id = ANY(%s)",
                SQL.identifier(table),
                self.id,
                others.ids,
            )
        )

    def _split_origin(self, table, other, origin_ids, lead_ids):
        """Give the other person the lines that were theirs, or are of their leads."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE %(table)s
                   SET profile_id = %(other)s,
                       origin_id = CASE WHEN origin_id = ANY(%(origins)s) THEN NULL
                                        ELSE origin_id END
                 WHERE profile_id = %(own)s
                   AND (origin_id = ANY(%(origins)s) OR lead_id = ANY(%(leads)s))
                """,
                table=SQL.identifier(table),
                other=other.id,
                own=self.id,
                origins=origin_ids,
                leads=lead_ids,
            )
        )
