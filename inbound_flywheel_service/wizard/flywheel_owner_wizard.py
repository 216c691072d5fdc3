# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class FlywheelOwnerWizard(models.TransientModel):
    """Names somebody for customers who have nobody."""

    _name = "flywheel.owner.wizard"
    _description = "Name an Owner of Customers"

    partner_ids = fields.Many2many(
        "res.partner",
        string="Customers",
        default=lambda self: self._default_partner_ids(),
    )
    kind = fields.Selection(
        [
            ("familiar", "Whoever Served Them Last"),
            ("agent", "Named Agent"),
            ("salesperson", "Salesperson"),
        ],
        string="Name",
        required=True,
        default="familiar",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Colleague",
        domain=[("share", "=", False)],
        default=lambda self: self.env.user,
    )

    @api.model
    def _default_partner_ids(self):
        return self.env.context.get("active_ids", [])

    def action_apply(self):
        """Write the owner to the chosen customers."""
        self.ensure_one()
        if self.kind != "familiar" and not self.user_id:
            raise UserError(self.env._("Choose a colleague."))
        if self.kind == "salesperson":
            self.partner_ids.user_id = self.user_id
        elif self.kind == "agent":
            self.partner_ids.service_user_id = self.user_id
        else:
            return self._name_familiar()
        return {"type": "ir.actions.act_window_close"}

    def _name_familiar(self):
        """Each customer gets the agent of his latest case that had one."""
        rows = self.env["helpdesk.ticket"]._read_group(
            [("partner_id", "in", self.partner_ids.ids), ("user_id.active", "=", True)],
            ["partner_id", "user_id"],
            ["create_date:max"],
        )
        latest = {}
        for partner, user, date in rows:
            if date > latest.get(partner, (None, date.min))[1]:
                latest[partner] = (user, date)
        by_user = {}
        for partner, (user, _date) in latest.items():
            by_user[user] = by_user.get(user, partner.browse()) | partner
        for user, partners in by_user.items():
            partners.service_user_id = user
        without = len(self.partner_ids) - len(latest)
        message = self.env._(
            "Customers who have an agent now: %(count)s.", count=len(latest)
        )
        if without:
            message += " " + self.env._(
                "Nobody served these before: %(count)s. Choose a colleague for them.",
                count=without,
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "warning" if without else "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
