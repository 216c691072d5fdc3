# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

# What a tier may ask of a person, and the words for it in the trace.
FACTS = ("reach", "won", "tenure", "domain")


class FlywheelTier(models.Model):
    """A level of service: whom we serve before others, and why.

    A person is in the first tier whose conditions he meets. A tier without any
    condition is only given by hand.
    """

    _name = "flywheel.tier"
    _description = "Service Tier"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="The best tier comes first.")
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one("res.company", index=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    match = fields.Selection(
        [("any", "any of these"), ("all", "all of these")],
        required=True,
        default="any",
    )
    min_reach = fields.Integer(
        string="Reach From", help="How many people read what the person publishes."
    )
    min_won = fields.Monetary(
        string="Won From",
        help="Expected revenue of the won opportunities of the person, or of the "
        "company that he belongs to.",
    )
    min_tenure = fields.Integer(
        string="Months With Us", help="Since the first touchpoint."
    )
    domain = fields.Char(string="Condition", required=True, default="[]")
    profile_count = fields.Integer(string="People", compute="_compute_profile_count")

    _check_limits = models.Constraint(
        "CHECK (min_reach >= 0 AND min_won >= 0 AND min_tenure >= 0)",
        "A limit cannot be negative.",
    )

    @api.constrains("domain")
    def _check_domain(self):
        for tier in self:
            try:
                self.env["flywheel.profile"].sudo()._search(tier._parse())
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        "The condition of tier “%(tier)s” cannot be used: %(error)s",
                        tier=tier.name,
                        error=error,
                    )
                ) from error

    @api.depends("company_id")
    def _compute_currency_id(self):
        for tier in self:
            company = tier.company_id or self.env.company
            tier.currency_id = company.currency_id

    def _compute_profile_count(self):
        counts = dict(
            self.env["flywheel.profile"]._read_group(
                [("tier_id", "in", self.ids)], ["tier_id"], ["__count"]
            )
        )
        for tier in self:
            tier.profile_count = counts.get(tier, 0)

    def _parse(self):
        return literal_eval((self.domain or "[]").strip() or "[]")

    # ------------------------------------------------------------------
    # Conditions
    # ------------------------------------------------------------------
    def _get_conditions(self):
        """SQL conditions on the row ``p`` of a person, by what they ask of him.

        ``w.won`` is the revenue of won opportunities.

        :return: dict of one of FACTS -> :class:`SQL`; empty: only given by hand
        """
        self.ensure_one()
        conditions = {}
        if self.min_reach:
            conditions["reach"] = SQL("p.reach >= %s", self.min_reach)
        if self.min_won:
            conditions["won"] = SQL("w.won >= %s", self.min_won)
        if self.min_tenure:
            conditions["tenure"] = SQL(
                "p.first_date <= %s - make_interval(months => %s)",
                fields.Datetime.now(),
                self.min_tenure,
            )
        domain = self._parse()
        if domain:
            # sudo: a tier says the same of everybody, whoever asks
            people = self.env["flywheel.profile"].sudo()._search(domain)
            conditions["domain"] = SQL("p.id IN %s", people.subselect())
        return conditions

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_apply(self):
        """Give everybody the tier that he is in by the conditions now."""
        self.check_access("write")
        moved = self.env["flywheel.profile"].sudo()._evaluate_tiers()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s people are in another tier.", count=moved
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_people(self):
        """Open the people in this tier."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_profile_action"
        )
        action["domain"] = [("tier_id", "=", self.id)]
        action["display_name"] = self.display_name
        return action
