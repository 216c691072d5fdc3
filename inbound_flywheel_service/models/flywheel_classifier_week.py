# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL


class FlywheelClassifierWeek(models.Model):
    """How the classifier of categories fares, week by week, on the cases coming in.

    One row a case that was predicted. Falling coverage or agreement, or more unknown
    words, say that customers write about something new.
    """

    _name = "flywheel.classifier.week"
    _description = "Classifier over Time"
    _auto = False
    _order = "date desc, id desc"
    _depends = {
        "helpdesk.ticket": [
            "create_date",
            "company_id",
            "category_id",
            "category_source",
            "flywheel_prediction",
        ],
    }

    date = fields.Datetime(string="Came In On", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    ticket_id = fields.Many2one("helpdesk.ticket", string="Case", readonly=True)
    category_id = fields.Many2one("helpdesk.ticket.category", readonly=True)
    version = fields.Integer(readonly=True, aggregator=None)
    confidence = fields.Float(readonly=True, aggregator="avg")
    coverage = fields.Float(
        string="Sure Enough (%)",
        readonly=True,
        aggregator="avg",
        help="Share of cases for which it was sure enough to fill in a category.",
    )
    agreement = fields.Float(
        string="People Agree (%)",
        readonly=True,
        aggregator="avg",
        help="Where a person chose or confirmed a category: how often it was the one "
        "that the classifier found most likely.",
    )
    judged = fields.Integer(
        string="Judged by People",
        readonly=True,
        help="Cases whose category a person chose or confirmed.",
    )
    unknown = fields.Float(
        string="Unknown Words (%)",
        readonly=True,
        aggregator="avg",
        help="Share of the words of the cases that were never learned.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT t.id, t.id AS ticket_id, t.create_date AS date, t.company_id,
                   t.category_id, (t.flywheel_prediction->>'version')::int AS version,
                   100 * (t.flywheel_prediction->'top'->0->>1)::float AS confidence,
                   CASE WHEN (t.flywheel_prediction->>'decided')::bool
                        THEN 100.0 ELSE 0.0 END AS coverage,
                   CASE WHEN t.category_source NOT IN ('person', 'confirmed') THEN NULL
                        WHEN (t.flywheel_prediction->'top'->0->>0)::int = t.category_id
                        THEN 100.0 ELSE 0.0 END AS agreement,
                   CASE WHEN t.category_source IN ('person', 'confirmed')
                        THEN 1 ELSE 0 END AS judged,
                   100 - 100 * (t.flywheel_prediction->>'known')::float AS unknown
              FROM helpdesk_ticket t
             WHERE t.flywheel_prediction IS NOT NULL
            """
        )
