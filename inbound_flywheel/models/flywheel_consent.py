# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

# Clocks differ; a consent of tomorrow is a mistake.
LEEWAY = timedelta(minutes=5)


class FlywheelConsent(models.Model):
    """What a person has agreed to, or does not agree to any more.

    A log: nobody changes or deletes a line, a correction is another line. The latest
    line of a purpose is in force.
    """

    _name = "flywheel.consent"
    _description = "Consent"
    _order = "date desc, id desc"

    profile_id = fields.Many2one(
        "flywheel.profile",
        string="Person",
        required=True,
        ondelete="cascade",
    )
    purpose = fields.Selection(
        [
            ("profiling", "Profiling"),
            ("tracking", "Tracking of Emails and Visits"),
            ("recording", "Recording of an Interview"),
            ("contact", "Contact for Interviews"),
        ],
        required=True,
    )
    kind = fields.Selection(
        [("given", "Given"), ("withdrawn", "Withdrawn")],
        string="Consent",
        required=True,
    )
    date = fields.Datetime(
        required=True,
        default=fields.Datetime.now,
        help="When the person said so.",
    )
    method = fields.Selection(
        [
            ("written", "Signed Paper"),
            ("email", "Email"),
            ("form", "Form on the Web"),
            ("spoken", "Spoken"),
            ("other", "Other"),
        ],
        string="How Obtained",
        required=True,
    )
    evidence = fields.Text(
        help="Where it can be seen: the mail, the place of the paper, who heard it."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Logged By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    interview_id = fields.Many2one(
        "flywheel.interview",
        ondelete="set null",
        index="btree_not_null",
        help="The interview on whose occasion it was said.",
    )
    origin_id = fields.Integer(
        readonly=True,
        help="The person who said it, if that was merged into this one since.",
    )

    _profile_idx = models.Index("(profile_id, purpose, date DESC, id DESC)")

    @api.constrains("date")
    def _check_date(self):
        for consent in self:
            if consent.date > fields.Datetime.now() + LEEWAY:
                raise ValidationError(
                    self.env._("Consent is logged once it was given or withdrawn.")
                )

    @api.constrains("interview_id", "profile_id")
    def _check_interview(self):
        for consent in self.filtered("interview_id"):
            if consent.interview_id.sudo().profile_id != consent.profile_id:
                raise ValidationError(
                    self.env._("The interview was held with somebody else.")
                )

    @api.depends("purpose", "kind", "date")
    def _compute_display_name(self):
        purposes = dict(self._fields["purpose"]._description_selection(self.env))
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for consent in self:
            words = (purposes.get(consent.purpose), kinds.get(consent.kind))
            consent.display_name = ": ".join(filter(None, words)) or False

    def _is_given(self):
        self.ensure_one()
        return self.kind == "given"

    def _get_local_date(self):
        """Return the day of the line where the user is."""
        self.ensure_one()
        return fields.Datetime.context_timestamp(self, self.date).date()

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                if vals.get("user_id", self.env.uid) != self.env.uid or (
                    vals.get("origin_id")
                ):
                    raise AccessError(self.env._("Consent is logged in your own name."))
        consents = super().create(vals_list)
        consents.profile_id._apply_consents(consents)
        return consents
