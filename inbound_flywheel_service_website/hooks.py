# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Removal: the website builder makes no more cases."""


def uninstall_hook(env):
    """Take back what the addon allowed on records of others."""
    model = env.ref("helpdesk_mgmt.model_helpdesk_ticket")
    model.write({"website_form_access": False, "website_form_default_field_id": False})
    env.cr.execute(
        "UPDATE ir_model_fields SET website_form_blacklisted = TRUE WHERE model = %s",
        [model.model],
    )
