# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.tools import format_date, format_datetime, format_list

from ..words import ABSENCES, MESSAGES, REASONS

# Length of a day as Odoo writes it.
DAY = len("2026-12-31")


class FlywheelCaseTrace(models.Model):
    """Why a case is where it is: one line for every decision."""

    _name = "flywheel.case.trace"
    _inherit = "flywheel.case.part.mixin"
    _description = "Case Decision"
    _order = "id"
    _rec_name = "message"

    ticket_id = fields.Many2one(
        "helpdesk.ticket", string="Case", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    step = fields.Selection(
        [
            ("mail", "Mail"),
            ("profile", "Person"),
            ("classify", "Classification"),
            ("route", "Routing"),
            ("escalate", "Escalation"),
            ("sla", "Service Level"),
            ("group", "Group"),
            ("assign", "Assignment"),
            ("acknowledge", "Message to the Customer"),
            ("suggest", "Knowledge"),
            ("promise", "Promise"),
            ("rating", "Satisfaction"),
            ("stage", "Stage"),
        ],
        required=True,
    )
    code = fields.Char(required=True)
    values = fields.Json()
    failed = fields.Boolean()
    rule_id = fields.Many2one(
        "flywheel.routing.rule",
        string="Rule",
        ondelete="set null",
        index="btree_not_null",
    )
    user_id = fields.Many2one("res.users", string="By")
    message = fields.Text(string="Decision", compute="_compute_message")
    detail = fields.Text(compute="_compute_message")

    @api.depends("code", "values")
    @api.depends_context("lang")
    def _compute_message(self):
        for line in self:
            values = line.values or {}
            template = self.env._(MESSAGES[line.code]) if line.code in MESSAGES else ""
            words = {key: self._in_words(value) for key, value in values.items()}
            try:
                line.message = template % words
            except (KeyError, TypeError, ValueError):
                # A translation with a wrong placeholder must not hide the line.
                line.message = line.code
            line.detail = self._detail(values)

    def _detail(self, values):
        parts = []
        if values.get("candidates"):
            people = ", ".join(f"{name}: {load}" for name, load in values["candidates"])
            parts.append(self.env._("Open cases – %(people)s", people=people))
        if values.get("absent"):
            people = ", ".join(
                f"{name} ({self.env._(ABSENCES[why])})"
                for name, why in values["absent"]
            )
            parts.append(self.env._("Not available – %(people)s", people=people))
        if values.get("tried"):
            rules = ", ".join(values["tried"])
            parts.append(self.env._("Did not apply – %(rules)s", rules=rules))
        return "; ".join(parts)

    def _in_words(self, value):
        """One stored value as text in the reader's language.

        A dict says what it is: ``{"selection": [field, value]}``, ``{"date": text}``,
        ``{"fields": [names]}``, ``{"changes": [[field, text]]}``, ``{"tier": {fact:
        figure}}``, ``{"reasons": [[code, word]]}`` or, in lines of earlier versions,
        ``{"reason": [code, word]}``.
        """
        if not isinstance(value, dict):
            return value
        [[kind, content]] = value.items()
        if kind == "selection":
            return self._label(*content)
        if kind == "date":
            return self._put_date(content)
        if kind == "fields":
            return ", ".join(self._field_name(name) for name in content)
        if kind == "tier":
            return self.env["flywheel.profile"]._get_tier_words(content)
        if kind in ("reason", "reasons"):
            reasons = content if kind == "reasons" else [content]
            return format_list(self.env, [self._put_reason(*r) for r in reasons])
        return ", ".join(
            f"{self._field_name(name)}: {self._label(name, text)}"
            for name, text in content
        )

    def _put_reason(self, code, word):
        template = self.env._(REASONS[code])
        return template % {"word": word}

    def _put_date(self, text):
        """A day, or a moment on the reader's clock (UTC as the database has it)."""
        if len(text) == DAY:
            return format_date(self.env, text)
        moment = fields.Datetime.to_datetime(text)
        return format_datetime(self.env, moment, dt_format="short")

    def _field_name(self, name):
        ticket = self.env["helpdesk.ticket"]
        return ticket.fields_get([name], ["string"])[name]["string"]

    def _label(self, name, value):
        field = self.env["helpdesk.ticket"]._fields[name]
        if field.type != "selection":
            return value
        labels = dict(field._description_selection(self.env))
        return labels.get(value, value)

    @api.model
    def _line(self, ticket, step, code, **values):
        """Values of one line; ``rule`` (record) and ``failed`` go to their fields."""
        rule = values.pop("rule_record", None)
        return {
            "ticket_id": ticket.id,
            "step": step,
            "code": code,
            "values": values,
            "failed": code == "failed",
            "rule_id": rule.id if rule else False,
        }

    @api.model
    def _add(self, lines):
        """Store lines in one statement.

        :param list lines: results of :meth:`_line`, in the order of the decisions
        """
        # sudo: flywheel.case.trace - only the system writes reasons
        return self.sudo().create(lines)
