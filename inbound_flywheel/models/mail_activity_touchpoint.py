# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import textwrap

from odoo import fields, models
from odoo.fields import Domain

from ..engine import phrases

# Characters of an activity in a timeline.
SUMMARY = 120


class MailActivity(models.Model):
    """Done activities are in the ledger of the people whom they were about."""

    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        # What is done a second time, or on a record that is gone, is not done.
        open_ = self.filtered(lambda a: a.active and a.res_model and a.res_id)
        people = open_._flywheel_get_people()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if people:
            self.browse(people)._flywheel_note_done(people, feedback)
        return result

    def _flywheel_get_people(self):
        """Return {activity id: person id} of the activities that count, each model's
        records read in one go."""
        codes = self.env["mail.activity.type"]._get_flywheel_codes()
        models_ = self.env["flywheel.profile.mixin"]._get_concrete_names()
        counted = self.filtered(
            lambda a: a.activity_type_id.id in codes and a.res_model in models_
        )
        found = {}
        for model, group in counted.grouped("res_model").items():
            # sudo: whose record it is, whoever did the activity
            records = self.env[model].sudo().browse(group.mapped("res_id")).exists()
            people = {record.id: record.flywheel_profile_id.id for record in records}
            for activity in group:
                if person_id := people.get(activity.res_id):
                    found[activity.id] = person_id
        return found

    def _flywheel_note_done(self, people, feedback):
        """Put done activities into the ledger.

        :param people: {activity id: person id}
        :param feedback: what whoever did them says of it
        """
        codes = self.env["mail.activity.type"]._get_flywheel_codes()
        # sudo: the ledger is written by what happens
        done = self.sudo()
        met = done.filtered(
            lambda a: a.calendar_event_id and codes[a.activity_type_id.id] == "meeting"
        )
        # A meeting of the calendar counts for those who were there, and once.
        told = met.calendar_event_id._flywheel_note_held(feedback)
        done -= met.filtered(lambda a: a.calendar_event_id.id in told)
        done -= done._flywheel_find_sent(people)
        self.env["flywheel.touchpoint"]._record(
            [
                {
                    "type": codes[activity.activity_type_id.id],
                    "profile_id": people[activity.id],
                    "external_key": f"mail.activity:{activity.id}",
                    "summary": activity._flywheel_summarize(feedback),
                    "res_model": activity.res_model,
                    "res_id": activity.res_id,
                    "user_id": self.env.uid,
                }
                for activity in done
            ]
        )

    def _flywheel_find_sent(self, people):
        """Return the activities to write a mail whose mail is in the ledger: sent
        from the record since the activity was planned."""
        mails = self.filtered(
            lambda a: a.activity_type_id.flywheel_touchpoint_type_id.code == "mail_out"
        )
        if not mails:
            return mails
        Touchpoint = self.env["flywheel.touchpoint"].sudo()
        lines = Touchpoint.search_fetch(
            Domain("type_id.code", "=", "mail_out")
            & Domain("profile_id", "in", [people[mail.id] for mail in mails])
            & Domain("date", ">=", min(mails.mapped("create_date"))),
            ["profile_id", "res_model", "res_id", "date"],
        )
        sent = {}
        for line in lines:
            key = (line.profile_id.id, line.res_model, line.res_id)
            sent[key] = max(line.date, sent.get(key, line.date))
        moment = fields.Datetime.to_datetime
        return mails.filtered(
            lambda a: moment(a.create_date).replace(microsecond=0)
            <= sent.get((people[a.id], a.res_model, a.res_id), moment("1970-01-01"))
        )

    def _flywheel_summarize(self, feedback):
        """Return an activity in a few words: what came of it, or else what it was."""
        self.ensure_one()
        words = " ".join((feedback or "").split())
        title = self.summary or self.activity_type_id.name or ""
        if words and self.summary:
            words = f"{title}: {words}"
        note = " ".join(phrases.plain(self.note).split())
        return textwrap.shorten(words or title or note, SUMMARY, placeholder="…")
