# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import flywheel_case_reassign
from . import flywheel_escalation_lift
from . import flywheel_help_effect
from . import flywheel_owner_wizard
from . import flywheel_routing_replay
from . import flywheel_routing_replay_case
from . import flywheel_routing_replay_load
