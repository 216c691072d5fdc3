# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Inbound Flywheel: Email Marketing",
    "summary": "Opens, clicks, answers and bounces in the picture of every person; "
    "machines told from people",
    "version": "19.0.1.0.0",
    "category": "Marketing/Email Marketing",
    "license": "LGPL-3",
    "author": "Inbound Flywheel",
    "website": "https://github.com/inbound-flywheel/inbound-flywheel",
    "depends": ["inbound_flywheel", "mass_mailing"],
    "data": [],
    "auto_install": True,
}
