# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Removal: conversations go on, cases stay."""


def uninstall_hook(env):
    """Let conversations go on that stand at one of our steps."""
    steps = env["chatbot.script.step"].search([("step_type", "=", "flywheel_case")])
    channels = env["discuss.channel"].search(
        [("chatbot_current_step_id", "in", steps.ids)]
    )
    channels.chatbot_current_step_id = False
