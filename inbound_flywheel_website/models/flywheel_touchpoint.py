# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain


class FlywheelTouchpoint(models.Model):
    """Touchpoints of the website: views of pages, downloads of files."""

    _inherit = "flywheel.touchpoint"

    page_group_id = fields.Many2one(
        "flywheel.page.group",
        string="Group of Pages",
        compute="_compute_page_group_id",
        search="_search_page_group_id",
        help="The group that the page belongs to now.",
    )

    # A visit counts once, whatever the group of its page makes of it.
    _visit_uniq = models.UniqueIndex(
        "(external_key) WHERE res_model = 'flywheel.page'",
        "This visit is in the ledger already.",
    )

    @api.depends("res_model", "res_id")
    def _compute_page_group_id(self):
        views = self.filtered(lambda line: line.res_model == "flywheel.page")
        # sudo: the words of the set-up; the line itself may be read
        pages = self.env["flywheel.page"].sudo()
        groups = {
            page.id: page.group_id.id
            for page in pages.search_fetch(
                [("id", "in", views.mapped("res_id"))], ["group_id"]
            )
        }
        for line in self:
            line.page_group_id = line in views and groups.get(line.res_id)

    @api.model
    def _search_page_group_id(self, operator, value):
        if operator not in ("in", "any", "ilike", "like", "=ilike", "=like"):
            return NotImplemented
        views = Domain("res_model", "=", "flywheel.page")
        if operator == "in" and False in value:
            grouped = self._search_page_group_id("any", Domain.TRUE)
            rest = [group for group in value if group]
            return ~grouped | (
                self._search_page_group_id("in", rest) if rest else Domain.FALSE
            )
        pages = self.env["flywheel.page"].sudo().with_context(active_test=False)
        found = pages._search([("group_id", operator, value)])
        return views & Domain("res_id", "in", found)

    @api.model
    def _flywheel_quarantine_bursts(self, views):
        """Set aside what was looked at too fast for a reader.

        :param views: {touchpoint id: pages within a minute}
        """
        reason = self.env._("Faster than anybody reads")
        evidence = {
            touchpoint_id: self.env._("%(count)s pages within a minute", count=count)
            for touchpoint_id, count in views.items()
        }
        if hasattr(self, "_quarantine"):
            self._quarantine(dict.fromkeys(views, reason), evidence)
            return
        lines = self.browse(views).filtered(lambda line: line.state == "valid")
        lines.write({"state": "quarantined", "quarantine_reason": reason})
        lines.flush_recordset()
        lines.filtered(lambda line: not line.pending)._apply()
