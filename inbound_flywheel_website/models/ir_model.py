# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class IrModel(models.Model):
    """What no form of the website may write, whatever its author or visitor tries."""

    _inherit = "ir.model"

    def _get_form_writable_fields(self, property_origins=None):
        writable = super()._get_form_writable_fields(property_origins)
        protected = self.env["ir.model.fields"]._flywheel_get_protected(self.model)
        return {name: v for name, v in writable.items() if name not in protected}


class IrModelFields(models.Model):
    _inherit = "ir.model.fields"

    @api.model
    def _flywheel_get_protected(self, model):
        """Return the names of the fields of a model that the flow alone writes, or
        staff: the link to the person, score, stage, persona."""
        if "flywheel_profile_id" not in self.env[model]._fields:
            return frozenset()
        mixin = self.env["flywheel.profile.mixin"]
        return frozenset(
            name
            for name, field in mixin._fields.items()
            if name == "flywheel_profile_id" or field.related
        )

    @api.model
    def formbuilder_whitelist(self, model, fields):
        protected = self._flywheel_get_protected(model) if fields else ()
        fields = [name for name in fields if name not in protected]
        return super().formbuilder_whitelist(model, fields)
