# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .flywheel_condition_mixin import check_domain


class FlywheelHandoverBoxRule(models.Model):
    """A condition that fills a box of the hand-over."""

    _name = "flywheel.handover.box.rule"
    _description = "Hand-Over Box Rule"
    _inherit = "flywheel.profile.rule"

    box_id = fields.Many2one(
        "flywheel.handover.box", required=True, ondelete="cascade", index=True
    )
    model = fields.Selection(
        selection_add=[("flywheel.touchpoint", "Touchpoint")],
        ondelete={"flywheel.touchpoint": "cascade"},
    )

    def _get_match_sql(self, profile_ids):
        if self.model != "flywheel.touchpoint":
            return super()._get_match_sql(profile_ids)
        # sudo: a rule says the same of a person whoever asks
        Touchpoint = self.env[self.model].sudo()
        domain = check_domain(Touchpoint, self.domain) & Domain("state", "=", "valid")
        if profile_ids is not None:
            domain &= Domain("profile_id", "in", list(profile_ids))
        query = Touchpoint._search(domain, bypass_access=True)
        selected = query.select(
            SQL("DISTINCT %s", SQL.identifier(Touchpoint._table, "profile_id")),
            SQL("%s AS rule_id", self.id),
        )
        return SQL("(%s)", selected)

    @api.model
    def _get_force_domain(self):
        return [("box_id.active", "=", True)]
