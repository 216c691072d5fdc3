# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools.misc import format_date


class FlywheelFact(models.Model):
    _inherit = "flywheel.fact"

    known_text = fields.Char(
        string="Known Already",
        compute="_compute_known_text",
        help="The answer that is there already and still holds.",
    )

    @api.depends_context("lang")
    @api.depends("profile_id", "question_id")
    def _compute_known_text(self):
        known = {
            (fact.profile_id, fact.question_id): fact
            for fact in self.profile_id._get_known()
            if not fact.is_expired
        }
        for fact in self:
            found = known.get((fact.profile_id._origin, fact.question_id._origin))
            fact.known_text = found and self.env._(
                "Known already: %(answer)s (%(origin)s). A new answer counts as asked "
                "twice, unless it was told unasked.",
                answer=found.answer_label,
                origin=found._get_origin_text(),
            )

    def _get_panel_lines(self):
        """Return these facts as lines of the panel, with the record that they come
        from where the reader may open it."""
        # sudo: whether the reader may open the source is asked of the source
        status = self.sudo().touchpoint_id._check_timeline_sources(self.env.user)
        lines = []
        for fact in self:
            line = fact._get_panel_line()
            origin = fact.sudo().touchpoint_id
            if status.get(origin.id) == "open":
                line["record"] = {
                    "model": origin.res_model,
                    "id": origin.res_id,
                    "name": origin.content or origin.type_id.name,
                }
            lines.append(line)
        return lines

    def _get_panel_line(self):
        self.ensure_one()
        labels = self._get_selection_labels()
        return {
            "id": self.id,
            "question_id": self.question_id.id,
            # sudo: a question of another company, about somebody shared
            "question": self.question_id.sudo().name,
            "type": self.question_id.sudo().answer_type,
            "options": self.question_id.sudo()._get_panel_options(),
            "answer": self.answer_label,
            "value": self.option_id.id or self.answer,
            "source": self.source,
            "source_label": labels["source"].get(self.source),
            "confidence": self.confidence,
            "confidence_label": labels["confidence"].get(self.confidence),
            "origin": self._get_origin_text(),
            # sudo: the name of a colleague
            "user": self.user_id.sudo().name or "",
            "channel": self.channel_id.name or "",
            "date": format_date(self.env, self.date),
            "valid_until": self.valid_until and format_date(self.env, self.valid_until),
            "expired": self.is_expired,
            "note": self.note or "",
        }

    @api.model
    def _get_selection_labels(self):
        return {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in ("source", "confidence")
        }

    def _get_origin_text(self):
        """Say where an answer comes from, in a few words."""
        self.ensure_one()
        values = {
            "date": format_date(self.env, self.date),
            # sudo: the name of a colleague
            "user": self.user_id.sudo().name or self.env._("somebody"),
        }
        return {
            "form": self.env._("Given in a form on %(date)s", **values),
            "import": self.env._("Imported on %(date)s", **values),
            "inferred": self.env._("Inferred on %(date)s", **values),
        }.get(self.source) or self.env._("Said on %(date)s to %(user)s", **values)
