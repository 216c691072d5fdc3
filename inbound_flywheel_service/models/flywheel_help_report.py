# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL

from .flywheel_help_session import DAYS


class FlywheelHelpReport(models.Model):
    """What came of each visit in which something was asked."""

    _name = "flywheel.help.report"
    _description = "Self-Service Outcome"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "group"

    date = fields.Datetime(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    lang = fields.Char(string="Language", readonly=True)
    entrance = fields.Selection(
        [("portal", "Portal"), ("website", "Website")], readonly=True
    )
    group = fields.Selection(
        [("treatment", "With suggestions"), ("control", "Without (control group)")],
        readonly=True,
    )
    outcome = fields.Selection(
        [
            ("running", "Younger than a week"),
            ("answered", "Found an answer"),
            ("abandoned", "Left without reading"),
            ("false", "Said it helped, wrote all the same"),
            ("case", "Opened a case"),
        ],
        readonly=True,
        help="Younger than a week: not counted yet. Found an answer: read an article "
        "or said that it helped, and opened no case within a week. Left without "
        "reading: opened no case either, but nobody knows whether he gave up.",
    )
    deflected = fields.Float(
        string="No Case Within a Week",
        readonly=True,
        aggregator="avg",
        help="Share of visits, older than a week, that no case followed.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT v.id, v.date, v.company_id, v.lang, v.entrance, v."group", v.outcome,
                   CASE WHEN v.outcome = 'running' THEN NULL
                        WHEN v.case_within THEN 0.0 ELSE 1.0 END AS deflected
              FROM (
                SELECT s.id, s.create_date AS date, s.company_id, s.lang, s.entrance,
                       s."group",
                       s.case_date IS NOT NULL AS case_within,
                       CASE WHEN s.create_date > %(now)s - %(days)s * interval '1 day'
                            THEN 'running'
                            WHEN s.solved_date IS NOT NULL
                             AND s.contact_date > s.solved_date THEN 'false'
                            WHEN s.case_date IS NOT NULL THEN 'case'
                            WHEN s.solved_date IS NOT NULL OR s.opened_count > 0
                            THEN 'answered'
                            ELSE 'abandoned' END AS outcome
                  FROM flywheel_help_session s
                 WHERE s.asked_count > 0
              ) v
            """,
            now=fields.Datetime.now(),
            days=DAYS,
        )
