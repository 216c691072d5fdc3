# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def post_init_hook(env):
    """Give the leads that are already there a person and a first history.

    The work is left to the scheduled action: it goes in batches, each committed,
    so that installing into a database with many leads does not lock it.
    """
    env.ref("inbound_flywheel.cron_adopt_leads")._trigger()
