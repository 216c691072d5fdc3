# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

import pytz
from babel.dates import format_datetime, format_skeleton, get_day_names

from odoo import api, fields, models
from odoo.tools import email_normalize
from odoo.tools.misc import babel_locale_parse

from ..engine.opening import clock, group_days, join_hours, zone_name

# How far ahead to look for the next opening: over the longest run of holidays.
AHEAD = timedelta(days=14)
ARTICLES = 3
# A shorter pause, over lunch, is not worth a word.
PAUSE = timedelta(hours=2)


class HelpdeskTicketMail(models.Model):
    """What mails to customers say, in their language and their time."""

    _inherit = "helpdesk.ticket"

    def _flywheel_mail_address(self):
        """Where mails go: to whom wrote, not to the contact's file."""
        return self.sender_email or email_normalize(self.partner_id.email or "")

    def _flywheel_keeps_silent(self):
        """Whether only people write to the customer of this case."""
        return self.restricted and not self.team_id.flywheel_mail_restricted

    def _flywheel_promised_until(self):
        """Until when the customer can count on an answer; False if nobody knows."""
        moment = self._flywheel_expected()
        return moment if moment and moment > fields.Datetime.now() else False

    # ------------------------------------------------------------------
    # Time
    # ------------------------------------------------------------------
    def _flywheel_customer_tz(self):
        """Time zone in which to tell the customer the time, and whether it is his."""
        own = self.partner_id.tz
        name = own or self._flywheel_calendar().tz or self.company_id.partner_id.tz
        return pytz.timezone(name or "UTC"), bool(own)

    def _flywheel_when(self, moment):
        """A moment as people say it: "tomorrow 10:00", "Monday 10:00", "Mon, Dec 7
        10:00".

        Full quarters of an hour, the later one: a promise to the minute is none.

        :param moment: naive, UTC
        """
        zone, own = self._flywheel_customer_tz()
        late = timedelta(seconds=-moment.timestamp() % 900)
        there = pytz.utc.localize(moment + late).astimezone(zone)
        today = pytz.utc.localize(fields.Datetime.now()).astimezone(zone).date()
        locale = babel_locale_parse(self.env.lang or "en_US")
        values = {
            "time": there.strftime("%H:%M"),
            "day": self._flywheel_day(there, locale),
            "zone": "" if own else f" ({zone_name(there.utcoffset())})",
        }
        days = (there.date() - today).days
        if days == 0:
            return self.env._("today %(time)s%(zone)s", **values)
        if days == 1:
            return self.env._("tomorrow %(time)s%(zone)s", **values)
        if 1 < days < 7:
            values["day"] = format_datetime(
                there.replace(tzinfo=None), "EEEE", locale=locale
            )
        return self.env._("%(day)s %(time)s%(zone)s", **values)

    @api.model
    def _flywheel_day(self, moment, locale):
        return format_skeleton("MMMEd", moment.replace(tzinfo=None), locale=locale)

    def _flywheel_opening(self):
        """Whether somebody is there now, and from when.

        :return: (open now, naive UTC moment of the opening or None); (True, None) where
            no hours are known
        """
        calendar = self._flywheel_calendar()
        if not calendar or calendar.flexible_hours:
            return True, None
        now = fields.Datetime.now()
        # Many mails of one transaction ask the same.
        cache = self.env.cr.cache.setdefault(f"{self._name}.opening", {})
        if (calendar.id, now) not in cache:
            cache[calendar.id, now] = self._flywheel_next_opening(calendar, now)
        return cache[calendar.id, now]

    @api.model
    def _flywheel_next_opening(self, calendar, now):
        now = pytz.utc.localize(now)
        intervals = calendar._work_intervals_batch(now, now + AHEAD)[False]
        first = next(iter(intervals), None)
        if not first:
            return False, None
        start = first[0].astimezone(pytz.utc)
        return start <= now, start.replace(tzinfo=None)

    # ------------------------------------------------------------------
    # Sentences
    # ------------------------------------------------------------------
    def _flywheel_promise_words(self):
        """The sentence that promises an answer, or "" where nobody can."""
        moment = self._flywheel_promised_until()
        if not moment:
            return ""
        return self.env._(
            "You will hear from us by %(when)s.", when=self._flywheel_when(moment)
        )

    def _flywheel_closed_words(self):
        """The sentence for mails at night, on weekends and holidays; "" at work."""
        is_open, start = self._flywheel_opening()
        if is_open or start and start - fields.Datetime.now() <= PAUSE:
            return ""
        if not start:
            return self.env._("We are closed at the moment.")
        return self.env._(
            "We are closed at the moment and back %(when)s.",
            when=self._flywheel_when(start),
        )

    def _flywheel_hours_words(self):
        """Our hours, "Monday to Friday 08:00–12:00, 13:00–17:00", or ""."""
        calendar = self._flywheel_calendar()
        if not calendar or calendar.flexible_hours or calendar.two_weeks_calendar:
            return ""
        names = get_day_names("wide", locale=babel_locale_parse(self.env.lang))
        hours = join_hours(
            (int(line.dayofweek), line.hour_from, line.hour_to)
            for line in calendar.attendance_ids
            if not line.display_type and line.day_period != "lunch"
        )
        parts = []
        for first, last, spans in group_days(hours):
            values = {
                "first": names[first],
                "last": names[last],
                "hours": ", ".join(f"{clock(a)}–{clock(b)}" for a, b in spans),
            }
            if first == last:
                parts.append(self.env._("%(first)s %(hours)s", **values))
            else:
                parts.append(self.env._("%(first)s to %(last)s %(hours)s", **values))
        return "; ".join(parts)

    def _flywheel_known_words(self):
        """The sentence for people whom we know, or ""."""
        if not self.partner_id:
            return ""
        return self.env._(
            "Your details and your earlier messages are in front of the colleague who "
            "answers you: you need not repeat anything."
        )

    def _flywheel_help_articles(self):
        """Up to three published articles that may help: list of (title, url)."""
        return self.env["flywheel.help"]._articles_for(self, ARTICLES)

    def _flywheel_portal_link(self):
        """Address of the case in the portal, "" for people who cannot enter it."""
        user = self.partner_id.user_ids.filtered("active")[:1]
        own = email_normalize(user.email or "") == self._flywheel_mail_address()
        if not user or not own:
            return ""
        return f"{self.get_base_url()}{self.access_url}"

    def _flywheel_greeting(self):
        """ "Hello Carl Customer," or, for nameless people, "Hello,"."""
        name = self.partner_name or self.partner_id.name or ""
        if not name or "@" in name:
            return self.env._("Hello,")
        return self.env._("Hello %(name)s,", name=name)
