# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

GROUP = "inbound_flywheel.group_flywheel_user"


class WebsitePage(models.Model):
    """Who a page of the website is made for."""

    _inherit = "website.page"

    flywheel_page_ids = fields.One2many(
        "flywheel.page", "page_id", string="In the Ledger", groups=GROUP
    )
    flywheel_persona_ids = fields.Many2many(
        "flywheel.persona",
        string="Made for Personas",
        compute="_compute_flywheel_marks",
        inverse="_inverse_flywheel_marks",
        groups=GROUP,
        help="It then fills the content matrix, and the report of page views tells "
        "whether it reaches them.",
    )
    flywheel_stage_ids = fields.Many2many(
        "flywheel.stage",
        string="Helps on From",
        compute="_compute_flywheel_marks",
        inverse="_inverse_flywheel_marks",
        groups=GROUP,
    )

    @api.depends("flywheel_page_ids")
    def _compute_flywheel_marks(self):
        for page in self:
            page.flywheel_persona_ids = page.flywheel_page_ids.persona_ids
            page.flywheel_stage_ids = page.flywheel_page_ids.stage_ids

    def _inverse_flywheel_marks(self):
        for page in self:
            personas, stages = page.flywheel_persona_ids, page.flywheel_stage_ids
            page._flywheel_adopt()
            for known in page.flywheel_page_ids:
                known._store_marks(personas, stages)
            known_pages = page.flywheel_page_ids
            known_pages.invalidate_recordset(
                ["play_id", "persona_ids", "stage_ids"], flush=False
            )

    @api.model_create_multi
    def create(self, vals_list):
        pages = super().create(vals_list)
        pages._flywheel_adopt()
        return pages

    def write(self, vals):
        result = super().write(vals)
        if {"url", "website_id"} & vals.keys():
            self._flywheel_adopt()
        if vals.get("name"):
            # sudo: the ledger's name of the page follows, whoever renames it
            for page in self:
                page.sudo().flywheel_page_ids.name = page.name
        return result

    def _flywheel_adopt(self):
        """Let the ledger know these pages, on each website that shows them, so that
        they can be marked and grouped before anybody has seen them."""
        if not self:
            return
        websites = self.env["website"].sudo().search_fetch([], ["name"]).ids
        addresses = [
            (website_id, page.id, page.url)
            for page in self
            if page.url
            for website_id in (page.website_id.ids or websites)
        ]
        Page = self.env["flywheel.page"].sudo()
        found = Page._find_or_make(addresses)
        for (_website, page_id, _path), known in found.items():
            known = Page.browse(known)
            if known.page_id.id != page_id:
                known.page_id = page_id
        self.invalidate_recordset(["flywheel_page_ids"], flush=False)
