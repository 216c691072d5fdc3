# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

# More than that is a form, not a nudge.
LIMIT = 5
# Types of fields that a mark "filled" says something about.
UNFIT = {"one2many", "binary", "json", "properties", "properties_definition"}


class FlywheelStageField(models.Model):
    """A field of opportunities that should be known before the next stage.

    A name rather than a link to Odoo's own description of the field: sales managers,
    who configure stages, may not read those.
    """

    _name = "flywheel.stage.field"
    _description = "Key Field of a Stage"
    _order = "sequence, id"

    stage_id = fields.Many2one(
        "crm.stage", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Choose", required=True)
    label = fields.Char(string="Field", compute="_compute_label")
    model = fields.Char(compute="_compute_model", help="The model that has the field.")

    _name_uniq = models.Constraint(
        "UNIQUE (stage_id, name)", "This stage has that key field already."
    )

    def _compute_model(self):
        self.model = "crm.lead"

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_label(self):
        known = self.env["crm.lead"]._fields
        for key in self:
            field = known.get(key.name)
            key.label = field._description_string(self.env) if field else key.name

    @api.constrains("stage_id", "name")
    def _check_name(self):
        known = self.env["crm.lead"]._fields
        for key in self:
            if key.name not in known or known[key.name].type in UNFIT:
                raise ValidationError(
                    self.env._(
                        '"%(name)s" cannot be a key field: choose a field of the '
                        "opportunity itself.",
                        name=key.name,
                    )
                )
            if len(key.stage_id.flywheel_field_ids) > LIMIT:
                raise ValidationError(
                    self.env._(
                        'Choose up to %(limit)s key fields for "%(stage)s".',
                        limit=LIMIT,
                        stage=key.stage_id.name,
                    )
                )
