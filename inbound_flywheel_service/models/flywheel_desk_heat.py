# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..engine import mail_verdict
from ..engine.coverage import covered_quarters, heat
from .helpdesk_ticket_conversation import SPOKEN

MOST_CASES = 5_000


class FlywheelDeskHeat(models.AbstractModel):
    """When customers come to us, and whether somebody is there."""

    _inherit = "flywheel.desk.dashboard"

    @api.model
    @api.readonly
    def get_heat(self, date_from=None, date_to=None, team_id=None):
        """Return contacts of customers by weekday and hour against covered hours.

        A contact is a case that came in or a customer's message on one; machines do
        not count. Hours are those of the calendar of the case's team, by which it is
        also judged whether the contact was covered; public holidays are not looked at.

        :return: dict with ``cells`` (see :func:`engine.coverage.heat`), ``days``:
            names of the weekdays, ``total``, ``uncovered``, ``most``: contacts of the
            busiest hour
        :raise ValidationError: see :meth:`get_period`
        """
        self._check_reader()
        contacts = self._contacts_query(date_from, date_to, team_id)
        rows = self.env.execute_query(
            SQL(
                "SELECT calendar_id, day, quarter, COUNT(*)::int FROM (%s) contact"
                " GROUP BY calendar_id, day, quarter",
                contacts,
            )
        )
        calendars = self._get_calendars(team_id) | {row[0] or False for row in rows}
        covers = self._get_covers(calendars)
        demand = [(calendar or False, *rest) for calendar, *rest in rows]
        cells, total, uncovered = heat(demand, covers)
        attendance = self.env["resource.calendar.attendance"]
        days = attendance._fields["dayofweek"]._description_selection(self.env)
        return {
            "cells": cells,
            "days": [name for _code, name in days],
            "total": total,
            "uncovered": uncovered,
            "most": max(cell["count"] for cell in cells),
        }

    @api.model
    def open_heat(self, day, hour, date_from=None, date_to=None, team_id=None):
        """Open the cases of an hour of the week.

        :param int day: weekday from 0 for Monday
        :param int hour: from 0 to 23
        :return: an action
        :raise ValidationError: there is no such hour; see also :meth:`get_period`
        """
        self._check_reader()
        if day not in range(7) or hour not in range(24):
            raise ValidationError(self.env._("There is no such hour of the week."))
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT ticket_id FROM (%s) contact"
                " WHERE day = %s AND quarter / 4 = %s LIMIT %s",
                self._contacts_query(date_from, date_to, team_id),
                day,
                hour,
                MOST_CASES,
            )
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Contacts from %(hour)s:00", hour=hour),
            "res_model": "helpdesk.ticket",
            "domain": [("id", "in", [row[0] for row in rows])],
            "views": [(False, "list"), (False, "form")],
        }

    @api.model
    def _contacts_query(self, date_from, date_to, team_id):
        """Return the contacts: ticket_id, calendar_id, day, quarter.

        What opened a case by mail is a message of it, too, of another subtype: it
        counts once.
        """
        first, last = self._get_period(date_from, date_to)
        cases = self._cases_query(self._get_scope(team_id), "team_id", "mail_verdict")
        return SQL(
            """
            SELECT ticket_id, calendar_id, EXTRACT(isodow FROM moment)::int - 1 AS day,
                   (EXTRACT(hour FROM moment) * 4
                    + floor(EXTRACT(minute FROM moment) / 15))::int AS quarter
              FROM (SELECT e.ticket_id, c.id AS calendar_id,
                           e.date AT TIME ZONE 'UTC'
                           AT TIME ZONE COALESCE(c.tz, %(zone)s) AS moment
                      FROM (%(events)s) e
                      JOIN (%(cases)s) t ON t.id = e.ticket_id
                      LEFT JOIN helpdesk_ticket_team team ON team.id = t.team_id
                      LEFT JOIN resource_calendar c
                             ON c.id = team.resource_calendar_id
                     WHERE COALESCE(t.mail_verdict, %(human)s) = %(human)s) m
            """,
            zone=self._zone().key,
            human=mail_verdict.HUMAN,
            cases=cases,
            events=self._events_query(
                self._to_utc(first), self._to_utc(last + timedelta(1))
            ),
        )

    @api.model
    def _events_query(self, start, stop):
        return SQL(
            """
            SELECT id AS ticket_id, create_date AS date FROM helpdesk_ticket
             WHERE create_date >= %(start)s AND create_date < %(stop)s
             UNION ALL
            SELECT m.res_id, m.date FROM mail_message m
             WHERE m.model = 'helpdesk.ticket'
               AND m.message_type IN %(spoken)s
               AND m.date >= %(start)s AND m.date < %(stop)s
               AND m.is_internal IS NOT TRUE AND m.subtype_id = %(comment)s
               AND NOT EXISTS (SELECT FROM res_users u
                                WHERE u.partner_id = m.author_id
                                  AND u.share IS NOT TRUE)
            """,
            start=start,
            stop=stop,
            spoken=SPOKEN,
            comment=self.env.ref("mail.mt_comment").id,
        )

    @api.model
    def _get_calendars(self, team_id):
        domain = [("id", "child_of", int(team_id))] if team_id else []
        teams = self.env["helpdesk.ticket.team"].search(
            [*domain, ("company_id", "in", [*self.env.companies.ids, False])]
        )
        return {team.resource_calendar_id.id for team in teams}

    @api.model
    def _get_covers(self, calendar_ids):
        """Return the covered hours of calendars; of none: all."""
        # sudo: resource.calendar - the working hours of the reader's own teams
        calendars = (
            self.env["resource.calendar"].sudo().browse(filter(None, calendar_ids))
        )
        covers = {
            calendar.id: covered_quarters(
                (int(line.dayofweek), line.hour_from, line.hour_to)
                for line in calendar.attendance_ids
                if line.day_period != "lunch"
            )
            for calendar in calendars
        }
        return {key: covers.get(key) for key in calendar_ids}
