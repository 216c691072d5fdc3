# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL


class FlywheelAnswerConsistency(models.Model):
    """Same question, different answers: how many there were, by whom, and when."""

    _name = "flywheel.answer.consistency"
    _description = "Same Question, Different Answers"
    _auto = False
    _order = "different_count desc, use_count desc, id"
    _rec_name = "answer_id"
    _depends = {
        "flywheel.approved.answer.use": [
            "answer_id",
            "company_id",
            "date",
            "fingerprint",
            "kind",
            "state",
            "user_id",
        ],
        "flywheel.approved.answer": ["state", "owner_id"],
    }

    answer_id = fields.Many2one(
        "flywheel.approved.answer", string="Question", readonly=True
    )
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "Approved"), ("expired", "Expired")],
        readonly=True,
    )
    owner_id = fields.Many2one("res.users", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    different_count = fields.Integer(
        string="Different Answers",
        readonly=True,
        help="How many answers that say something else were given. Versions and texts "
        "for different people are different answers, too.",
    )
    use_count = fields.Integer(string="Times Answered", readonly=True)
    edited_count = fields.Integer(string="Changed", readonly=True)
    free_count = fields.Integer(string="Free Text", readonly=True)
    free_share = fields.Float(string="Free Text (%)", readonly=True, aggregator="avg")
    user_count = fields.Integer(string="Number of Users", readonly=True)
    user_ids = fields.Many2many(
        "res.users", string="Users", compute="_compute_user_ids"
    )
    first_date = fields.Datetime(string="First", readonly=True)
    last_date = fields.Datetime(string="Last", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT MIN(u.id) AS id, u.answer_id, u.company_id, a.state, a.owner_id,
                   COUNT(DISTINCT u.fingerprint) AS different_count,
                   COUNT(*) AS use_count,
                   COUNT(*) FILTER (WHERE u.kind = 'edited') AS edited_count,
                   COUNT(*) FILTER (WHERE u.kind = 'free') AS free_count,
                   AVG(CASE WHEN u.kind = 'free' THEN 1.0 ELSE 0.0 END)::float8
                       AS free_share,
                   COUNT(DISTINCT u.user_id) AS user_count,
                   MIN(u.date) AS first_date, MAX(u.date) AS last_date
              FROM flywheel_approved_answer_use u
              JOIN flywheel_approved_answer a ON a.id = u.answer_id
             WHERE u.state = 'sent'
          GROUP BY u.answer_id, u.company_id, a.state, a.owner_id
            """
        )

    def _compute_user_ids(self):
        groups = self.env["flywheel.approved.answer.use"]._read_group(
            [("answer_id", "in", self.answer_id.ids), ("state", "=", "sent")],
            ["answer_id", "company_id"],
            ["user_id:recordset"],
        )
        users = {(answer, company): found for answer, company, found in groups}
        for line in self:
            line.user_ids = users.get((line.answer_id, line.company_id), False)

    def action_open_uses(self):
        """Open the answers that were given, grouped by what they say."""
        self.ensure_one()
        action = self.answer_id.action_open_uses()
        action["domain"] = [
            ("answer_id", "=", self.answer_id.id),
            ("company_id", "=", self.company_id.id),
            ("state", "=", "sent"),
        ]
        return action
