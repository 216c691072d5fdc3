# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    crm_lead,
    flywheel_order_panel,
    flywheel_profile_orders,
    flywheel_persona,
    flywheel_persona_report,
    flywheel_win_report,
    flywheel_profile_mixin_orders,
    flywheel_profile_order_words,
    flywheel_profile_privacy,
    flywheel_profile_timeline,
    flywheel_similar,
    flywheel_touchpoint,
    res_partner,
    sale_order,
    sale_order_booking,
    sale_order_line,
)
