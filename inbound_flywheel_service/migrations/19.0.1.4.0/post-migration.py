# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import SUPERUSER_ID, api

RULE = "inbound_flywheel_service.helpdesk_ticket_rule_restricted"


def migrate(cr, version):
    """Let colleagues who do not work on cases open the list of their own: the rule
    asked a field that only agents may read."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    rule = env.ref(RULE, raise_if_not_found=False)
    if rule and " if user.share else " in rule.domain_force:
        rule.domain_force = rule.domain_force.replace(
            " if user.share else ",
            " if not user.has_group('helpdesk_mgmt.group_helpdesk_user_own') else ",
        )
