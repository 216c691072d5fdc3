# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Merge the people before the contacts.

        The generic update deletes rows that would violate a unique index, and with
        a person its whole history.
        """
        profiles = src_partners.sudo().flywheel_profile_id
        if profiles:
            dst_partner._flywheel_ensure_profiles()
            dst_partner.sudo().flywheel_profile_id._merge(profiles)
        return super()._update_foreign_keys(src_partners, dst_partner)
