# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class FlywheelPersonaBasedMixin(models.AbstractModel):
    """Something that was built for a persona as it was then: it knows the version,
    and is flagged once the persona has moved on.

    A model that inherits this has a ``persona_id``.
    """

    _name = "flywheel.persona.based.mixin"
    _description = "Built on a Version of a Persona"

    persona_version = fields.Integer(
        string="Built on Version",
        compute="_compute_persona_version",
        store=True,
        copy=False,
        help="The version of the persona that this was made for.",
    )
    persona_changed = fields.Boolean(
        compute="_compute_persona_changed",
        search="_search_persona_changed",
        help="The persona has a newer version than the one this was made for.",
    )

    @api.depends("persona_id")
    def _compute_persona_version(self):
        for record in self:
            record.persona_version = record.persona_id.version

    @api.depends("persona_version", "persona_id.version")
    def _compute_persona_changed(self):
        for record in self:
            persona = record.persona_id
            record.persona_changed = (
                bool(persona) and persona.version > record.persona_version
            )

    def _search_persona_changed(self, operator, _value):
        if operator != "in":
            return NotImplemented

        def to_sql(model, alias, query):
            return SQL(
                "EXISTS (SELECT FROM flywheel_persona p WHERE p.id = %s"
                " AND p.version > COALESCE(%s, 0))",
                model._field_to_sql(alias, "persona_id", query),
                model._field_to_sql(alias, "persona_version", query),
            )

        self.env["flywheel.persona"].flush_model(["version"])
        return Domain.custom(to_sql=to_sql)

    def action_compare_persona(self):
        """Show what changed in the persona since this was made."""
        self.ensure_one()
        return self.persona_id._open_compare(self.persona_version)

    def action_follow_persona(self):
        """Say that this fits the persona as it is now."""
        self.check_access("write")
        for record in self:
            record.persona_version = record.persona_id.version
        return True
