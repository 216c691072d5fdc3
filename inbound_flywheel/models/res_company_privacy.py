# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    flywheel_erasure_approval = fields.Boolean(
        string="A Second Person Approves Erasures",
        help="Nobody is forgotten before somebody else with the right “Data "
        "Protection” has agreed.",
        prefetch="flywheel",
    )
