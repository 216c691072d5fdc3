# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command, Domain

from ..engine.matching import compile_words, first_word
from ..engine.tokenizer import fold, plain_text

_logger = logging.getLogger(__name__)


class FlywheelRoutingRule(models.Model):
    """Where a case goes: condition and words, team, category, tags and priority."""

    _name = "flywheel.routing.rule"
    _description = "Case Routing Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        help="Empty: the rule is for the cases of every company.",
    )
    channel_ids = fields.Many2many(
        "helpdesk.ticket.channel",
        string="Channels",
        help="Only cases that came in this way. Empty: any.",
        check_company=True,
    )
    domain = fields.Char(string="Condition", required=True, default="[]")
    words = fields.Text(
        help="One word or phrase a line; any of them in the subject or in the text is "
        "enough. Upper and lower case do not matter, nor do Traditional and "
        "Simplified characters. An asterisk at the end stands for any ending: refund*",
    )
    team_id = fields.Many2one("helpdesk.ticket.team", check_company=True)
    category_id = fields.Many2one("helpdesk.ticket.category", check_company=True)
    tag_ids = fields.Many2many("helpdesk.ticket.tag", string="Tags", check_company=True)
    priority = fields.Selection(
        selection=lambda self: (
            self.env["helpdesk.ticket"]
            ._fields["priority"]
            ._description_selection(self.env)
        )
    )
    priority_mode = fields.Selection(
        [("raise", "Raise to"), ("set", "Set to")], required=True, default="raise"
    )
    overwrite = fields.Boolean(
        string="Also Replace What a Person Chose",
        help="Usually a team, category or priority that was chosen by the customer or "
        "by a colleague stays. Priority is raised in any case.",
    )
    stop = fields.Boolean(
        string="Last Rule",
        default=True,
        help="Rules further down are not looked at when this one applies.",
    )
    trace_count = fields.Integer(string="Cases", compute="_compute_trace_count")

    # ------------------------------------------------------------------
    # Constraints and computed fields
    # ------------------------------------------------------------------
    @api.constrains("domain")
    def _check_domain(self):
        for rule in self:
            try:
                rule._get_domain().validate(self.env["helpdesk.ticket"].sudo())
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        "The condition of rule “%(rule)s” cannot be used: %(error)s\n"
                        "%(domain)s",
                        rule=rule.name,
                        error=error,
                        domain=rule.domain,
                    )
                ) from error

    def _compute_trace_count(self):
        counts = dict(
            self.env["flywheel.case.trace"]._read_group(
                [("rule_id", "in", self.ids)],
                ["rule_id"],
                ["ticket_id:count_distinct"],
            )
        )
        for rule in self:
            rule.trace_count = counts.get(rule, 0)

    def action_open_cases(self):
        """The cases to which this rule was applied."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "helpdesk_mgmt.helpdesk_ticket_action"
        )
        action["domain"] = [("flywheel_trace_ids.rule_id", "=", self.id)]
        action["context"] = {}
        return action

    # ------------------------------------------------------------------
    # Matching
    # ------------------------------------------------------------------
    def _get_domain(self):
        return Domain(literal_eval((self.domain or "[]").strip() or "[]"))

    def _match(self, tickets, texts):
        """Which of ``tickets`` the rule applies to, and why.

        :param dict texts: ticket id -> folded text
        :return: dict ticket -> [reason code, word]
        """
        self.ensure_one()
        tickets = tickets.filtered(
            lambda t: (
                (not self.company_id or t.company_id == self.company_id)
                and (not self.channel_ids or t.channel_id in self.channel_ids)
            )
        )
        domain = self._get_domain()
        if not domain.is_true():
            tickets = tickets.filtered_domain(domain)
        by_domain = not domain.is_true() or bool(self.channel_ids)
        words = compile_words(self.words)
        if not words:
            reason = ["domain" if by_domain else "always", ""]
            return dict.fromkeys(tickets, reason)
        found = ((t, first_word(words, texts[t.id])) for t in tickets)
        code = "domain_word" if by_domain else "word"
        return {ticket: [code, word] for ticket, word in found if word}

    def _decide(self, tickets, given=None):
        """What the rules (in this order) would do with ``tickets``; changes nothing.

        One pass a rule over the whole batch.

        :param dict given: ticket id -> names of the fields that a person chose
        :return: dict ticket -> :class:`_Decision`
        """
        given = given or {}
        texts = {
            t.id: fold(f"{t.name or ''}\n{plain_text(t.description)}") for t in tickets
        }
        decisions = {t: _Decision(t, given.get(t.id, ())) for t in tickets}
        open_tickets = tickets
        for rule in self:
            try:
                matches = rule._match(open_tickets, texts)
            except (ValueError, KeyError, TypeError) as error:
                # A field of the condition may be gone since it was saved.
                _logger.warning("Routing rule %s failed: %s", rule.id, error)
                for ticket in open_tickets:
                    decisions[ticket].failures.append((rule, str(error)))
                continue
            for ticket in open_tickets:
                if ticket in matches:
                    decisions[ticket].apply(rule, matches[ticket])
                else:
                    decisions[ticket].tried.append(rule.name)
            if rule.stop and matches:
                open_tickets = open_tickets.filtered(lambda t, m=matches: t not in m)
        return decisions

    @api.model
    def _route(self, tickets, given):
        """Apply the active rules to new tickets.

        :return: lines for the trace
        """
        rules = self.search([("company_id", "in", [False, *tickets.company_id.ids])])
        if not rules:
            return []
        decisions = rules._decide(tickets, given)
        groups = {}
        for ticket, decision in decisions.items():
            if decision.values:
                key = repr(sorted(decision.values.items()))
                groups.setdefault(key, (decision.values, []))[1].append(ticket.id)
        for values, ids in groups.values():
            values = dict(values)
            if "tag_ids" in values:
                values["tag_ids"] = [Command.link(i) for i in values["tag_ids"]]
            tickets.browse(ids).write(values)
        return [
            line
            for decision in decisions.values()
            for line in decision.trace(self.env["flywheel.case.trace"], len(rules))
        ]


class _Decision:
    """What the rules say about one ticket.

    The first rule that has a say on a field wins; tags add up; priority only rises
    unless a rule sets it.
    """

    def __init__(self, ticket, given):
        self.ticket = ticket
        self.given = given
        self.values = {}
        self.tried = []
        self.steps = []
        self.failures = []

    def apply(self, rule, reason):
        kept = []
        changes = []
        for name in ("team_id", "category_id"):
            record = rule[name]
            if not record or name in self.values:
                continue
            if record.company_id and record.company_id != self.ticket.company_id:
                continue
            if name in self.given and not rule.overwrite:
                if self.ticket[name] != record:
                    kept.append(name)
            elif self.ticket[name] != record:
                self.values[name] = record.id
                changes.append([name, record.display_name])
        self._apply_priority(rule, changes, kept)
        self._apply_tags(rule, changes)
        # Each step tells of the rules since the one before.
        self.steps.append((rule, reason, changes, kept, self.tried))
        self.tried = []

    def _apply_priority(self, rule, changes, kept):
        if not rule.priority:
            return
        current = self.values.get("priority") or self.ticket.priority or "0"
        if rule.priority_mode == "raise":
            if rule.priority <= current:
                return
        elif rule.priority == current or "priority" in self.values:
            return
        elif "priority" in self.given and not rule.overwrite:
            kept.append("priority")
            return
        self.values["priority"] = rule.priority
        changes.append(["priority", rule.priority])

    def _apply_tags(self, rule, changes):
        tags = rule.tag_ids.filtered(
            lambda t: not t.company_id or t.company_id == self.ticket.company_id
        )
        known = [*self.ticket.tag_ids.ids, *self.values.get("tag_ids", ())]
        new = tags.filtered(lambda t: t.id not in known)
        if new:
            self.values.setdefault("tag_ids", []).extend(new.ids)
            changes.append(["tag_ids", ", ".join(new.mapped("display_name"))])

    def trace(self, trace, count):
        """Lines of the trace; ``count`` is the number of rules."""
        lines = []
        for rule, reason, changes, kept, tried in self.steps:
            lines.append(
                trace._line(
                    self.ticket,
                    "route",
                    "route" if changes else "route_nothing",
                    rule_record=rule,
                    rule=rule.name,
                    reason={"reason": reason},
                    changes={"changes": changes},
                    tried=tried[:20],
                )
            )
            if kept:
                lines.append(
                    trace._line(
                        self.ticket,
                        "route",
                        "route_kept",
                        rule_record=rule,
                        rule=rule.name,
                        fields={"fields": kept},
                    )
                )
        for rule, error in self.failures:
            lines.append(
                trace._line(
                    self.ticket, "route", "failed", rule_record=rule, error=error
                )
            )
        if not self.steps:
            lines.append(
                trace._line(
                    self.ticket,
                    "route",
                    "route_none",
                    count=count,
                    tried=self.tried[:20],
                )
            )
        return lines
