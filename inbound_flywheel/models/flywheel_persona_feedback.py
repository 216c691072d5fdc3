# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class FlywheelPersonaFeedback(models.Model):
    """What somebody of any team noticed about a persona, or heard from a customer. It
    waits for the next review."""

    _name = "flywheel.persona.feedback"
    _description = "Feedback on a Persona"
    _inherit = "flywheel.persona.based.mixin"
    _order = "date desc, id desc"
    _rec_name = "body"

    persona_id = fields.Many2one(
        "flywheel.persona", required=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Who",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    department = fields.Selection(
        [
            ("marketing", "Marketing"),
            ("sales", "Sales"),
            ("service", "Service"),
            ("finance", "Finance"),
            ("other", "Other"),
            ("customer", "A Customer Said"),
        ],
        string="From",
        required=True,
        default=lambda self: self.env.user._get_flywheel_department(),
    )
    body = fields.Text(string="Feedback", required=True)
    date = fields.Datetime(readonly=True, default=fields.Datetime.now)
    review_id = fields.Many2one(
        "flywheel.persona.review",
        string="Considered In",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    company_id = fields.Many2one(related="persona_id.company_id", store=True)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            # Nobody speaks for somebody else.
            own = {"user_id": self.env.uid, "review_id": False}
            vals_list = [{**vals, **own} for vals in vals_list]
        feedback = super().create(vals_list)
        for line in feedback:
            # sudo: who may read a persona may say something about it
            line.persona_id.sudo().message_post(
                body=self.env._("Feedback: %(text)s", text=line.body),
                author_id=line.user_id.partner_id.id,
                subtype_xmlid="mail.mt_note",
            )
        return feedback

    def action_send(self):
        """Close the dialogue; the record has been saved."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Thank you. It is part of the next review."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_count_as_contribution(self):
        """List the sender as a contributor of the persona, for the department.

        :raise UserError: it is a customer's word
        """
        Contributor = self.env["flywheel.persona.contributor"]
        for line in self:
            if line.department == "customer":
                raise UserError(
                    self.env._("A customer's word is evidence, not a department.")
                )
            known = line.persona_id.contributor_ids.filtered(
                lambda c, of=line: c.user_id == of.user_id
                and c.department == of.department
            )
            if not known:
                Contributor.create(
                    {
                        "persona_id": line.persona_id.id,
                        "user_id": line.user_id.id,
                        "department": line.department,
                        "date": line.date.date(),
                        "note": line.body,
                    }
                )
        return True
