# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def post_init_hook(env):
    """Give the orders that are already there their place in the ledger.

    The work is left to the scheduled action: it goes in batches, each committed, so
    that installing into a database with many orders does not lock it.
    """
    env.ref("inbound_flywheel_sale.cron_book_orders")._trigger()


def uninstall_hook(env):
    """Leave the ledger as it is.

    The history of stages keeps its lines, and no longer names the rule of this addon.
    """
    rule = env.ref("inbound_flywheel_sale.stage_rule_cancelled", False)
    if rule:
        env.cr.execute(
            "UPDATE flywheel_stage_interval SET rule_id = NULL WHERE rule_id = %s",
            [rule.id],
        )
