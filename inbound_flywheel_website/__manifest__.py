# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Inbound Flywheel: Website",
    "summary": "Visits, downloads and forms in the picture of every person, also "
    "what came before the name",
    "version": "19.0.1.0.0",
    "category": "Website/Website",
    "license": "LGPL-3",
    "author": "Inbound Flywheel",
    "website": "https://github.com/inbound-flywheel/inbound-flywheel",
    "depends": ["inbound_flywheel", "website_crm"],
    "data": [],
    "auto_install": True,
}
