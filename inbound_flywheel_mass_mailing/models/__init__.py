# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    flywheel_machine_agent,
    flywheel_mailing_hit,
    flywheel_mailing_collect,
    flywheel_mailing_past,
    flywheel_mailing_recipient,
    flywheel_mailing_report,
    flywheel_privacy_erase,
    flywheel_profile,
    flywheel_quarantine_report,
    flywheel_touchpoint,
    link_tracker_click,
    mail_blacklist,
    mail_mail,
    mail_thread,
    mailing_contact,
    mailing_mailing,
    mailing_subscription,
    mailing_trace,
)
