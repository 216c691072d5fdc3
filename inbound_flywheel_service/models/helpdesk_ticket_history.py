# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.tools import SQL


class HelpdeskTicketHistory(models.Model):
    """Cases of the past, brought along from another system."""

    _inherit = "helpdesk.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        moment = self._flywheel_event_date()
        if moment:
            tickets._flywheel_backdate(moment)
        return tickets

    @api.model
    def _flywheel_event_date(self):
        """When the cases that are being imported came in, from the context key
        ``flywheel_event_date`` (naive UTC) of an administrator; else None."""
        moment = self.env.context.get("flywheel_event_date")
        if moment and self.env.user._is_system():
            return fields.Datetime.to_datetime(moment)
        return None

    def _flywheel_backdate(self, moment):
        """Let these cases have come in at ``moment``: reports go by that date."""
        self.flush_recordset(["create_date"])
        self.env.cr.execute(
            SQL(
                "UPDATE helpdesk_ticket SET create_date = %s WHERE id = ANY(%s)",
                moment,
                self.ids,
            )
        )
        self.invalidate_recordset(["create_date"])

    def _flywheel_step_clock(self):
        result = super()._flywheel_step_clock()
        moment = self._flywheel_event_date()
        if moment:
            self.filtered("waiting_since").waiting_since = moment
        return result
