# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

AGENT = "helpdesk_mgmt.group_helpdesk_user_own"


class DocumentPage(models.Model):
    """On which cases an article helped, and until when it is to be looked through."""

    _inherit = "document.page"

    flywheel_review_date = fields.Date(
        string="Review Due",
        index="btree_not_null",
        help="From this day on, somebody should look whether the article still holds.",
    )
    flywheel_stale = fields.Boolean(
        string="Review Overdue", compute="_compute_flywheel_stale"
    )
    flywheel_credit = fields.Char(
        string="Thanks To", help="Whose solution the article was written from."
    )
    # What the reader may see of it: cases that are hidden from him do not count.
    flywheel_case_count = fields.Integer(
        string="Used in Cases", compute="_compute_flywheel_use", groups=AGENT
    )
    flywheel_last_used = fields.Datetime(
        string="Last Used", compute="_compute_flywheel_use", groups=AGENT
    )
    flywheel_helpful = fields.Float(
        string="Helped (%)",
        compute="_compute_flywheel_use",
        groups=AGENT,
        help="Of the cases on which a colleague said whether the article belongs to "
        "them: on how many it did.",
    )

    @api.depends("flywheel_review_date")
    def _compute_flywheel_stale(self):
        today = fields.Date.context_today(self)
        for page in self:
            due = page.flywheel_review_date
            page.flywheel_stale = bool(due) and due <= today

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_flywheel_use(self):
        groups = self.env["flywheel.case.link"]._read_group(
            [("page_id", "in", self.ids), ("ticket_id", "any", [])],
            ["page_id"],
            ["linked_count:sum", "dismissed_count:sum", "write_date:max"],
        )
        found = {page.id: figures for page, *figures in groups}
        for page in self:
            linked, dismissed, last = found.get(page.id, (0, 0, False))
            page.flywheel_case_count = linked
            page.flywheel_last_used = last if linked else False
            said = linked + dismissed
            page.flywheel_helpful = 100.0 * linked / said if said else 0.0

    @api.model_create_multi
    def create(self, vals_list):
        pages = super().create(vals_list)
        pages[:1]._flywheel_note_source()
        return pages

    def _flywheel_note_source(self):
        """An article that was written from a case or a gap: link and close them."""
        if not self or self.type != "content":
            return
        context = self.env.context
        case = self.env["helpdesk.ticket"].browse(context.get("flywheel_case_id") or ())
        if case.exists() and case.has_access("write"):
            case.flywheel_set_link(self._name, self.id, "linked")
        gap = self.env["flywheel.knowledge.gap"].browse(
            context.get("flywheel_gap_id") or ()
        )
        if gap.exists() and gap.has_access("write"):
            gap._note_article(self)

    def action_flywheel_cases(self):
        """Open the cases on which the article was used."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "helpdesk_mgmt.helpdesk_ticket_action"
        )
        links = self.env["flywheel.case.link"].search(
            [("page_id", "=", self.id), ("state", "=", "linked")]
        )
        action["domain"] = [("id", "in", links.ticket_id.ids)]
        action["context"] = {"active_test": False}
        action["views"] = [(False, "list"), (False, "form")]
        return action

    def action_flywheel_reviewed(self):
        """The article still holds: look again in half a year."""
        self.check_access("write")
        today = fields.Date.context_today(self)
        self.flywheel_review_date = fields.Date.add(today, months=6)
