# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tools.sql import column_exists, rename_column


def migrate(cr, version):
    """The words of a touchpoint are shown by another field than they are stored in."""
    if not column_exists(cr, "flywheel_touchpoint", "content"):
        rename_column(cr, "flywheel_touchpoint", "summary", "content")
