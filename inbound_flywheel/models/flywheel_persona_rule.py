# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

# What decides who gets the persona.
DECIDING = {"active", "domain", "model", "persona_id", "weight"}


class FlywheelPersonaRule(models.Model):
    """A criterion that speaks for a persona.

    A new one is a draft. A draft is put into force from a replay, which shows who
    would get another persona; a criterion in force is not edited but revised: a draft
    takes its place.
    """

    _name = "flywheel.persona.rule"
    _description = "Persona Criterion"
    _inherit = "flywheel.profile.rule"

    persona_id = fields.Many2one(
        "flywheel.persona", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="persona_id.company_id", store=True)
    weight = fields.Float(
        default=1.0, help="How much it says, compared with the other criteria."
    )
    active = fields.Boolean(
        string="In Force", default=False, help="A draft decides nothing yet."
    )
    leaving = fields.Boolean(
        string="To Be Taken Out",
        copy=False,
        help="In force until the drafts of this persona are put into force.",
    )
    replaces_id = fields.Many2one(
        "flywheel.persona.rule",
        string="Takes the Place Of",
        ondelete="set null",
        copy=False,
        index="btree_not_null",
        readonly=True,
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("revision", "Draft of a Change"),
            ("force", "In Force"),
            ("leaving", "In Force, Leaves"),
        ],
        compute="_compute_state",
    )

    _check_weight = models.Constraint(
        "CHECK (weight > 0)", "The weight of a criterion is above zero."
    )

    @api.depends("active", "leaving", "replaces_id")
    def _compute_state(self):
        for rule in self:
            draft = "revision" if rule.replaces_id else "draft"
            force = "leaving" if rule.leaving else "force"
            rule.state = force if rule.active else draft

    def write(self, vals):
        if not self.env.su and DECIDING & vals.keys():
            self._check_draft(vals)
        return super().write(vals)

    def _check_draft(self, vals):
        """Refuse to change what decides behind people's backs.

        :raise UserError: one of the criteria is in force, or would be at once
        """
        if vals.get("active"):
            raise UserError(
                self.env._(
                    "See who would move first: replay the drafts of the persona."
                )
            )
        held = self.filtered("active")[:1]
        if held:
            raise UserError(
                self.env._(
                    '"%(criterion)s" is in force: revise it, and replay the draft.',
                    criterion=held.name,
                )
            )

    @api.model
    def _get_force_domain(self):
        return [("persona_id.active", "=", True)]

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_revise(self):
        """Open a draft that will take the place of this criterion."""
        self.ensure_one()
        draft = self.with_context(active_test=False).search(
            [("replaces_id", "=", self.id), ("active", "=", False)], limit=1
        )
        if not draft:
            draft = self.copy({"replaces_id": self.id, "active": False})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Revise: %(criterion)s", criterion=self.name),
            "res_model": self._name,
            "res_id": draft.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_leave(self):
        """Mark a criterion as to be taken out, or keep it after all."""
        for rule in self:
            rule.leaving = rule.active and not rule.leaving

    def _put_in_force(self):
        """Let drafts decide from now on; what they replace, and what leaves, goes.

        :param self: drafts and criteria that leave
        """
        drafts = self.filtered(lambda rule: not rule.active)
        gone = drafts.replaces_id | self.filtered("leaving")
        # sudo: the way a criterion comes into force, after its replay
        drafts.sudo().write({"active": True, "replaces_id": False})
        gone.unlink()
