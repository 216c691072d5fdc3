# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Pages that are there when the addon comes, and what it leaves when it goes."""


def post_init_hook(env):
    """Let the ledger know the pages that there are; their visits follow by the
    scheduled action."""
    env["website.page"].search([])._flywheel_adopt()


def uninstall_hook(env):
    """Leave the ledger readable: the words of a view stay, its page goes with the
    addon."""
    env.cr.execute(
        "UPDATE flywheel_touchpoint SET res_model = NULL, res_id = NULL"
        " WHERE res_model = 'flywheel.page'"
    )
    env.cr.execute(
        "UPDATE flywheel_play SET res_model = NULL, res_id = NULL"
        " WHERE res_model = 'flywheel.page'"
    )
