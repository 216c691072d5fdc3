# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Installation and removal: the ledger stays, and no script points to what is gone."""


def post_init_hook(env):
    """Give the shipped bot a name for visitors: its title is for colleagues. Leads of
    the scripts that are there already are told as inbound, too."""
    script = env.ref("inbound_flywheel_livechat.chatbot_script_qualify")
    script.operator_partner_id.name = env._("Assistant")
    scripts = env["chatbot.script"].with_context(active_test=False).search([])
    scripts._flywheel_place_sources()


def uninstall_hook(env):
    """Let conversations go on that stand at one of our steps. Leave the ledger
    readable: what is remembered of a chat goes, its words in the ledger stay."""
    env.cr.execute(
        "UPDATE flywheel_touchpoint SET res_model = NULL, res_id = NULL"
        " WHERE res_model = 'flywheel.chat'"
    )
    steps = env["chatbot.script.step"].search(
        [("step_type", "in", ["flywheel_qualify", "flywheel_human"])]
    )
    channels = env["discuss.channel"].search(
        [("chatbot_current_step_id", "in", steps.ids)]
    )
    channels.chatbot_current_step_id = False
