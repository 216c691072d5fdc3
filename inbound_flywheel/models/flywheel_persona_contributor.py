# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

# Departments whose view a persona should hold; the rest is welcome.
DEPARTMENTS = ("marketing", "sales", "service", "finance")


class FlywheelPersonaContributor(models.Model):
    """Somebody whose point of view is part of a persona."""

    _name = "flywheel.persona.contributor"
    _description = "Contributor to a Persona"
    _order = "date desc, id desc"

    persona_id = fields.Many2one(
        "flywheel.persona", required=True, ondelete="cascade", index=True
    )
    department = fields.Selection(
        [
            ("marketing", "Marketing"),
            ("sales", "Sales"),
            ("service", "Service"),
            ("finance", "Finance"),
            ("other", "Other"),
        ],
        required=True,
        compute="_compute_department",
        store=True,
        readonly=False,
        precompute=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Who",
        required=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
        domain=[("share", "=", False)],
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    note = fields.Text(string="What They Brought In")
    company_id = fields.Many2one(related="persona_id.company_id", store=True)

    _department_uniq = models.Constraint(
        "UNIQUE (persona_id, department, user_id)",
        "This colleague is a contributor for that department already.",
    )

    @api.depends("user_id")
    def _compute_department(self):
        for contributor in self:
            contributor.department = contributor.user_id._get_flywheel_department()
