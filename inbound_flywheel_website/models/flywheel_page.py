# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from urllib.parse import urlsplit

from odoo import api, fields, models, tools
from odoo.tools import SQL

from ..engine.paths import FILE_PATH, MAX_PATH, clean_path, find_record


class FlywheelPage(models.Model):
    """A page or a file of the website, as the ledger knows it.

    It stays when the page itself is deleted, and everybody who may see people may read
    it: what somebody looked at is told long after, and to sales as well.
    """

    _name = "flywheel.page"
    _description = "Page of the Website"
    _order = "name, id"

    name = fields.Char(required=True)
    path = fields.Char(required=True, help="Its address, without language and query.")
    kind = fields.Selection(
        [("page", "Page"), ("file", "File")], required=True, default="page"
    )
    website_id = fields.Many2one("website", ondelete="set null", index=True)
    company_id = fields.Many2one(
        related="website_id.company_id", store=True, index="btree_not_null"
    )
    page_id = fields.Many2one(
        "website.page",
        string="Page in the Website Builder",
        ondelete="set null",
        index="btree_not_null",
        groups="website.group_website_designer",
    )
    group_id = fields.Many2one(
        "flywheel.page.group",
        string="Group",
        compute="_compute_group_id",
        store=True,
        readonly=False,
        ondelete="set null",
        index="btree_not_null",
        help="What visitors of this page are interested in. Found by the patterns of "
        "the groups, unless it is chosen by hand.",
    )
    group_chosen = fields.Boolean(
        string="Group Chosen by Hand", help="Patterns leave the group as it is."
    )
    website_url = fields.Char(string="Address", compute="_compute_website_url")
    active = fields.Boolean(default=True)
    view_count = fields.Integer(
        string="Views",
        compute="_compute_view_count",
        help="By people who are known, within the last 30 days.",
    )
    people_count = fields.Integer(
        string="People",
        compute="_compute_view_count",
        help="Who are known, and looked at it within the last 30 days.",
    )

    _path_uniq = models.UniqueIndex(
        "(path, COALESCE(website_id, 0))", "This page is there already."
    )

    @api.depends("path", "website_id")
    def _compute_website_url(self):
        for page in self:
            base = page.website_id.get_base_url() if page.website_id else ""
            page.website_url = base + (page.path or "")

    def _compute_view_count(self):
        groups = self.env["flywheel.page.report"]._read_group(
            [("page_id", "in", self.ids), ("date", ">=", "today -30d")],
            ["page_id"],
            ["views:sum", "people:count_distinct"],
        )
        counts = {page.id: found for page, *found in groups}
        for page in self:
            page.view_count, page.people_count = counts.get(page.id, (0, 0))

    @api.depends("path", "website_id", "group_chosen")
    def _compute_group_id(self):
        groups = self.env["flywheel.page.group"]._get_patterns()
        for page in self:
            if not page.group_chosen:
                page.group_id = page._find_group(groups)

    def _find_group(self, groups):
        """Return the id of the first group whose patterns fit.

        :param groups: as :meth:`flywheel.page.group._get_patterns` returns them
        """
        return next(
            (
                group.id
                for group in groups
                if group.website_id in (False, self.website_id.id)
                and group.fits(self.path or "")
            ),
            False,
        )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._prepare_values(vals) for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        return super().write(self._prepare_values(vals))

    @api.model
    def _prepare_values(self, vals):
        """Bring the address into the form it is looked for; what is chosen stays."""
        vals = dict(vals)
        if vals.get("path"):
            path = urlsplit(vals["path"].strip()).path
            vals["path"] = clean_path(path, self._get_language_codes())
        if "group_id" in vals and "group_chosen" not in vals:
            vals["group_chosen"] = bool(vals["group_id"])
        return vals

    # ------------------------------------------------------------------
    # Finding pages
    # ------------------------------------------------------------------
    @api.model
    @tools.ormcache(cache="stable")
    def _get_language_codes(self):
        """Return the codes that paths may begin with."""
        langs = self.env["res.lang"].sudo().search_fetch([], ["url_code"])
        return tuple(filter(None, langs.mapped("url_code")))

    @api.model
    def _find_or_make(self, addresses):
        """Return the pages behind addresses; make those that are not known yet.

        :param addresses: list of (website id or None, website.page id or None, path
            as it was visited)
        :return: {address: page id}
        """
        self = self.sudo()
        languages = self._get_language_codes()
        found, wanted = {}, {}
        for address in addresses:
            website_id, page_id, path = address
            clean = clean_path(path, languages)
            if not page_id:
                clean = self._get_canonical_path(clean)
            wanted.setdefault((website_id or 0, clean), []).append(address)
        known = self._find(wanted)
        missing = [key for key in wanted if key not in known]
        if missing:
            self._make([(*key, wanted[key][0][1]) for key in missing])
            known.update(self._find(missing))
        for key, visited in wanted.items():
            found.update(dict.fromkeys(visited, known[key]))
        return found

    @api.model
    def _find(self, keys):
        """Return {(website id or 0, path): page id} of the pages that are known."""
        if not keys:
            return {}
        self.flush_model(["path", "website_id"])
        websites, paths = zip(*keys, strict=True)
        rows = self.env.execute_query(
            SQL(
                "SELECT k.website, k.path, p.id"
                " FROM unnest(%s::int[], %s::text[]) k (website, path)"
                " JOIN flywheel_page p ON p.path = k.path"
                " AND COALESCE(p.website_id, 0) = k.website",
                list(websites),
                list(paths),
            )
        )
        return {(website, path): page_id for website, path, page_id in rows}

    @api.model
    def _make(self, keys):
        """Make pages.

        :param keys: list of (website id or 0, path, website.page id or None)
        """
        pages = self.env["website.page"].browse(
            {page_id for _website, _path, page_id in keys if page_id}
        )
        names = {page.id: page.name for page in pages.exists()}
        self.create(
            [
                {
                    "name": names.get(page_id) or self._get_record_name(path) or path,
                    "path": path,
                    "kind": "file" if FILE_PATH.match(path) else "page",
                    "website_id": website_id,
                    "page_id": page_id if page_id in names else False,
                }
                for website_id, path, page_id in keys
            ]
        )

    @api.model
    def _get_record(self, path):
        """Return the record whose page this is; None if it is none, or gone."""
        model, record_id = find_record(path) or (None, None)
        if model not in self.env:
            return None
        return self.env[model].sudo().browse(record_id).exists() or None

    @api.model
    def _get_record_name(self, path):
        record = self._get_record(path)
        return record and record.display_name

    @api.model
    def _get_canonical_path(self, path):
        """Return one path for the page of a record, whatever words the visited one
        has: they follow the language and the title."""
        match = FILE_PATH.match(path)
        if match:
            return f"/web/content/{match[1]}"
        record = find_record(path) and self._get_record(path)
        url = record and "website_url" in record._fields and record.website_url
        return clean_path(urlsplit(url).path)[:MAX_PATH] if url else path

    @api.model
    def _get_name(self, website_id, path):
        """Return what a page is called: its name, else its path.

        :param path: as it was visited
        """
        path = self._get_canonical_path(clean_path(path, self._get_language_codes()))
        known = self._find([(website_id or 0, path)])
        if known:
            return self.browse(known.values()).name
        return self._get_record_name(path) or path

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_open_page(self):
        """Show the page on the website."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.website_url, "target": "new"}

    def action_open_views(self):
        """Show who looked at the pages, and when."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel_website.flywheel_page_report_action"
        )
        action["domain"] = [("page_id", "in", self.ids)]
        action["context"] = {}
        return action

    def action_group_by_patterns(self):
        """Leave the group to the patterns again."""
        self.check_access("write")
        self.write({"group_chosen": False})
