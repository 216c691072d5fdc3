# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging

from odoo import api, fields, models
from odoo.tools import email_normalize

from ..engine import mail_verdict
from ..engine.tokenizer import is_traditional, language, plain_text
from .mail_message import VERDICTS

_logger = logging.getLogger(__name__)

REMOTE_PATHS = ("/json/2/", "/xmlrpc", "/jsonrpc")
# Customers read their cases in the portal: what is for colleagues needs a group.
AGENT = "helpdesk_mgmt.group_helpdesk_user_own"


class HelpdeskTicket(models.Model):
    """A case: from intake to solution, with the reason of every step."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket", "flywheel.profile.mixin", "flywheel.text.mixin"]
    # Without it Odoo has no brake for mails that open case after case.
    _primary_email = "partner_email"
    _flywheel_auto = True
    _flywheel_trigger_fields = {"partner_id", "partner_email"}
    _flywheel_text_fields = frozenset({"name", "description", "solution", "company_id"})

    intake_source = fields.Selection(
        [
            ("mail", "E-mail"),
            ("portal", "Website or Portal"),
            ("api", "Other System"),
            ("backend", "Entered by Staff"),
            ("other", "Program"),
        ],
        string="Came In By",
        readonly=True,
        copy=False,
    )
    intake_values = fields.Json(readonly=True, copy=False, groups="base.group_user")
    sender_email = fields.Char(
        string="Normalized Email",
        compute="_compute_sender_email",
        store=True,
        index="btree_not_null",
    )
    mail_verdict = fields.Selection(
        VERDICTS,
        readonly=True,
        copy=False,
        help="What the headers say about the mail that opened the case. Only people "
        "get answers and start clocks.",
        groups="base.group_user",
    )
    mail_evidence = fields.Char(
        string="Deciding Header", readonly=True, copy=False, groups="base.group_user"
    )
    customer_lang = fields.Char(compute="_compute_customer_lang")
    acknowledged_date = fields.Datetime(
        string="Receipt Confirmed On", readonly=True, copy=False
    )
    reopen_count = fields.Integer(string="Reopened", readonly=True, copy=False)
    tier_id = fields.Many2one(
        related="flywheel_profile_id.tier_id",
        groups="inbound_flywheel.group_flywheel_user",
    )
    solution = fields.Html(
        copy=False,
        help="The answer that solved the case, in words that help the customer, who "
        "gets them when the case is solved, and the next colleague: similar cases will "
        "show it.",
        groups="base.group_user",
    )
    flywheel_trace_ids = fields.One2many(
        "flywheel.case.trace", "ticket_id", string="Decisions", groups=AGENT
    )
    flywheel_link_ids = fields.One2many(
        "flywheel.case.link", "ticket_id", string="Linked Knowledge", groups=AGENT
    )

    _flywheel_load_idx = models.Index("(user_id, stage_id) WHERE active")
    _flywheel_idle_idx = models.Index("(user_id, assigned_date)")

    # ------------------------------------------------------------------
    # Computed fields
    # ------------------------------------------------------------------
    @api.depends("partner_email")
    def _compute_sender_email(self):
        for ticket in self:
            address = email_normalize(ticket.partner_email or "", strict=False)
            # Longer ones are none, and do not fit into an index.
            ticket.sender_email = address if len(address or "") <= 254 else False

    @api.depends("partner_id.lang", "description", "name")
    def _compute_customer_lang(self):
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        for ticket in self:
            text = f"{ticket.name or ''} {plain_text(ticket.description)}"
            wanted = [ticket.partner_id.lang]
            if language(text) == "zh":
                written = "zh_TW" if is_traditional(text) else "zh_CN"
                # Contacts get the language of whoever makes them: who writes in
                # Chinese reads it.
                chinese = (ticket.partner_id.lang or "").startswith("zh")
                wanted.insert(1 if chinese else 0, written)
            elif language(text) == "en" and not ticket.partner_id:
                wanted.append("en_US")
            wanted += [ticket.company_id.partner_id.lang, self.env.lang]
            ticket.customer_lang = next(
                (code for code in wanted if code in installed), "en_US"
            )

    # ------------------------------------------------------------------
    # Contracts of the mixins
    # ------------------------------------------------------------------
    def _flywheel_person_values(self):
        return {
            ticket.id: {
                "partner_id": ticket.partner_id.id,
                "email": ticket.sender_email,
                "name": ticket.partner_name,
                "company_id": ticket.company_id.id,
            }
            for ticket in self
            if ticket._flywheel_has_person()
        }

    def _flywheel_has_person(self):
        """Machines are no persons; a known customer's automatic reply is his."""
        if self.mail_verdict in (mail_verdict.BOUNCE, mail_verdict.OWN):
            return False
        if self.partner_id:
            # Not colleagues.
            return self.partner_id.partner_share
        return bool(self.sender_email) and self.mail_verdict in (
            False,
            mail_verdict.HUMAN,
            mail_verdict.OUT_OF_OFFICE,
        )

    def _flywheel_texts(self):
        return {
            ticket.id: (
                ticket.company_id.id,
                [ticket.name, ticket.description, ticket.solution],
            )
            for ticket in self
        }

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        source = self._flywheel_source()
        given = [self._flywheel_given(vals, source) for vals in vals_list]
        prepared = [self._flywheel_prepare(vals, source) for vals in vals_list]
        for vals, names in zip(prepared, given, strict=True):
            vals["intake_values"] = self._flywheel_intake_values(vals, names)
        self._flywheel_number(prepared)
        self._flywheel_first_stages(prepared)
        tickets = super().create(prepared)
        # sudo: intake is the system's work; who enters a case, a portal user for
        # one, need not see the teams and members among which it chooses
        tickets.sudo()._flywheel_intake(dict(zip(tickets.ids, given, strict=True)))
        return tickets

    def write(self, vals):
        was_closed = {}
        if "stage_id" in vals:
            was_closed = {ticket: ticket.closed for ticket in self}
        result = super().write(vals)
        if was_closed:
            self._flywheel_stage_moved(was_closed)
        if vals.get("team_id") and "user_id" not in vals:
            moved = self.filtered(lambda t: not t.user_id and not t.closed)
            if moved and not self.env.context.get("flywheel_intake"):
                moved.team_id._flywheel_assign_later()
        return result

    def unlink(self):
        ids = self.ids
        result = super().unlink()
        self.env["flywheel.case.link"]._forget(self._name, ids)
        return result
