# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.fields import Domain


class DocumentPage(models.Model):
    _name = "document.page"
    _inherit = ["document.page", "flywheel.text.mixin"]

    # history_head: with document_page_approval it is the last approved version.
    _flywheel_text_fields = frozenset({"name", "type", "company_id", "history_head"})

    def _flywheel_texts(self):
        # A title says what an article is about: it counts twice.
        return {
            page.id: (
                page.company_id.id,
                [page.name, page.name, page.history_head.content],
            )
            for page in self
            if page.type == "content"
        }

    def _flywheel_text_domain(self):
        return Domain("type", "=", "content")

    def unlink(self):
        ids = self.ids
        result = super().unlink()
        self.env["flywheel.case.link"]._forget(self._name, ids)
        return result
