# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import AccessDenied, AccessError

from .flywheel_system import GROUP


class ResUsers(models.Model):
    """Users that are outside systems come by key, and are nobody in the web client."""

    _inherit = "res.users"

    def _is_outside_system(self):
        return not self._is_internal() and self.has_group(GROUP)

    def _rpc_api_keys_only(self):
        return super()._rpc_api_keys_only() or self._is_outside_system()

    def _check_credentials(self, credential, env):
        interactive = (env or {}).get("interactive", True)
        if interactive and self.env.user._is_outside_system():
            raise AccessDenied()
        return super()._check_credentials(credential, env)

    def write(self, vals):
        # Core lets everybody change their own name, address and language.
        if not self.env.su and self.env.user._is_outside_system():
            raise AccessError(self.env._("An outside system changes nothing here."))
        return super().write(vals)
