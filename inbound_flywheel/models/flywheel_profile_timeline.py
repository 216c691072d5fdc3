# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

# Touchpoints of a page, and the most that a caller may ask for.
PAGE, MOST = 20, 100
# A text may be found in summaries that the reader may not see: so many touchpoints are
# looked at in one go, and so often, before the reader is asked whether to go on.
BATCH, ATTEMPTS = 200, 10
# Filters that say something about the type of a touchpoint.
TYPE_FILTERS = ("team", "direction", "channel_id", "kind")


class Cursor(NamedTuple):
    """The last touchpoint of a page."""

    date: datetime
    id: int


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    @api.readonly
    def get_timeline(self, cursor=None, filters=None, limit=PAGE):
        """Return what happened between the person and all teams, newest first.

        Pages are asked for by cursor: lines that come in meanwhile neither shift nor
        repeat what follows. Dates are UTC.

        :param cursor: ``next`` of the page before; None for the first page
        :param filters: dict with any of ``team``, ``direction`` (codes),
            ``channel_id``, ``kind`` (``human`` or ``digital``), ``text`` and, for
            companies, ``people`` (False leaves their people out); without a person,
            ``company``: id of the contact whose people's touchpoints are wanted
        :param limit: touchpoints of a page, 100 at most
        :return: dict with ``lines``, ``next`` (a cursor, False on the last page);
            on the first page also ``teams`` and ``channels`` with their number of
            touchpoints, ``total``, ``is_company`` and ``can_log``.
            A line is a touchpoint or, with a ``mark``, a change of the person itself.
            One whose record the reader may not see is ``hidden``: it has neither
            summary nor link
        :raise AccessError: the caller may not read this person
        :raise ValidationError: the cursor is none
        """
        filters = {
            name: value for name, value in (filters or {}).items() if value != ""
        }
        after = self._parse_timeline_cursor(cursor)
        limit = min(max(int(limit), 1), MOST)
        company = self._get_timeline_company(filters)
        people = self._get_timeline_people(company, filters)
        types = self.env["flywheel.touchpoint.type"]._get_timeline_types()
        entries, following = people._get_timeline_entries(types, filters, after, limit)
        answer = {
            "lines": [line for *_key, line in entries],
            "next": [following.date.isoformat(), following.id] if following else False,
        }
        if not after:
            answer.update(people._count_timeline(types, filters))
            answer["is_company"] = bool(self and company)
            Touchpoint = self.env["flywheel.touchpoint"]
            answer["can_log"] = bool(self) and Touchpoint.has_access("create")
        return answer

    @api.model
    def _parse_timeline_cursor(self, cursor):
        if not cursor:
            return None
        try:
            date, line_id = cursor
            return Cursor(datetime.fromisoformat(date), int(line_id))
        except (TypeError, ValueError) as error:
            raise ValidationError(
                self.env._("%(cursor)s is no place in a timeline.", cursor=cursor)
            ) from error

    def _get_timeline_company(self, filters):
        """Return the contact of the company whose timeline it is; empty for a person.

        :raise AccessError: the caller may read neither the person nor the company
        """
        if self:
            self.ensure_one()
            self.check_access("read")
            return self.partner_id.filtered("is_company")
        self.check_access("read")
        company = self.env["res.partner"].browse(filters.get("company") or ())
        company.check_access("read")
        return company

    def _get_timeline_people(self, company, filters):
        """Return whose touchpoints are shown: a company's are those of its people."""
        if not company or not filters.get("people", True):
            return self
        return self | self.search(
            [("partner_id.commercial_partner_id", "=", company.id)]
        )

    @api.model
    def _filter_timeline_types(self, types, filters):
        """Return the ids of the types that filters leave, None for all of them."""
        conditions = [
            (name, filters[name]) for name in TYPE_FILTERS if filters.get(name)
        ]
        if not conditions:
            return None
        return [
            type_id
            for type_id, values in types.items()
            if all(values[name] == value for name, value in conditions)
        ]

    # ------------------------------------------------------------------
    # A page
    # ------------------------------------------------------------------
    def _get_timeline_entries(self, types, filters, after, limit):
        """Return a page: touchpoints, and what changed about these people between
        them.

        :return: (list of (date, rank, id, line), newest first; cursor or None)
        """
        touchpoints, sources, following = self._get_timeline_page(
            self._filter_timeline_types(types, filters),
            filters.get("text"),
            after,
            limit,
        )
        lines = self._describe_timeline(touchpoints, types, sources)
        entries = [
            (touchpoint.date, 0, touchpoint.id, line)
            for touchpoint, line in zip(touchpoints, lines, strict=True)
        ]
        if not filters.get("text") and not any(map(filters.get, TYPE_FILTERS)):
            entries += self._get_timeline_marks(
                following and following.date, after and after.date
            )
        # A change that a touchpoint caused has its date, and came after it.
        entries.sort(key=lambda entry: entry[:3], reverse=True)
        return entries, following

    def _get_timeline_page(self, type_ids, text, after, limit):
        """Return a page of touchpoints.

        :param type_ids: only of these types; None for all
        :param text: only those that say so
        :return: (touchpoints, {id: whether the reader may only know that it happened,
            or else whether its record is gone}, cursor of the next page or None)
        """
        Touchpoint = self.env["flywheel.touchpoint"]
        conditions = []
        if type_ids is not None:
            conditions.append(Domain("type_id", "in", type_ids))
        named = set()
        if text:
            named = set(
                self.env["flywheel.touchpoint.type"]
                .with_context(active_test=False)
                .search([("name", "ilike", text)])
                .ids
            )
            # sudo: what may not be seen is left out below
            told = Touchpoint.sudo()._search(
                [("profile_id", "in", self.ids), ("content", "ilike", text)]
            )
            conditions.append(
                Domain("id", "in", told) | Domain("type_id", "in", list(named))
            )
        page, sources = Touchpoint, {}
        batch = BATCH if text else limit + 1
        for _attempt in range(ATTEMPTS if text else 1):
            found = self._query_timeline(Domain.AND(conditions), after, batch)
            sources.update(found._check_timeline_sources())
            # Whoever may not read a summary must not find it by its words either.
            page += found.filtered(
                lambda line: not text
                or sources[line.id] != "hidden"
                or line.type_id.id in named
            )
            complete = len(found) < batch
            if complete or len(page) > limit:
                break
            after = Cursor(found[-1].date, found[-1].id)
        if len(page) > limit:
            page = page[:limit]
            return page, sources, Cursor(page[-1].date, page[-1].id)
        return page, sources, None if complete else after

    def _query_timeline(self, domain, after, limit):
        """Return the latest touchpoints of these people, after a cursor.

        Each person's are read from the index of time lines in their order, and no more
        than a page: what a company's people did costs a look at each of them.
        """
        Touchpoint = self.env["flywheel.touchpoint"]
        query = Touchpoint._search(domain, order="date DESC, id DESC", limit=limit)
        date, line_id, person_id = (
            SQL.identifier(query.table, name) for name in ("date", "id", "profile_id")
        )
        query.add_where(SQL("%s = person.id", person_id))
        if after:
            query.add_where(SQL("(%s, %s) < (%s, %s)", date, line_id, *after))
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id
                  FROM unnest(%(people)s::int[]) person (id),
                       LATERAL (%(lines)s) line (id, date)
              ORDER BY line.date DESC, line.id DESC
                 LIMIT %(limit)s
                """,
                people=self.ids,
                lines=query.select(line_id, date),
                limit=limit,
            )
        )
        return Touchpoint.browse(row[0] for row in rows)

    def _describe_timeline(self, touchpoints, types, sources):
        """Return touchpoints as lines of :meth:`get_timeline`."""
        several = len(self) > 1
        lines = []
        for touchpoint in touchpoints:
            source = sources[touchpoint.id]
            hidden = source == "hidden"
            line = {
                **types[touchpoint.type_id.id],
                "id": touchpoint.id,
                "mark": False,
                "date": fields.Datetime.to_string(touchpoint.date),
                "hidden": hidden,
                # sudo: the sources were checked for the whole page
                "summary": "" if hidden else touchpoint.sudo().content or "",
                "value": 0.0 if hidden else touchpoint.value,
                # sudo: a colleague's name, also one of another company
                "who": touchpoint.sudo().user_id.name or "",
                "points": touchpoint.points,
                "quarantined": touchpoint.state == "quarantined",
                "reason": touchpoint.quarantine_reason or "",
                "person": touchpoint.profile_id.display_name if several else "",
                "res_model": touchpoint.res_model if source == "open" else False,
                "res_id": touchpoint.res_id if source == "open" else False,
            }
            lines.append(line)
        return lines

    # ------------------------------------------------------------------
    # What changed about the person
    # ------------------------------------------------------------------
    def _get_timeline_marks(self, since, until):
        """Return changes of these people, to be shown between their touchpoints.

        Others may add theirs.

        :param since: the first moment, None for ever
        :param until: the first moment that is too late, None for now
        :return: list of (date, 1, id, dict with ``mark``, ``date``, ``text``, ``why``,
            ``who``, ``person``)
        """
        domain = Domain("profile_id", "in", self.ids)
        if since:
            domain &= Domain("date_from", ">=", since)
        if until:
            domain &= Domain("date_from", "<", until)
        Interval = self.env["flywheel.stage.interval"]
        tracks = dict(Interval._fields["track"]._description_selection(self.env))
        sources = dict(Interval._fields["source"]._description_selection(self.env))
        return [
            (
                interval.date_from,
                1,
                interval.id,
                {
                    "id": f"stage{interval.id}",
                    "mark": "stage",
                    "date": fields.Datetime.to_string(interval.date_from),
                    "text": f"{tracks[interval.track]}: {interval.stage_id.name}",
                    "why": interval.rule_id.name or sources[interval.source],
                    # sudo: a colleague's name, also one of another company
                    "who": interval.sudo().user_id.name or "",
                    "person": interval.profile_id.display_name if len(self) > 1 else "",
                },
            )
            for interval in Interval.search(domain)
        ]

    # ------------------------------------------------------------------
    # How much there is
    # ------------------------------------------------------------------
    def _count_timeline(self, types, filters):
        """Return how many touchpoints each team and channel has, as far as the other
        filters leave them; what a text leaves is not counted."""
        groups = self.env["flywheel.touchpoint"]._read_group(
            [("profile_id", "in", self.ids)], ["type_id"], ["__count"]
        )
        counts = {"team": defaultdict(int), "channel_id": defaultdict(int)}
        total = 0
        for kind, count in groups:
            values = types[kind.id]
            total += count
            for name, found in counts.items():
                others = (n for n in TYPE_FILTERS if n != name and filters.get(n))
                if all(values[other] == filters[other] for other in others):
                    found[values[name]] += count
        channels = {
            values["channel_id"]: (values["channel"], values["icon"])
            for values in types.values()
        }
        return {
            "total": total,
            "teams": counts["team"],
            "channels": [
                {"id": channel_id, "name": name, "icon": icon, "count": count}
                for channel_id, (name, icon) in channels.items()
                if (count := counts["channel_id"].get(channel_id))
            ],
        }
