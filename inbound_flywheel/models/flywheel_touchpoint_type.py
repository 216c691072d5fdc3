# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.fields import Domain

# What mail scanners do.
FAKED = ("email_open", "email_click")


class FlywheelTouchpointType(models.Model):
    """What kind of thing happened between a person and the company."""

    _name = "flywheel.touchpoint.type"
    _description = "Touchpoint Type"
    _inherit = ["flywheel.cached.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, help="The name by which outside systems send this type."
    )
    channel_id = fields.Many2one(
        "flywheel.channel", required=True, ondelete="restrict", index=True
    )
    direction = fields.Selection(
        [("in", "Incoming"), ("out", "Outgoing"), ("internal", "Internal")],
        required=True,
        default="in",
        help="Incoming: the person acts. Outgoing: we do. Internal: neither, a fact "
        "about the relationship.",
    )
    team = fields.Selection(
        [("marketing", "Marketing"), ("sales", "Sales"), ("service", "Service")],
        required=True,
        default="marketing",
        string="Owning Team",
    )
    machine_seconds = fields.Integer(
        string="Machine If Within (s)",
        help="Mail scanners open and click within seconds after sending. A touchpoint "
        "of this type so soon after a mail went out is quarantined: kept, visible, "
        "worth nothing. 0: how soon it comes tells nothing.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint(
        "UNIQUE (code)", "This touchpoint type code exists already."
    )

    @api.model
    @tools.ormcache()
    def _get_ids_by_code(self):
        """Return {code: id} of all active types."""
        return {t.code: t.id for t in self.sudo().search_fetch([], ["code"])}

    @api.model
    @tools.ormcache()
    def _get_guarded_ids(self):
        """Return the ids of the types that machines are known to fake: opens and
        clicks, and whatever must not come too soon after a mail."""
        domain = Domain("machine_seconds", ">", 0) | Domain("code", "in", FAKED)
        return frozenset(self.sudo().search(domain).ids)

    @api.model
    @tools.ormcache()
    def _get_machine_seconds(self):
        """Return {id: seconds after sending within which it is a machine}."""
        types = self.sudo().search_fetch([("machine_seconds", ">", 0)])
        return {t.id: t.machine_seconds for t in types}

    @api.model
    @tools.ormcache()
    def _get_directions(self):
        """Return {id: direction} of all types, archived ones too."""
        types = self.sudo().with_context(active_test=False)
        return {t.id: t.direction for t in types.search_fetch([], ["direction"])}
