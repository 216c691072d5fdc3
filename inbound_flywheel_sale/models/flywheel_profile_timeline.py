# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import formatLang

# Lines whose words do not tell the amount already.
WORTH = {"quote", "order", "order_cancelled"}


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    def _describe_timeline(self, touchpoints, types, sources):
        lines = super()._describe_timeline(touchpoints, types, sources)
        worth = [
            line
            for line, touchpoint in zip(lines, touchpoints, strict=True)
            if line["code"] in WORTH
            and touchpoint.res_model == "sale.order"
            and line["value"]
        ]
        orders = touchpoints.filtered(lambda line: line.res_model == "sale.order")
        currencies = self._get_order_currencies(orders) if worth else {}
        for line in worth:
            amount = formatLang(
                self.env, line["value"], currency_obj=currencies[line["id"]]
            )
            line["summary"] = self.env._(
                "%(order)s: %(amount)s", order=line["summary"], amount=amount
            )
        return lines

    def _get_order_currencies(self, touchpoints):
        """Return {touchpoint id: currency of its value}: that of the company of the
        order, as long as there is one."""
        ids = [touchpoint.res_id for touchpoint in touchpoints]
        # sudo: the currency of a company is no secret
        orders = self.env["sale.order"].sudo().browse(ids).exists()
        companies = {order.id: order.company_id for order in orders}
        return {
            touchpoint.id: companies[touchpoint.res_id].currency_id
            if touchpoint.res_id in companies
            else touchpoint.profile_id.order_currency_id
            for touchpoint in touchpoints
        }
