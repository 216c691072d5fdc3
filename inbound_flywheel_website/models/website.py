# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models, tools
from odoo.http import request


class Website(models.Model):
    _inherit = "website"

    @api.model
    def _flywheel_agreed(self):
        """Tell whether the visitor of the request may be followed: it agreed to
        optional cookies, or the website does not ask."""
        website_id = getattr(request, "website_routing", None)
        website_id = website_id or self.get_current_website().id
        if not self._flywheel_has_bar(website_id):
            return True
        return request.env["ir.http"]._is_allowed_cookie("optional")

    @api.model
    @tools.ormcache("website_id")
    def _flywheel_has_bar(self, website_id):
        """Tell whether a website asks for cookies: kept, as every page wants it."""
        # sudo: what the website shows everybody
        return bool(self.sudo().browse(website_id).cookies_bar)

    def unlink(self):
        # What people looked at stays in the ledger, without a website and a page.
        # Two that have the same path are told apart by where they were.
        self.env["flywheel.page"].flush_model()
        self.env.cr.execute(
            """
            UPDATE flywheel_page p
               SET website_id = NULL, company_id = NULL, page_id = NULL,
                   path = path || CASE WHEN EXISTS (
                       SELECT FROM flywheel_page o
                        WHERE o.path = p.path AND o.id <> p.id
                          AND (o.website_id IS NULL OR o.website_id = ANY(%(ids)s)))
                     THEN '#' || website_id ELSE '' END
             WHERE website_id = ANY(%(ids)s)
            """,
            {"ids": self.ids},
        )
        self.env["flywheel.page"].invalidate_model(flush=False)
        return super().unlink()

    def write(self, vals):
        result = super().write(vals)
        if "cookies_bar" in vals:
            self.env.registry.clear_cache()
        return result
