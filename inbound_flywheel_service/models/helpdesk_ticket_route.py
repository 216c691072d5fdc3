# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import ast

from odoo import api, models

from ..engine.mail_verdict import HUMAN


class HelpdeskTicketRoute(models.Model):
    """Which case a mail joins, and which it only names."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _flywheel_route(self, mail, message, message_dict, route):
        """The route of a mail to a case, decided by who sent it.

        :param dict mail: what was found out about the mail; what is decided here is
            added to it
        :param route: (model, case id or 0, values, user id, alias) as Odoo found it
        :return: a route, or a falsy value when the alias refuses the mail
        """
        _model, thread_id, values, _user_id, alias = route
        if thread_id and alias and alias.alias_force_thread_id == thread_id:
            return route
        sender = mail["sender"]
        if thread_id:
            named = self.browse(thread_id)
        else:
            team = self.env["helpdesk.ticket.team"].browse(
                (values or {}).get("team_id")
            )
            named = self._flywheel_mentioned(
                message_dict.get("subject"), team.company_id
            )
        for case in named:
            case = case._flywheel_survivor()
            if not thread_id and mail["forged"]:
                break
            if case._flywheel_belongs(sender):
                return case._flywheel_join(mail, message, message_dict, route)
        if named:
            mail["refused"] = ", ".join(named.mapped("number"))
        if thread_id:
            return named._flywheel_route_anew(message, message_dict, route)
        return route

    def _flywheel_join(self, mail, message, message_dict, route):
        """Route to this case, or to a new one that follows up on it."""
        model, thread_id, values, user_id, alias = route
        staff = self._flywheel_is_staff(mail["sender"])
        if (
            mail["verdict"] == HUMAN
            and not staff
            and not mail["thanks"]
            and self._flywheel_is_over()
        ):
            mail["follow_up_of"] = self.id
            return self._flywheel_route_anew(message, message_dict, route)
        if thread_id != self.id:
            message_dict.pop("parent_id", None)
        if not staff:
            # Who answers a note that he was mentioned in does not write one.
            message_dict.pop("is_internal", None)
        if not thread_id and staff and mail["verdict"] == HUMAN:
            # Numbers can be guessed and senders forged: what a colleague says without
            # answering a mail of the case stays among colleagues.
            mail["as_note"] = True
            message_dict["is_internal"] = True
        mail["joined"] = "reference" if thread_id else "subject"
        return (model, self.id, values, user_id, alias)

    def _flywheel_route_anew(self, message, message_dict, route):
        """Route to a new case, by the alias that the mail went to."""
        model, thread_id, values, user_id, alias = route
        message_dict.pop("parent_id", None)
        message_dict.pop("is_internal", None)
        if not thread_id:
            return route
        values = {"team_id": self.team_id.id}
        if alias:
            values = ast.literal_eval(alias.alias_defaults or "{}")
        return self._routing_check_route(
            message,
            message_dict,
            (model, 0, values, user_id, alias or None),
            raise_exception=False,
        )
