# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class FlywheelKnowledgeGap(models.Model):
    """Cases that ask the same and that no article answers: an article to write."""

    _name = "flywheel.knowledge.gap"
    _description = "Knowledge Gap"
    _order = "hours desc, case_count desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="About", required=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    state = fields.Selection(
        [("open", "Open"), ("writing", "Being Written"), ("closed", "Closed")],
        required=True,
        default="open",
        index=True,
    )
    case_count = fields.Integer(string="Cases", readonly=True)
    reopened_count = fields.Integer(string="Reopened Cases", readonly=True)
    hours = fields.Float(
        string="Hours Lost",
        readonly=True,
        help="From opening to closing, of all the cases; a week at most for each.",
    )
    first_date = fields.Datetime(string="First Case", readonly=True)
    last_date = fields.Datetime(string="Last Case", readonly=True)
    ticket_ids = fields.Many2many(
        "helpdesk.ticket",
        "flywheel_knowledge_gap_ticket_rel",
        "gap_id",
        "ticket_id",
        string="Case List",
        readonly=True,
    )
    example_ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="For Example",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The case that is most like the others.",
    )
    best_ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Best Solution",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The solved case that is most like the others and ended best.",
    )
    best_solution = fields.Html(string="Its Text", compute="_compute_best_solution")
    page_id = fields.Many2one(
        "document.page",
        string="Article",
        readonly=True,
        check_company=True,
        ondelete="set null",
        index="btree_not_null",
    )
    writer_id = fields.Many2one("res.users", string="Written By", readonly=True)
    closed_date = fields.Datetime(readonly=True)

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("best_ticket_id")
    def _compute_best_solution(self):
        # A case may have been hidden from the reader since the gap was found.
        visible = self.best_ticket_id._filtered_access("read")
        for gap in self:
            best = gap.best_ticket_id
            gap.best_solution = best.solution if best in visible else False

    def action_write_article(self):
        """Open a new article, prefilled from the best solution; mark the gap."""
        self.ensure_one()
        self._check_writer()
        if self.page_id:
            return self.page_id.get_formview_action()
        self.write({"state": "writing", "writer_id": self.env.uid})
        best = self.best_ticket_id._filtered_access("read")
        example = self.example_ticket_id._filtered_access("read")
        action = best._flywheel_article_action(example.name or self.name)
        action["context"]["flywheel_gap_id"] = self.id
        return action

    def action_close(self):
        """No article is needed, or there is one by now."""
        self.write({"state": "closed", "closed_date": fields.Datetime.now()})

    def action_open(self):
        """Back to the list of what is to be written."""
        self.write({"state": "open", "closed_date": False, "writer_id": False})

    def action_open_cases(self):
        """Open the cases that the caller may see."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "helpdesk_mgmt.helpdesk_ticket_action"
        )
        action["domain"] = [("id", "in", self.ticket_ids.ids)]
        action["context"] = {"active_test": False}
        action["view_mode"] = "list,form"
        action["views"] = [(False, "list"), (False, "form")]
        return action

    def _check_writer(self):
        if not self.env["document.page"].has_access("create"):
            raise UserError(
                self.env._("Articles are written by editors of the knowledge base.")
            )

    def _note_article(self, page):
        """The article of these gaps was saved."""
        self.write(
            {
                "state": "closed",
                "closed_date": fields.Datetime.now(),
                "page_id": page.id,
                "writer_id": self.env.uid,
            }
        )
