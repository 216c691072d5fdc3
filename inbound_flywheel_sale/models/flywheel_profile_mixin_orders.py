# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools

from odoo.addons.inbound_flywheel.models.flywheel_profile_mixin import GROUP

from ..fields import OrderFigure


class FlywheelProfileMixin(models.AbstractModel):
    """Shows how somebody buys on whatever belongs to that person."""

    _inherit = "flywheel.profile.mixin"

    flywheel_order_count = fields.Integer(
        related="flywheel_profile_id.order_count", groups=GROUP
    )
    flywheel_order_value = fields.Float(
        related="flywheel_profile_id.order_value", groups=GROUP
    )
    flywheel_order_average = OrderFigure(
        related="flywheel_profile_id.order_average", groups=GROUP
    )
    flywheel_order_last_date = fields.Datetime(
        related="flywheel_profile_id.order_last_date", groups=GROUP
    )
    flywheel_order_interval = fields.Float(
        related="flywheel_profile_id.order_interval", groups=GROUP
    )
    flywheel_orders_per_year = OrderFigure(
        related="flywheel_profile_id.orders_per_year", groups=GROUP
    )
    flywheel_order_due_date = fields.Datetime(
        related="flywheel_profile_id.order_due_date", groups=GROUP
    )
    flywheel_order_stretch = OrderFigure(
        related="flywheel_profile_id.order_stretch", groups=GROUP
    )

    @api.model
    @tools.ormcache()
    def _get_order_fields(self):
        """Return the names of the fields that show how somebody buys."""
        return tuple(
            name
            for name, field in self._fields.items()
            if field.related and field.related.startswith("flywheel_profile_id.order")
        )

    @api.model
    def _invalidate_picture(self):
        result = super()._invalidate_picture()
        for model in self._get_concrete_models():
            model.invalidate_model(self._get_order_fields(), flush=False)
        return result

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        # As on the person: whoever has no such figure comes last.
        if field_name in self._get_order_fields() and not nulls.code:
            nulls = tools.SQL("NULLS LAST")
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
