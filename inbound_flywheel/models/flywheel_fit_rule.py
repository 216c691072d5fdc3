# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class FlywheelFitRule(models.Model):
    """Points for who somebody is, as opposed to what somebody does."""

    _name = "flywheel.fit.rule"
    _description = "Fit Rule"
    _inherit = ["flywheel.version.mixin", "flywheel.profile.rule"]

    points = fields.Float(default=10.0, help="Negative when it speaks against.")

    _key_uniq = models.UniqueIndex("(score_model_id, key)")

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._grades_changed()
        return rules

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() - self._neutral_fields - {"name", "sequence"}:
            self._grades_changed()
        return result

    def unlink(self):
        score_models = self.score_model_id
        result = super().unlink()
        score_models.filtered(lambda m: m.state == "active")._evaluate_people()
        return result

    @api.model
    def _get_exported_fields(self):
        return [*super()._get_exported_fields(), "model"]

    @api.model
    def _get_force_domain(self):
        return [("score_model_id.state", "=", "active")]

    def _grades_changed(self):
        """Grade everybody anew if this concerns the model in force."""
        active = self.score_model_id.filtered(lambda model: model.state == "active")
        active._evaluate_people()
