# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from typing import NamedTuple

from odoo import api, fields, models, tools

from ..engine.paths import matches, split_patterns


class Patterns(NamedTuple):
    """Which pages belong to a group."""

    id: int
    website_id: int | bool
    patterns: tuple

    def fits(self, path):
        return matches(path, self.patterns)


class FlywheelPageGroup(models.Model):
    """Pages that tell of the same interest: prices, a product, help."""

    _name = "flywheel.page.group"
    _description = "Group of Pages"
    _inherit = ["flywheel.cached.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=10, help="A page belongs to the first group that it fits."
    )
    active = fields.Boolean(default=True)
    color = fields.Integer()
    website_id = fields.Many2one(
        "website", ondelete="cascade", index=True, help="Empty: on all websites."
    )
    company_id = fields.Many2one(
        related="website_id.company_id", store=True, index="btree_not_null"
    )
    patterns = fields.Text(
        help="One a line, * stands for any characters: /pricing* or */contact*. Leave "
        "out the language. Single pages can be chosen by hand as well, in the list of "
        "pages.",
    )
    patterns_line = fields.Char(string="Addresses", compute="_compute_patterns_line")
    touchpoint_type_id = fields.Many2one(
        "flywheel.touchpoint.type",
        domain=[("direction", "=", "in")],
        ondelete="restrict",
        help="What a view counts as, if it is worth other points than any page. It "
        "holds for views from now on. Empty: Page Visited.",
    )
    page_ids = fields.One2many("flywheel.page", "group_id", string="Pages")
    page_count = fields.Integer(compute="_compute_page_count")

    @api.depends("patterns")
    def _compute_patterns_line(self):
        for group in self:
            group.patterns_line = ", ".join(split_patterns(group.patterns))

    @api.depends("page_ids")
    def _compute_page_count(self):
        groups = self.env["flywheel.page"]._read_group(
            [("group_id", "in", self.ids)], ["group_id"], ["__count"]
        )
        counts = {group.id: count for group, count in groups}
        for group in self:
            group.page_count = counts.get(group.id, 0)

    @api.model
    @tools.ormcache()
    def _get_patterns(self):
        """Return the groups that have patterns, as tuples :class:`Patterns`."""
        groups = self.sudo().search([("patterns", "!=", False)])
        return tuple(
            Patterns(group.id, group.website_id.id, tuple(patterns))
            for group in groups
            if (patterns := split_patterns(group.patterns))
        )

    @api.model_create_multi
    def create(self, vals_list):
        groups = super().create(vals_list)
        groups._regroup()
        return groups

    def write(self, vals):
        result = super().write(vals)
        if {"patterns", "sequence", "website_id", "active"} & vals.keys():
            self._regroup()
        return result

    def unlink(self):
        # sudo: pages follow the patterns, whoever changes these
        pages = self.env["flywheel.page"].sudo().search([("group_id", "in", self.ids)])
        pages.write({"group_id": False})
        result = super().unlink()
        self._regroup()
        return result

    @api.model
    def _regroup(self):
        """Find the group of every page whose group nobody chose."""
        # sudo: as above
        pages = self.env["flywheel.page"].sudo().with_context(active_test=False)
        pages = pages.search([("group_chosen", "=", False)])
        groups = self._get_patterns()
        moved = {}
        for page in pages:
            group_id = page._find_group(groups)
            if group_id != page.group_id.id:
                moved.setdefault(group_id, []).append(page.id)
        for group_id, ids in moved.items():
            pages.browse(ids).write({"group_id": group_id, "group_chosen": False})

    def action_open_pages(self):
        """Show the pages of the group."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel_website.flywheel_page_action"
        )
        action["domain"] = [("group_id", "=", self.id)]
        action["context"] = {"default_group_id": self.id}
        return action
