# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import flywheel_chat
from . import flywheel_chat_answer
from . import flywheel_chat_person
from . import flywheel_chat_finish
from . import flywheel_chat_qualify
from . import flywheel_chat_message
from . import flywheel_chat_panel
from . import flywheel_handover
from . import flywheel_profile
from . import flywheel_profile_privacy
from . import flywheel_privacy_log
from . import chatbot_script
from . import chatbot_script_answer
from . import chatbot_script_step
from . import chatbot_script_step_flow
from . import chatbot_script_step_path
from . import chatbot_script_step_person
from . import chatbot_script_welcome
from . import discuss_channel
from . import crm_lead
from . import ir_http
