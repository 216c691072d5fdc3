# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, ValidationError
from odoo.tools import SQL

from ..engine.busy import unlogged_conflicts
from ..engine.items import UTM, ItemError, parse_item, shorten
from .flywheel_touchpoint import COLUMNS

# Lines of one statement; keeps memory flat, whatever a client sends in one call.
CHUNK = 10_000


class FlywheelTouchpoint(models.Model):
    _inherit = "flywheel.touchpoint"

    @api.model
    def ingest(self, items):
        """Take touchpoints from an outside system, idempotently.

        A bad item never takes a good one with it. Sending the same
        ``external_key`` of the same type again changes nothing.

        :param items: list of dicts:

            * ``type``: code of a touchpoint type, such as ``call_in``
            * ``date``: ``YYYY-MM-DD HH:MM:SS``, UTC
            * exactly one of ``partner_id``, ``lead_id``, ``email``, ``phone``,
              ``external_id`` (the person's id in your system); an address that is
              not known yet makes a new person
            * optional: ``external_key`` (the event's id in your system, unique per
              type), ``value`` (number), ``summary`` (text, cut at 1,000
              characters), ``res_model`` and ``res_id`` (a record in Odoo),
              ``utm_source``, ``utm_medium``, ``utm_campaign`` (names)

        :return: ``{"created": n, "duplicates": n, "quarantined": n, "errors":
            [{"index": i, "error": text}]}``. Quarantined touchpoints are created
            ones that look machine-made.
        :raise AccessError: the caller may not add touchpoints
        :raise ValidationError: ``items`` is not a list
        """
        self.check_access("create")
        # Under sudo nobody asks any more whether they are the caller's own.
        _own_companies = self.env.companies
        if not isinstance(items, list | tuple):
            raise ValidationError(self.env._("A list of touchpoints is needed."))
        return self._ingest(items)

    @api.model
    def _ingest(self, items):
        result = {"created": 0, "duplicates": 0, "quarantined": 0, "errors": []}
        for start in range(0, len(items), CHUNK):
            self._ingest_chunk(items[start : start + CHUNK], start, result)
        result["errors"].sort(key=lambda error: error["index"])
        return result

    @api.model
    def _ingest_chunk(self, items, start, result):
        """Take some of the items of a call.

        :param start: place of the first one in the call
        :param result: the answer, to which it adds
        :return: the touchpoints that are new
        """
        cleaned = self._parse_items(items, start, result["errors"])
        cleaned = self._check_references(cleaned, result["errors"])
        # sudo: rights are checked; from here on it is the flow that writes
        self = self.sudo()
        profile_ids = self._resolve_people([item for _index, item in cleaned])
        utm = self._resolve_utm([item for _index, item in cleaned])
        type_ids = self.env["flywheel.touchpoint.type"]._get_ids_by_code()
        rows = []
        for (index, item), profile_id in zip(cleaned, profile_ids, strict=True):
            if not profile_id:
                text = self.env._("This person asked to be forgotten.")
                result["errors"].append({"index": index, "error": text})
                continue
            row = {name: item[name] for name in COLUMNS if name in item}
            row.update(profile_id=profile_id, type_id=type_ids[item["type"]])
            row.update(
                (f"{kind}_id", utm[kind, item[name]])
                for name, kind in UTM.items()
                if item.get(name)
            )
            row["index"] = index
            rows.append(row)
        touchpoints = self._append(rows)
        foreign = self._find_foreign_keys(rows, len(touchpoints))
        result["errors"] += foreign
        result["created"] += len(touchpoints)
        result["duplicates"] += len(rows) - len(touchpoints) - len(foreign)
        result["quarantined"] += touchpoints._count_quarantined()
        return touchpoints

    def _count_quarantined(self):
        if not self.env["flywheel.touchpoint.type"]._get_guarded_ids():
            return 0
        return self.search_count(
            [("id", "in", self.ids), ("state", "=", "quarantined")]
        )

    @api.model
    def _parse_items(self, items, start, errors):
        """Return [(index, clean item)]; what cannot be used goes to ``errors``."""
        codes = self.env["flywheel.touchpoint.type"]._get_ids_by_code()
        identities = self.env["flywheel.identity"]
        now = fields.Datetime.now()
        known = {}
        cleaned = []
        for index, item in enumerate(items, start):
            try:
                clean = parse_item(item, codes, now)
            except ItemError as error:
                errors.append({"index": index, "error": self.env._(error.args[0])})
                continue
            kind, raw = clean.pop("kind"), clean.pop("identity")
            if kind in ("email", "phone"):
                if (kind, raw) not in known:
                    known[kind, raw] = identities._normalize(kind, raw)
                if not known[kind, raw]:
                    text = self.env._(
                        "%(kind)s: %(value)s is not an address",
                        kind=kind,
                        value=shorten(raw),
                    )
                    errors.append({"index": index, "error": text})
                    continue
                raw = known[kind, raw]
            clean[kind] = raw
            cleaned.append((index, clean))
        return cleaned

    @api.model
    def _check_references(self, cleaned, errors):
        """Drop items that name records which the caller may not read."""
        readable = {}
        for name, model in (("partner_id", "res.partner"), ("lead_id", "crm.lead")):
            ids = {item[name] for _index, item in cleaned if name in item}
            Model = self.env[model].with_context(active_test=False)
            if ids and Model.has_access("read"):
                readable[name] = set(Model.search([("id", "in", list(ids))]).ids)
        readable.update(self._find_sources(item for _index, item in cleaned))
        kept = []
        for index, item in cleaned:
            text = self._get_reference_error(item, readable)
            if text:
                errors.append({"index": index, "error": text})
            else:
                kept.append((index, item))
        return kept

    @api.model
    def _find_sources(self, items):
        """Return {model: ids} of the records named as sources that may be read."""
        named = {}
        for item in items:
            if item.get("res_model"):
                named.setdefault(item["res_model"], set()).add(item["res_id"])
        found = {}
        for model, ids in named.items():
            if model not in self.env or self.env[model]._abstract:
                continue
            Model = self.env[model].with_context(active_test=False)
            if Model.has_access("read"):
                found[model] = set(Model.search([("id", "in", list(ids))]).ids)
        return found

    @api.model
    def _get_reference_error(self, item, readable):
        for name in ("partner_id", "lead_id"):
            if name in item and item[name] not in readable.get(name, ()):
                return self.env._(
                    "%(name)s: %(value)s does not exist, or is not yours to read",
                    name=name,
                    value=item[name],
                )
        model = item.get("res_model")
        if model and (model not in self.env or self.env[model]._abstract):
            return self.env._(
                "res_model: %(value)s is not a model", value=shorten(model)
            )
        if model and item["res_id"] not in readable.get(model, ()):
            return self.env._(
                "%(name)s: %(value)s does not exist, or is not yours to read",
                name="res_id",
                value=item["res_id"],
            )
        if "lead_id" in item and not model:
            item.update(res_model="crm.lead", res_id=item["lead_id"])
        return None

    @api.model
    def _resolve_utm(self, items):
        """Return {(kind, name): id} of the sources, mediums and campaigns named."""
        ids = {}
        for name, kind in UTM.items():
            wanted = {item[name] for item in items if item.get(name)}
            if not wanted:
                continue
            Model = self.env[f"utm.{kind}"].with_context(active_test=False)
            found = {record.name.lower(): record.id for record in Model.search([])}
            # Not by core's own find-or-create: there a name is a search pattern.
            for text in sorted(wanted):
                key = text.strip().lower()
                if key not in found:
                    found[key] = self._create_utm(Model, text.strip())
                ids[kind, text] = found[key]
        return ids

    @api.model
    def _create_utm(self, Model, name):
        """Make a source, medium or campaign; return its id.

        :raise ConcurrencyError: another call has just made it; begun anew, this one
            finds it
        """
        auto = {"is_auto_campaign": True} if Model._name == "utm.campaign" else {}
        try:
            with unlogged_conflicts(UniqueViolation), self.env.cr.savepoint():
                return Model.create({"name": name, **auto}).id
        except UniqueViolation as error:
            raise ConcurrencyError(name) from error

    @api.model
    def _find_foreign_keys(self, rows, created):
        """Return errors for keys that are in the ledger, but for somebody else.

        Such a line is not a repetition: its sender uses one key twice.
        """
        if created == len(rows):
            return []
        keyed = [row for row in rows if row.get("external_key")]
        holders = self.env.execute_query(
            SQL(
                """
                SELECT t.type_id, t.external_key, t.profile_id
                  FROM unnest(%s::int[], %s::text[]) w (type_id, external_key)
                  JOIN flywheel_touchpoint t USING (type_id, external_key)
                """,
                [row["type_id"] for row in keyed],
                [row["external_key"] for row in keyed],
            )
        )
        holder = {(type_id, key): profile for type_id, key, profile in holders}
        return [
            {
                "index": row["index"],
                "error": self.env._(
                    "external_key: %(value)s was used for another person",
                    value=shorten(row["external_key"]),
                ),
            }
            for row in keyed
            if holder.get((row["type_id"], row["external_key"])) != row["profile_id"]
        ]
