# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from typing import NamedTuple

from odoo import api, models, tools

# Incoming, but no sign of how somebody likes to be reached.
PASSIVE = ("email_open", "unsubscribe")
# Nobody is reached by them.
UNREACHABLE = ("web", "internal")


class ReachType(NamedTuple):
    """A touchpoint type that tells by which channel a person can be reached."""

    id: int
    direction: str
    channel_id: int


class FlywheelTouchpointType(models.Model):
    _inherit = "flywheel.touchpoint.type"

    @api.model
    @tools.ormcache()
    def _get_reach_types(self):
        """Return the types, in and out, that show how a person can be reached."""
        types = self.sudo().search(
            [
                ("direction", "in", ("in", "out")),
                ("code", "not in", PASSIVE),
                ("channel_id.active", "=", True),
                ("channel_id.code", "not in", UNREACHABLE),
            ]
        )
        return tuple(ReachType(t.id, t.direction, t.channel_id.id) for t in types)
