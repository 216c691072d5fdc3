# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_order,
    test_order_figures,
    test_order_panel,
    test_report,
    test_similar,
)
