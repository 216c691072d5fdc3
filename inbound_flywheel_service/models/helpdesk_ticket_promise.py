# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from odoo import api, fields, models

from ..engine.promises import find_promises
from .helpdesk_ticket import AGENT

UTC = ZoneInfo("UTC")


class HelpdeskTicketPromise(models.Model):
    """What customers were promised on a case."""

    _inherit = "helpdesk.ticket"

    flywheel_promise_ids = fields.One2many(
        "flywheel.promise", "ticket_id", string="Promises", groups=AGENT
    )

    def _flywheel_staff_answered(self, message):
        result = super()._flywheel_staff_answered(message)
        self._flywheel_safely("promise", lambda: self._flywheel_find_promises(message))
        return result

    def _flywheel_find_promises(self, message):
        """Propose what an agent seems to have promised in a message of his."""
        zone = self._flywheel_customer_zone()
        sent = message.date.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
        found = find_promises(message.body or "", sent)
        author = message.author_id.user_ids.filtered(lambda u: not u.share)[:1]
        self.env["flywheel.promise"].create(
            [
                {
                    "name": promise.text,
                    "ticket_id": self.id,
                    "due": promise.due.replace(tzinfo=zone)
                    .astimezone(UTC)
                    .replace(tzinfo=None),
                    "vague": promise.vague,
                    "user_id": (author or self.user_id).id,
                    "made_date": message.date,
                    "message_id": message.id,
                    "source": "message",
                    "state": "proposed",
                }
                for promise in found
            ]
        )
        return []

    def _flywheel_customer_zone(self):
        """The time zone in which the customer hears "tomorrow"."""
        names = (
            self.partner_id.tz,
            self.team_id.resource_calendar_id.tz,
            self.company_id.resource_calendar_id.tz,
            "UTC",
        )
        for name in filter(None, names):
            try:
                return ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError):
                continue
        return UTC

    @api.onchange("stage_id")
    def _onchange_stage_promises(self):
        """Who closes a case hears what is still promised; nothing keeps him from it."""
        promises = self._origin.sudo().flywheel_promise_ids.filtered(
            lambda promise: promise.state == "open"
        )
        if not self.stage_id.closed or not promises:
            return None
        return {
            "warning": {
                "type": "notification",
                "title": self.env._("Still promised to this customer"),
                "message": "\n".join(promises.mapped("name")),
            }
        }

    def _flywheel_has_closed(self):
        result = super()._flywheel_has_closed()
        promises = self.flywheel_promise_ids.filtered(lambda p: p.state == "open")
        promises._tell("promise_closed")
        return result
