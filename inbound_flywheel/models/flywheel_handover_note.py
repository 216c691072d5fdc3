# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import models
from odoo.tools import SQL, format_date

# Lines of the score that a note names.
TOP = 3


class FlywheelHandover(models.Model):
    _inherit = "flywheel.handover"

    def _write_notes(self):
        """Write the notes for the salespeople, each in the reader's language."""
        for lang, group in self.grouped(lambda h: h.user_id.lang).items():
            localized = group.with_context(lang=lang or self.env.lang)
            facts = localized._read_facts()
            for handover in localized:
                handover.note = handover._render_note(facts)

    def _read_facts(self):
        """Return what the notes tell, read in bulk: {"why": {profile id: [(rule id,
        points now)]}, "in" and "out": {profile id: (type id, date, summary)},
        "boxes": {profile id: {box id: rule id}}}."""
        people = self.profile_id.ids
        return {
            "why": self._read_top_lines(people),
            "in": self._read_latest("in", people),
            "out": self._read_latest("out", people),
            "boxes": self.env["flywheel.handover.box"]
            ._get_in_force()
            ._find_fillings(people),
        }

    def _read_top_lines(self, people):
        model = self.env["flywheel.score.model"]._get_active()
        lines = model._get_lines_sql(people)
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
            if points > 0 and len(top.setdefault(profile_id, [])) < TOP:
                top[profile_id].append((rule_id, points))
        return top

    def _read_latest(self, direction, people):
        """Return {profile id: (type id, date, summary)} of the last touchpoint."""
        directions = self.env["flywheel.touchpoint.type"]._get_directions()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id, t.type_id, t.date, t.summary
                  FROM unnest(%s::int[]) p (id)
                  JOIN LATERAL (
                       SELECT * FROM flywheel_touchpoint
                        WHERE profile_id = p.id AND state = 'valid'
                          AND type_id = ANY(%s)
                     ORDER BY date DESC, id DESC LIMIT 1) t ON TRUE
                """,
                people,
                [type_id for type_id, way in directions.items() if way == direction],
            )
        )
        return {row[0]: row[1:] for row in rows}

    def _render_note(self, facts):
        """Return the note as HTML.

        :param facts: what :meth:`_read_facts` returned
        """
        self.ensure_one()
        person = self.profile_id
        rows = [
            (self.env._("Who"), self._get_who()),
            (self.env._("Why now"), self._get_why(facts["why"].get(person.id, ()))),
        ]
        filled = facts["boxes"].get(person.id, {})
        questions = []
        for box in self.env["flywheel.handover.box"]._get_in_force():
            if box.id in filled:
                rule = self.env["flywheel.handover.box.rule"].browse(filled[box.id])
                rows.append((box.name, rule.name))
            else:
                questions.append(box.question or box.name)
        for way, title in (
            ("in", self.env._("Last heard from")),
            ("out", self.env._("Last from us")),
        ):
            if person.id in facts[way]:
                rows.append((title, self._get_event(*facts[way][person.id])))
        if questions:
            rows.append((self.env._("Open questions"), " ".join(questions)))
        return Markup("<ul>%s</ul>") % Markup().join(
            Markup("<li><b>%s</b>: %s</li>") % row for row in rows if row[1]
        )

    def _get_who(self):
        person = self.profile_id
        grade = self.grade or person.fit_grade
        parts = [
            person.persona_id.name,
            person.journey_stage_id.name,
            person.lifecycle_stage_id.name,
            grade and self.env._("grade %(grade)s", grade=grade),
            self.env._("score %(score)g", score=round(self.score, 1)),
        ]
        return ", ".join(part for part in parts if part)

    def _get_why(self, lines):
        Rule = self.env["flywheel.score.rule"]
        return ", ".join(
            f"{Rule.browse(rule_id).name} ({points:+.1f})" for rule_id, points in lines
        )

    def _get_event(self, type_id, date, summary):
        name = self.env["flywheel.touchpoint.type"].browse(type_id).name
        parts = (format_date(self.env, date), name, summary)
        return ", ".join(part for part in parts if part)
