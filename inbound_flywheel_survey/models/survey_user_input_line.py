# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import format_date


class SurveyUserInputLine(models.Model):
    _name = "survey.user_input.line"
    _inherit = "survey.user_input.line"

    def _get_flywheel_text(self):
        """Return what one person answered to one question, as people read it."""
        words = []
        for line in self.filtered(lambda line: not line.skipped):
            value = line._get_answer_value()
            if line.answer_type in ("date", "datetime"):
                value = format_date(self.env, value)
            elif line.answer_type == "numerical_box":
                value = int(value) if value.is_integer() else value
            elif line.matrix_row_id:
                value = f"{line.matrix_row_id.value}: {value}"
            words.append(str(value if value not in (None, False) else ""))
        return ", ".join(filter(None, words))
