# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class LinkTrackerClick(models.Model):
    _inherit = "link.tracker.click"

    @api.model
    def add_click(self, code, **route_values):
        # The trace is marked as opened and clicked: not an event of its own.
        tracked = self.with_context(flywheel_opened=True)
        return super(LinkTrackerClick, tracked).add_click(code, **route_values)

    @api.model_create_multi
    def create(self, vals_list):
        clicks = super().create(vals_list)
        told = clicks.filtered(
            lambda click: click.mailing_trace_id.id
            and click.mailing_trace_id._get_told()
            and not click.mailing_trace_id.flywheel_untracked
        )
        if told:
            self.env["flywheel.mailing.hit"]._note(
                "click",
                [click.mailing_trace_id.id for click in told],
                click_ids=told.ids,
            )
        return clicks
