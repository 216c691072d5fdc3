# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import models
from odoo.tools import SQL, format_date

# Lines of the score, promises and open questions that a note names.
TOP = 3
# Facts that it names.
FACTS = 8


class FlywheelProfile(models.Model):
    """The note for a colleague who takes over a person, so that nobody starts over.

    Hand-overs from marketing to sales and a change of the salesperson of a lead use
    the same words.
    """

    _inherit = "flywheel.profile"

    def _read_note_facts(self, reader):
        """Return what notes tell, read in bulk.

        :param reader: the user whom the notes are for: of records that this user may
            not see, no summary is told
        :return: {"why": {profile id: [(rule id, points now)]}, "in" and "out":
            {profile id: (type id, date, summary)}, "boxes": {profile id: {box id:
            rule id}}, "stages": {(profile id, track): interval}, "known": {person:
            facts}, "questions": what sales may ask anybody,
            "reach": {profile id: preferences}}
        """
        questions = self.env["flywheel.question"].search([("for_person", "=", True)])
        Box = self.env["flywheel.handover.box"]
        return {
            "why": self._read_top_lines(),
            "in": self._read_latest("in", reader),
            "out": self._read_latest("out", reader),
            "boxes": Box._get_in_force()._find_fillings(self.ids),
            "stages": self._read_open_stages(reader),
            "known": self._get_known().grouped("profile_id"),
            "questions": questions._sort_for("sales"),
            "reach": self._resolve_preferences(),
        }

    def _read_top_lines(self):
        model = self.env["flywheel.score.model"]._get_active()
        lines = model._get_lines_sql(self.ids)
        if lines is None:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT profile_id, rule_id, SUM(momentum) * %(worth)s::float8
                  FROM (%(lines)s) line WHERE until > %(expired)s
              GROUP BY profile_id, rule_id
              ORDER BY profile_id, 3 DESC
                """,
                lines=lines,
                worth=self.env["flywheel.handover.definition"]._get_worth(),
                expired=model._get_expired_sql(),
            )
        )
        top = {}
        for profile_id, rule_id, points in rows:
            if round(points, 1) > 0 and len(top.setdefault(profile_id, [])) < TOP:
                top[profile_id].append((rule_id, points))
        return top

    def _read_latest(self, direction, reader):
        """Return {profile id: (type id, date, summary)} of the last touchpoint."""
        directions = self.env["flywheel.touchpoint.type"]._get_directions()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id, t.id
                  FROM unnest(%s::int[]) p (id)
                  JOIN LATERAL (
                       SELECT id FROM flywheel_touchpoint
                        WHERE profile_id = p.id AND state = 'valid'
                          AND type_id = ANY(%s)
                     ORDER BY date DESC, id DESC LIMIT 1) t ON TRUE
                """,
                self.ids,
                [type_id for type_id, way in directions.items() if way == direction],
            )
        )
        Touchpoint = self.env["flywheel.touchpoint"]
        latest = {row[0]: Touchpoint.browse(row[1]) for row in rows}
        sources = Touchpoint.union(*latest.values())._check_timeline_sources(reader)
        return {
            profile_id: (
                touchpoint.type_id.id,
                touchpoint.date,
                sources[touchpoint.id] != "hidden" and touchpoint.sudo().content,
            )
            for profile_id, touchpoint in latest.items()
        }

    def _read_open_stages(self, reader):
        Interval = self.env["flywheel.stage.interval"]
        intervals = Interval.with_context(flywheel_reader=reader.id).search(
            [("profile_id", "in", self.ids), ("date_to", "=", False)]
        )
        return {(line.profile_id.id, line.track): line for line in intervals}

    # ------------------------------------------------------------------
    # In words
    # ------------------------------------------------------------------
    def _render_note(self, facts, who=False, promises=()):
        """Return the note as HTML, in the language of the context.

        :param facts: what :meth:`_read_note_facts` returned
        :param who: who the person is, in a few words
        :param promises: texts: what is planned and was promised
        """
        self.ensure_one()
        rows = [
            (self.env._("Who"), who or self._get_note_who()),
            *self._get_note_stages(facts["stages"]),
            (self.env._("Why now"), self._get_note_why(facts["why"].get(self.id, ()))),
        ]
        known = facts["known"].get(self, self.env["flywheel.fact"])
        filled, questions = self._get_note_boxes(facts["boxes"].get(self.id, {}), known)
        rows += filled
        rows += self._get_note_known(known)
        for way, title in (
            ("in", self.env._("Last heard from")),
            ("out", self.env._("Last from us")),
        ):
            if self.id in facts[way]:
                rows.append((title, self._get_note_event(*facts[way][self.id])))
        rows.append((self.env._("Promised and planned"), "; ".join(promises)))
        rows.append((self.env._("How to reach"), self._get_note_reach(facts["reach"])))
        questions += self._get_note_to_ask(known, facts["questions"])
        rows.append((self.env._("Open questions"), " ".join(questions)))
        return Markup("<ul>%s</ul>") % Markup().join(
            Markup("<li><b>%s</b>: %s</li>") % row for row in rows if row[1]
        )

    def _get_note_who(self, grade=False, score=None):
        """Return persona, stages, grade and score in one line."""
        grade = grade or self.fit_grade
        score = self.engagement_score if score is None else score
        parts = [
            self.persona_id.name,
            self.journey_stage_id.name,
            self.lifecycle_stage_id.name,
            grade and self.env._("grade %(grade)s", grade=grade),
            self.env._("score %(score)g", score=round(score, 1)),
        ]
        return ", ".join(part for part in parts if part)

    def _get_note_stages(self, intervals):
        """Return a row for the stage on each track, with the reason for it."""
        rows = []
        for track, title in (
            ("journey", self.env._("Where on the journey")),
            ("lifecycle", self.env._("Where in the relationship")),
        ):
            interval = intervals.get((self.id, track))
            if interval:
                parts = (interval.stage_id.name, interval.why)
                rows.append((title, ": ".join(part for part in parts if part)))
        return rows

    def _get_note_boxes(self, filled, known):
        """Return (rows of the boxes that are filled, questions of the others that
        the person has not answered)."""
        rows, questions = [], []
        held = known.filtered(lambda fact: not fact.is_expired)
        answered = set(held.question_id.mapped("code"))
        for box in self.env["flywheel.handover.box"]._get_in_force():
            if box.id in filled:
                rule = self.env["flywheel.handover.box.rule"].browse(filled[box.id])
                rows.append((box.name, rule.name))
            elif box.code not in answered:
                questions.append(box.question or box.name)
        return rows, questions

    def _get_note_known(self, known):
        """Return rows of what is known about the individual."""
        rows = []
        for fact in known[:FACTS]:
            label = fact.answer_label
            if fact.is_expired:
                label = self.env._("%(answer)s (to be asked again)", answer=label)
            rows.append((fact.question_id.name, label))
        return rows

    def _get_note_to_ask(self, known, questions):
        """Return the questions about the individual that have no answer that holds."""
        answered = known.filtered(lambda fact: not fact.is_expired).question_id
        return (questions - answered)[:TOP].mapped("name")

    def _get_note_reach(self, preferences):
        """Return the channel that suits the person, why it does, and the addresses."""
        channel = preferences[self.id]["channel"]
        parts = [
            channel["value"] and f"{channel['label']} ({channel['detail']})",
            self.phone,
            self.email,
        ]
        return ", ".join(part for part in parts if part)

    def _get_note_why(self, lines):
        Rule = self.env["flywheel.score.rule"]
        return ", ".join(
            f"{Rule.browse(rule_id).name} ({points:+.1f})" for rule_id, points in lines
        )

    def _get_note_event(self, type_id, date, summary):
        name = self.env["flywheel.touchpoint.type"].browse(type_id).name
        parts = (format_date(self.env, date), name, summary)
        return ", ".join(part for part in parts if part)
