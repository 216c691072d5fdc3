# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.tools import SQL


class FlywheelHelpRead(models.Model):
    """An article that a visitor was shown, and what he made of it."""

    _name = "flywheel.help.read"
    _description = "Article Shown to a Customer"
    _order = "id desc"
    _rec_name = "page_id"

    session_id = fields.Many2one(
        "flywheel.help.session",
        string="Visit",
        required=True,
        readonly=True,
        ondelete="cascade",
        groups="helpdesk_mgmt.group_helpdesk_manager",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    page_id = fields.Many2one(
        "document.page",
        string="Article",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    opened_date = fields.Datetime(string="Read On", readonly=True)
    vote = fields.Selection(
        [("helpful", "Helped"), ("unhelpful", "Did not help")],
        string="Did It Help?",
        readonly=True,
        index="btree_not_null",
    )
    comment = fields.Text(string="Why Not", readonly=True)

    _read_uniq = models.UniqueIndex("(session_id, page_id)")

    @api.model
    def _note(self, session, page_ids):
        """The lines of a visit for these articles, made where there are none yet."""
        if page_ids:
            self.flush_model()
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO flywheel_help_read (session_id, company_id, page_id,
                        create_uid, create_date, write_uid, write_date)
                    SELECT %(session)s, %(company)s, page, %(user)s, %(now)s,
                           %(user)s, %(now)s FROM unnest(%(pages)s) page
                    ON CONFLICT (session_id, page_id) DO NOTHING
                    """,
                    session=session.id,
                    company=session.company_id.id,
                    pages=list(page_ids),
                    user=self.env.uid,
                    now=fields.Datetime.now(),
                )
            )
            session.invalidate_recordset(["read_ids"], flush=False)
        return self.search(
            [("session_id", "=", session.id), ("page_id", "in", list(page_ids))]
        )
