# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_ledger,
    test_machines,
    test_privacy,
    test_recipients,
    test_requests,
    test_results,
)
