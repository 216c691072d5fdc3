# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import format_date

from ..engine.silence import RHYTHM_FACTOR


class FlywheelEvidenceMixin(models.AbstractModel):
    """Why a stage was entered or is proposed, in words for whoever reads it.

    What is stored are the rule, the touchpoint and the figures; the words are made
    when they are shown, in the reader's language.
    """

    _name = "flywheel.evidence.mixin"
    _description = "Evidence of a Stage"

    rule_id = fields.Many2one("flywheel.stage.rule", ondelete="set null")
    touchpoint_id = fields.Many2one(
        "flywheel.touchpoint", string="Evidence", ondelete="set null"
    )
    user_id = fields.Many2one("res.users", string="By", ondelete="set null")
    reason = fields.Text()
    detail = fields.Json(readonly=True)
    why = fields.Char(compute="_compute_why")

    @api.depends("rule_id", "touchpoint_id", "user_id", "reason", "detail")
    @api.depends_context("lang", "tz", "uid", "flywheel_reader")
    def _compute_why(self):
        # sudo: the words tell of rules and colleagues to whoever sees the person
        known = self.sudo()
        hidden = known._find_hidden_evidence()
        for record, told in zip(
            self, known.with_context(flywheel_hidden=hidden), strict=True
        ):
            text = "; ".join(filter(None, told._get_why_parts()))
            record.why = text[:1].upper() + text[1:]

    def _find_hidden_evidence(self):
        """Return the ids of touchpoints whose record the reader may not see: the
        user, or the one whose id is in the context key ``flywheel_reader``."""
        told = self.touchpoint_id.filtered(lambda line: line.summary and line.res_id)
        reader_id = self.env.context.get("flywheel_reader") or self.env.uid
        sources = told._check_timeline_sources(self.env["res.users"].browse(reader_id))
        return tuple(key for key, status in sources.items() if status == "hidden")

    def _get_why_parts(self):
        """Return the parts of the sentence that says why."""
        self.ensure_one()
        detail = self.detail or {}
        parts = [self._describe_silence(detail), self._describe_touchpoint(detail)]
        if "score" in detail:
            parts.append(self.env._("score %(score)g", score=detail["score"]))
        if self.rule_id:
            parts.append(self.env._("rule “%(rule)s”", rule=self.rule_id.name))
        parts.append(self._describe_overruled(detail.get("overruled")))
        parts.append(self.reason)
        return parts

    def _describe_touchpoint(self, detail):
        touchpoint = self.touchpoint_id
        if not touchpoint:
            return None
        name = touchpoint.type_id.name
        date = fields.Datetime.context_timestamp(self, touchpoint.date)
        values = {"event": name, "day": format_date(self.env, date.date())}
        text = (
            self.env._("last heard of: %(event)s on %(day)s", **values)
            if "silent" in detail
            else self.env._("%(event)s on %(day)s", **values)
        )
        hidden = touchpoint.id in self.env.context.get("flywheel_hidden", ())
        if hidden or not touchpoint.summary:
            return text
        return f"{text} ({touchpoint.summary})"

    def _describe_silence(self, detail):
        if "silent" not in detail:
            return None
        parts = [self.env._("silent for %(days)s days", days=detail["silent"])]
        if detail.get("rhythm"):
            parts.append(
                self.env._(
                    "own rhythm %(days)g days × %(factor)g = %(limit)g",
                    days=detail["rhythm"],
                    factor=RHYTHM_FACTOR,
                    limit=round(detail["rhythm"] * RHYTHM_FACTOR, 1),
                )
            )
        parts.append(self.env._("standard %(days)s", days=detail["standard"]))
        return "; ".join(parts)

    def _describe_overruled(self, overruled):
        if not overruled:
            return None
        stage = self.env["flywheel.stage"].browse(overruled["stage"]).exists()
        user = self.env["res.users"].browse(overruled["user"] or ()).exists()
        return self.env._(
            "a fact, although %(user)s had chosen %(stage)s by hand",
            user=user.name or self.env._("somebody"),
            stage=stage.name or self.env._("another stage"),
        )
