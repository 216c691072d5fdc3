# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

COLUMNS = {
    "order_id": "int4",
    "orders": "int4",
    "ordered_value": "float8",
    "average_order": "float8",
    "reorder_rate": "float8",
}
LINKS = ("team_id", "source_id", "medium_id", "campaign_id")


class FlywheelPersonaReport(models.Model):
    """Orders beside the leads of personas."""

    _inherit = "flywheel.persona.report"
    _depends = {
        "sale.order": ["state", "partner_id", "date_order", "amount_untaxed"],
    }

    kind = fields.Selection(selection_add=[("order", "Order")])
    order_id = fields.Many2one("sale.order", readonly=True)
    orders = fields.Integer(readonly=True, help="Confirmed orders.")
    ordered_value = fields.Float(
        readonly=True,
        help="Confirmed orders, without taxes, in the currency of their company.",
    )
    average_order = fields.Float(readonly=True, aggregator="avg")
    reorder_rate = fields.Float(
        string="Ordered Again",
        readonly=True,
        aggregator="avg",
        help="Share of the people with an order who have more than one.",
    )

    def _get_columns(self):
        return {**super()._get_columns(), **COLUMNS}

    def _get_parts(self):
        return [*super()._get_parts(), self._get_orders()]

    def _get_orders(self):
        # Whether somebody came back stands on the first order: one row a person.
        return SQL(
            """
            SELECT %s FROM (
                SELECT b.*, COUNT(*) OVER (PARTITION BY b.profile_id) AS orders
                  FROM (%s) b) o
            """,
            self._select(
                "order",
                "o.id",
                profile_id=SQL("o.profile_id"),
                order_id=SQL("o.id"),
                company_id=SQL("o.company_id"),
                date=SQL("o.date"),
                orders=SQL("1"),
                ordered_value=SQL("o.value"),
                average_order=SQL("o.value"),
                reorder_rate=SQL("CASE WHEN o.place = 1 THEN (o.orders > 1)::int END"),
                **{name: SQL.identifier("o", name) for name in LINKS},
            ),
            self.env["flywheel.persona"]._get_orders_sql(),
        )

    def action_open(self):
        """Open the orders behind rows, or else what the rows are about."""
        if self and all(row.kind == "order" for row in self):
            name = self.env._("Personas in Figures")
            return self.order_id._get_records_action(name=name)
        return super().action_open()
