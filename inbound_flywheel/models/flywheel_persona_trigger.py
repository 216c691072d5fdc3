# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class FlywheelPersonaTrigger(models.Model):
    """Something happened that may make personas out of date: a new channel, a new
    competitor. Logging it opens a review of the personas it affects."""

    _name = "flywheel.persona.trigger"
    _description = "Review Trigger"
    _order = "date desc, id desc"
    _rec_name = "description"

    kind = fields.Selection(
        [
            ("channel", "New Channel"),
            ("social", "New Social Platform"),
            ("competitor", "New Competitor"),
            ("size", "Our Company's Size"),
            ("product", "Product Line"),
            ("other", "Other"),
        ],
        required=True,
    )
    description = fields.Char(string="What Happened", required=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    user_id = fields.Many2one(
        "res.users",
        string="Logged By",
        readonly=True,
        default=lambda self: self.env.user,
    )
    persona_ids = fields.Many2many(
        "flywheel.persona",
        string="Personas Affected",
        help="Empty: all personas.",
    )
    review_ids = fields.Many2many(
        "flywheel.persona.review", string="Reviews", readonly=True
    )
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", default=lambda self: self.env.company
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            own = {"user_id": self.env.uid}
            vals_list = [{**vals, **own} for vals in vals_list]
        triggers = super().create(vals_list)
        for trigger in triggers:
            trigger._get_personas()._schedule_review(trigger._get_reason(), trigger)
        return triggers

    def _get_personas(self):
        """Return the personas that the event affects, of those its author may read."""
        self.ensure_one()
        Persona = self.env["flywheel.persona"]
        if self.persona_ids:
            return self.persona_ids._filtered_access("read")
        companies = [False]
        companies += self.company_id.ids or self.env.companies.ids
        return Persona.search([("company_id", "in", companies)])

    def _get_reason(self):
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return self.env._(
            "%(kind)s: %(what)s", kind=kinds[self.kind], what=self.description
        )
