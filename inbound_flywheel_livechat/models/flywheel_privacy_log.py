# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import models


class FlywheelPrivacyLog(models.Model):
    _inherit = "flywheel.privacy.log"

    def _get_author(self, message, person):
        guest = message.author_guest_id
        if guest:
            return "you" if guest in person._get_chats().guest_id else "other"
        bots = self.env["chatbot.script"].with_context(active_test=False)
        author = message.author_id
        if author and bots.search_count(
            [("operator_partner_id", "=", author.id)], limit=1
        ):
            return "staff"
        return super()._get_author(message, person)

    def _erase_mentions(self, person, options):
        result = super()._erase_mentions(person, options)
        found = person._get_personal_records()
        self._erase_notices(found["discuss.channel"], found["mail.guest"])
        return result

    def _erase_notices(self, channels, guests):
        """Delete the notices of the bus, kept for a day, that were sent into chats,
        or that name them elsewhere."""
        records = [*channels, *guests]
        places = [
            f'["{self.env.cr.dbname}","{record._name}",{record.id}'
            for record in records
        ]
        self.env.cr.execute(
            """
            DELETE FROM bus_bus b
             WHERE EXISTS (SELECT FROM unnest(%s::text[]) place
                            WHERE starts_with(b.channel, place || ']')
                               OR starts_with(b.channel, place || ','))
                OR EXISTS (SELECT FROM unnest(%s::text[]) name
                            WHERE strpos(b.message, name) > 0)
            """,
            [
                places,
                [json.dumps(record.name) for record in records],
            ],
        )

    def _get_erasure_place(self, name):
        # They tell which conversations and guests are left to do.
        if name == "flywheel.chat":
            return (-0.5, name)
        return super()._get_erasure_place(name)
