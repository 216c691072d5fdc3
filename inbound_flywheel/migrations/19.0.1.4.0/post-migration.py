# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Recommendations are given on web pages; done activities count from now on."""
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    env.ref("inbound_flywheel.touchpoint_type_nps").channel_id = env.ref(
        "inbound_flywheel.channel_web"
    )
    env["mail.activity.type"]._flywheel_set_up()
