# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class FlywheelPersonaChange(models.Model):
    _inherit = "flywheel.persona.change"

    @api.model
    def _log(self, changes, source):
        result = super()._log(changes, source)
        personas = self.env["flywheel.persona"].sudo()
        now = self.env.cr.now().isoformat()
        notices = []
        for profile_id, earlier_id, persona_id, _confidence in changes:
            if (earlier_id or None) == (persona_id or None):
                continue
            data = {
                "from": personas.browse(earlier_id or ()).name or None,
                "to": personas.browse(persona_id or ()).name or None,
                "source": source,
            }
            notices.append((profile_id, f"{persona_id}:{now}", data))
        self.env["flywheel.webhook"]._notice("persona.changed", notices)
        return result
