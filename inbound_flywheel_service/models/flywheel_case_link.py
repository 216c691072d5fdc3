# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

DOCUMENTS = ("helpdesk.ticket", "document.page")


class FlywheelCaseLink(models.Model):
    """What an agent said about a suggestion: it belongs to the case, or it does not."""

    _name = "flywheel.case.link"
    _inherit = "flywheel.case.part.mixin"
    _description = "Case Knowledge Link"
    _order = "id desc"
    _rec_name = "document_name"

    ticket_id = fields.Many2one(
        "helpdesk.ticket", string="Case", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True)
    category_id = fields.Many2one(related="ticket_id.category_id", store=True)
    team_id = fields.Many2one(related="ticket_id.team_id", store=True)
    kind = fields.Selection(
        [("case", "Solved Case"), ("article", "Article")], required=True
    )
    res_model = fields.Char(string="Model", required=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", required=True
    )
    page_id = fields.Many2one(
        "document.page",
        string="Article",
        compute="_compute_page_id",
        store=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    document_name = fields.Char(compute="_compute_document_name")
    state = fields.Selection(
        [("linked", "Linked"), ("dismissed", "Dismissed")],
        required=True,
        default="linked",
    )
    inserted_date = fields.Datetime(
        string="Put Into an Answer On",
        help="When its text was last taken into an answer on this case.",
    )
    user_id = fields.Many2one(
        "res.users", string="By", required=True, default=lambda self: self.env.user
    )
    linked_count = fields.Integer(
        string="Times Linked", compute="_compute_counts", store=True
    )
    inserted_count = fields.Integer(
        string="Times Put Into an Answer", compute="_compute_counts", store=True
    )
    dismissed_count = fields.Integer(
        string="Times Dismissed", compute="_compute_counts", store=True
    )
    helpful = fields.Float(
        string="Helped (%)",
        compute="_compute_counts",
        store=True,
        aggregator="avg",
        help="Of the cases on which somebody said whether it helps: on how many it "
        "did.",
    )

    _document_uniq = models.UniqueIndex("(ticket_id, res_model, res_id)")
    _document_idx = models.Index("(res_model, res_id)")

    @api.depends("res_model", "res_id")
    def _compute_page_id(self):
        for link in self:
            is_page = link.res_model == "document.page"
            link.page_id = link.res_id if is_page else False

    @api.depends("state", "inserted_date")
    def _compute_counts(self):
        for link in self:
            linked = link.state == "linked"
            link.linked_count = int(linked)
            link.dismissed_count = int(not linked)
            link.inserted_count = int(linked and bool(link.inserted_date))
            link.helpful = 100.0 * linked

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_document_name(self):
        for model, links in self.grouped("res_model").items():
            if model not in DOCUMENTS:
                links.document_name = self.env._("Not visible")
                continue
            documents = self.env[model].browse(links.mapped("res_id")).exists()
            readable = documents._filtered_access("read")
            names = {doc.id: doc.display_name for doc in readable}
            for link in links:
                link.document_name = names.get(link.res_id) or self.env._("Not visible")

    @api.model_create_multi
    def create(self, vals_list):
        links = super().create(vals_list)
        self.env["flywheel.text.index"]._mark_linked(links.ticket_id.ids)
        return links

    def _vote(self):
        """What the link says of its document, a key of the engine's votes."""
        self.ensure_one()
        return "inserted" if self.inserted_count else self.state

    def action_open(self):
        """Open the linked case or article."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    @api.model
    def _forget(self, model, res_ids):
        """Drop the links to deleted documents."""
        # sudo: flywheel.case.link - whoever may delete the document takes them along
        self.sudo().search(
            [("res_model", "=", model), ("res_id", "in", res_ids)]
        ).unlink()
