# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

# External id: (Odoo's own, name, direction, kind). Some come with apps that may be
# installed later, or are made when they are first needed.
MEDIUMS = {
    "medium_website": ("website", "Website", "inbound", "website"),
    "medium_direct": ("direct", "Direct", "inbound", "website"),
    "medium_x": ("twitter", "X", "inbound", "social"),
    "medium_facebook": ("facebook", "Facebook", "inbound", "social"),
    "medium_linkedin": ("linkedin", "LinkedIn", "inbound", "social"),
    "medium_email": ("email", "Email", "outbound", "email"),
    "medium_phone": ("phone", "Phone", "outbound", "phone"),
    "medium_banner": ("banner", "Banner", "outbound", "ads"),
    "medium_television": ("television", "Television", "outbound", "ads"),
    "medium_adwords": ("google_adwords", "Google Adwords", "outbound", "ads"),
    "medium_survey": ("survey", "Survey", "inbound", "website"),
    "medium_sms": ("mass_mailing_sms.utm_medium_sms", "SMS", "outbound", "phone"),
}


class UtmMedium(models.Model):
    _name = "utm.medium"
    _inherit = ["utm.medium", "flywheel.direction.mixin"]

    @api.model
    def _flywheel_set_up(self):
        """Say of Odoo's own mediums whether they pull or push."""
        self._flywheel_adopt(
            {
                xml_name: {
                    "ref": reference
                    if "." in reference
                    else f"utm.utm_medium_{reference}",
                    "name": name,
                    "direction": direction,
                    "flywheel_kind": kind,
                }
                for xml_name, (reference, name, direction, kind) in MEDIUMS.items()
            }
        )

    @api.model
    def _flywheel_get_known(self):
        return {
            name.lower(): {"direction": direction, "flywheel_kind": kind}
            for _reference, name, direction, kind in MEDIUMS.values()
        }
