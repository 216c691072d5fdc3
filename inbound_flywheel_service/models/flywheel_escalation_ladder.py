# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

# A change of these moves the moments of its steps.
DECISIVE = {
    "active",
    "company_id",
    "priority_min",
    "sequence",
    "step_ids",
    "team_ids",
    "tier_ids",
}


class FlywheelEscalationLadder(models.Model):
    """What happens, step by step, while a customer waits too long."""

    _name = "flywheel.escalation.ladder"
    _description = "Escalation Ladder"
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
    team_ids = fields.Many2many(
        "helpdesk.ticket.team", string="Teams", check_company=True, help="Empty: any."
    )
    tier_ids = fields.Many2many(
        "flywheel.tier", string="Service Tiers", check_company=True, help="Empty: any."
    )
    priority_min = fields.Selection(
        selection=lambda self: (
            self.env["helpdesk.ticket"]
            ._fields["priority"]
            ._description_selection(self.env)
        ),
        string="From Priority",
    )
    step_ids = fields.One2many("flywheel.escalation.step", "ladder_id", copy=True)
    sentences = fields.Text(string="Steps", compute="_compute_sentences")
    log_count = fields.Integer(string="Steps Taken", compute="_compute_log_count")

    @api.depends("step_ids.sentence")
    def _compute_sentences(self):
        for ladder in self:
            ladder.sentences = "\n".join(ladder.step_ids.mapped("sentence"))

    def _compute_log_count(self):
        counts = dict(
            self.env["flywheel.escalation.log"]._read_group(
                [("step_id.ladder_id", "in", self.ids)], ["step_id"], ["__count"]
            )
        )
        for ladder in self:
            ladder.log_count = sum(counts.get(step, 0) for step in ladder.step_ids)

    @api.model_create_multi
    def create(self, vals_list):
        ladders = super().create(vals_list)
        self.env["helpdesk.ticket"]._flywheel_look_again()
        return ladders

    def write(self, vals):
        result = super().write(vals)
        if DECISIVE & vals.keys():
            self.env["helpdesk.ticket"]._flywheel_look_again()
        return result

    def action_open_log(self):
        """What the steps of this ladder have done."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel_service.flywheel_escalation_log_action"
        )
        action["domain"] = [("step_id", "in", self.step_ids.ids)]
        action["context"] = {}
        return action

    def _fits(self, case):
        """Whether this ladder is for ``case`` (in superuser mode)."""
        return (
            self.company_id.id in (False, case.company_id.id)
            and (not self.team_ids or case.team_id in self.team_ids)
            and (not self.tier_ids or case.tier_id in self.tier_ids)
            and (case.priority or "0") >= (self.priority_min or "0")
        )
