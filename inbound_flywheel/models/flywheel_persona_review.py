# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class FlywheelPersonaReview(models.Model):
    """A look back at a persona: why it was asked for, who closed it with what."""

    _name = "flywheel.persona.review"
    _description = "Review of a Persona"
    _order = "date desc, id desc"
    _rec_name = "persona_id"

    persona_id = fields.Many2one(
        "flywheel.persona", required=True, readonly=True, ondelete="cascade", index=True
    )
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")],
        required=True,
        readonly=True,
        default="open",
    )
    date = fields.Datetime(
        string="Asked For", required=True, readonly=True, default=fields.Datetime.now
    )
    reason = fields.Text(required=True, readonly=True)
    trigger_ids = fields.Many2many(
        "flywheel.persona.trigger", string="Triggers", readonly=True
    )
    version = fields.Integer(string="Version Reviewed", readonly=True, aggregator=None)
    outcome = fields.Selection(
        [("unchanged", "Nothing Changes"), ("revised", "Revised")], readonly=True
    )
    note = fields.Text(string="Findings", readonly=True)
    date_closed = fields.Datetime(string="Closed", readonly=True)
    closed_uid = fields.Many2one("res.users", string="Closed By", readonly=True)
    feedback_ids = fields.One2many(
        "flywheel.persona.feedback", "review_id", string="Feedback", readonly=True
    )
    company_id = fields.Many2one(related="persona_id.company_id", store=True)

    # A second reason joins the review that is open.
    _open_uniq = models.UniqueIndex(
        "(persona_id) WHERE state = 'open'", "This persona is in review already."
    )

    def _add_reason(self, reason, trigger):
        """Add another reason to an open review; one that is there is not repeated.

        :param trigger: what happened, as a record, or empty
        """
        self.ensure_one()
        if reason not in self.reason.splitlines():
            self.reason = f"{self.reason}\n{reason}"
        self.trigger_ids |= trigger

    def _close(self, outcome, note):
        """Close reviews, and take the feedback that came in since into them.

        :param outcome: ``unchanged`` or ``revised``
        :param note: what was found
        """
        self.write(
            {
                "state": "closed",
                "outcome": outcome,
                "note": note,
                "date_closed": fields.Datetime.now(),
                "closed_uid": self.env.uid,
            }
        )
        for review in self:
            review.persona_id.open_feedback_ids.review_id = review
