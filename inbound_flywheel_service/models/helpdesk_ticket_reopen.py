# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import NO_ACCESS

from ..engine.thanks import is_thanks
from .helpdesk_ticket_conversation import SPOKEN


class HelpdeskTicketReopen(models.Model):
    """What the customer's word does to a case that is closed."""

    _inherit = "helpdesk.ticket"

    follow_up_of_id = fields.Many2one(
        "helpdesk.ticket",
        string="Case Before",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        # Its name would be shown to colleagues who may not see that case.
        groups=NO_ACCESS,
    )
    follow_up_of_number = fields.Char(
        string="Follows Up On",
        compute="_compute_follow_up_of_number",
        groups="base.group_user",
        help="The closed case that the customer answered when it was too late to open "
        "it again.",
    )

    @api.depends("follow_up_of_id.number")
    def _compute_follow_up_of_number(self):
        for ticket in self:
            # sudo: helpdesk.ticket - the number alone, which stands in the mail, too
            ticket.follow_up_of_number = ticket.sudo().follow_up_of_id.number

    def action_flywheel_open_followed(self):
        """Open the closed case on which this one follows up.

        :raises AccessError: the user may not see that case
        """
        self.check_access("read")
        # sudo: helpdesk.ticket - only the id of the other case
        case = self.browse(self.sudo().follow_up_of_id.id)
        case.check_access("read")
        return case._get_records_action()

    def _flywheel_is_over(self):
        """Whether the case was closed so long ago that an answer opens a new one."""
        self.ensure_one()
        if not self.closed:
            return False
        closed = self.closed_date or self.last_stage_update or self.write_date
        days = self.company_id.flywheel_reopen_days
        return fields.Datetime.now() - closed > timedelta(days=days)

    def _flywheel_is_thanks(self, message):
        """Whether the customer only says thank you: nobody needs to answer that.

        On an open case, what answers a question of ours is none: "OK, thanks" may be
        the consent that we wait for.
        """
        mail = self.env.context.get("flywheel_mail") or {}
        if message.message_type == "email":
            thanks = mail.get("thanks")
        else:
            names = f"{message.author_id.name} {self.user_id.name}"
            thanks = not message.attachment_ids and is_thanks(message.body, names)
        return bool(thanks) and (self.closed or not self._flywheel_has_asked(message))

    def _flywheel_has_asked(self, message):
        """Whether what was said last before ``message`` is a question of ours."""
        last = self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("id", "<", message.id),
                ("message_type", "in", SPOKEN),
                ("is_internal", "=", False),
            ],
            order="id desc",
            limit=1,
        )
        asked = any(mark in (last.body or "") for mark in "?？")
        return asked and self._flywheel_speaker(last) == "staff"

    def _flywheel_thanked(self, message):
        """The customer said thank you: note it, and leave everything as it is."""
        trace = self.env["flywheel.case.trace"]
        trace._add([trace._line(self, "stage", "thanks")])

    def _flywheel_customer_wrote(self, message):
        if not self.active:
            self.active = True
        if self.closed:
            if self._flywheel_is_over():
                self._flywheel_follow_up(message)
                return None
            self._flywheel_reopen()
        return super()._flywheel_customer_wrote(message)

    def _flywheel_reopen(self):
        """Move a closed case to the first open stage of its team."""
        stages = self.team_id._get_applicable_stages()
        stage = stages.filtered(lambda stage: not stage.closed)[:1]
        if stage:
            self.stage_id = stage
        if self.user_id and not self.user_id.active:
            # Who worked on it has left: back to the queue.
            self.user_id = False
            self.team_id._flywheel_assign_later()

    def _flywheel_follow_up_values(self):
        """What a case that follows up on this one takes over."""
        # A case that few may see is continued among them.
        return {
            "follow_up_of_id": self.id,
            "restricted": self.restricted,
            "restricted_user_ids": self.restricted_user_ids.ids,
        }

    def _flywheel_follow_up(self, message):
        """Open a new case with what the customer wrote on one long closed."""
        author = message.author_id
        email = message.email_from if not author else author.email
        attachments = message.attachment_ids.copy(
            {"res_model": self._name, "res_id": False}
        )
        source = "mail" if message.message_type == "email" else "portal"
        case = self.with_context(flywheel_source=source).create(
            {
                "name": self.name,
                "description": message.body,
                "team_id": self.team_id.id,
                "company_id": self.company_id.id,
                "channel_id": self.channel_id.id,
                "category_id": self.category_id.id,
                "partner_id": author.id or self.partner_id.id,
                "partner_name": author.name or self.partner_name,
                "partner_email": email or self.partner_email,
                **self._flywheel_follow_up_values(),
            }
        )
        attachments.res_id = case.id
        if author:
            # Who answers in the portal looks for the answer there.
            case.message_subscribe(author.ids)

    def _flywheel_step_mail(self):
        """Lines on cases that another one led to."""
        trace = self.env["flywheel.case.trace"]
        mail = self.env.context.get("flywheel_mail") or {}
        lines = super()._flywheel_step_mail()
        for ticket in self:
            if mail.get("refused"):
                lines.append(
                    trace._line(
                        ticket,
                        "mail",
                        "refused_forged" if mail["forged"] else "refused",
                        sender=mail["sender"],
                        numbers=mail["refused"],
                    )
                )
            old = ticket.follow_up_of_id
            if old:
                lines.append(
                    trace._line(ticket, "stage", "follow_up", number=old.number)
                )
                lines.append(
                    trace._line(old, "stage", "followed", number=ticket.number)
                )
        return lines
