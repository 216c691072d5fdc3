# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..engine import calls


class FlywheelSystemKey(models.AbstractModel):
    """Show a new key, which is stored nowhere in clear, with calls ready to paste."""

    _name = "flywheel.system.key"
    _description = "Key of an Outside System"

    # The client reads what it shows by onchange, which wants an id.
    id = fields.Id()
    key = fields.Char(readonly=True)
    login = fields.Char(readonly=True)
    url = fields.Char(string="Address", readonly=True)
    database = fields.Char(readonly=True)
    curl = fields.Text(string="curl", readonly=True)
    python = fields.Text(string="Python, JSON-2", readonly=True)
    xmlrpc = fields.Text(string="Python, XML-RPC", readonly=True)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        # sudo: the address of this server is no secret
        params = self.env["ir.config_parameter"].sudo()
        url = params.get_param("web.base.url", "").rstrip("/")
        known = {"url": url, "database": self.env.cr.dbname}
        names = {
            "KEY": self.env.context.get("default_key") or "",
            "LOGIN": self.env.context.get("default_login") or "",
            "URL": url,
            "DATABASE": self.env.cr.dbname,
            "DATE": fields.Datetime.to_string(fields.Datetime.now()),
        }
        known["curl"] = calls.fill(calls.CURL, names)
        known["python"] = calls.fill(calls.JSON2, names)
        known["xmlrpc"] = calls.fill(calls.XMLRPC, names)
        values.update({k: v for k, v in known.items() if k in fields_list})
        return values
