# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import document_page
from . import flywheel_help
from . import helpdesk_ticket
