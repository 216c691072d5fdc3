# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import email_normalize
from odoo.tools.mail import email_split_tuples

from ..engine import mail_verdict
from ..engine.tokenizer import is_traditional, language, plain_text

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
    sender_email = fields.Char(
        string="Normalized Email",
        compute="_compute_sender_email",
        store=True,
        index="btree_not_null",
    )
    mail_verdict = fields.Selection(
        [
            (mail_verdict.HUMAN, "Written by a person"),
            (mail_verdict.AUTO_REPLY, "Automatic reply"),
            (mail_verdict.OUT_OF_OFFICE, "Out of office"),
            (mail_verdict.BOUNCE, "Undelivered mail"),
            (mail_verdict.LIST, "Mailing list"),
            (mail_verdict.OWN, "Mail of our own"),
        ],
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
    solution = fields.Html(
        copy=False,
        help="The answer that solved the case, in words that help the next colleague. "
        "Similar cases will show it.",
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
            ticket.sender_email = email_normalize(
                ticket.partner_email or "", strict=False
            )

    @api.depends("partner_id.lang", "description", "name")
    def _compute_customer_lang(self):
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        for ticket in self:
            text = f"{ticket.name or ''} {plain_text(ticket.description)}"
            wanted = [ticket.partner_id.lang]
            if language(text) == "zh":
                wanted.append("zh_TW" if is_traditional(text) else "zh_CN")
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

    # ------------------------------------------------------------------
    # Intake
    # ------------------------------------------------------------------
    @api.model
    def _flywheel_source(self):
        """By which path the cases that are being created come in."""
        source = self.env.context.get("flywheel_source")
        if source:
            return source
        if not request:
            return "other"
        path = request.httprequest.path
        if path.startswith(REMOTE_PATHS):
            return "api"
        return "backend" if path.startswith("/web/") else "portal"

    @api.model
    def _flywheel_given(self, vals, source):
        """Names of the fields that a person chose: rules leave them alone.

        What an alias brings along are defaults, nobody's choice.
        """
        if source == "mail":
            return frozenset()
        names = {n for n in ("team_id", "category_id", "user_id") if vals.get(n)}
        if vals.get("priority") not in (None, False, self._flywheel_usual_priority()):
            names.add("priority")
        return frozenset(names)

    @api.model
    def _flywheel_usual_priority(self):
        default = self._fields["priority"].default
        return default(self) if default else False

    @api.model
    def _flywheel_prepare(self, vals, source):
        """``vals`` of one new case, completed from how it came in."""
        vals = dict(vals, intake_source=source)
        if source in ("mail", "portal", "api") or self.env.uid == SUPERUSER_ID:
            # Else the company's option makes whoever runs the gateway the assignee.
            vals.setdefault("user_id", False)
        if source == "mail":
            self._flywheel_prepare_mail(vals)
        return vals

    def _flywheel_prepare_mail(self, vals):
        mail = self.env.context.get("flywheel_mail") or {}
        vals["mail_verdict"] = mail.get("verdict", mail_verdict.HUMAN)
        vals["mail_evidence"] = mail.get("evidence")
        vals["description"] = vals.get("description") or "<p><br></p>"
        if not vals.get("channel_id"):
            channel = self.env.ref(
                "helpdesk_mgmt.helpdesk_ticket_channel_email", raise_if_not_found=False
            )
            vals["channel_id"] = channel and channel.id
        sender = vals.get("partner_email") or ""
        name, address = next(iter(email_split_tuples(sender)), ("", ""))
        vals["partner_email"] = email_normalize(address, strict=False) or sender
        partner = self._flywheel_partner(vals)
        vals["partner_id"] = partner.id
        vals["partner_name"] = vals.get("partner_name") or name or partner.name

    def _flywheel_partner(self, vals):
        """The contact of a new case: nobody of another company."""
        partner = self.env["res.partner"].browse(vals.get("partner_id"))
        team = self.env["helpdesk.ticket.team"].browse(vals.get("team_id"))
        company = team.company_id.id or vals.get("company_id") or self.env.company.id
        if not partner or partner.company_id.id in (False, company):
            return partner
        return partner.search(
            [
                ("email_normalized", "=", email_normalize(vals["partner_email"])),
                ("company_id", "in", [False, company]),
            ],
            order="company_id, id",
            limit=1,
        )

    def _flywheel_intake(self, given):
        """All that happens to new cases, with the reasons.

        A step that fails is undone, named on the case, and the next one follows: no
        case is ever lost.

        :param dict given: ticket id -> names of the fields that a person chose
        """
        self = self.with_context(flywheel_intake=True)
        steps = [
            ("mail", self._flywheel_step_mail),
            ("profile", self._flywheel_step_person),
            ("route", lambda: self.env["flywheel.routing.rule"]._route(self, given)),
            ("assign", self._flywheel_step_assign),
            ("acknowledge", self._flywheel_step_acknowledge),
            ("stage", self._flywheel_step_touchpoints),
        ]
        lines = []
        for step, method in steps:
            lines += self._flywheel_safely(step, method)
        self.env["flywheel.case.trace"]._add(lines)

    def _flywheel_safely(self, step, method):
        try:
            with self.env.cr.savepoint():
                return method() or []
        except OperationalError:
            # Concurrency: Odoo runs the whole request again.
            raise
        except Exception as error:
            _logger.warning("Step %s failed for %s", step, self, exc_info=True)
            line = self.env["flywheel.case.trace"]._line
            return [line(t, step, "failed", error=str(error)[:200]) for t in self]

    def _flywheel_step_mail(self):
        line = self.env["flywheel.case.trace"]._line
        return [
            line(
                ticket,
                "mail",
                "mail_evidence" if ticket.mail_evidence else "mail",
                verdict={"selection": ["mail_verdict", ticket.mail_verdict]},
                evidence=ticket.mail_evidence,
            )
            for ticket in self.filtered("mail_verdict")
        ]

    def _flywheel_step_person(self):
        line = self.env["flywheel.case.trace"]._line
        lines = []
        for ticket in self:
            profile = ticket.flywheel_profile_id
            if profile:
                partner = profile.partner_id
                if partner and not ticket.partner_id:
                    if partner.company_id.id in (False, ticket.company_id.id):
                        ticket.partner_id = partner
                lines.append(
                    line(ticket, "profile", "person", person=profile.display_name)
                )
            else:
                machine = ticket._flywheel_is_machine()
                code = "person_machine" if machine else "person_none"
                lines.append(line(ticket, "profile", code))
        return lines

    def _flywheel_step_assign(self):
        line = self.env["flywheel.case.trace"]._line
        lines = []
        todo = self.browse()
        for ticket in self.filtered(lambda t: not t.closed):
            team = ticket.team_id
            if ticket.user_id:
                name = ticket.user_id.name
                lines.append(line(ticket, "assign", "assign_given", user=name))
            elif ticket.mail_verdict in self._flywheel_unassigned_verdicts():
                lines.append(line(ticket, "assign", "assign_machine"))
            elif not team:
                lines.append(line(ticket, "assign", "assign_no_team"))
            elif not team.flywheel_auto_assign:
                lines.append(
                    line(ticket, "assign", "assign_off", team=team.display_name)
                )
            else:
                todo |= ticket
        for team, tickets in todo.grouped("team_id").items():
            lines += team._flywheel_assign(tickets)
        return lines

    def _flywheel_step_acknowledge(self):
        return self.env["flywheel.case.acknowledge"]._acknowledge(self)

    def _flywheel_step_touchpoints(self):
        self._flywheel_record("case_opened", "opened")
        solved = self.filtered("closed")._flywheel_solved()
        solved._flywheel_record("case_solved", "solved:0")

    def _flywheel_is_machine(self):
        return self.mail_verdict not in (False, mail_verdict.HUMAN)

    @api.model
    def _flywheel_unassigned_verdicts(self):
        """Mails that nobody needs to work on. Mails of lists and of unattended
        addresses are worked on: web forms often send from such."""
        return [mail_verdict.BOUNCE, mail_verdict.OUT_OF_OFFICE, mail_verdict.OWN]

    # ------------------------------------------------------------------
    # Stages and touchpoints
    # ------------------------------------------------------------------
    def _flywheel_solved(self):
        return self.filtered(lambda t: t.closed and not t.stage_id.unsolved)

    def _flywheel_stage_moved(self, was_closed):
        """After a change of stage: count what was solved, note what was reopened."""
        closed = self.filtered(lambda t: t.closed and not was_closed[t])
        for count, tickets in closed._flywheel_solved().grouped("reopen_count").items():
            tickets._flywheel_record("case_solved", f"solved:{count}")
        lines = []
        for ticket in self.filtered(lambda t: was_closed[t] and not t.closed):
            count = ticket.reopen_count + 1
            ticket.write({"closed_date": False, "reopen_count": count})
            lines.append(
                self.env["flywheel.case.trace"]._line(
                    ticket, "stage", "reopened", count=count
                )
            )
        self.env["flywheel.case.trace"]._add(lines)

    def _flywheel_record(self, code, key, **values):
        """Append touchpoints of these cases; machines leave none.

        :param str code: of the touchpoint type
        :param str key: what makes the event unique within its case
        """
        self.env["flywheel.touchpoint"]._record(
            [
                {
                    "type": code,
                    "date": fields.Datetime.to_datetime(
                        self.env.context.get("flywheel_event_date")
                    ),
                    "profile_id": ticket.flywheel_profile_id.id,
                    "external_key": f"helpdesk.ticket:{ticket.id}:{key}",
                    "summary": f"{ticket.number} {ticket.name}"[:200],
                    "res_model": "helpdesk.ticket",
                    "res_id": ticket.id,
                    **values,
                }
                # sudo: flywheel.profile - the ledger is written by the flow, whoever
                # causes the event
                for ticket in self.sudo()
                if ticket.flywheel_profile_id and not ticket._flywheel_is_machine()
            ]
        )

    def rating_apply(self, rate, token=None, rating=None, **kwargs):
        rating = super().rating_apply(rate, token=token, rating=rating, **kwargs)
        for ticket in self:
            # The customer may change his mind: another value is another line.
            ticket._flywheel_record("rating", f"rating:{rating.id}:{rate}", value=rate)
        return rating

    # ------------------------------------------------------------------
    # Mail gateway
    # ------------------------------------------------------------------
    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """The exact address, by its index, instead of a scan for a part of it."""
        return Domain("sender_email", "=", email_from_normalized)

    def message_update(self, msg, update_vals=None):
        result = super().message_update(msg, update_vals=update_vals)
        mail = self.env.context.get("flywheel_mail") or {}
        if mail and mail["verdict"] != mail_verdict.HUMAN:
            self.env["flywheel.case.trace"]._add(
                [
                    self.env["flywheel.case.trace"]._line(
                        ticket,
                        "mail",
                        "reply_machine",
                        verdict={"selection": ["mail_verdict", mail["verdict"]]},
                        evidence=mail["evidence"],
                    )
                    for ticket in self
                ]
            )
        return result

    # ------------------------------------------------------------------
    # Suggestions, for the case form
    # ------------------------------------------------------------------
    @api.readonly
    def flywheel_suggestions(self):
        """Similar solved cases and articles that the current user may read.

        :return: dict with lists of dicts: ``cases``, ``articles``, ``linked``
        """
        self.ensure_one()
        self.check_access("read")
        return self.env["flywheel.case.suggestion"]._suggest(self)

    def flywheel_set_link(self, res_model, res_id, state):
        """Link a suggestion to the case, dismiss it, or take either back.

        :param str res_model: helpdesk.ticket or document.page
        :param int res_id: of the document
        :param state: "linked", "dismissed" or False
        :raises AccessError: without write access to the case, or without read access
            to the document
        """
        self.ensure_one()
        self.check_access("write")
        return self.env["flywheel.case.suggestion"]._set_link(
            self, res_model, res_id, state
        )
