# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models


class FlywheelSystemConnect(models.TransientModel):
    """Let an outside system in: its user, its key, and how to call."""

    _name = "flywheel.system.connect"
    _description = "Connect an Outside System"

    system_id = fields.Many2one("flywheel.system", ondelete="cascade")
    name = fields.Char(required=True)
    company_ids = fields.Many2many(
        "res.company",
        string="Companies",
        required=True,
        default=lambda self: self.env.company,
    )
    type_ids = fields.Many2many(
        "flywheel.touchpoint.type",
        string="May Send",
        help="Touchpoint types that it may send. Empty: all but the internal ones.",
    )
    may_learn = fields.Boolean(
        string="May Send Facts",
        help="It may also send what people said about themselves.",
    )
    duration = fields.Selection(
        [
            ("30", "1 Month"),
            ("90", "3 Months"),
            ("365", "1 Year"),
            ("0", "Until It Is Revoked"),
        ],
        string="Key Valid For",
        required=True,
        default="365",
    )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        system = self.env["flywheel.system"].browse(values.get("system_id"))
        for name in ("name", "company_ids", "type_ids", "may_learn"):
            if system and name in fields_list:
                values[name] = self._fields[name].convert_to_write(system[name], system)
        return values

    def action_connect(self):
        """Make the key and show it, once, with examples."""
        self.ensure_one()
        system = self.system_id or self.env["flywheel.system"]
        system._check_manager()
        values = {
            "name": self.name,
            "company_ids": [fields.Command.set(self.company_ids.ids)],
            "type_ids": [fields.Command.set(self.type_ids.ids)],
            "may_learn": self.may_learn,
        }
        if system:
            system.write(values)
        else:
            system = system.create(values)
        days = int(self.duration)
        until = days and fields.Datetime.now() + timedelta(days=days)
        key = system._make_key(until or False)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("%(system)s Is Connected", system=system.name),
            "res_model": "flywheel.system.key",
            "views": [(False, "form")],
            "target": "new",
            # As core shows a new key: it goes to the screen and is kept nowhere.
            "context": {"default_key": key, "default_login": system.user_id.login},
        }
