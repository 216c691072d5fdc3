# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class FlywheelAgent(models.Model):
    """What a colleague can do in service, and how much at a time."""

    _name = "flywheel.agent"
    _description = "Service Agent"
    _order = "name, id"
    _rec_name = "name"

    user_id = fields.Many2one(
        "res.users",
        required=True,
        ondelete="cascade",
        domain=[("share", "=", False)],
    )
    name = fields.Char(related="user_id.partner_id.name", store=True)
    active = fields.Boolean(related="user_id.active", store=True)
    avatar_128 = fields.Image(related="user_id.avatar_128")
    team_ids = fields.Many2many(related="user_id.helpdesk_team_ids", string="Teams")
    skill_ids = fields.Many2many("flywheel.skill", string="Skills")
    lang_ids = fields.Many2many(
        "res.lang",
        string="Languages",
        # One may speak what no screen is translated into.
        context={"active_test": False},
        help="Languages in which the agent can answer. Empty: the language of the "
        "agent's own screens.",
    )
    capacity = fields.Integer(
        string="At Most",
        help="Cases that wait for an answer of this agent at one time; cases that wait "
        "for the customer do not count. 0: as the team has set.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        help="Empty: the agent's working hours elsewhere in Odoo, else those of the "
        "team.",
    )
    load = fields.Float(
        compute="_compute_load",
        digits=(16, 1),
        help="Open cases whose customers wait for an answer, over all teams.",
    )
    workload = fields.Char(
        string="Waiting for an Answer",
        compute="_compute_load",
        help="Open cases whose customers wait for the agent, over all teams, and how "
        "many there may be at one time.",
    )
    is_present = fields.Boolean(compute="_compute_presence")
    presence = fields.Char(compute="_compute_presence")

    _user_uniq = models.Constraint(
        "UNIQUE (user_id)", "This colleague is among the agents already."
    )

    @api.constrains("capacity")
    def _check_capacity(self):
        negative = self.filtered(lambda a: a.capacity < 0)
        if negative:
            raise ValidationError(
                self.env._(
                    "%(agent)s cannot have fewer than 0 cases at one time.",
                    agent=negative[0].name,
                )
            )

    @api.depends("capacity", "user_id")
    def _compute_load(self):
        # sudo: the sum says nothing about any single case
        team = self.env["helpdesk.ticket.team"].sudo()
        work = team._flywheel_work(self.user_id)
        for agent in self:
            agent.load = work.get(agent.user_id.id, (0.0, 0.0))[0]
            agent.workload = f"{agent.load:g}"
            limits = agent.team_ids.mapped("flywheel_capacity")
            limit = agent.capacity or all(limits) and max(limits, default=0)
            if limit:
                agent.workload = self.env._(
                    "%(load)s of %(capacity)s", load=agent.workload, capacity=limit
                )

    @api.depends_context("tz", "lang")
    def _compute_presence(self):
        # sudo: whether a colleague can take a case is no secret
        away = self.sudo()._find_away()
        put = self.env["flywheel.case.trace"]._put_exclusion
        for agent in self:
            reason = away.get(agent.user_id.id)
            agent.is_present = not reason
            words = put(*reason) if reason else self.env._("present")
            agent.presence = words[:1].upper() + words[1:]

    def _find_away(self):
        """Return {user id: (reason, time stamp of the end)} of agents who could not
        take a case of their first team now."""
        away = {}
        places = self.grouped(lambda agent: agent.user_id.helpdesk_team_ids[:1])
        for team, agents in places.items():
            for member in team._flywheel_members(agents.user_id):
                if member.absence or member.outside:
                    reason = member.absence or "outside"
                    away[member.id] = (reason, member.until)
        return away

    # ------------------------------------------------------------------
    # Who is an agent
    # ------------------------------------------------------------------
    @api.model
    def _ensure(self, users):
        """Make the agents that are missing among ``users``; return all of them."""
        # sudo: flywheel.agent - who is a member of a team is an agent
        agents = self.sudo().with_context(active_test=False)
        known = agents.search([("user_id", "in", users.ids)])
        missing = users.filtered(lambda u: not u.share) - known.user_id
        return known + agents.create([{"user_id": user.id} for user in missing])

    @api.model
    def _ensure_all(self):
        """Make the agents that are missing."""
        self._ensure(self.env["res.users"].search([("helpdesk_team_ids", "!=", False)]))

    def action_open_cases(self):
        """The open cases of the agent that wait for an answer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "helpdesk_mgmt.helpdesk_ticket_action"
        )
        action["domain"] = [
            ("user_id", "=", self.user_id.id),
            ("waiting_since", "!=", False),
        ]
        action["context"] = {}
        return action
