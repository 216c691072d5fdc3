# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..models.flywheel_profile_mixin import GROUP

# People named in a warning; a larger batch says how many more.
NAMED = 3


class MailActivitySchedule(models.TransientModel):
    _inherit = "mail.activity.schedule"

    flywheel_warning = fields.Text(
        string="Does Not Suit",
        compute="_compute_flywheel_warning",
        groups=GROUP,
        help="Why this kind of contact does not suit the people.",
    )

    @api.depends_context("lang")
    @api.depends("activity_type_id", "plan_id", "res_model", "res_ids")
    def _compute_flywheel_warning(self):
        for wizard in self:
            reasons = wizard._get_flywheel_reasons()
            lines = reasons[:NAMED]
            if more := len(reasons) - len(lines):
                lines.append(self.env._("and %(count)s more", count=more))
            wizard.flywheel_warning = "\n".join(lines)

    def _get_flywheel_reasons(self):
        """Return why what is about to be scheduled does not suit, as texts."""
        names = self.env["flywheel.profile.mixin"]._get_concrete_names()
        types = self.plan_id.template_ids.activity_type_id or self.activity_type_id
        records = self._get_applied_on_records()
        if not records or self.res_model not in names:
            return []
        Activity = self.env["mail.activity"]
        channels = self.env["mail.activity.type"]._get_flywheel_channels()
        Channel = self.env["flywheel.channel"].sudo()
        planned = Channel.browse({channels[t.id] for t in types if t.id in channels})
        # sudo: whom a record is about; nothing but a warning comes of it
        people = records.sudo().flywheel_profile_id if planned else Activity
        several = len(people) > 1
        return [
            f"{people.browse(person_id).display_name}: {reason}" if several else reason
            for channel in planned
            for person_id, (_kind, reason) in people._find_mismatches(channel).items()
        ]
