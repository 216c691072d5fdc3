# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import UTC, datetime

from babel import Locale, UnknownLocaleError

from odoo import api, models
from odoo.tools import format_datetime

from ..words import DROPPED, EXCLUSIONS


class FlywheelCaseTrace(models.Model):
    """How an assignment is put into words."""

    _inherit = "flywheel.case.trace"

    @api.model
    def _line_by_hand(self, ticket, code, **values):
        """Values of a line on what the current user did about the agent of a case."""
        line = self._line(ticket, "assign", code, **values)
        return {**line, "user_id": self.env.uid}

    def _in_words(self, value):
        if isinstance(value, dict) and "exclusion" in value:
            return self._put_exclusion(*value["exclusion"])
        return super()._in_words(value)

    def _detail(self, values):
        parts = [super()._detail(values)]
        if values.get("others"):
            parts.append(self.env._("%(count)s others could", count=values["others"]))
        if values.get("familiar"):
            name, number, code, arg = values["familiar"]
            parts.append(
                self.env._(
                    "%(user)s knows the customer from case %(case)s, but: %(why)s",
                    user=name,
                    case=number,
                    why=self._put_exclusion(code, arg),
                )
            )
        if values.get("dropped"):
            demands = ", ".join(
                self._put_dropped(kind, what, why, values)
                for kind, what, why in values["dropped"]
            )
            parts.append(self.env._("Not asked for – %(demands)s", demands=demands))
        if values.get("excluded"):
            people = ", ".join(
                f"{name} ({self._put_exclusion(code, arg)})"
                for name, code, arg in values["excluded"]
            )
            parts.append(self.env._("Could not – %(people)s", people=people))
        if values.get("more"):
            parts.append(self.env._("%(count)s more could not", count=values["more"]))
        if values.get("fair"):
            parts.append(
                self.env._(
                    "Waited more than %(hours)s working hours and so went first",
                    hours=f"{values['fair']:g}",
                )
            )
        # One matter a line.
        return "\n".join(part for part in parts if part)

    @api.model
    def _put_exclusion(self, code, arg=None):
        """Return in words why somebody could not take a case.

        :param code: key of ``EXCLUSIONS``
        :param arg: time stamp of the end, [load, capacity], names of skills, or the
            code of a language
        """
        if code in ("out_of_office", "outside"):
            if not arg:
                return self.env._(EXCLUSIONS[code])
            end = datetime.fromtimestamp(arg, UTC).replace(tzinfo=None)
            code, arg = (
                f"{code}_until",
                format_datetime(self.env, end, dt_format="short"),
            )
        elif code == "full":
            load, capacity = arg
            arg = self.env._(
                "%(load)s of %(capacity)s", load=f"{load:g}", capacity=f"{capacity:g}"
            )
        elif code in ("skill", "lang"):
            arg = self._put(code, arg)
        template = self.env._(EXCLUSIONS[code])
        return template % {"arg": arg}

    def _put_dropped(self, kind, what, why, values):
        template = self.env._(DROPPED[why])
        return template % {"what": self._put(kind, what), **values}

    @api.model
    def _put(self, kind, what):
        """Return a demand in words: names of skills, or a language in its own name."""
        if kind == "skill":
            return ", ".join(what) if isinstance(what, list) else what
        try:
            return Locale(what).get_language_name(what)
        except UnknownLocaleError:
            return what
