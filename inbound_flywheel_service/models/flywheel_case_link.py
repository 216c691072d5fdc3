# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class FlywheelCaseLink(models.Model):
    """What an agent said about a suggestion: it belongs to the case, or it does not."""

    _name = "flywheel.case.link"
    _description = "Case Knowledge Link"
    _order = "id desc"
    _rec_name = "document_name"

    ticket_id = fields.Many2one(
        "helpdesk.ticket", string="Case", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True)
    kind = fields.Selection(
        [("case", "Solved Case"), ("article", "Article")], required=True
    )
    res_model = fields.Char(string="Model", required=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", required=True
    )
    document_name = fields.Char(compute="_compute_document_name")
    state = fields.Selection(
        [("linked", "Linked"), ("dismissed", "Dismissed")],
        required=True,
        default="linked",
    )
    user_id = fields.Many2one(
        "res.users", string="By", required=True, default=lambda self: self.env.user
    )

    _document_uniq = models.UniqueIndex("(ticket_id, res_model, res_id)")
    _document_idx = models.Index("(res_model, res_id)")

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_document_name(self):
        for model, links in self.grouped("res_model").items():
            documents = self.env[model].browse(links.mapped("res_id")).exists()
            readable = documents._filtered_access("read")
            names = {doc.id: doc.display_name for doc in readable}
            for link in links:
                link.document_name = names.get(link.res_id) or self.env._("Not visible")

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
