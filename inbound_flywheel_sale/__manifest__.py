# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Inbound Flywheel: Sales",
    "summary": "Orders in the picture of every person: value, rhythm, and what "
    "similar customers buy",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "license": "LGPL-3",
    "author": "Inbound Flywheel",
    "website": "https://github.com/inbound-flywheel/inbound-flywheel",
    "depends": ["inbound_flywheel", "sale_crm"],
    "data": [],
    "auto_install": True,
}
