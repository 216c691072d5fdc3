# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tools import SQL

from .models.flywheel_mailing_past import PAST


def post_init_hook(env):
    """Leave the mailings of the past to the scheduled action, newest first, and link
    the contacts of mailing lists to the people who are known already.

    One statement for the contacts: it writes only those whose address is known.
    """
    top = env.execute_query(SQL("SELECT max(id) FROM mailing_trace"))[0][0]
    env["ir.config_parameter"].set_param(PAST, str(top or 0))
    companies = env["res.company"].search([])
    contacts = env["mailing.contact"].with_context(allowed_company_ids=companies.ids)
    contacts._flywheel_link_by_address()
    env.ref("inbound_flywheel_mass_mailing.cron_collect")._trigger()


def uninstall_hook(env):
    """Give marketing back the rights it had; the ledger stays as it is."""
    users = env.ref("mass_mailing.group_mass_mailing_user", raise_if_not_found=False)
    marketing = env.ref("inbound_flywheel.group_flywheel_marketing")
    if users:
        users.implied_ids -= marketing
    env["ir.config_parameter"].search([("key", "=", PAST)]).unlink()
