# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class MailingSubscription(models.Model):
    _inherit = "mailing.subscription"

    @api.model_create_multi
    def create(self, vals_list):
        subscriptions = super().create(vals_list)
        # A file of contacts is our act, not theirs.
        if not self.env.context.get("import_file"):
            subscriptions.filtered(lambda s: not s.opt_out)._flywheel_note("subscribe")
        return subscriptions

    def write(self, vals):
        before = {subscription: subscription.opt_out for subscription in self}
        result = super().write(vals)
        changed = self.filtered(lambda s: s.opt_out != before[s])
        changed.filtered("opt_out")._flywheel_note("unsubscribe")
        changed.filtered(lambda s: not s.opt_out)._flywheel_note("subscribe")
        return result

    def _flywheel_note(self, kind):
        mailing_id = self.env.context.get("flywheel_mailing_id")
        self.env["flywheel.mailing.hit"]._note(kind, self.ids, mailing_id=mailing_id)
