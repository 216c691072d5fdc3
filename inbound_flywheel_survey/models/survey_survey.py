# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError


class SurveySurvey(models.Model):
    _inherit = "survey.survey"

    flywheel_company_id = fields.Many2one(
        "res.company",
        string="Company of the Respondents",
        default=lambda self: self.env.company,
        ondelete="set null",
        help="Whose people answer: an address that somebody types in is looked for "
        "among the people of this company.",
    )
    flywheel_persona_id = fields.Many2one(
        "flywheel.persona",
        string="Interviews about",
        ondelete="set null",
        index="btree_not_null",
        help="The survey serves as the guide of interviews about this persona. Whoever "
        "has an open interview and answers, has been interviewed.",
    )

    flywheel_prefill = fields.Boolean(
        string="Fill In What Is Known",
        default=True,
        help="Who is signed in sees what he or she has told us before, and may change "
        "it. Never shown to somebody who merely has the link, and not in tests with a "
        "score.",
    )

    flywheel_nps_value = fields.Float(string="NPS", compute="_compute_flywheel_nps")
    flywheel_nps_count = fields.Integer(
        string="Recommendations", compute="_compute_flywheel_nps"
    )

    @api.depends("user_input_ids.state")
    def _compute_flywheel_nps(self):
        groups = self.env["flywheel.survey.nps"]._read_group(
            [("survey_id", "in", self.ids)],
            ["survey_id"],
            ["nps:avg", "answers:sum"],
        )
        found = {survey.id: figures for survey, *figures in groups}
        for survey in self:
            value, count = found.get(survey._origin.id, (0.0, 0))
            survey.flywheel_nps_value = value
            survey.flywheel_nps_count = count

    def action_flywheel_nps(self):
        """Open who would recommend us."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel_survey.flywheel_survey_nps_action"
        )
        action["domain"] = [("survey_id", "=", self.id)]
        action["views"] = [(False, "list"), (False, "pivot"), (False, "graph")]
        return action

    def _get_flywheel_company(self):
        """Return the company whose people answer this survey."""
        self.ensure_one()
        return self.flywheel_company_id or self.user_id.company_id or self.env.company

    def action_end_session(self):
        result = super().action_end_session()
        # sudo: whoever may end a session need not see who the people are
        inputs = self.sudo().user_input_ids.filtered(
            lambda user_input: user_input.is_session_answer
            and user_input.create_date >= user_input.survey_id.session_start_time
            and user_input._flywheel_has_answered()
        )
        inputs._flywheel_finish()
        return result

    def action_flywheel_results(self):
        """Open who answered, by persona and stage.

        :raise AccessError: the user may not see people
        """
        self.ensure_one()
        if not self.env["flywheel.profile"].has_access("read"):
            raise AccessError(
                self.env._("People and their personas are shown to flywheel users.")
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel_survey.survey_user_input_action_flywheel"
        )
        action["domain"] = [
            ("survey_id", "=", self.id),
            ("state", "=", "done"),
            ("test_entry", "=", False),
        ]
        return action

    @api.ondelete(at_uninstall=False)
    def _unlink_flywheel_learn_first(self):
        """Read what people have answered before it goes."""
        inputs = self.sudo().user_input_ids
        inputs.filtered(lambda i: i.flywheel_state == "pending")._flywheel_learn()
