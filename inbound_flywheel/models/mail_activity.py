# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from .flywheel_profile_mixin import GROUP


class MailActivity(models.Model):
    _inherit = "mail.activity"

    flywheel_warning = fields.Char(
        string="Does Not Suit",
        compute="_compute_flywheel_warning",
        groups=GROUP,
        help="Why this kind of contact does not suit the person.",
    )

    @api.depends_context("lang")
    @api.depends("activity_type_id", "res_model", "res_id")
    def _compute_flywheel_warning(self):
        self.flywheel_warning = False
        people, channels = self._get_flywheel_contacts()
        for channel, ids in channels.items():
            found = people.browse(ids.values())._find_mismatches(channel)
            for activity in self:
                reason = found.get(ids.get(activity.id))
                activity.flywheel_warning = reason and reason[1]

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        self.env["flywheel.mismatch"]._note(activities)
        return activities

    def write(self, vals):
        changed = self.browse()
        if "activity_type_id" in vals:
            changed = self.filtered(
                lambda activity: activity.activity_type_id.id
                != vals["activity_type_id"]
            )
        result = super().write(vals)
        self.env["flywheel.mismatch"]._note(changed)
        return result

    def _get_flywheel_contacts(self):
        """Find the people whom these activities contact.

        :return: (empty recordset of people, {channel: {activity id: person id}})
        """
        People = self.env["flywheel.profile"].sudo()
        models_ = self.env["flywheel.profile.mixin"]._get_concrete_names()
        contacts = self.filtered(lambda activity: activity.res_model in models_)
        if not contacts:
            return People, {}
        channel_ids = self.env["mail.activity.type"]._get_flywheel_channels()
        channels = {}
        for model, group in contacts.grouped("res_model").items():
            planned = group.filtered(lambda a: a.activity_type_id.id in channel_ids)
            # sudo: whom a record is about; nothing but a warning comes of it
            records = self.env[model].sudo().browse(planned.mapped("res_id")).exists()
            person = {record.id: record.flywheel_profile_id.id for record in records}
            for activity in planned:
                if person_id := person.get(activity.res_id):
                    channel_id = channel_ids[activity.activity_type_id.id]
                    channel = self.env["flywheel.channel"].sudo().browse(channel_id)
                    channels.setdefault(channel, {})[activity.id] = person_id
        return People, channels
