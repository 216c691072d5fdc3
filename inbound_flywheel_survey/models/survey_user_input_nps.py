# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SurveyUserInput(models.Model):
    """Whether people recommend us, asked in a survey."""

    _inherit = "survey.user_input"

    def _flywheel_take_nps(self):
        """Note whether the person recommends us, and let follow what follows from it.

        Where the service addon asks the same by mail, it is told: one report, one way
        to win people back.
        """
        self.ensure_one()
        line = self.user_input_line_ids.filtered(
            lambda line: line.question_id.flywheel_nps and not line.skipped
        )[:1]
        if not line:
            return
        reason_question = line.question_id._get_flywheel_reason()
        reason = self.user_input_line_ids.filtered(
            lambda line: line.question_id == reason_question
        )._get_flywheel_text()
        if "flywheel.nps" in self.env:
            self.env["flywheel.nps"]._take_answer(
                self.flywheel_profile_id,
                line.value_scale,
                reason,
                self._flywheel_prepare_nps(),
            )
        else:
            self._flywheel_record_nps(line.value_scale, reason)

    def _flywheel_prepare_nps(self):
        """Return what is to be told of the question besides the answer."""
        person, company = (
            self.flywheel_profile_id,
            self.survey_id._get_flywheel_company(),
        )
        company = person.company_id or company
        return {
            "origin": self._flywheel_get_key(),
            "customer": self.partner_id.name or person.name or self.email,
            "email": self.partner_id.email_normalized or self.email,
            "lang": self.lang_id.code or self.partner_id.lang,
            "sent_date": self.start_datetime or self.create_date,
            "answer_date": self._flywheel_get_date(),
            "company_id": company.id,
            "doubtful": self.flywheel_trust == "typed",
        }

    def _flywheel_record_nps(self, score, reason):
        self.env["flywheel.touchpoint"]._record(
            [
                {
                    "type": "nps",
                    "profile_id": self.flywheel_profile_id.id,
                    "date": self._flywheel_get_date(),
                    "external_key": f"{self._flywheel_get_key()}:nps",
                    "value": score,
                    "summary": reason[:200] or self.survey_id.title,
                    "res_model": self._name,
                    "res_id": self.id,
                }
            ],
            later=True,
        )
