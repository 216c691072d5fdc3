# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# What the buttons and the sending note: who writes them, answers in another's name.
FACTS = {
    "company_id",
    "delivery_ids",
    "digest",
    "left_ticket_ids",
    "member_ids",
    "round",
    "sender_id",
    "sending",
    "state",
    "ticket_ids",
    "words",
}


class FlywheelCaseGroup(models.Model):
    """Cases of one incident: proposed by their words, confirmed by people.

    Confirmed, it takes in new cases by itself, and gives all of them one answer, one
    owner and one solution.
    """

    _name = "flywheel.case.group"
    _description = "Incident"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"

    name = fields.Char(required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("confirmed", "Confirmed"),
            ("closed", "Closed"),
            ("dissolved", "Dissolved"),
        ],
        required=True,
        default="proposed",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    words = fields.Char(
        readonly=True, help="Words that more than half of its cases have in common."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        domain="[('share', '=', False)]",
        tracking=True,
        help="Whoever leads the work on the incident.",
    )
    ticket_ids = fields.One2many(
        "helpdesk.ticket", "group_id", string="Cases", readonly=True
    )
    # The same for rules and for the system: what these read stays in the cache, and
    # must not show up in what a user sees.
    member_ids = fields.One2many(
        "helpdesk.ticket", "group_id", readonly=True, groups="base.group_system"
    )
    left_ticket_ids = fields.Many2many(
        "helpdesk.ticket",
        "flywheel_case_group_left_rel",
        string="Not the Same",
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Cases of which a person said that they are no part of it.",
    )
    case_count = fields.Integer(string="Cases in All", compute="_compute_counts")
    open_count = fields.Integer(string="Open Cases", compute="_compute_counts")
    customer_count = fields.Integer(string="Customers", compute="_compute_counts")
    first_date = fields.Datetime(string="Since", compute="_compute_counts")
    last_date = fields.Datetime(string="Last Case", compute="_compute_counts")
    answered_count = fields.Integer(string="Answered", compute="_compute_answered")
    unanswered_count = fields.Integer(
        string="Answer Missing", compute="_compute_answered"
    )
    answer = fields.Html(
        help="Sent to every customer of the incident for whose language there is no "
        "other wording."
    )
    variant_ids = fields.One2many(
        "flywheel.case.group.variant", "group_id", string="In Other Languages"
    )
    delivery_ids = fields.One2many(
        "flywheel.case.group.delivery", "group_id", readonly=True
    )
    round = fields.Integer(
        string="Answers Sent",
        readonly=True,
        copy=False,
        help="Number of different answers that were sent.",
    )
    digest = fields.Char(readonly=True, copy=False)
    sending = fields.Boolean(readonly=True, copy=False, index=True)
    sender_id = fields.Many2one("res.users", readonly=True, copy=False)
    solution = fields.Html(
        help="What solved the incident. When it is closed, its cases get it."
    )

    # ------------------------------------------------------------------
    # Computed fields
    # ------------------------------------------------------------------
    def _compute_counts(self):
        # sudo: how large the incident is, not what its cases say
        tickets = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        figures = {
            group: values
            for group, *values in tickets._read_group(
                [("group_id", "in", self.ids)],
                ["group_id"],
                [
                    "__count",
                    "flywheel_customer_key:count_distinct",
                    "create_date:min",
                    "create_date:max",
                ],
            )
        }
        still_open = dict(
            tickets._read_group(
                [("group_id", "in", self.ids), ("stage_id.closed", "=", False)],
                ["group_id"],
                ["__count"],
            )
        )
        for group in self:
            count, customers, first, last = figures.get(group.sudo(), (0, 0, 0, 0))
            group.case_count = count
            group.customer_count = customers
            group.first_date = first
            group.last_date = last
            group.open_count = still_open.get(group.sudo(), 0)

    @api.depends("round")
    def _compute_answered(self):
        # sudo: a number
        deliveries = self.env["flywheel.case.group.delivery"].sudo()
        for group in self:
            group.answered_count = deliveries.search_count(
                [("group_id", "=", group.id), ("round", "=", group.round)]
            )
            group.unanswered_count = len(group._get_unanswered()) if group.round else 0

    # ------------------------------------------------------------------
    # Who may
    # ------------------------------------------------------------------
    def _check_all_cases(self):
        """Its cases, if the user may change every one of them.

        :raises AccessError: some of them are not his
        """
        self.ensure_one()
        self.check_access("write")
        # sudo: to find out whether there are cases that he may not see
        cases = self.env["helpdesk.ticket"].browse(self.sudo().member_ids.ids)
        hidden = len(cases) - len(cases._filtered_access("write"))
        if hidden:
            raise AccessError(
                self.env._(
                    "%(count)s cases of this incident are not yours to change. Ask a "
                    "colleague who may see all cases.",
                    count=hidden,
                )
            )
        return cases

    def write(self, vals):
        if not self.env.su and vals.keys() & FACTS:
            raise AccessError(
                self.env._("Use the buttons of the incident, the rest is a fact.")
            )
        return super().write(vals)

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_confirm(self):
        """It is one incident: from now on new cases join by themselves."""
        self.check_access("write")
        for group in self.filtered(lambda g: g.state == "proposed"):
            # sudo: the state follows from the button; access is checked above
            group.sudo().state = "confirmed"
            group._trace("group_confirmed")
        return True

    def action_dissolve(self):
        """It is none: the cases go on by themselves and are not proposed again."""
        for group in self.filtered(lambda g: g.state in ("proposed", "confirmed")):
            cases = group._check_all_cases()
            group._trace("group_dissolved")
            group._leave(cases)
            # sudo: the state follows from the button; access is checked above
            group.sudo().state = "dissolved"
        return True

    def action_assign_all(self):
        """Give every open case to the owner of the incident."""
        self.ensure_one()
        cases = self._check_all_cases().filtered(lambda case: not case.closed)
        if not self.user_id:
            raise UserError(self.env._("Choose an owner first."))
        # A case without a team, or of a team that he is no member of, keeps its agent.
        mine = cases.filtered(
            lambda c: not c.team_id or self.user_id in c.team_id.sudo().user_ids
        )
        (mine - mine.filtered(lambda c: c.user_id == self.user_id)).write(
            {"user_id": self.user_id.id}
        )
        left = len(cases - mine)
        message = self.env._(
            "%(count)s cases given to %(user)s.",
            count=len(mine),
            user=self.user_id.name,
        )
        if left:
            message += " " + self.env._(
                "%(count)s cases stay where they are: their team has other members.",
                count=left,
            )
        return self._notice(message, "warning" if left else "success")

    def action_close(self):
        """Close all of its cases with its solution."""
        self.ensure_one()
        if self.state != "confirmed":
            raise UserError(self.env._("Confirm the incident first."))
        cases = self._check_all_cases().filtered(lambda case: not case.closed)
        for team, own in cases.grouped("team_id").items():
            stage = (
                team._get_applicable_stages()
                .filtered(lambda s: s.closed and not s.unsolved)
                .sorted("sequence")[:1]
            )
            if not stage:
                raise UserError(
                    self.env._("There is no stage for solved cases: %s", team.name)
                )
            blank = own.filtered(lambda c: not c.solution)
            blank.write({"stage_id": stage.id, "solution": self.solution})
            (own - blank).write({"stage_id": stage.id})
        self._trace("group_closed", cases)
        # sudo: the state follows from the button; access is checked above
        self.sudo().state = "closed"
        return True

    def action_open_cases(self):
        """Its cases, as far as the user may see them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "helpdesk_mgmt.helpdesk_ticket_action"
        )
        return dict(action, domain=[("group_id", "=", self.id)], context={})

    # ------------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------------
    def _leave(self, cases):
        """Take cases out, for good."""
        # sudo: what a person said of a case is kept where he does not write
        self.sudo().left_ticket_ids |= cases.sudo()
        cases.sudo().write({"group_id": False})

    def _trace(self, code, cases=None):
        trace = self.env["flywheel.case.trace"]
        # sudo: a line on every case, also on those that this user does not see
        cases = (self.sudo().member_ids if cases is None else cases).sudo()
        trace._add(
            [
                trace._line(
                    case, "group", code, user=self.env.user.name, group=self.name
                )
                for case in cases
            ]
        )

    def _notice(self, message, kind="success"):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
