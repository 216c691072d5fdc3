# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words of the trace: satisfaction."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

MESSAGES = {}
