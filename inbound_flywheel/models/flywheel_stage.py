# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools

from ..engine import journey


class FlywheelStage(models.Model):
    """A stage of the buyer's journey or of the customer lifecycle.

    The two tracks are independent of each other and of the sales pipeline.
    """

    _name = "flywheel.stage"
    _description = "Journey or Lifecycle Stage"
    _inherit = ["flywheel.cached.mixin"]
    _order = "track, sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    track = fields.Selection(
        [("journey", "Buyer's Journey"), ("lifecycle", "Lifecycle")],
        required=True,
        default="journey",
    )
    definition = fields.Text(
        translate=True, help="What is true of a person in this stage."
    )
    entry_check = fields.Text(
        string="Entry Check-List",
        translate=True,
        help="What to see before a person is put here, one a line.",
    )
    phase = fields.Selection(
        [
            ("attract", "Attract"),
            ("convert", "Convert"),
            ("nurture", "Nurture"),
            ("retain", "Retain"),
        ],
        help="Which phase of the whole journey the stage belongs to.",
    )
    sequence = fields.Integer(default=10)
    is_exit = fields.Boolean(
        string="Way Out",
        help="A person here has left (lapsed, lost). Every way back in is open.",
    )
    color = fields.Integer()
    fold = fields.Boolean(string="Folded in Kanban")
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint(
        "UNIQUE (track, code)", "This stage code exists already in its track."
    )

    @api.model
    @tools.ormcache()
    def _get_walk_stages(self):
        """Return {id: journey.Stage} of all stages, archived ones too."""
        stages = self.sudo().with_context(active_test=False)
        return {
            stage.id: journey.Stage(stage.id, stage.sequence, stage.is_exit)
            for stage in stages.search_fetch([], ["sequence", "is_exit"])
        }

    @api.model
    def get_help(self, track):
        """Say what the stages of a track mean, for those who choose one.

        :param track: ``journey`` or ``lifecycle``
        :return: a list of dicts in the order of the stages: ``id``, ``name``,
            ``definition``, ``checks`` (list of texts), ``phase`` (its label)
        """
        phases = dict(self._fields["phase"]._description_selection(self.env))
        return [
            {
                "id": stage.id,
                "name": stage.name,
                "definition": stage.definition or "",
                "checks": (stage.entry_check or "").splitlines(),
                "phase": phases.get(stage.phase, ""),
            }
            for stage in self.search([("track", "=", track)])
        ]
