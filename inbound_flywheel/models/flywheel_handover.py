# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from .flywheel_handover_definition import GRADES

STATES = [
    ("incomplete", "Boxes Missing"),
    ("waiting", "Waiting"),
    ("assigned", "Assigned"),
    ("accepted", "Accepted"),
    ("returned", "Returned"),
    ("withdrawn", "Withdrawn"),
]
WAITING_REASONS = [
    ("no_team", "No sales team takes the lead"),
    ("no_member", "Nobody in the team takes the lead"),
    ("full", "Everybody who takes the lead is full"),
]
# A person has one hand-over in one of these states at a time.
OPEN = ("incomplete", "waiting", "assigned")


class FlywheelHandover(models.Model):
    """A person on the way from marketing to sales.

    Born when the score reaches the threshold; then its boxes are filled, it waits in
    the queue, is assigned once, and sales accepts or returns it. Written by the flow
    alone; what became of it stays for the report.
    """

    _name = "flywheel.handover"
    _description = "Hand-Over"
    _order = "date_queued desc, id desc"
    _rec_name = "profile_id"

    profile_id = fields.Many2one(
        "flywheel.profile", string="Person", required=True, ondelete="cascade"
    )
    lead_id = fields.Many2one("crm.lead", ondelete="set null", index="btree_not_null")
    company_id = fields.Many2one("res.company", ondelete="cascade")
    state = fields.Selection(STATES, required=True, default="waiting")
    user_id = fields.Many2one(
        "res.users", string="Salesperson", ondelete="set null", index="btree_not_null"
    )
    team_id = fields.Many2one("crm.team", string="Sales Team", ondelete="set null")
    familiar = fields.Boolean(
        help="The salesperson knew the person or the company before."
    )

    # Why
    definition_id = fields.Many2one(
        "flywheel.handover.definition", string="MQL Definition", ondelete="set null"
    )
    definition_version = fields.Integer(aggregator=None)
    score_model_id = fields.Many2one("flywheel.score.model", ondelete="set null")
    score = fields.Float(
        digits=(16, 1), aggregator="avg", help="When the threshold was reached."
    )
    threshold = fields.Float(aggregator=None)
    grade = fields.Selection(GRADES)
    box_rule_ids = fields.Many2many(
        "flywheel.handover.box.rule",
        "flywheel_handover_box_rule_rel",
        "handover_id",
        "rule_id",
        string="Boxes Filled By",
    )
    source_id = fields.Many2one(
        "utm.source", ondelete="set null", index="btree_not_null"
    )
    medium_id = fields.Many2one(
        "utm.medium", ondelete="set null", index="btree_not_null"
    )
    campaign_id = fields.Many2one(
        "utm.campaign", ondelete="set null", index="btree_not_null"
    )

    # When
    date_queued = fields.Datetime(string="Queued")
    date_assigned = fields.Datetime(string="Assigned")
    date_closed = fields.Datetime(string="Closed")
    deadline = fields.Datetime(string="Answer Until")
    hours_to_assign = fields.Float(string="Hours in the Queue", aggregator="avg")
    hours_to_answer = fields.Float(aggregator="avg")
    in_time = fields.Selection(
        [("yes", "In Time"), ("no", "Late")], string="Deadline", readonly=True
    )
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")
    reminders = fields.Integer(
        aggregator=None, help="1: the salesperson was reminded. 2: so was the leader."
    )

    # What became of it
    waiting_reason = fields.Selection(WAITING_REASONS, string="Why It Waits")
    return_reason_id = fields.Many2one(
        "flywheel.return.reason", ondelete="restrict", index="btree_not_null"
    )
    return_note = fields.Text()
    nurture_date = fields.Date(
        string="Nurture Until", help="No hand-over again before that day."
    )
    withdraw_reason = fields.Selection(
        [
            ("score", "The score fell below the threshold"),
            ("objection", "The person objects to profiling"),
            ("closed", "The lead was won, lost or deleted"),
            ("merge", "Joined with the hand-over of the same person"),
        ],
        string="Why Withdrawn",
    )
    won_status = fields.Selection(related="lead_id.won_status", string="Outcome")
    note = fields.Html(string="Hand-Over Note", sanitize=False, readonly=True)
    activity_id = fields.Many2one(
        "mail.activity", ondelete="set null", index="btree_not_null"
    )
    asked = fields.Boolean(help="Marketing was asked to fill the empty boxes.")
    box_text = fields.Html(string="Boxes", related="profile_id.handover_box_text")
    can_answer = fields.Boolean(compute="_compute_can_answer")

    _one_open = models.UniqueIndex(
        "(profile_id) WHERE state IN ('incomplete', 'waiting', 'assigned')",
        "This person is being handed over already.",
    )
    _profile_idx = models.Index("(profile_id, id)")
    _queue_idx = models.Index("(date_queued, id) WHERE state = 'waiting'")
    _deadline_idx = models.Index("(deadline) WHERE state = 'assigned'")
    _incomplete_idx = models.Index("(id) WHERE state = 'incomplete'")
    _load_idx = models.Index("(user_id, team_id, date_assigned)")

    @api.depends("state", "deadline")
    def _compute_overdue(self):
        now = fields.Datetime.now()
        for handover in self:
            handover.overdue = (
                handover.state == "assigned"
                and bool(handover.deadline)
                and handover.deadline < now
            )

    @api.model
    def _search_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("state", "=", "assigned") & Domain(
            "deadline", "<", fields.Datetime.now()
        )

    @api.depends("state", "user_id", "lead_id.user_id")
    @api.depends_context("uid")
    def _compute_can_answer(self):
        for handover in self:
            handover.can_answer = handover._may_answer()

    def _may_answer(self):
        """Tell whether the user may accept or return: it is the user's own, or the
        user leads sales."""
        self.ensure_one()
        user = self.env.user
        # sudo: whose it is, for somebody who may see the hand-over
        owners = self.sudo().user_id | self.sudo().lead_id.user_id
        return self.state == "assigned" and (
            user in owners
            or user.has_group("sales_team.group_sale_manager")
            or user.has_group("inbound_flywheel.group_flywheel_manager")
        )

    @api.model
    def _search(self, *args, **kwargs):
        self._flush_notices()
        return super()._search(*args, **kwargs)

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_open_lead(self):
        """Open the lead, or the person while there is none."""
        self.ensure_one()
        return (self.lead_id or self.profile_id)._get_records_action()
