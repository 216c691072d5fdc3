# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import sql

# Whatever the ledger says of an order follows from these.
TELLING = (
    "state",
    "partner_id",
    "company_id",
    "currency_rate",
    "amount_untaxed",
    "date_order",
)
COLUMN = "flywheel_pending"


class SaleOrder(models.Model):
    """Orders in the ledger.

    To confirm an order costs nothing but a mark on its row: the scheduled action tells
    the ledger, in bulk, within seconds. A mark goes when what it stands for has been
    told, in the same transaction: nothing is lost, nothing counts twice.
    """

    _inherit = "sale.order"

    flywheel_pending = fields.Boolean(
        string="To Be Told to the Flywheel",
        compute="_compute_flywheel_pending",
        store=True,
        copy=False,
    )
    flywheel_told = fields.Selection(
        [("quote", "Quotation"), ("order", "Order")],
        string="Known to the Flywheel As",
        readonly=True,
        copy=False,
    )
    flywheel_told_value = fields.Float(
        string="Value Known to the Flywheel",
        readonly=True,
        copy=False,
        prefetch="flywheel",
    )
    flywheel_told_lines = fields.Integer(
        string="Lines in the Ledger", readonly=True, copy=False, prefetch="flywheel"
    )

    _flywheel_pending_idx = models.Index("(date_order, id) WHERE flywheel_pending")

    def _auto_init(self):
        # All orders that are there are to be told. A default costs nothing, however
        # many they are; the scheduled action goes through them.
        if not sql.column_exists(self.env.cr, self._table, COLUMN):
            self.env.cr.execute(
                "ALTER TABLE sale_order ADD COLUMN flywheel_pending bool DEFAULT TRUE"
            )
            self.env.cr.execute(
                "ALTER TABLE sale_order ALTER COLUMN flywheel_pending DROP DEFAULT"
            )
        return super()._auto_init()

    @api.depends(*TELLING)
    def _compute_flywheel_pending(self):
        changed = []
        for order in self:
            pending = order.state in ("sent", "sale") or bool(order.flywheel_told)
            order.flywheel_pending = pending
            if pending:
                changed.append(order.id)
        self._await_booking(changed)

    def write(self, vals):
        if "state" in vals:
            # What is still to be told comes before what follows it.
            self.filtered(COLUMN)._book()
        return super().write(vals)

    def unlink(self):
        self.filtered(COLUMN)._book()
        return super().unlink()
