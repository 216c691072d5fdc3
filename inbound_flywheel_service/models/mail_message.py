# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from odoo.addons.mail.tools.discuss import Store

from ..engine import mail_verdict

VERDICTS = [
    (mail_verdict.HUMAN, "Written by a person"),
    (mail_verdict.AUTO_REPLY, "Automatic reply"),
    (mail_verdict.OUT_OF_OFFICE, "Out of office"),
    (mail_verdict.BOUNCE, "Undelivered mail"),
    (mail_verdict.LIST, "Mailing list"),
    (mail_verdict.OWN, "Mail of our own"),
]


def _is_of_case(message):
    return message.model == "helpdesk.ticket"


class MailMessage(models.Model):
    """Each mail to a case says who wrote it, a person or a machine."""

    _inherit = "mail.message"

    mail_verdict = fields.Selection(
        VERDICTS,
        readonly=True,
        groups="base.group_user",
        help="What the headers say about the mail. Only people get answers, start "
        "clocks and reopen cases.",
    )
    mail_evidence = fields.Char(
        string="Deciding Header", readonly=True, groups="base.group_user"
    )

    def _to_store_defaults(self, target):
        names = super()._to_store_defaults(target)
        if target.is_internal(self.env):
            names += [
                # sudo: mail.message - a customer's post may be what brings the news
                Store.Attr(
                    "flywheel_verdict",
                    value=lambda m: m.sudo()._flywheel_verdict_label(),
                    predicate=_is_of_case,
                ),
                Store.Attr("mail_evidence", sudo=True, predicate=_is_of_case),
            ]
        return names

    def _flywheel_verdict_label(self):
        """What the chatter shows beside the mail of a machine; False for people."""
        if self.mail_verdict in (False, mail_verdict.HUMAN):
            return False
        labels = dict(self._fields["mail_verdict"]._description_selection(self.env))
        return labels[self.mail_verdict]
