# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import textwrap

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, sql

from ..engine.busy import gives_way

# Meetings that the scheduled action notes per commit.
BATCH = 500
SUMMARY = 120
# What changes when a meeting is put off.
MOVING = {"start", "stop", "start_date", "stop_date", "active"}


class CalendarEvent(models.Model):
    """Meetings that have taken place are in the ledger of the people who were there.

    A meeting that is cancelled, deleted or moved before it was due leaves nothing;
    what is deleted afterwards stays in the ledger.
    """

    _inherit = "calendar.event"

    flywheel_noted = fields.Boolean(
        copy=False,
        readonly=True,
        groups="base.group_system",
        help="It has taken place, and the ledger knows.",
    )

    _flywheel_due_idx = models.Index(
        "(stop) WHERE active AND flywheel_noted IS NOT TRUE"
    )

    def _auto_init(self):
        # What is past when the flywheel comes is past, in one statement.
        if not sql.column_exists(self.env.cr, self._table, "flywheel_noted"):
            sql.create_column(self.env.cr, self._table, "flywheel_noted", "bool")
            self.env.cr.execute(
                "UPDATE calendar_event SET flywheel_noted = TRUE"
                " WHERE stop < now() AT TIME ZONE 'UTC'"
            )
        return super()._auto_init()

    def write(self, vals):
        result = super().write(vals)
        if MOVING & vals.keys():
            self._flywheel_reopen()
        if "privacy" in vals:
            self._flywheel_hide_words()
        return result

    # ------------------------------------------------------------------
    # Noting
    # ------------------------------------------------------------------
    @api.model
    @gives_way
    def _cron_note_held(self):
        """Note the meetings that are over, oldest first.

        Each batch is noted and committed with its mark; others may be at work on
        other meetings meanwhile.
        """
        Cron = self.env["ir.cron"]
        due = Domain("stop", "<=", fields.Datetime.now())
        due &= Domain("flywheel_noted", "=", False)
        Cron._commit_progress(remaining=self.search_count(due))
        while events := self._flywheel_find_held(BATCH):
            events._flywheel_note_held()
            if not Cron._commit_progress(len(events)):
                break

    @api.model
    def _flywheel_find_held(self, limit):
        """Lock and return meetings that are over and not in the ledger yet."""
        self.flush_model(["stop", "active", "flywheel_noted"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM calendar_event WHERE flywheel_noted IS NOT TRUE"
                " AND active AND stop <= %s ORDER BY stop LIMIT %s"
                " FOR UPDATE SKIP LOCKED",
                fields.Datetime.now(),
                limit,
            )
        )
        return self.browse(row[0] for row in rows)

    def _flywheel_note_held(self, feedback=False):
        """Put these meetings into the ledger of the people who were there.

        :param feedback: what a colleague says came of them
        :return: ids of the meetings that are in the ledger of somebody
        """
        if not self:
            return set()
        # sudo: meetings are noted whoever may see them
        self = self.sudo()
        people = self._flywheel_get_people()
        known = self._flywheel_get_known(people)
        now = fields.Datetime.now()
        self.env["flywheel.touchpoint"]._record(
            [
                {
                    "type": "meeting",
                    "profile_id": person_id,
                    "date": min(event.start, now),
                    "external_key": f"calendar.event:{event.id}:{person_id}:"
                    f"{event.start:%Y%m%d%H%M}",
                    "summary": event._flywheel_summarize(feedback),
                    "res_model": self._name,
                    "res_id": event.id,
                    "user_id": event.user_id.id,
                }
                for event in self
                for person_id in people.get(event.id, ())
                if not event.flywheel_noted and (person_id, event.start) not in known
            ]
        )
        self._flywheel_mark(True)
        return set(people)

    def _flywheel_mark(self, noted):
        """Mark without a trace on the meeting, which did not change."""
        self.env.cr.execute(
            "UPDATE calendar_event SET flywheel_noted = %s WHERE id = ANY(%s)",
            [noted, self.ids],
        )
        self.invalidate_recordset(["flywheel_noted"], flush=False)

    def _flywheel_get_people(self):
        """Return {meeting id: ids of the people who were there}.

        These are the contacts among the attendees who did not decline. If there are
        none but colleagues, the person of the record that the meeting is about.
        """
        by_record = self._flywheel_get_record_people()
        found = {}
        for event in self:
            outside = event.attendee_ids.filtered(
                lambda a: a.partner_id.partner_share and a.partner_id
            )
            came = outside.filtered(lambda a: a.state != "declined").partner_id
            person = by_record.get(event.id)
            record = event.opportunity_id or event.partner_id.browse()
            if came:
                people = record._flywheel_find_people(came, ())
                # A lead's person who is no contact yet comes along with contacts.
                ids = set(people.ids)
            elif person and not outside:
                ids = {person}
            else:
                ids = set()
            if ids:
                found[event.id] = ids
        return found

    def _flywheel_get_record_people(self):
        """Return {meeting id: id of the person whom its record is about}."""
        models_ = self.env["flywheel.profile.mixin"]._get_concrete_names()
        wanted = {}
        for event in self:
            if event.opportunity_id:
                wanted[event.id] = ("crm.lead", event.opportunity_id.id)
            elif event.res_id and event.res_model in models_:
                wanted[event.id] = (event.res_model, event.res_id)
        people = {}
        for model in {model for model, _id in wanted.values()}:
            ids = [res_id for name, res_id in wanted.values() if name == model]
            for record in self.env[model].browse(ids).exists():
                people[model, record.id] = record.flywheel_profile_id.id
        return {
            event_id: people[key] for event_id, key in wanted.items() if people.get(key)
        }

    def _flywheel_get_known(self, people):
        """Return the (person id, start) of meetings that are in the ledger: a series
        that is changed as a whole gets new meetings for those of the past."""
        ids = {person_id for group in people.values() for person_id in group}
        lines = self.env["flywheel.touchpoint"].search_fetch(
            [
                ("type_id.code", "=", "meeting"),
                ("profile_id", "in", list(ids)),
                ("date", "in", list(set(self.mapped("start")))),
                ("res_model", "=", self._name),
                ("state", "=", "valid"),
            ],
            ["profile_id", "date"],
        )
        return {(line.profile_id.id, line.date) for line in lines}

    def _flywheel_summarize(self, feedback):
        """Return a meeting in a few words; a private one tells nothing."""
        self.ensure_one()
        if self.effective_privacy != "public":
            return self.env._("Private meeting")
        words = " ".join((feedback or "").split())
        text = f"{self.name}: {words}" if words else self.name or ""
        return textwrap.shorten(text, SUMMARY, placeholder="…")

    # ------------------------------------------------------------------
    # What changes afterwards
    # ------------------------------------------------------------------
    def _flywheel_reopen(self):
        """Take back what the ledger says of meetings that turn out to be yet to come.

        The lines stay, set aside, and a meeting counts once it has taken place.
        """
        now = fields.Datetime.now()
        # sudo: a mark and lines of the flow
        moved = self.sudo().filtered(
            lambda event: event.flywheel_noted and event.stop and event.stop > now
        )
        if not moved:
            return
        lines = moved._flywheel_get_lines()
        wrong = lines.filtered(lambda line: line.state == "valid")
        wrong.write(
            {
                "state": "quarantined",
                "quarantine_reason": self.env._("The meeting was put off"),
            }
        )
        wrong._apply()
        moved._flywheel_mark(False)

    def _flywheel_hide_words(self):
        """Let the ledger say no more of a meeting than the calendar does."""
        # sudo: as above
        for event in self.sudo().filtered("flywheel_noted"):
            if event.effective_privacy != "public":
                event._flywheel_get_lines().content = event._flywheel_summarize(False)

    def _flywheel_get_lines(self):
        return (
            self.env["flywheel.touchpoint"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        )
