# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools

from ..engine.machines import Spec

# Signs that the judge knows; addons that see more look for the others.
SIGNS = [
    ("soon", "Within seconds after sending"),
    ("hasty", "Soon after sending"),
    ("burst", "Several links at once"),
    ("agent", "Known scanner"),
    ("prefetch", "Fetched in advance"),
    ("head", "Asked for the head only"),
    ("anonymous", "Says not what it is"),
    ("network", "One network, many recipients"),
]


class FlywheelMachineSign(models.Model):
    """A sign by which opens and clicks of machines are told from those of people.

    Each weighs percent. Signs of one touchpoint that weigh 100 together are a
    verdict: the touchpoint is quarantined.
    """

    _name = "flywheel.machine.sign"
    _description = "Sign of a Machine"
    _inherit = ["flywheel.cached.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Selection(SIGNS, string="Sign", required=True)
    weight = fields.Integer(
        string="Weight (%)",
        required=True,
        help="Signs that weigh 100 together are enough. A sign of 100 is enough "
        "alone, one of 50 needs another.",
    )
    seconds = fields.Integer(
        help="The span of time that the sign looks at. How soon after sending is too "
        "soon for a person, each touchpoint type says for itself."
    )
    count = fields.Integer(
        string="At Least", help="So many different links, or recipients."
    )
    description = fields.Text(translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint("UNIQUE (code)", "This sign is in the list already.")
    _check_weight = models.Constraint(
        "CHECK (weight BETWEEN 0 AND 100)", "A weight is between 0 and 100 %."
    )
    _check_span = models.Constraint(
        "CHECK (seconds BETWEEN 0 AND 3600 AND count >= 0)",
        "A sign looks at a span of at most an hour.",
    )

    @api.model
    @tools.ormcache()
    def _get_specs(self):
        """Return {code: Spec} of the signs in force."""
        return {
            sign.code: Spec(sign.weight, sign.seconds or 0, sign.count or 0)
            for sign in self.sudo().search([("weight", ">", 0)])
        }

    def action_judge_again(self):
        """Judge all opens and clicks of the past anew, by the signs in force now."""
        return self.env["flywheel.machine.run"]._start()
