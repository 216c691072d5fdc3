# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import flywheel_text_mixin
from . import flywheel_text_index
from . import flywheel_text_term
from . import document_page
from . import document_page_history
from . import flywheel_case_trace
from . import flywheel_case_link
from . import flywheel_case_acknowledge
from . import flywheel_case_suggestion
from . import flywheel_routing_rule
from . import helpdesk_ticket_stage
from . import helpdesk_ticket_team
from . import helpdesk_ticket
from . import helpdesk_ticket_intake
from . import helpdesk_ticket_conversation
from . import helpdesk_ticket_progress
from . import helpdesk_ticket_gateway
from . import helpdesk_ticket_suggestion
from . import flywheel_tier
from . import flywheel_profile_tier
from . import mail_thread
