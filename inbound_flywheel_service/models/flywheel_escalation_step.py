# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

UNITS = {"minutes": 60, "hours": 3600}
DECISIVE = {"active", "delay", "ladder_id", "trigger", "unit"}


class FlywheelEscalationStep(models.Model):
    """One step of a ladder: when, and what then."""

    _name = "flywheel.escalation.step"
    _description = "Escalation Step"
    _order = "ladder_id, sequence, id"
    _rec_name = "sentence"

    ladder_id = fields.Many2one(
        "flywheel.escalation.ladder", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    delay = fields.Integer(
        string="After", default=60, help="Time counts within the team's working hours."
    )
    unit = fields.Selection(
        [("minutes", "minutes"), ("hours", "hours")], required=True, default="minutes"
    )
    trigger = fields.Selection(
        [
            ("waiting", "of waiting"),
            ("before_due", "before the answer is due"),
            ("after_due", "after the answer was due"),
            ("unowned", "without an owner"),
        ],
        string="Of",
        required=True,
        default="waiting",
    )
    notify_owner = fields.Boolean(string="Tell the Owner")
    notify_lead = fields.Boolean(string="Tell the Team Leader")
    notify_managers = fields.Boolean(string="Tell the Managers")
    user_ids = fields.Many2many(
        "res.users", string="Tell Also", domain=[("share", "=", False)]
    )
    how = fields.Selection(
        [("activity", "Activity"), ("mail", "Message")],
        required=True,
        default="activity",
        help="An activity on each case, or one message a person that lists the cases.",
    )
    priority = fields.Selection(
        selection=lambda self: (
            self.env["helpdesk.ticket"]
            ._fields["priority"]
            ._description_selection(self.env)
        ),
        string="Raise Priority To",
    )
    reassign = fields.Selection(
        [
            ("lead", "Give to the team leader"),
            ("team", "Give to another team"),
            ("queue", "Back to the queue"),
        ],
    )
    reassign_team_id = fields.Many2one("helpdesk.ticket.team", ondelete="set null")
    sentence = fields.Char(compute="_compute_sentence")

    _check_delay = models.Constraint(
        "CHECK (delay >= 0)", "A step comes after zero minutes at the earliest."
    )

    @api.depends_context("lang")
    @api.depends(
        "delay",
        "unit",
        "trigger",
        "notify_owner",
        "notify_lead",
        "notify_managers",
        "user_ids.name",
        "how",
        "priority",
        "reassign",
        "reassign_team_id.name",
    )
    def _compute_sentence(self):
        for step in self:
            step.sentence = self.env._(
                "%(when)s: %(actions)s.",
                when=step._when(),
                actions=", ".join(step._actions()) or self.env._("nothing"),
            )

    def _when(self):
        time = (
            self.env._("%(number)s h", number=self.delay)
            if self.unit == "hours"
            else self.env._("%(number)s min", number=self.delay)
        )
        if not self.delay:
            return {
                "waiting": self.env._("As soon as the customer waits"),
                "unowned": self.env._("As soon as nobody owns it"),
            }.get(self.trigger, self.env._("When the answer is due"))
        return {
            "waiting": self.env._("After %(time)s of waiting", time=time),
            "before_due": self.env._("%(time)s before the answer is due", time=time),
            "after_due": self.env._("%(time)s after the answer was due", time=time),
            "unowned": self.env._("After %(time)s without an owner", time=time),
        }.get(self.trigger, "")

    def _actions(self):
        people = []
        if self.notify_owner:
            people.append(self.env._("the owner"))
        if self.notify_lead:
            people.append(self.env._("the team leader"))
        if self.notify_managers:
            people.append(self.env._("the managers"))
        people += self.user_ids.mapped("name")
        parts = []
        if people:
            people = ", ".join(people)
            parts.append(self.env._("tell %(people)s", people=people))
        if self.priority:
            level = self._label("priority")
            parts.append(self.env._("raise the priority to %(level)s", level=level))
        if self.reassign == "lead":
            parts.append(self.env._("give it to the team leader"))
        elif self.reassign == "queue":
            parts.append(self.env._("put it back to the queue"))
        elif self.reassign == "team":
            team = self.reassign_team_id.name or "?"
            parts.append(self.env._("give it to %(team)s", team=team))
        return parts

    def _label(self, name):
        selection = self._fields[name]._description_selection(self.env)
        return dict(selection).get(self[name], "")

    @api.constrains("reassign", "reassign_team_id")
    def _check_team(self):
        if self.filtered(lambda s: s.reassign == "team" and not s.reassign_team_id):
            raise ValidationError(self.env._("Say to which team the case is given."))

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        self.env["helpdesk.ticket"]._flywheel_look_again()
        return steps

    def write(self, vals):
        result = super().write(vals)
        if DECISIVE & vals.keys():
            self.env["helpdesk.ticket"]._flywheel_look_again()
        return result

    # ------------------------------------------------------------------
    # When
    # ------------------------------------------------------------------
    def _moment(self, waiting_since, due, unowned_since, time):
        """(moment of this step, start of the period) or ``(None, None)``.

        :param time: :class:`WorkingTime` of the case
        """
        seconds = self.delay * UNITS[self.unit]
        start, period = {
            "waiting": (waiting_since, waiting_since),
            "before_due": (due, waiting_since),
            "after_due": (due, waiting_since),
            "unowned": (unowned_since, unowned_since),
        }[self.trigger]
        if not start or not period:
            return None, None
        sign = -1 if self.trigger == "before_due" else 1
        return time.add(start, sign * seconds), period
