# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from .helpdesk_ticket import AGENT

# A change of these changes who may see a restricted case.
DECISIVE = {"restricted", "restricted_user_ids", "user_id", "partner_id"}


class HelpdeskTicketRestricted(models.Model):
    """Cases for few eyes: the owner, named people, managers, the customer himself.

    The record rules keep others from reading; here others are kept from being told.
    """

    _inherit = "helpdesk.ticket"

    # No groups: the record rule of customers reads it, in their searches, too.
    restricted = fields.Boolean(
        copy=False,
        help="Only the owner, the people named here, helpdesk managers and the "
        "customer himself see this case.",
    )
    restricted_user_ids = fields.Many2many(
        "res.users",
        "flywheel_case_restricted_user_rel",
        string="Also Visible To",
        copy=False,
        domain=[("share", "=", False)],
        groups=AGENT,
    )

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        # sudo: who opens a case, a customer for one, has no say in who follows it
        tickets.sudo().filtered("restricted")._flywheel_turn_out()
        return tickets

    def write(self, vals):
        if "restricted" in vals and not self.env.su:
            self._flywheel_check_restricting(vals)
        result = super().write(vals)
        if DECISIVE & vals.keys():
            # sudo: followers and notifications of others
            self.sudo().filtered("restricted")._flywheel_turn_out()
        return result

    def _flywheel_check_restricting(self, vals):
        if vals["restricted"]:
            # Who restricts a case does not lock himself out.
            people = vals.get("restricted_user_ids") or []
            vals["restricted_user_ids"] = [*people, Command.link(self.env.uid)]
        elif self.sudo().filtered("restricted"):
            raise UserError(
                self.env._("Lift the restriction with a reason: “Lift Escalation”.")
            )

    # ------------------------------------------------------------------
    # Who may see it
    # ------------------------------------------------------------------
    def _flywheel_who_may_see(self, users):
        """Those of ``users`` who may see this case (in superuser mode)."""
        users = users.filtered(
            lambda u: u.active and self.company_id in u.company_ids and not u.share
        )
        if not self.restricted:
            return users
        return users & (
            self.user_id | self.restricted_user_ids | self._flywheel_managers()
        )

    def _flywheel_partners_may_see(self, partners):
        """Those of ``partners`` who may be told of this case (in superuser mode)."""
        if not self.restricted:
            return partners
        staff = partners.user_ids.filtered(lambda u: not u.share)
        return partners & (
            self.partner_id | self._flywheel_who_may_see(staff).partner_id
        )

    def _flywheel_turn_out(self):
        """Nobody who may not see these cases follows them or keeps word of them."""
        self._flywheel_hush()
        for case in self:
            everybody = case.message_partner_ids | case.message_ids.partner_ids
            everybody |= case.message_ids.notified_partner_ids
            strangers = everybody - case._flywheel_partners_may_see(everybody)
            if not strangers:
                continue
            case.message_unsubscribe(strangers.ids)
            case.message_ids.notification_ids.filtered(
                lambda n, s=strangers: n.res_partner_id in s
            ).unlink()
            case.message_ids.write(
                {"partner_ids": [Command.unlink(p.id) for p in strangers]}
            )
            case.activity_ids.filtered(
                lambda a, s=strangers: a.user_id.partner_id in s
            ).unlink()

    def _flywheel_record(self, code, key, **values):
        # The history of a person has more readers than his restricted case.
        few = self.filtered("restricted")
        for case in few:
            super(HelpdeskTicketRestricted, case)._flywheel_record(
                code, key, **{**values, "summary": case.number}
            )
        return super(HelpdeskTicketRestricted, self - few)._flywheel_record(
            code, key, **values
        )

    def _flywheel_hush(self):
        """Take the title out of the lines that the history already has."""
        lines = self.env["flywheel.touchpoint"].search(
            [
                ("profile_id", "in", self.flywheel_profile_id.ids),
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
            ]
        )
        for case in self:
            own = lines.filtered(lambda line, c=case: line.res_id == c.id)
            own.write({"summary": case.number})

    # ------------------------------------------------------------------
    # Who is told
    # ------------------------------------------------------------------
    def _message_subscribe(self, partner_ids=None, subtype_ids=None, customer_ids=None):
        # sudo: who may see a case is decided by fields that few may read
        few = self.sudo().filtered("restricted")
        for case in few:
            partners = case.env["res.partner"].browse(partner_ids or ())
            super(HelpdeskTicketRestricted, self.browse(case.id))._message_subscribe(
                case._flywheel_partners_may_see(partners).ids,
                subtype_ids=subtype_ids,
                customer_ids=customer_ids,
            )
        rest = self - self.browse(few.ids)
        return super(HelpdeskTicketRestricted, rest)._message_subscribe(
            partner_ids, subtype_ids=subtype_ids, customer_ids=customer_ids
        )

    def message_post(self, *, partner_ids=None, **kwargs):
        case = self.sudo()
        if partner_ids and len(self) == 1 and case.restricted:
            partners = case.env["res.partner"].browse(partner_ids)
            partner_ids = case._flywheel_partners_may_see(partners).ids
        return super().message_post(partner_ids=partner_ids, **kwargs)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        # sudo: see _message_subscribe
        case = self.sudo()
        if not recipients or len(self) != 1 or not case.restricted:
            return recipients
        partners = case.env["res.partner"].browse(
            [data["id"] for data in recipients if data["id"]]
        )
        allowed = set(case._flywheel_partners_may_see(partners).ids)
        return [
            data
            for data in recipients
            if data["id"] in allowed
            or (not data["id"] and data["email_normalized"] == case.sender_email)
        ]
