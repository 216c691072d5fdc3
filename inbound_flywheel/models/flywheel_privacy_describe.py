# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from datetime import date, datetime

from odoo import api, fields, models
from odoo.tools import format_date, format_datetime, html2plaintext

# Who did it is not the person's; nor is what only machines read.
SKIPPED = {"create_uid", "write_uid", "write_date", "message_main_attachment_id"}
SECRET = re.compile(r"token|passw|secret|api_?key|signup|digest|fingerprint|_hash$")
# Of a login: all else are settings of the screen.
CHOSEN = {"res.users": {"id", "login", "create_date", "partner_id", "active"}}
# Numbers and codes that tell a reader nothing; the data for machines has them.
MUTE = {"id", "res_id", "res_model", "origin_id", "color", "sequence", "pending"}
MUTE |= {"external_key", "momentum", "message_bounce", "active", "company_id"}
MUTE |= {"email_normalized", "phone_sanitized", "complete_name", "partner_share"}
MUTE |= {"email_domain_criterion", "commercial_partner_id", "flywheel_customer_key"}
MUTE |= {"calendar_last_notif_ack", "autopost_bills", "trust", "code", "pending"}
# Columns of what is told as a table, for there may be much of it.
TABLES = {
    "flywheel.touchpoint": ("date", "type_id", "content", "value"),
    "flywheel.identity": ("kind", "value"),
    "flywheel.stage.interval": ("stage_id", "date_from", "date_to", "rule_id"),
}


class Names:
    """How records are called in what is handed out: the person by name, companies by
    name, everybody else by what they are to the person.

    :param own: {name of a model: set of ids} of what belongs to the person
    """

    def __init__(self, env, own):
        self.env = env
        self.own = own
        self._known = {}

    def learn(self, model, ids):
        """Look up names in one go."""
        missing = [i for i in set(ids) if (model, i) not in self._known]
        records = self.env[model].browse(missing).exists()
        for record in records:
            self._known[model, record.id] = self._call(record)

    def _call(self, record):
        own = record.id in self.own.get(record._name, ())
        if record._name in ("res.partner", "flywheel.profile"):
            company = record._name == "res.partner" and record.is_company
            if not own and not company:
                return self.other
        elif record._name == "res.users" and not own:
            return self.staff
        return record.display_name or ""

    @property
    def other(self):
        """Return what somebody else is called."""
        return self.env._("Another person")

    @property
    def staff(self):
        """Return what our people are called."""
        return self.env._("Our staff")

    def get(self, model, record_id):
        """Return how a record is called, empty if it is gone."""
        return self._known.get((model, record_id), "")


class FlywheelPrivacyDescribe(models.AbstractModel):
    """Turns records into what a person, and the person's machine, can read."""

    _name = "flywheel.privacy.describe"
    _description = "Description of Personal Data"

    @api.model
    def _get_handed_fields(self, Model):
        """Return the fields of a model that tell something of a person."""
        chosen = CHOSEN.get(Model._name)
        return [
            field
            for name, field in Model._fields.items()
            if field.store
            and field.type not in ("binary", "image", "one2many", "reference")
            and field.groups != fields.NO_ACCESS
            and name not in SKIPPED
            and not name.startswith("property_")
            and not SECRET.search(name)
            and (chosen is None or name in chosen)
        ]

    @api.model
    def _describe(self, records, names):
        """Return records as dicts: {field name: what JSON can hold}.

        :param records: some hundred records of one model
        :param names: :class:`Names`
        """
        handed = self._get_handed_fields(records)
        rows = records.read([field.name for field in handed], load=None)
        linked = [field for field in handed if field.type in ("many2one", "many2many")]
        for field in linked:
            ids = [row[field.name] for row in rows if row[field.name]]
            if field.type == "many2many":
                ids = [i for own in ids for i in own]
            names.learn(field.comodel_name, ids)
        return [
            {
                field.name: self._describe_value(field, row[field.name], names)
                for field in handed
            }
            for row in rows
        ]

    @api.model
    def _describe_value(self, field, value, names):
        if field.type == "boolean":
            return bool(value)
        if field.type in ("integer", "float", "monetary", "many2one_reference"):
            return value
        if not value:
            return None
        if isinstance(value, datetime):
            return f"{value.isoformat()}Z"
        if isinstance(value, date):
            return value.isoformat()
        if field.type == "many2one":
            return names.get(field.comodel_name, value)
        if field.type == "many2many":
            return [names.get(field.comodel_name, i) for i in value]
        if field.type == "properties":
            return [
                {"label": part.get("string"), "value": str(part.get("value") or "")}
                for part in value
                if isinstance(part, dict)
            ]
        return value if isinstance(value, list | dict) else str(value)

    # ------------------------------------------------------------------
    # For people
    # ------------------------------------------------------------------
    @api.model
    def _tell(self, Model, row):
        """Return [(label, text)] of a described record: what is there to be read."""
        told = []
        for name, value in row.items():
            field = Model._fields[name]
            if name in MUTE or name == "create_date" and "date" in row:
                continue
            if value in (None, False, 0, 0.0, "", [], {}):
                continue
            if field.type in ("json", "many2one_reference") or field.comodel_name in (
                "flywheel.profile",
            ):
                continue
            label = field._description_string(self.env)
            told.append((label, self._tell_value(field, value)))
        return told

    @api.model
    def _tell_columns(self, Model, row):
        """Return the texts of a described record in the order of its table."""
        return [
            self._tell_value(Model._fields[name], row[name]) if row[name] else ""
            for name in TABLES[Model._name]
        ]

    @api.model
    def _get_titles(self):
        """Return {name of a model: heading that a person understands}."""
        return {
            "flywheel.identity": self.env._("Addresses by which we know you"),
            "res.partner": self.env._("Our address book"),
            "flywheel.fact": self.env._("What you told us"),
            "flywheel.consent": self.env._("What you agreed to"),
            "flywheel.stage.interval": self.env._("Where you stood, and since when"),
            "crm.lead": self.env._("Business with you"),
            "helpdesk.ticket": self.env._("Your cases"),
            "flywheel.touchpoint": self.env._("What happened between you and us"),
            "mail.message": self.env._("Letters and notes"),
            "mail.activity": self.env._("What we planned to do"),
            "calendar.event": self.env._("Meetings"),
            "res.users": self.env._("Your login"),
        }

    @api.model
    def _tell_value(self, field, value):
        if field.type == "boolean":
            return self.env._("Yes")
        if field.type == "selection":
            choices = dict(field._description_selection(self.env))
            return choices.get(value, value)
        if field.type == "html":
            return html2plaintext(value)
        if field.type == "datetime":
            return self._tell_time(value)
        if field.type == "date":
            return format_date(self.env, value)
        if field.type in ("float", "monetary"):
            return f"{value:.2f}".rstrip("0").rstrip(".")
        if field.type == "properties":
            return ", ".join(f"{part['label']}: {part['value']}" for part in value)
        if isinstance(value, list):
            return ", ".join(filter(None, map(str, value)))
        return str(value)

    @api.model
    def _tell_time(self, text):
        """Return a moment of the data for machines in the person's words."""
        if not text:
            return ""
        moment = datetime.fromisoformat(text.rstrip("Z"))
        return format_datetime(self.env, moment, dt_format="medium")
