# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, models
from odoo.tools import format_date

from .flywheel_handover import OPEN
from .flywheel_profile_note import TOP

# Where a transaction keeps whose leads have changed hands.
QUEUE = "inbound_flywheel.takeovers"


class CrmLead(models.Model):
    """Whoever takes over a lead gets a note: nobody starts over."""

    _inherit = "crm.lead"

    def write(self, vals):
        if not vals.get("user_id"):
            return super().write(vals)
        earlier = {
            lead.id: lead.user_id.id
            for lead in self
            if lead.user_id and lead.user_id.id != vals["user_id"]
        }
        result = super().write(vals)
        if earlier:
            self._await_notes(earlier)
        return result

    @api.model
    def _await_notes(self, earlier):
        """Have notes written once the transaction is through: nobody waits for them,
        and what is undone leaves none.

        :param earlier: {lead id: id of the salesperson before}
        """
        postcommit = self.env.cr.postcommit
        if QUEUE not in postcommit.data:
            postcommit.data[QUEUE] = {}
            postcommit.add(self._note_after_commit)
        postcommit.data[QUEUE] = {**earlier, **postcommit.data[QUEUE]}

    @api.model
    def _note_after_commit(self):
        with self.env.registry.cursor() as cr:
            self.with_env(self.env(cr=cr))._write_awaited_notes(
                self.env.cr.postcommit.data.pop(QUEUE, {})
            )

    @api.model
    def _write_awaited_notes(self, awaited):
        """Log the notes of leads that have other salespeople now.

        :param awaited: {lead id: id of the salesperson before}
        """
        # sudo: the colleague gets the note, whoever hands over
        leads = self.sudo().browse(awaited).exists()
        leads.filtered(
            lambda lead: lead.user_id and lead.user_id.id != awaited[lead.id]
        )._post_takeover_notes()

    def _post_takeover_notes(self):
        """Log a note for the salespeople of these leads, each in their language."""
        leads = self._skip_noted()
        bodies = {}
        for user, group in leads.grouped("user_id").items():
            localized = group.with_context(lang=user.lang or self.env.lang)
            facts = localized.flywheel_profile_id._read_note_facts(user)
            promises = localized._read_promises()
            for lead in localized:
                title = lead.env._("Taken over by %(user)s", user=lead.user_id.name)
                bodies[lead.id] = Markup("<p><b>%s</b></p>%s") % (
                    title,
                    lead.flywheel_profile_id._render_note(
                        facts, promises=promises.get(lead.id, ())
                    ),
                )
        if bodies:
            leads._message_log_batch(bodies=bodies)

    def _skip_noted(self):
        """Return the leads whose new salesperson has no note yet."""
        leads = self.filtered("flywheel_profile_id")
        if not leads:
            return leads
        handovers = self.env["flywheel.handover"].search(
            [("lead_id", "in", leads.ids), ("state", "in", OPEN)]
        )
        return (
            leads
            - handovers.filtered(
                lambda h: h.note and h.user_id == h.lead_id.user_id
            ).lead_id
        )

    def _read_promises(self):
        """Return {lead id: [text]}: the next planned activities of leads."""
        promises = {}
        if not self:
            return promises
        activities = self.env["mail.activity"].search_fetch(
            [("res_model", "=", "crm.lead"), ("res_id", "in", self.ids)],
            ["res_id", "date_deadline", "summary", "activity_type_id"],
            order="date_deadline, id",
        )
        for activity in activities:
            planned = promises.setdefault(activity.res_id, [])
            if len(planned) < TOP:
                parts = (
                    format_date(self.env, activity.date_deadline),
                    activity.activity_type_id.name,
                    activity.summary,
                )
                planned.append(", ".join(part for part in parts if part))
        return promises
