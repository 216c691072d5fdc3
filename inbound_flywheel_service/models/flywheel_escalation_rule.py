# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.tokenizer import fold, plain_text
from ..engine.watchwords import compile_list, first_match

# A security matter must not depend on one person's inbox.
LEAST_PEOPLE = 2
PREVIEW = 1000


class FlywheelEscalationRule(models.Model):
    """Escalation by content: what a case is about decides, at once."""

    _name = "flywheel.escalation.rule"
    _description = "Escalation Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        help="Empty: for the cases of every company.",
    )

    # When
    words = fields.Text(
        help="One word or phrase a line; any of them in the subject, in the text or in "
        "a later message of the customer is enough. Upper and lower case do not "
        "matter, nor do Traditional and Simplified characters. An asterisk at the end "
        "stands for any ending: vulnerab*",
    )
    category_ids = fields.Many2many(
        "helpdesk.ticket.category", string="Categories", check_company=True
    )
    tag_ids = fields.Many2many("helpdesk.ticket.tag", string="Tags", check_company=True)
    team_ids = fields.Many2many(
        "helpdesk.ticket.team",
        "flywheel_escalation_rule_team_rel",
        string="Teams",
        check_company=True,
    )
    tier_id = fields.Many2one(
        "flywheel.tier", string="From Tier", ondelete="set null", check_company=True
    )
    reach_min = fields.Integer(
        string="From Reach",
        help="How many people read what the customer publishes, at least.",
    )
    human_only = fields.Boolean(
        string="Only What People Write",
        default=True,
        help="Mails of machines, newsletters for one, escalate nothing.",
    )

    # Then
    priority = fields.Selection(
        selection=lambda self: (
            self.env["helpdesk.ticket"]
            ._fields["priority"]
            ._description_selection(self.env)
        ),
        string="Raise Priority To",
    )
    restricted = fields.Boolean(
        string="Restrict the Case",
        help="Only its owner, the people told by this rule, helpdesk managers and the "
        "customer himself see it.",
    )
    security = fields.Boolean(
        string="Security Matter", help="At least two people must be told."
    )
    set_team_id = fields.Many2one(
        "helpdesk.ticket.team", string="Give to Team", check_company=True
    )
    set_user_id = fields.Many2one(
        "res.users", string="Give to", domain=[("share", "=", False)]
    )
    notify_user_ids = fields.Many2many(
        "res.users", string="Tell", domain=[("share", "=", False)]
    )
    notify_managers = fields.Boolean(string="Tell the Managers")
    notify_lead = fields.Boolean(string="Tell the Team Leader")
    activity_hours = fields.Integer(
        string="Act Within",
        default=4,
        help="Each of them gets an activity that is due after so many working hours.",
    )
    people_count = fields.Integer(string="People Told", compute="_compute_people_count")
    log_count = fields.Integer(string="Cases", compute="_compute_log_count")

    _check_numbers = models.Constraint(
        "CHECK (reach_min >= 0 AND activity_hours >= 0)",
        "Reach and hours cannot be negative.",
    )

    # ------------------------------------------------------------------
    # Computed fields and checks
    # ------------------------------------------------------------------
    @api.depends("notify_user_ids", "notify_managers")
    def _compute_people_count(self):
        for rule in self:
            people = rule.notify_user_ids._origin.filtered("active")
            if rule.notify_managers:
                people |= self.env["helpdesk.ticket"]._flywheel_all_managers(
                    rule.company_id
                )
            rule.people_count = len(people)

    def _compute_log_count(self):
        counts = dict(
            self.env["flywheel.escalation.log"]._read_group(
                [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.log_count = counts.get(rule, 0)

    @api.constrains(
        "words", "category_ids", "tag_ids", "team_ids", "tier_id", "reach_min"
    )
    def _check_condition(self):
        for rule in self:
            if not rule._has_condition():
                raise ValidationError(
                    self.env._(
                        "“%(rule)s” would escalate every case: say for which words, "
                        "categories, tags, teams or customers it is.",
                        rule=rule.name,
                    )
                )

    @api.constrains("security", "notify_user_ids", "notify_managers")
    def _check_people(self):
        for rule in self.filtered("security"):
            if rule.people_count < LEAST_PEOPLE and not rule.notify_managers:
                raise ValidationError(
                    self.env._(
                        "“%(rule)s” is a security matter: name at least two people, "
                        "or tell the managers.",
                        rule=rule.name,
                    )
                )

    def _has_condition(self):
        return bool(
            compile_list(self.words)
            or self.category_ids
            or self.tag_ids
            or self.team_ids
            or self.tier_id
            or self.reach_min
        )

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_preview(self):
        """How many of the last 1,000 cases this rule would have escalated."""
        self.ensure_one()
        # Access rights of the reader apply: nobody counts what he may not see.
        cases = self.env["helpdesk.ticket"].search([], order="id desc", limit=PREVIEW)
        found = self.env["helpdesk.ticket"].browse(
            [case.id for case in self._match(cases.sudo(), self._texts(cases.sudo()))]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "helpdesk_mgmt.helpdesk_ticket_action"
        )
        action.update(
            name=self.env._(
                "%(rule)s: %(found)s of the last %(count)s cases",
                rule=self.name,
                found=len(found),
                count=len(cases),
            ),
            domain=[("id", "in", found.ids)],
            context={},
            views=[(False, "list"), (False, "form")],
            path=False,
        )
        return action

    def action_open_cases(self):
        """The cases that this rule has escalated."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel_service.flywheel_escalation_log_action"
        )
        action["domain"] = [("rule_id", "=", self.id)]
        action["context"] = {}
        return action

    # ------------------------------------------------------------------
    # Matching
    # ------------------------------------------------------------------
    @api.model
    def _texts(self, tickets):
        """dict ticket id -> folded text."""
        return {
            t.id: fold(f"{t.name or ''}\n{plain_text(t.description)}") for t in tickets
        }

    def _match(self, tickets, texts):
        """dict ticket -> what decided (a word; "" where no words are asked for)."""
        self.ensure_one()
        tickets = tickets.filtered(self._fits)
        words = compile_list(self.words)
        if not words:
            return dict.fromkeys(tickets, "")
        found = ((t, first_match(words, texts[t.id])) for t in tickets)
        return {ticket: word for ticket, word in found if word}

    def _fits(self, case):
        profile = case.flywheel_profile_id
        tier = profile.tier_id
        return (
            self.company_id.id in (False, case.company_id.id)
            and not (self.human_only and case._flywheel_is_machine())
            and (not self.category_ids or case.category_id in self.category_ids)
            and (not self.tag_ids or case.tag_ids & self.tag_ids)
            and (not self.team_ids or case.team_id in self.team_ids)
            and (not self.tier_id or (tier and tier.sequence <= self.tier_id.sequence))
            and profile.reach >= self.reach_min
        )
