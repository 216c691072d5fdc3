# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ..engine.preference import find_mismatch


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    def _find_mismatches(self, channel):
        """Say whom a contact by this channel does not suit.

        :param channel: the planned channel
        :return: {person id: (``own_word``, ``low_touch`` or ``switch``, reason)}
        """
        # sudo: see _resolve_preferences
        people = self.sudo().filtered("persona_id") | self.sudo().filtered(
            "preferred_channel_id"
        )
        if not people:
            return {}
        own = people._get_own_words()
        running = people._get_running_channels()
        found = {}
        for person in people:
            word = person._get_own_channel(own.get(person.id, {}).get("channel"))
            asked = self.env["flywheel.channel"].browse(word and word.value or ())
            channel_id, date = running.get(person.id, (None, None))
            kind = find_mismatch(
                (channel.id, channel.kind),
                asked and (asked.id, asked.kind),
                person._get_human_share(),
                person.persona_id.single_touchpoint,
                channel_id,
            )
            if kind:
                reason = person._get_mismatch_text(kind, word, asked, channel_id, date)
                found[person.id] = (kind, reason)
        return found

    def _get_mismatch_text(self, kind, word, asked, running_id, date):
        if kind == "own_word":
            return self.env._(
                "Asked for %(channel)s (%(detail)s).",
                channel=asked.name,
                detail=word.detail,
            )
        if kind == "low_touch":
            return self.env._(
                "People like %(persona)s prefer digital touchpoints: %(share)s%% human "
                "at most. Write instead, unless the person asked to be called or met.",
                persona=self.persona_id.name,
                share=round(self.persona_id.human_share * 100),
            )
        return self.env._(
            "People like %(persona)s keep one contact point: the running one is "
            "%(channel)s (last on %(date)s).",
            persona=self.persona_id.name,
            channel=self.env["flywheel.channel"].browse(running_id).name,
            date=format_date(self.env, date),
        )

    # ------------------------------------------------------------------
    # Merging
    # ------------------------------------------------------------------
    def _move_lines(self, others):
        """What did not suit follows its person."""
        self.env.cr.execute(
            SQL(
                "UPDATE flywheel_mismatch SET profile_id = %s"
                " WHERE profile_id = ANY(%s)",
                self.id,
                others.ids,
            )
        )
        self.env["flywheel.mismatch"].invalidate_model(["profile_id"], flush=False)
        return super()._move_lines(others)

    def _move_parts(self, other, *parts):
        """What did not suit follows its record to the person it belongs to."""
        result = super()._move_parts(other, *parts)
        self.env.cr.execute(
            SQL(
                """
                UPDATE flywheel_mismatch m SET profile_id = l.flywheel_profile_id
                  FROM crm_lead l
                 WHERE m.res_model = 'crm.lead' AND m.res_id = l.id
                   AND m.profile_id = %s AND l.flywheel_profile_id = %s
                """,
                self.id,
                other.id,
            )
        )
        self.env["flywheel.mismatch"].invalidate_model(["profile_id"], flush=False)
        return result
