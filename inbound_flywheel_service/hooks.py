# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Installation into a database that may already be at work."""


def post_init_hook(env):
    """Mark the stages that close without a solution; index what is there soon."""
    for name in ("cancelled", "rejected"):
        stage = env.ref(
            f"helpdesk_mgmt.helpdesk_ticket_stage_{name}", raise_if_not_found=False
        )
        if stage:
            stage.unsolved = True
    env.ref("inbound_flywheel_service.ir_cron_text_index")._trigger()
