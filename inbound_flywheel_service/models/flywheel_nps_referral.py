# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dateutil.relativedelta import relativedelta

from odoo import fields, models


class FlywheelNpsReferral(models.Model):
    """Who recommends us is asked to do so, at the right moment."""

    _inherit = "flywheel.nps"

    def _ask_referral(self):
        """Ask for a referral: not while a case or a recovery is open, and once within
        the months that the company's settings give."""
        self.ensure_one()
        company = self.company_id
        if company.flywheel_referral == "none" or not self._may_be_asked_referral():
            return
        if company.flywheel_referral == "mail":
            done = self._mail_referral()
        else:
            done = self._plan_referral()
        if done:
            self.referral_date = fields.Datetime.now()

    def _may_be_asked_referral(self):
        profile = self.profile_id
        since = fields.Datetime.now() - relativedelta(
            months=self.company_id.flywheel_referral_months
        )
        asked = self.search_count(
            [("profile_id", "=", profile.id), ("referral_date", ">", since)], limit=1
        )
        case = self.env["helpdesk.ticket"].search_count(
            [
                ("flywheel_profile_id", "=", profile.id),
                ("stage_id.closed", "=", False),
            ],
            limit=1,
        )
        # Unhappy wins over happy.
        return not (asked or case or profile.promotion_hold)

    def _plan_referral(self):
        """A task for whoever sells to the person, or served it last."""
        partner = self.profile_id.partner_id
        users = (partner.user_id, self.team_id.user_id, self.user_id)
        user = next((u for u in users if u.active and not u.share), None)
        if not partner or not user:
            return False
        partner.with_context(
            mail_activity_quick_update=True, mail_notify_force_send=False
        ).activity_schedule(
            "inbound_flywheel_service.mail_activity_type_referral",
            user_id=user.id,
            summary=self.env._("Would recommend us: %(value)s of 10", value=self.score),
            note=self.comment or False,
        )
        return True

    def _mail_referral(self):
        """A mail with the link to the referral page."""
        if not self.company_id.flywheel_referral_url:
            return False
        return bool(self._send("referral", self.env["flywheel.case.mailer"]))
