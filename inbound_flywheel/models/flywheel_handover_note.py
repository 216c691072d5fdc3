# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class FlywheelHandover(models.Model):
    _inherit = "flywheel.handover"

    def _write_notes(self):
        """Write the notes for the salespeople, each in the reader's language."""
        for user, group in self.grouped("user_id").items():
            localized = group.with_context(lang=user.lang or self.env.lang)
            facts = localized.profile_id._read_note_facts(user)
            promises = localized.lead_id._read_promises()
            for handover in localized:
                person = handover.profile_id
                who = person._get_note_who(handover.grade, handover.score)
                handover.note = person._render_note(
                    facts, who, promises.get(handover.lead_id.id, ())
                )
