# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class FlywheelTouchpointType(models.Model):
    _inherit = "flywheel.touchpoint.type"

    @api.model
    def _get_timeline_types(self):
        """Return what a timeline shows of each type, archived ones too.

        :return: {id: dict with ``code``, ``name``, ``team``, ``direction``,
            ``channel_id``, ``channel`` (its name), ``icon``, ``kind``}
        """
        # sudo: words and icons of the set-up, which every reader sees
        types = self.sudo().with_context(active_test=False)
        return {
            kind.id: {
                "code": kind.code,
                "name": kind.name,
                "team": kind.team,
                "direction": kind.direction,
                "channel_id": kind.channel_id.id,
                "channel": kind.channel_id.name,
                "icon": kind.channel_id.icon or "fa-circle-o",
                "kind": kind.channel_id.kind,
            }
            for kind in types.search([], order="channel_id, sequence, id")
        }
