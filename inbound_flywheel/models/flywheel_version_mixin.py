# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from uuid import uuid4

from odoo import api, fields, models


class FlywheelVersionMixin(models.AbstractModel):
    """A rule that belongs to a version of a score model.

    Only the rules of a draft can be changed. A rule keeps its key when a version is
    copied or carried to another database as a file: so versions can be compared.
    """

    _name = "flywheel.version.mixin"
    _description = "Rule of a Version"

    score_model_id = fields.Many2one(
        "flywheel.score.model", required=True, ondelete="cascade", index=True
    )
    key = fields.Char(required=True, readonly=True, default=lambda self: uuid4().hex)

    # What says nothing about who gets which points: statistics among them.
    _neutral_fields = frozenset(
        {"hit_count", "people_count", "won_share", "lost_share", "lift"}
    )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules.score_model_id._check_draft()
        return rules

    def write(self, vals):
        if vals.keys() - self._neutral_fields:
            self.check_access("write")
            self.score_model_id._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_of_draft(self):
        self.score_model_id._check_draft()

    def _export(self):
        """Return the rule as plain data, without anything of this database."""
        self.ensure_one()
        return {name: self[name] for name in self._get_exported_fields()}

    @api.model
    def _get_exported_fields(self):
        """Return the names of the fields that make up the rule."""
        return ["key", "name", "sequence", "active", "domain", "points"]

    @api.model
    def _import(self, data):
        """Return the values of a rule from plain data.

        :raise KeyError: a part is missing, or names what this database does not have
        """
        return {name: data[name] for name in self._get_exported_fields()}
