# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.flywheel_profile_privacy import PRIVACY_GROUP


class FlywheelSuppressionLift(models.TransientModel):
    """Dialogue for a person who was forgotten and has come back: takes the address off
    the list and logs the new consent."""

    _name = "flywheel.suppression.lift"
    _description = "Person Has Come Back"

    kind = fields.Selection(
        [("email", "Email"), ("phone", "Phone")], required=True, default="email"
    )
    address = fields.Char(required=True, help="The list itself has fingerprints only.")
    purpose = fields.Selection(
        lambda self: self._get_choices("purpose"), required=True, default="tracking"
    )
    method = fields.Selection(
        lambda self: self._get_choices("method"), string="How Obtained", required=True
    )
    evidence = fields.Text(
        required=True,
        help="Where it can be seen: the mail, the place of the paper, who heard it.",
    )

    @api.model
    def _get_choices(self, name):
        return (
            self.env["flywheel.consent"]._fields[name]._description_selection(self.env)
        )

    def action_lift(self):
        """Take the person off the list and open the new, empty picture.

        :raise UserError: the address is not on the list
        """
        self.ensure_one()
        if not self.env.user.has_group(PRIVACY_GROUP):
            raise AccessError(self.env._("You may not take people off the list."))
        Identity = self.env["flywheel.identity"]
        value = Identity._normalize(self.kind, self.address)
        if not value:
            raise UserError(
                self.env._("“%(address)s” is no address.", address=self.address)
            )
        key = (self.kind, value)
        if not self.env["flywheel.suppression"]._lift([key]):
            raise UserError(
                self.env._("%(address)s is not on the list.", address=self.address)
            )
        # sudo: an address finds its person, or makes one, as everywhere
        profile_id = Identity.sudo()._resolve([key])[key]
        person = self.env["flywheel.profile"].browse(profile_id)
        self.env["flywheel.consent"].create(
            {
                "profile_id": person.id,
                "purpose": self.purpose,
                "kind": "given",
                "method": self.method,
                "evidence": self.evidence,
            }
        )
        self.env["flywheel.privacy.log"]._start("return", person, reason="consent")
        return person._get_records_action()
