# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class FlywheelConsentLog(models.TransientModel):
    """Dialogue that asks how a consent was given or withdrawn."""

    _name = "flywheel.consent.log"
    _description = "Log a Consent"

    profile_id = fields.Many2one("flywheel.profile", string="Person")
    interview_id = fields.Many2one("flywheel.interview")
    purpose = fields.Selection(
        lambda self: self._get_choices("purpose"), required=True, default="recording"
    )
    kind = fields.Selection(
        lambda self: self._get_choices("kind"),
        string="Consent",
        required=True,
        default="given",
    )
    method = fields.Selection(
        lambda self: self._get_choices("method"), string="How Obtained", required=True
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    evidence = fields.Text(
        help="Where it can be seen: the mail, the place of the paper, who heard it."
    )
    consequence = fields.Text(compute="_compute_consequence")
    drop_tracking = fields.Boolean(
        string="Also Delete What Was Noted So Far",
        help="Opens, clicks and visits of this person are deleted from the ledger, "
        "and the points with them.",
    )

    @api.model
    def _get_choices(self, name):
        return (
            self.env["flywheel.consent"]._fields[name]._description_selection(self.env)
        )

    @api.depends("purpose", "kind", "profile_id")
    def _compute_consequence(self):
        texts = {
            ("recording", "withdrawn"): self.env._(
                "All recordings of this person are deleted, for good. No new ones can "
                "be attached."
            ),
            ("profiling", "withdrawn"): self.env._(
                "The person is neither scored nor graded nor given a persona by rule "
                "any more."
            ),
            ("tracking", "withdrawn"): self.env._(
                "Opens, clicks and visits of the person are not noted any more. What "
                "the person orders, writes or fills in is."
            ),
            ("contact", "withdrawn"): self.env._(
                "Interviews that are planned are cancelled, and no invitation can be "
                "sent."
            ),
        }
        for wizard in self:
            wizard.consequence = texts.get((wizard.purpose, wizard.kind))

    def action_log(self):
        """Write the line.

        :raise UserError: nobody to whom it belongs
        """
        self.ensure_one()
        if self.interview_id and not self.profile_id:
            self.interview_id.check_access("write")
            self.profile_id = self.interview_id._make_person()
        if not self.profile_id:
            raise UserError(self.env._("Say whose consent it is."))
        self.profile_id.check_access("read")
        own = self.interview_id.profile_id == self.profile_id
        self.env["flywheel.consent"].create(
            {
                "profile_id": self.profile_id.id,
                "interview_id": own and self.interview_id.id,
                "purpose": self.purpose,
                "kind": self.kind,
                "method": self.method,
                "date": self.date,
                "evidence": self.evidence,
            }
        )
        if self.drop_tracking and (self.purpose, self.kind) == (
            "tracking",
            "withdrawn",
        ):
            self.profile_id._drop_tracking()
        return {"type": "ir.actions.act_window_close"}
