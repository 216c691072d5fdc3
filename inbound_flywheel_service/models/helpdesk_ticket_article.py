# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.tools import html_sanitize


class HelpdeskTicketArticle(models.Model):
    """From a solution to an article."""

    _inherit = "helpdesk.ticket"

    def action_flywheel_make_article(self):
        """Open a new article, prefilled from the solution of the case.

        :raises UserError: there is no solution yet
        """
        self.ensure_one()
        self.check_access("read")
        if not self.solution:
            raise UserError(self.env._("Write down first what solved the case."))
        action = self._flywheel_article_action(self.name)
        action["context"]["flywheel_case_id"] = self.id
        return action

    def _flywheel_article_action(self, title):
        """The form of a new article; an empty recordset gives no text."""
        page = self.env["document.page"]
        solver = self.user_id.name or ""
        summary = self.env._("First version")
        if self:
            summary = self.env._(
                "From the solution of case %(number)s", number=self.number
            )
        # The customer's own words stay on the case: they may name him.
        content = html_sanitize(self.solution or "<p><br></p>")
        [(category, _count)] = page._read_group(
            [("type", "=", "content"), ("parent_id", "!=", False)],
            ["parent_id"],
            ["__count"],
            order="__count DESC",
            limit=1,
        ) or [(page, 0)]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Article"),
            "res_model": "document.page",
            "views": [(False, "form")],
            "target": "current",
            "context": {
                "default_type": "content",
                "default_name": title,
                "default_content": content,
                "default_draft_name": "1.0",
                "default_draft_summary": summary,
                "default_parent_id": category.id,
                "default_flywheel_credit": solver,
            },
        }
