# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.tools import email_normalize


class HelpdeskTicketExternal(models.Model):
    """Cases opened by other systems: a call that is repeated opens no second one."""

    _inherit = "helpdesk.ticket"

    external_key = fields.Char(
        readonly=True,
        copy=False,
        help="How another system calls this case, once in a company. A system that "
        "sends the same key again gets the case that is there.",
        groups="base.group_user",
    )

    _flywheel_external_uniq = models.UniqueIndex(
        "(company_id, external_key) WHERE external_key IS NOT NULL",
        "Another case of this company has this key already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """As usual; values whose ``external_key`` is known give the case that has it,
        unchanged. What comes back is in the order of ``vals_list``."""
        if not any(vals.get("external_key") for vals in vals_list):
            return super().create(vals_list)
        keys = [self._flywheel_external_key(vals) for vals in vals_list]
        known = self._flywheel_by_external_key(filter(None, keys))
        fresh = {}
        for index, key in enumerate(keys):
            if not key:
                fresh[index] = vals_list[index]
            elif key not in known and key not in fresh:
                fresh[key] = vals_list[index]
        created = dict(zip(fresh, super().create(list(fresh.values())), strict=True))
        return self.browse(
            [
                (created.get(key or index) or known[key]).id
                for index, key in enumerate(keys)
            ]
        )

    @api.model
    def _flywheel_external_key(self, vals):
        """(company id, key) of a case to be, None without a key."""
        if not vals.get("external_key"):
            return None
        return (self._flywheel_company_id(vals), vals["external_key"])

    @api.model
    def _flywheel_by_external_key(self, keys):
        """{(company id, key): case} of those that are there, as far as the caller may
        see them: the database refuses a key of which he may not know."""
        keys = set(keys)
        cases = self.with_context(active_test=False).search(
            [
                ("external_key", "in", [key for _company, key in keys]),
                ("company_id", "in", [company for company, _key in keys]),
            ]
        )
        return {(c.company_id.id, c.external_key): c for c in cases}

    @api.model
    def _flywheel_prepare(self, vals, source):
        vals = super()._flywheel_prepare(vals, source)
        if source == "api":
            vals["description"] = vals.get("description") or "<p><br></p>"
            email = email_normalize(vals.get("partner_email") or "")
            if email and not vals.get("partner_id"):
                # sudo: res.partner - the person is recognised whoever calls
                partner = self.sudo()._flywheel_partner_by_email(
                    email, self._flywheel_company_id(vals)
                )
                vals["partner_id"] = partner.id
                vals["partner_name"] = vals.get("partner_name") or partner.name
        return vals
