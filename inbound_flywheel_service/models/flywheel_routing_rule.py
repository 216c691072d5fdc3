# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command, Domain

from ..engine.matching import compile_words, first_word
from ..engine.tokenizer import fold, plain_text
from .flywheel_routing_decision import Decision

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
    draft = fields.Boolean(
        readonly=True,
        copy=False,
        help="A draft decides nothing. Replay it over past cases first, then put it "
        "into force.",
    )
    replaces_id = fields.Many2one(
        "flywheel.routing.rule",
        string="Replaces",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="This rule is archived when the draft comes into force.",
    )
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
    tier_ids = fields.Many2many(
        "flywheel.tier",
        string="Service Tiers",
        check_company=True,
        help="Only cases of people in one of these tiers. Empty: any.",
    )
    min_reach = fields.Integer(
        string="Reach From",
        help="Only cases of people whom at least so many others read. 0: any.",
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

        :param dict texts: ticket -> folded text
        :return: dict ticket -> list of reasons, each [code, word]
        """
        self.ensure_one()
        reasons = {
            t: []
            for t in tickets
            if not self.company_id or t.company_id == self.company_id
        }
        for keep in (self._by_channel, self._by_tier, self._by_reach, self._by_domain):
            keep(reasons)
        self._by_words(reasons, texts)
        return {t: found or [["always", ""]] for t, found in reasons.items()}

    def _by_channel(self, reasons):
        if self.channel_ids:
            for ticket in list(reasons):
                if ticket.channel_id in self.channel_ids:
                    reasons[ticket].append(["channel", ticket.channel_id.name])
                else:
                    del reasons[ticket]

    def _by_tier(self, reasons):
        if self.tier_ids:
            for ticket in list(reasons):
                if ticket.tier_id in self.tier_ids:
                    reasons[ticket].append(["tier", ticket.tier_id.name])
                else:
                    del reasons[ticket]

    def _by_reach(self, reasons):
        if self.min_reach:
            for ticket in list(reasons):
                reach = ticket.flywheel_profile_id.reach
                if reach >= self.min_reach:
                    reasons[ticket].append(["reach", f"{reach:,}"])
                else:
                    del reasons[ticket]

    def _by_domain(self, reasons):
        domain = self._get_domain()
        if domain.is_true() or not reasons:
            return
        kept = set(next(iter(reasons)).union(*reasons).filtered_domain(domain))
        for ticket in list(reasons):
            if ticket in kept:
                reasons[ticket].append(["domain", ""])
            else:
                del reasons[ticket]

    def _by_words(self, reasons, texts):
        words = compile_words(self.words)
        if words:
            for ticket in list(reasons):
                word = first_word(words, texts[ticket])
                if word:
                    reasons[ticket].append(["word", word])
                else:
                    del reasons[ticket]

    def _decide(self, tickets, given=None):
        """What the rules (in this order) would do with ``tickets``; changes nothing.

        One pass a rule over the whole batch.

        :param dict given: ticket -> names of the fields that a person chose
        :return: dict ticket -> :class:`.Decision`
        """
        given = given or {}
        texts = {
            t: fold(f"{t.name or ''}\n{plain_text(t.description)}") for t in tickets
        }
        decisions = {t: Decision(t, given.get(t, ())) for t in tickets}
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
    def _get_in_force(self, companies):
        """The rules that decide about cases of ``companies``, in their order."""
        return self.search(
            [("draft", "=", False), ("company_id", "in", [False, *companies.ids])]
        )

    @api.model
    def _route(self, tickets, given):
        """Apply the rules in force to new tickets.

        :param dict given: ticket id -> names of the fields that a person chose
        :return: lines for the trace
        """
        rules = self._get_in_force(tickets.company_id)
        if not rules:
            return []
        decisions = rules._decide(tickets, {t: given.get(t.id, ()) for t in tickets})
        self._apply_decisions(tickets, decisions)
        trace = self.env["flywheel.case.trace"]
        return [
            line
            for decision in decisions.values()
            for line in decision.trace(trace, len(rules))
        ]

    @api.model
    def _route_again(self, tickets, given):
        """Let the rules see what the classifier said; what is set already stays.

        :param tickets: those whose category or tags the classifier has set
        :return: lines for the trace, of the rules that changed something
        """
        rules = self._get_in_force(tickets.company_id)
        if not rules or not tickets:
            return []
        names = ("team_id", "category_id")
        decisions = rules._decide(
            tickets,
            {t: {*given.get(t.id, ()), *(n for n in names if t[n])} for t in tickets},
        )
        decided = {t: d for t, d in decisions.items() if d.values}
        self._apply_decisions(tickets, decided)
        trace = self.env["flywheel.case.trace"]
        return [
            line
            for decision in decided.values()
            for line in decision.trace(trace, len(rules))
            if line["code"] == "route"
        ]

    @api.model
    def _apply_decisions(self, tickets, decisions):
        """Write what was decided, one statement for all cases with the same result."""
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

    # ------------------------------------------------------------------
    # Drafts
    # ------------------------------------------------------------------
    def action_revise(self):
        """Open a draft that will replace this rule."""
        self.ensure_one()
        draft = self.search([("replaces_id", "=", self.id), ("draft", "=", True)])[:1]
        if not draft:
            draft = self.copy(
                {"draft": True, "replaces_id": self.id, "name": self.name}
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "views": [(False, "form")],
        }

    def action_replay(self):
        """Show what the drafts among these rules would have done with past cases."""
        return self.env["flywheel.routing.replay"]._open(self)

    def _put_in_force(self):
        """Make drafts decide from now on, in the place of what they replace."""
        self.replaces_id.active = False
        self.write({"draft": False, "replaces_id": False})
