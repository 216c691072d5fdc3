# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import hashlib
import logging

from markupsafe import Markup
from psycopg2 import OperationalError

from odoo import api, models
from odoo.exceptions import LockError, UserError
from odoo.tools import is_html_empty

from odoo.addons.inbound_flywheel.engine.busy import gives_way

_logger = logging.getLogger(__name__)

# Messages of one transaction; within the request of the button, and in the background.
BATCH = 25


class FlywheelCaseGroupAnswer(models.Model):
    """One answer to all customers of an incident, each of them once."""

    _inherit = "flywheel.case.group"

    def action_send_answer(self):
        """Send the answer to every open case that has not got it.

        Pressed again with the same words, only cases that joined since get it. What
        does not fit into the request is sent in the background.
        """
        self.ensure_one()
        if self.state != "confirmed":
            raise UserError(self.env._("Confirm the incident first."))
        if is_html_empty(self.answer):
            raise UserError(self.env._("Write the answer first."))
        self._check_all_cases()
        try:
            self.lock_for_update()
        except LockError as error:
            raise UserError(self.env._("The answer is being sent already.")) from error
        # sudo: how far the sending is, nobody sets by hand
        group = self.sudo()
        digest = group._get_digest()
        group.write(
            {
                "round": group.round + (digest != group.digest),
                "digest": digest,
                "sending": True,
                "sender_id": self.env.uid,
            }
        )
        sent = group._send_batch()
        left = len(group._get_unanswered())
        if left:
            # sudo: ir.cron - sends the rest soon
            self.env.ref("inbound_flywheel_service.ir_cron_group").sudo()._trigger()
        message = self.env._("%(count)s customers answered.", count=sent)
        if left:
            message += " " + self.env._(
                "%(count)s more are answered in the background.", count=left
            )
        return self._notice(message)

    def _get_digest(self):
        texts = [self.answer or "", *self.variant_ids.sorted("lang").mapped("body")]
        return hashlib.sha256("\0".join(texts).encode()).hexdigest()

    def _get_unanswered(self):
        """Open cases that have not got the present answer, oldest first."""
        self.ensure_one()
        # sudo: all cases of the incident, whoever looks
        done = (
            self.env["flywheel.case.group.delivery"]
            .sudo()
            ._search([("group_id", "=", self.id), ("round", "=", self.round)])
            .select("ticket_id")
        )
        return (
            self.env["helpdesk.ticket"]
            .sudo()
            .search(
                [
                    ("group_id", "=", self.id),
                    ("stage_id.closed", "=", False),
                    ("id", "not in", done),
                ],
                order="id",
            )
        )

    def _send_batch(self):
        """Answer some cases; the caller holds the lock. Returns how many."""
        cases = self._get_unanswered()[:BATCH]
        for case in cases:
            self._send_to(case)
        if not self._get_unanswered():
            self.sending = False
        return len(cases)

    def _send_to(self, case):
        """The message, and that it was sent, in one go."""
        values = {"group_id": self.id, "ticket_id": case.id, "round": self.round}
        trace, code, error = self.env["flywheel.case.trace"], "group_answered", ""
        try:
            with self.env.cr.savepoint():
                message = case.with_user(self.sender_id).message_post(
                    body=Markup(self._get_wording(case.customer_lang)),
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                    partner_ids=case.partner_id.ids,
                    outgoing_email_to=not case.partner_id and case.sender_email,
                )
                values["message_id"] = message.id
        except OperationalError:
            raise
        except Exception as problem:
            # One case must not keep the others from being answered.
            _logger.warning("Answer to case %s failed", case.id, exc_info=True)
            code, error = "group_answer_failed", str(problem)[:200]
        self.env["flywheel.case.group.delivery"].create(dict(values, error=error))
        trace._add([trace._line(case, "group", code, group=self.name, error=error)])

    def _get_wording(self, lang):
        """The answer in ``lang``, else in its language, else the usual one."""
        bodies = {variant.lang: variant.body for variant in self.variant_ids}
        near = next((b for code, b in bodies.items() if code[:2] == lang[:2]), None)
        if lang.startswith("zh"):
            # Who reads one script is not written to in the other.
            near = None
        return bodies.get(lang) or near or self.answer

    @api.model
    @gives_way
    def _cron_send(self):
        """Go on with answers that are on their way, also after a crash."""
        cron = self.env["ir.cron"]
        groups = self.search([("sending", "=", True)])
        cron._commit_progress(remaining=sum(len(g._get_unanswered()) for g in groups))
        for group in groups:
            while group.try_lock_for_update():
                group.invalidate_recordset()
                if not group.sending:
                    break
                count = group._send_batch()
                if not cron._commit_progress(count):
                    return
