# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import chatbot_script
from . import chatbot_script_step
from . import discuss_channel
from . import flywheel_case_acknowledge
from . import flywheel_chat
from . import flywheel_profile
from . import helpdesk_ticket
from . import res_users
