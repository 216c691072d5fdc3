# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class FlywheelPrivacyHandout(models.TransientModel):
    """Dialogue that hands out all that is known of a person."""

    _name = "flywheel.privacy.handout"
    _description = "Hand Out Personal Data"

    profile_id = fields.Many2one("flywheel.profile", string="Person", required=True)
    reason = fields.Selection(
        lambda self: (
            self.env["flywheel.privacy.log"]
            ._fields["reason"]
            ._description_selection(self.env)
        ),
        required=True,
        default="request",
    )
    requested_on = fields.Date(
        string="Asked On", required=True, default=fields.Date.context_today
    )
    record_count = fields.Integer(string="Records", compute="_compute_record_count")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "profile_id" in fields and not values.get("profile_id"):
            values["profile_id"] = self._find_person().id
        return values

    @api.model
    def _find_person(self):
        """Return the person of the record that the dialogue was opened on.

        :raise UserError: none, or several
        """
        model = self.env.context.get("active_model")
        ids = self.env.context.get("active_ids") or []
        profile = self.env["flywheel.profile"]
        if model not in self.env or len(ids) != 1:
            raise UserError(self.env._("Choose one person."))
        profile = profile._find_person_of(self.env[model].browse(ids))
        profile._check_privacy_officer()
        return profile

    @api.depends("profile_id")
    def _compute_record_count(self):
        for wizard in self:
            person = wizard.profile_id
            person._check_privacy_officer()
            # sudo: the right was checked; a number is told
            found = person.sudo()._get_personal_records()
            wizard.record_count = sum(map(len, found.values()))

    def action_hand_out(self):
        """Write the file, or plan it, and show the line of the log."""
        self.ensure_one()
        self.profile_id._check_privacy_officer()
        log = self.env["flywheel.privacy.log"]._start(
            "export",
            self.profile_id,
            reason=self.reason,
            requested_on=self.requested_on,
        )
        return log._get_records_action()
