# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class FlywheelPersonaAnswerVote(models.Model):
    """What one user thinks of a guess."""

    _name = "flywheel.persona.answer.vote"
    _description = "Vote on a Guess"
    _order = "answer_id, stance desc, id"

    answer_id = fields.Many2one(
        "flywheel.persona.answer", required=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one(
        "res.users",
        required=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
        index=True,
    )
    stance = fields.Selection(
        [("agree", "Agrees"), ("object", "Objects")], required=True
    )
    reason = fields.Text()

    _user_uniq = models.Constraint(
        "UNIQUE (answer_id, user_id)", "Everybody votes once; change your vote instead."
    )

    @api.constrains("stance", "reason")
    def _check_reason(self):
        for vote in self:
            if vote.stance == "object" and not (vote.reason or "").strip():
                raise ValidationError(self.env._("Say why you object."))

    @api.constrains("answer_id", "stance", "reason")
    def _check_guess(self):
        self.answer_id._check_open()

    @api.depends("user_id", "stance")
    def _compute_display_name(self):
        stances = dict(self._fields["stance"]._description_selection(self.env))
        for vote in self:
            vote.display_name = f"{vote.user_id.name}: {stances.get(vote.stance)}"
