# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools

from ..engine.requests import Agent


class FlywheelMachineAgent(models.Model):
    """A program that opens mails or follows links, known by its user agent."""

    _name = "flywheel.machine.agent"
    _description = "Known Mail Program"
    _inherit = ["flywheel.cached.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    pattern = fields.Char(
        string="User Agent", required=True, help="A part of it; case does not matter."
    )
    exact = fields.Boolean(string="Nothing Else", help="The user agent is only this.")
    kind = fields.Selection(
        [
            ("scanner", "Scanner: no person"),
            ("prefetch", "Fetches opens in advance: no sign of a person"),
            ("proxy", "Stands between: a person"),
        ],
        required=True,
        default="scanner",
        help="A scanner's opens and clicks, and opens fetched in advance, are "
        "quarantined. A proxy fetches when a person reads, for many people from few "
        "networks: its networks tell nothing.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _check_pattern = models.Constraint(
        "CHECK (length(pattern) >= 3)",
        "Three characters at least: less fits everybody.",
    )

    @api.model
    @tools.ormcache()
    def _get_agents(self):
        """Return all known programs as a tuple of :class:`.requests.Agent`."""
        return tuple(
            Agent(agent.name, agent.pattern.strip().lower(), agent.exact, agent.kind)
            for agent in self.sudo().search([])
        )
