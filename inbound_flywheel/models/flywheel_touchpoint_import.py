# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from datetime import date, datetime

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..engine.items import shorten

# Columns that this import reads by itself, and the key of an item that each fills.
COLUMNS = {
    "type_id": "type",
    "date": "date",
    "email": "email",
    "phone": "phone",
    "external_id": "external_id",
    # What Odoo calls the external id of a line; a touchpoint needs none of its own.
    "id": "external_id",
    "partner_id": "partner_id",
    "external_key": "external_key",
    "value": "value",
    "summary": "summary",
    "source_id": "utm_source",
    "medium_id": "utm_medium",
    "campaign_id": "utm_campaign",
}
FIELDS = {item: name for name, item in COLUMNS.items() if name != "id"}
# What names the person of a line.
WHOSE = ("email", "phone", "external_id", "partner_id")
# After the key at the beginning of an error, in any language.
COLON = re.compile(r"\s*[:：]")
# Lines of one statement.
CHUNK = 10_000
# Errors that a screen can show.
MAX_ERRORS = 50
# Lines that an error names beside its first one.
MAX_LINES = 10


class FlywheelTouchpoint(models.Model):
    """Touchpoints from a file, by Odoo's import screen."""

    _inherit = "flywheel.touchpoint"

    # By which a file names the person; not kept.
    email = fields.Char(store=False, help="For imports: whose touchpoint it is.")
    phone = fields.Char(store=False, help="For imports: whose touchpoint it is.")
    external_id = fields.Char(
        string="Person's ID Elsewhere",
        store=False,
        help="For imports: the person's id in another system.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        store=False,
        help="For imports: the name of a contact that is there once.",
    )

    @api.model
    def get_import_templates(self):
        """Return the file that the import screen offers as a start."""
        return [
            {
                "label": self.env._("Import Template for Touchpoints"),
                "template": "/inbound_flywheel/static/csv/touchpoints.csv",
            }
        ]

    @api.model_create_multi
    def create(self, vals_list):
        """Let an address, too, tell whose touchpoint it is."""
        vals_list = [dict(vals) for vals in vals_list]
        whose = [
            {name: value for name in WHOSE if (value := vals.pop(name, None))}
            for vals in vals_list
        ]
        lacking = [
            (vals, item)
            for vals, item in zip(vals_list, whose, strict=True)
            if item and not vals.get("profile_id")
        ]
        if lacking:
            self.check_access("create")
            partners = [
                item["partner_id"] for _v, item in lacking if "partner_id" in item
            ]
            self.env["res.partner"].browse(partners).check_access("read")
            # sudo: an address finds its person, or makes one, whoever brings it
            found = self.sudo()._resolve_people([item for _vals, item in lacking])
            for (vals, _item), profile_id in zip(lacking, found, strict=True):
                vals["profile_id"] = profile_id
        return super().create(vals_list)

    @api.model
    def load(self, fields, data):
        """Import lines of a file in batches, as :meth:`ingest` takes items.

        The same key of the same type counts once, so that a file can be imported
        again. All lines are taken, or none.
        """
        names = [name.partition("/")[0] for name in fields]
        if not set(names) <= COLUMNS.keys() or "type_id" not in names:
            return super().load(fields, data)
        self.check_access("create")
        _own_companies = self.env.companies
        limit = self.env.context.get("_import_limit") or len(data)
        rows = data[:limit]
        nextrow = limit if limit < len(data) else 0
        messages = []
        items = self._read_rows(fields, rows, messages)
        with self.env.cr.savepoint() as savepoint:
            result = {"created": 0, "duplicates": 0, "quarantined": 0, "errors": []}
            ids = []
            for start in range(0, len(items), CHUNK):
                chunk = items[start : start + CHUNK]
                ids += self._ingest_chunk(chunk, start, result).ids
            messages += [
                self._get_message(error["index"], error["error"])
                for error in result["errors"]
                if items[error["index"]] is not None
            ]
            if messages:
                savepoint.rollback()
                return {
                    "ids": False,
                    "messages": self._sum_up(messages),
                    "nextrow": 0,
                }
        ids += self._find_repeated(items, ids) if result["duplicates"] else []
        if result["duplicates"] and not nextrow:
            messages.append(self._tell_repeated(result["duplicates"], len(rows)))
        return {"ids": ids, "messages": messages, "nextrow": nextrow}

    @api.model
    def _tell_repeated(self, number, total):
        text = self.env._(
            "%(number)s of %(total)s lines are in the ledger already (same type and "
            "external key); they count once.",
            number=number,
            total=total,
        )
        # No record: it is about the whole file, and stops nothing.
        return {"type": "warning", "message": text, "rows": {"from": 0, "to": 0}}

    @api.model
    def _sum_up(self, messages):
        """Return errors by line, each text once with the lines that it is about; the
        screen says of a text that comes twice only that it does."""
        lines = {}
        messages.sort(key=lambda message: message["record"])
        for message in messages:
            lines.setdefault(message["message"], []).append(message)
        shown = []
        for text, (first, *others) in list(lines.items())[:MAX_ERRORS]:
            if others:
                numbers = ", ".join(
                    str(other["record"]) for other in others[:MAX_LINES]
                )
                text = self.env._(
                    "%(error)s Also in %(count)s other lines: %(lines)s",
                    error=text,
                    count=len(others),
                    lines=numbers + (" …" if len(others) > MAX_LINES else ""),
                )
            shown.append({**first, "message": text})
        if len(lines) > MAX_ERRORS:
            text = self.env._(
                "%(total)s lines have errors; the first ones are shown.",
                total=len(messages),
            )
            # No record: it is about the whole file.
            shown.append(
                {"type": "error", "message": text, "rows": {"from": 0, "to": 0}}
            )
        return shown

    @api.model
    def _get_message(self, index, text, field=None):
        """Return an error of a line, as the import screen shows it.

        Beside a column it would show where several errors are, and not which.
        """
        field = field or FIELDS.get(COLON.split(text, maxsplit=1)[0])
        message = {
            "type": "error",
            "message": text,
            # People count from 1.
            "record": index + 1,
            "rows": {"from": index, "to": index},
            "field_path": [],
        }
        return {**message, "field": field} if field else message

    @api.model
    def _read_rows(self, fields, rows, messages):
        """Return an item per line of the file; None where a line has an error."""
        if any(len(row) != len(fields) for row in rows):
            raise ValidationError(
                self.env._("A line has more or fewer cells than there are columns.")
            )
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(fields)
        items = [{} for _row in rows]
        for path, column in zip(fields, columns, strict=True):
            name, _slash, by = path.partition("/")
            read = getattr(self, f"_read_{name}", None)
            texts = [self._read_cell(cell) for cell in column]
            values, bad = read(texts, by) if read else (texts, {})
            for index, value in enumerate(values):
                if index in bad and items[index] is not None:
                    messages.append(self._get_message(index, bad[index], name))
                    items[index] = None
                elif value not in (None, "") and items[index] is not None:
                    items[index][COLUMNS[name]] = value
        self._check_complete(items, messages)
        return items

    @api.model
    def _read_cell(self, cell):
        """Return a cell as text, or as the number or date that it is."""
        if cell in (None, False):
            return ""
        if isinstance(cell, int | float | date | datetime):
            return cell
        return str(cell).strip()

    @api.model
    def _check_complete(self, items, messages):
        """Refuse lines that lack what each needs."""
        for index, item in enumerate(items):
            if item is None:
                continue
            text = None
            whose = [name for name in WHOSE if name in item]
            if "date" not in item:
                text = self.env._("The date is missing.")
            elif not whose:
                text = self.env._(
                    "Nobody is named: an email address, a phone number, a contact or "
                    "the person's ID elsewhere is needed."
                )
            elif len(whose) > 1:
                labels = [
                    self._fields[name]._description_string(self.env) for name in whose
                ]
                text = self.env._(
                    "The person is named in several columns (%(columns)s); use one.",
                    columns=", ".join(labels),
                )
            if text:
                messages.append(self._get_message(index, text))
                items[index] = None

    @api.model
    def _read_type_id(self, texts, by):
        """Read touchpoint types by name, in the user's language or English, or code."""
        Type = self.env["flywheel.touchpoint.type"]
        codes = {}
        for lang in ("en_US", self.env.lang):
            for kind in Type.with_context(lang=lang).search_fetch([], ["name", "code"]):
                codes[kind.name.lower()] = codes[kind.code.lower()] = kind.code
                if by == ".id":
                    codes[str(kind.id)] = kind.code
        if by == "id":
            xmlids = Type.search_fetch([], ["code"]).get_external_id()
            codes |= {x: Type.browse(i).code for i, x in xmlids.items()}
        bad = {
            index: self.env._(
                "type: %(value)s is not a touchpoint type", value=shorten(text)
            )
            if text
            else self.env._("The type is missing.")
            for index, text in enumerate(texts)
            if str(text).lower() not in codes
        }
        return [codes.get(str(text).lower()) for text in texts], bad

    @api.model
    def _read_date(self, texts, _by):
        """Read dates in the user's time zone, as the import screen has put them."""
        convert = self.env["ir.fields.converter"]._str_to_datetime
        values, bad = [], {}
        for index, text in enumerate(texts):
            when = None
            try:
                if text:
                    when, _warnings = convert(
                        self, self._fields["date"], str(text), None
                    )
            except (ValueError, OverflowError):
                bad[index] = self.env._(
                    "date: %(value)s is not a date", value=shorten(text)
                )
            values.append(when)
        return values, bad

    @api.model
    def _read_value(self, texts, _by):
        values, bad = [], {}
        for index, text in enumerate(texts):
            try:
                values.append(float(text) if text not in (None, "") else None)
            except (TypeError, ValueError, OverflowError):
                values.append(None)
                bad[index] = self.env._(
                    "value: %(value)s is not a number", value=shorten(text)
                )
        return values, bad

    @api.model
    def _read_partner_id(self, texts, by):
        """Read contacts by name, or by id; a name that several have is an error."""
        Partner = self.env["res.partner"]
        wanted = {text for text in texts if text}
        found = {}
        if by == ".id":
            # What counts as a digit elsewhere is no number: ² for one.
            found = {text: {int(text)} for text in wanted if str(text).isdecimal()}
        elif by == "id":
            for text in wanted:
                partner = self.env.ref(str(text), raise_if_not_found=False)
                if partner and partner._name == "res.partner":
                    found[text] = {partner.id}
        else:
            domain = [("name", "in", list(wanted))]
            for partner in Partner.search_fetch(domain, ["name"]):
                found.setdefault(partner.name, set()).add(partner.id)
        values, bad = [], {}
        for index, text in enumerate(texts):
            ids = found.get(text, ())
            values.append(next(iter(ids), None) if text else None)
            if text and by and not ids:
                bad[index] = self.env._(
                    "partner_id: %(value)s is no contact", value=shorten(text)
                )
            elif text and len(ids) != 1:
                bad[index] = self.env._(
                    "partner_id: %(number)s contacts are called %(value)s; an email "
                    "address tells them apart",
                    number=len(ids),
                    value=shorten(text),
                )
        return values, bad

    @api.model
    def _find_repeated(self, items, ids):
        """Return the ids of lines that were there before, of the same keys."""
        codes = self.env["flywheel.touchpoint.type"]._get_ids_by_code()
        keyed = [item for item in items if item.get("external_key")]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT t.id
                  FROM unnest(%s::int[], %s::text[]) w (type_id, external_key)
                  JOIN flywheel_touchpoint t USING (type_id, external_key)
                 WHERE t.id <> ALL(%s)
                """,
                [codes[item["type"]] for item in keyed],
                [str(item["external_key"]) for item in keyed],
                ids,
            )
        )
        return [row[0] for row in rows]
