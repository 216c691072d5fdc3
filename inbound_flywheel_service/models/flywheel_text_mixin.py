# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain


class FlywheelTextMixin(models.AbstractModel):
    """Keeps the text index in step with the records, in the same transaction."""

    _name = "flywheel.text.mixin"
    _description = "Indexed Text"

    # Fields whose change makes the record's text be read again.
    _flywheel_text_fields = frozenset()

    def _flywheel_texts(self):
        """Texts to index, in bulk.

        :return: dict record id -> (company id or False, [texts, plain or markup]);
            a record that is left out has no entry in the index
        """
        raise NotImplementedError()

    def _flywheel_text_domain(self):
        """Which records have a text at all."""
        return Domain.TRUE

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env["flywheel.text.index"]._refresh(records)
        return records

    def write(self, vals):
        result = super().write(vals)
        if not self._flywheel_text_fields.isdisjoint(vals):
            self.env["flywheel.text.index"]._refresh(self)
        return result

    def unlink(self):
        model, ids = self._name, self.ids
        result = super().unlink()
        self.env["flywheel.text.index"]._forget(model, ids)
        return result
