# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import html_sanitize

from .flywheel_case_suggestion import KINDS


class FlywheelCaseSuggestion(models.AbstractModel):
    """What agents do with suggestions: link, dismiss, put into the answer."""

    _inherit = "flywheel.case.suggestion"

    def _set_link(self, ticket, res_model, res_id, state):
        """See :meth:`helpdesk.ticket.flywheel_set_link`."""
        if state not in ("linked", "dismissed", False):
            raise UserError(self.env._("A suggestion is linked or dismissed."))
        self._document(ticket, res_model, res_id)
        link = self._link(ticket, res_model, res_id)
        if not state:
            link.unlink()
        elif link:
            link.write({"state": state, "user_id": self.env.uid})
        else:
            link.create(self._prepare_link(ticket, res_model, res_id, state))
        return True

    def _insert(self, ticket, res_model, res_id):
        """See :meth:`helpdesk.ticket.flywheel_insert`."""
        document = self._document(ticket, res_model, res_id)
        if res_model == "document.page":
            body = document.history_head.content
        else:
            body = document.solution
        if not body:
            raise UserError(self.env._("There is no text to put into the answer."))
        link = self._link(ticket, res_model, res_id)
        if not link:
            values = self._prepare_link(ticket, res_model, res_id, "linked")
            link = link.create(values)
        link.write(
            {
                "state": "linked",
                "inserted_date": fields.Datetime.now(),
                "user_id": self.env.uid,
            }
        )
        trace = self.env["flywheel.case.trace"]
        # The name stays out: who may read the case need not see the document.
        code = f"inserted_{link.kind}"
        trace._add([trace._line(ticket, "suggest", code, user=self.env.user.name)])
        return {"body": html_sanitize(body)}

    def _document(self, ticket, res_model, res_id):
        """The case or article that a remote caller names.

        :raises UserError: there is none
        :raises AccessError: the caller may not read it
        """
        if res_model not in KINDS:
            raise UserError(self.env._("Only cases and articles can be linked."))
        document = self.env[res_model].browse(res_id).exists()
        document.check_access("read")
        if not document or document == ticket:
            raise UserError(self.env._("There is no such case or article."))
        return document

    def _link(self, ticket, res_model, res_id):
        return ticket.flywheel_link_ids.filtered(
            lambda known: known.res_model == res_model and known.res_id == res_id
        )

    def _prepare_link(self, ticket, res_model, res_id, state):
        return {
            "ticket_id": ticket.id,
            "kind": KINDS[res_model],
            "res_model": res_model,
            "res_id": res_id,
            "state": state,
        }
