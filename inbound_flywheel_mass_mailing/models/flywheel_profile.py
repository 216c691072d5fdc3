# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    def _get_personal_records(self):
        records = super()._get_personal_records()
        hits = self.env["flywheel.mailing.hit"].search(
            [("touchpoint_id", "in", self.touchpoint_ids.ids)]
        )
        recipients = self.env["flywheel.mailing.recipient"].search(
            [("profile_id", "in", self.ids)]
        )
        contacts = (
            self.env["mailing.contact"]
            .with_context(active_test=False)
            .search([("flywheel_profile_id", "in", self.ids)])
        )
        return {
            **records,
            "flywheel.mailing.hit": hits,
            "flywheel.mailing.recipient": recipients,
            "mailing.contact": contacts,
            "mailing.trace": recipients.trace_id,
        }

    def _move_lines(self, others):
        # What was sent to the others was sent to this person.
        self.env.cr.execute(
            "UPDATE flywheel_mailing_recipient SET profile_id = %s"
            " WHERE profile_id = ANY(%s)",
            [self.id, others.ids],
        )
        return super()._move_lines(others)
