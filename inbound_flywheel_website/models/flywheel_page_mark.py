# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain


class FlywheelPage(models.Model):
    """Who a page is made for: kept in the content that stands for it, so that the
    matrix of personas and stages has it."""

    _inherit = "flywheel.page"

    play_id = fields.Many2one(
        "flywheel.play", string="Content", compute="_compute_marks"
    )
    persona_ids = fields.Many2many(
        "flywheel.persona",
        string="Personas",
        compute="_compute_marks",
        inverse="_inverse_marks",
        search="_search_persona_ids",
        help="Who it is made for. Marking a page puts it into the content matrix.",
    )
    stage_ids = fields.Many2many(
        "flywheel.stage",
        string="Stages",
        compute="_compute_marks",
        inverse="_inverse_marks",
        search="_search_stage_ids",
        help="The stages that it helps people on from.",
    )

    def _compute_marks(self):
        plays = self.env["flywheel.play"].search_fetch(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)],
            ["res_id", "persona_ids", "stage_ids"],
            order="id desc",
        )
        by_page = {play.res_id: play for play in plays}
        for page in self:
            play = by_page.get(page._origin.id, self.env["flywheel.play"])
            page.play_id = play
            page.persona_ids = play.persona_ids
            page.stage_ids = play.stage_ids

    def _inverse_marks(self):
        for page in self:
            personas, stages = page.persona_ids, page.stage_ids
            page.invalidate_recordset(["play_id"], flush=False)
            page._store_marks(personas, stages)

    def _store_marks(self, personas, stages):
        """Keep who the page is for in its content, which is made if it is missing."""
        play = self.env["flywheel.play"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)], limit=1
        )
        marks = {
            "persona_ids": [(6, 0, personas.ids)],
            "stage_ids": [(6, 0, stages.ids)],
        }
        if play and not personas and not stages:
            play.active = False
        elif play:
            play.write(marks)
        elif personas or stages:
            self.env["flywheel.play"].create({**self._prepare_play(), **marks})

    def _prepare_play(self):
        return {
            "name": self.name,
            "kind": "blog" if self.path.startswith("/blog/") else "other",
            "team": "marketing",
            "res_model": self._name,
            "res_id": self.id,
            "company_id": self.company_id.id,
        }

    @api.model
    def _search_persona_ids(self, operator, value):
        return self._search_marks("persona_ids", operator, value)

    @api.model
    def _search_stage_ids(self, operator, value):
        return self._search_marks("stage_ids", operator, value)

    @api.model
    def _search_marks(self, name, operator, value):
        if operator not in ("in", "any", "ilike", "like", "=ilike", "=like"):
            return NotImplemented
        plays = self.env["flywheel.play"].search_fetch(
            Domain("res_model", "=", self._name) & Domain(name, operator, value),
            ["res_id"],
        )
        found = Domain("id", "in", plays.mapped("res_id"))
        if operator == "in" and False in value:
            marked = self.env["flywheel.play"].search_fetch(
                Domain("res_model", "=", self._name) & Domain(name, "!=", False),
                ["res_id"],
            )
            return found | Domain("id", "not in", marked.mapped("res_id"))
        return found

    def write(self, vals):
        names = {page.id: page.name for page in self} if "name" in vals else {}
        result = super().write(vals)
        for page in self:
            # Content that was named after the page follows it.
            if names and page.play_id.name == names[page.id]:
                page.play_id.name = page.name
        return result

    def unlink(self):
        plays = self.play_id
        result = super().unlink()
        plays.active = False
        return result
