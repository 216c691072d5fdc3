# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Index the approved answers anew: the two scripts of Chinese are one now."""
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    env["flywheel.approved.answer"].search([])._index_phrases()
