# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class FlywheelPlayRequest(models.Model):
    """Somebody looked for content for a persona in a stage, found none, and said so."""

    _name = "flywheel.play.request"
    _description = "Content Asked For"
    _order = "date desc, id desc"
    _rec_name = "persona_id"

    persona_id = fields.Many2one("flywheel.persona", ondelete="cascade", index=True)
    stage_id = fields.Many2one("flywheel.stage", required=True, ondelete="restrict")
    profile_id = fields.Many2one(
        "flywheel.profile",
        string="Person",
        required=True,
        ondelete="cascade",
        index=True,
    )
    lead_id = fields.Many2one("crm.lead", ondelete="set null", index="btree_not_null")
    user_id = fields.Many2one(
        "res.users",
        string="Asked By",
        required=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    note = fields.Char(help="What the person needs, in one line.")
    play_id = fields.Many2one(
        "flywheel.play",
        string="Answered With",
        ondelete="set null",
        index="btree_not_null",
    )
    company_id = fields.Many2one(related="profile_id.company_id")
    origin_id = fields.Integer(readonly=True)

    _open_idx = models.Index("(persona_id, stage_id) WHERE play_id IS NULL")

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        requests._tell_owners()
        return requests

    def _tell_owners(self):
        """Tell the owners of the personas what is asked for."""
        for request in self:
            # sudo: readers of a persona may write to its owner
            persona = request.persona_id.sudo()
            if not persona.owner_id or persona.owner_id == self.env.user:
                continue
            persona.message_notify(
                partner_ids=persona.owner_id.partner_id.ids,
                subject=self.env._(
                    "Content asked for: %(persona)s in %(stage)s",
                    persona=persona.name,
                    stage=request.stage_id.name,
                ),
                body=request.note
                or self.env._(
                    "%(user)s looked for content and found none.",
                    user=self.env.user.name,
                ),
            )

    @api.model
    def _answer(self, plays):
        """Settle the requests that plays answer."""
        for play in plays.filtered(lambda play: play.active and play.stage_ids):
            domain = [("play_id", "=", False), ("stage_id", "in", play.stage_ids.ids)]
            if play.persona_ids:
                domain.append(("persona_id", "in", play.persona_ids.ids))
            if play.company_id:
                domain.append(("company_id", "in", [False, play.company_id.id]))
            # sudo: whoever makes the content answers everybody who asked
            self.sudo().search(domain).play_id = play

    def action_open_profile(self):
        """Open the person behind a row, or the people behind several."""
        return self.profile_id._get_records_action(name=self.env._("People"))
