# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from markupsafe import Markup

from odoo import api, models

from odoo.addons.inbound_flywheel.engine import phrases, placeholders
from odoo.addons.inbound_flywheel.models.flywheel_approved_answer_free import ASKED_DAYS

CASE = "helpdesk.ticket"
# Other answers to the same question are counted so many days back.
TOLD_DAYS = 30


class FlywheelApprovedAnswerUse(models.Model):
    """Answers on cases that say something else than the approved one.

    The case says so, too: the next colleague sees what his customer was told.
    """

    _inherit = "flywheel.approved.answer.use"

    @api.model
    def _get_questions(self, messages):
        """What opened a case is its first question, also where no message holds it:
        cases of the website, by phone, of other systems."""
        found = super()._get_questions(messages)
        asked = {message.id for message, _body in found}
        rest = messages.filtered(lambda m: m.model == CASE and m.id not in asked)
        # sudo: the scheduled action reads what everybody posted
        cases = self.env[CASE].sudo().browse(rest.mapped("res_id")).exists()
        cases = {case.id: case for case in cases}
        for message in rest:
            case = cases.get(message.res_id)
            if case and message.date - case.create_date <= timedelta(days=ASKED_DAYS):
                question = Markup("<p>%s</p>") % (case.name or "")
                found.append((message, question + (case.description or "")))
        return found

    @api.model
    def _get_message_company(self, message):
        if message.model == CASE:
            # sudo: see above
            return self.env[CASE].sudo().browse(message.res_id).company_id
        return super()._get_message_company(message)

    @api.model
    def _find_free_text(self, messages):
        result = super()._find_free_text(messages)
        # sudo: the log is written by what happens
        self.sudo().search(
            [
                ("message_id", "in", messages.ids),
                ("res_model", "=", CASE),
                ("kind", "=", "free"),
            ]
        )._trace_divergence()
        return result

    @api.model
    def _note_message(self, record, message):
        result = super()._note_message(record, message)
        if record._name == CASE:
            # sudo: the log is written by what happens
            self.sudo().search(
                [("message_id", "=", message.id), ("kind", "=", "edited")]
            )._trace_divergence()
        return result

    def _trace_divergence(self):
        """Say on the cases that what was said is not what was approved."""
        trace = self.env["flywheel.case.trace"]
        lines = []
        for use in self:
            case = self.env[CASE].browse(use.res_id).exists()
            if not case:
                continue
            values = {
                "user": use.user_id.name or "",
                "question": use.answer_id.name,
                "share": round(100 * use._get_missing_share()),
            }
            others = use._count_other_answers()
            code = "diverged"
            if others:
                code, values["count"] = "diverged_others", others
            lines.append(trace._line(case, "suggest", code, **values))
        trace._add(lines)

    def _get_missing_share(self):
        """Which share of the approved text the answer lacks, 0 to 1: of the text that
        is most like it."""
        if self.kind == "edited":
            return self.edited_share
        version = self.answer_id.version_id
        return min(
            (
                phrases.changed_share(
                    phrases.plain(placeholders.strip(variant["body"])), self.text or ""
                )
                for variant in version.data["variants"]
            ),
            default=1.0,
        )

    def _count_other_answers(self):
        """How many answers that say something else others were given lately."""
        return self.search_count(
            [
                ("answer_id", "=", self.answer_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "sent"),
                ("fingerprint", "!=", self.fingerprint),
                ("date", ">=", self.date - timedelta(days=TOLD_DAYS)),
                ("id", "!=", self.id),
            ]
        )
