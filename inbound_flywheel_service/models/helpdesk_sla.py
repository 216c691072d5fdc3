# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

# Changes of these decide which cases a policy is for, or when it is due.
DECISIVE = {
    "active",
    "calendar_id",
    "category_ids",
    "company_id",
    "days",
    "domain",
    "hours",
    "kind",
    "minutes",
    "priority_min",
    "stage_id",
    "tag_ids",
    "team_ids",
    "tier_ids",
    "warn_minutes",
    "warn_percent",
}


class HelpdeskSla(models.Model):
    """A service level: what customers are promised, and for whom."""

    _inherit = "helpdesk.sla"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("first_response", "First answer"),
            ("next_response", "Next answers"),
            ("solution", "Solution"),
        ],
        string="Promise",
        required=True,
        default="solution",
        help="First answer: from the opening of the case to the first word of a "
        "colleague. Next answers: from each later message of the customer to our "
        "answer. Solution: until the case reaches the target stage or is closed.",
    )
    tier_ids = fields.Many2many("flywheel.tier", string="Service Tiers")
    priority_min = fields.Selection(
        selection=lambda self: (
            self.env["helpdesk.ticket"]
            ._fields["priority"]
            ._description_selection(self.env)
        ),
        string="From Priority",
    )
    minutes = fields.Integer(default=0)
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        ondelete="set null",
        check_company=True,
        help="Empty: the hours of the team, else those of the company.",
    )
    warn_percent = fields.Integer(
        string="Warn After",
        default=80,
        help="Whoever owns the case is warned when so much of the time is used up. "
        "0: no warning.",
    )
    warn_minutes = fields.Integer(
        string="Or Before the End",
        help="Instead of a share: so many working minutes before the end.",
    )

    _check_share = models.Constraint(
        "CHECK (warn_percent BETWEEN 0 AND 100 AND warn_minutes >= 0)",
        "Warn after 0 to 100 percent of the time.",
    )
    _check_time = models.Constraint(
        "CHECK (days >= 0 AND hours >= 0 AND minutes >= 0)",
        "A service level cannot end before it begins.",
    )

    @api.constrains("domain")
    def _check_domain(self):
        for sla in self:
            try:
                sla._flywheel_domain().validate(self.env["helpdesk.ticket"].sudo())
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        "The filter of “%(sla)s” cannot be used: %(error)s",
                        sla=sla.name,
                        error=error,
                    )
                ) from error

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        slas = super().create(vals_list)
        self.env["helpdesk.ticket"]._flywheel_look_again()
        return slas

    def write(self, vals):
        result = super().write(vals)
        if DECISIVE & vals.keys():
            lines = self.env["helpdesk.ticket.sla"].sudo()
            lines = lines.search([("sla_id", "in", self.ids)])
            self.env.add_to_compute(lines._fields["hours"], lines)
            if "stage_id" in vals:
                lines.write({"expected_stage_id": vals["stage_id"]})
            self.env["helpdesk.ticket"]._flywheel_look_again()
        return result

    # ------------------------------------------------------------------
    # Which cases
    # ------------------------------------------------------------------
    def _flywheel_domain(self):
        return Domain(literal_eval((self.domain or "[]").strip() or "[]"))

    def _flywheel_for(self, tickets):
        """Those of ``tickets`` that this service level is for."""
        self.ensure_one()

        def fits(case):
            return (
                case.team_id.use_sla
                and self.company_id.id in (False, case.company_id.id)
                and (not self.team_ids or case.team_id in self.team_ids)
                and (not self.category_ids or case.category_id in self.category_ids)
                and (not self.tag_ids or case.tag_ids & self.tag_ids)
                and (not self.tier_ids or case.tier_id in self.tier_ids)
                and (case.priority or "0") >= (self.priority_min or "0")
            )

        chosen = tickets.filtered(fits)
        domain = self._flywheel_domain()
        return chosen if domain.is_true() else chosen.filtered_domain(domain)

    def _flywheel_calendar(self, ticket):
        return self.calendar_id or ticket._flywheel_calendar()
