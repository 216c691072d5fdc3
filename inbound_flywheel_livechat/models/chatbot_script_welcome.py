# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from psycopg2 import OperationalError

from odoo import models

from .chatbot_script_step import ADDRESSES, ASKING

_logger = logging.getLogger(__name__)


class ChatbotScript(models.Model):
    """What need not be asked, from the first question on."""

    _inherit = "chatbot.script"

    def _flywheel_hold(self, person, known_by, told):
        """Return what need not be asked of somebody.

        :param person: a profile, or none
        :param known_by: how the person is known, see ``flywheel.chat``
        :param told: the questions that were answered in this conversation
        :return: {question id: fact, and ``email`` or ``phone``: True}
        """
        self.ensure_one()
        if not person:
            return {}
        doubted = known_by == "typed" and not self.flywheel_trust_typed
        held = {
            fact.question_id.id: fact
            for fact in person._get_known()
            if not fact.is_expired and fact.source != "inferred"
        }
        if doubted:
            held = {key: fact for key, fact in held.items() if key in told.ids}
        address = {"email": person.email, "phone": person.phone}
        partner = person.partner_id
        if known_by == "login":
            address = {"email": partner.email, "phone": partner.phone}
        elif known_by == "browser" or doubted:
            # The same browser, not for sure the same person: where to answer is
            # asked for if it is not sure.
            address.pop("phone")
        held.update((kind, True) for kind, value in address.items() if value)
        return held

    def _get_welcome_steps(self):
        """Leave out the first questions, too, whose answers are known of whoever
        opens the chat. A conversation begins with a word of the visitor: where
        nothing is left to ask, it begins as the script says."""
        steps = super()._get_welcome_steps()
        waits = (*ADDRESSES, *ASKING)
        if steps[-1:].step_type not in waits or not self._flywheel_in_use():
            return steps
        try:
            with self.env.cr.savepoint():
                spared = self._flywheel_spare(steps)
        except OperationalError:
            # Concurrency: Odoo runs the request again.
            raise
        except Exception:
            _logger.warning("%s begins as it is written", self, exc_info=True)
            return steps
        return spared if spared[-1:].step_type in waits else steps

    def _flywheel_spare(self, steps):
        """Return the steps with which the script begins for whoever opens the chat.

        :param steps: those with which it begins for anybody
        """
        held = self._flywheel_hold(*self._flywheel_whoever(), told=self.browse())
        if not held:
            return steps
        nobody = self.env["flywheel.chat"].sudo()
        channel = self.env["discuss.channel"].sudo()
        assumed = steps[-1]._flywheel_assumed(channel, held)
        welcome, step = steps.browse(), self.script_step_ids[:1]
        while step:
            if not step._flywheel_passes(nobody, held):
                welcome += step
                if step.step_type != "text":
                    break
            step = step._fetch_next_step(assumed)
        return welcome

    def _flywheel_whoever(self):
        """Return who makes this request, as :meth:`flywheel.chat._recognise`."""
        user = self.env.user
        guest = self.env["mail.guest"]._get_guest_from_context()
        if not user._is_public():
            guest = guest.browse()
        company = self.env.company
        if "website" in self.env:
            website = self.env["website"].get_current_website(fallback=False)
            company = website.company_id or company
        return self.env["flywheel.chat"]._recognise_visitor(
            user.partner_id, guest, company
        )
