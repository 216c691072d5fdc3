# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools


class FlywheelHandoverBox(models.Model):
    """Something that has to be known of a person before sales is called in: need,
    budget, background, interaction. Rules say what fills it."""

    _name = "flywheel.handover.box"
    _description = "Hand-Over Box"
    _inherit = ["flywheel.cached.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(
        translate=True, help="What is known once the box is filled."
    )
    question = fields.Char(
        translate=True,
        help="What to ask the person while the box is empty. Shown to marketing, and "
        "to sales as an open question.",
    )
    rule_ids = fields.One2many(
        "flywheel.handover.box.rule", "box_id", string="Filled By", copy=True
    )

    _code_uniq = models.Constraint("UNIQUE (code)", "This box code exists already.")

    @api.model
    @tools.ormcache()
    def _get_ids_in_force(self):
        return tuple(self.sudo().search([("active", "=", True)]).ids)

    @api.model
    def _get_in_force(self):
        """Return the boxes in use, in order."""
        return self.browse(self._get_ids_in_force())

    def _find_fillings(self, profile_ids):
        """Tell which rule fills which box of which person, in one statement.

        :param profile_ids: ids of people
        :return: {profile id: {box id: rule id}}, of several rules the first one
        """
        # sudo: a box says the same of a person whoever asks
        rules = self.sudo().rule_ids.filtered("active").sorted()
        matches = rules._get_matches_sql(profile_ids) if profile_ids else None
        if matches is None:
            return {}
        place = {rule.id: index for index, rule in enumerate(rules)}
        found = {}
        rows = self.env.execute_query(matches)
        for profile_id, rule_id in sorted(rows, key=lambda row: place[row[1]]):
            box_id = rules.browse(rule_id).box_id.id
            found.setdefault(profile_id, {}).setdefault(box_id, rule_id)
        return found
