# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
import threading
from urllib.parse import urlsplit

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api, fields, models
from odoo.http import request
from odoo.tools import email_normalize
from odoo.tools.mail import email_split_tuples

from ..engine import mail_verdict

_logger = logging.getLogger(__name__)

REMOTE_PATHS = ("/json/2/", "/xmlrpc", "/jsonrpc")


class HelpdeskTicketIntake(models.Model):
    """How a case comes in: one pipeline for every path."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _flywheel_source(self):
        """By which path the cases that are being created come in."""
        source = self.env.context.get("flywheel_source")
        if source:
            return source
        if request:
            path = request.httprequest.path
        else:
            # Odoo hides the request from XML-RPC and JSON-RPC calls; the thread still
            # knows where they came in.
            path = urlsplit(getattr(threading.current_thread(), "url", "")).path
        if path.startswith(REMOTE_PATHS):
            return "api"
        if not request:
            return "other"
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
    def _flywheel_intake_values(self, vals, given):
        """What a case was when it came in, for later replays of rules.

        :param vals: values of the case, of which only ids and selections are kept
        :param given: names of the fields that a person chose
        """
        values = {"given": sorted(given), "priority": vals.get("priority")}
        for name in ("team_id", "category_id"):
            values[name] = vals.get(name) or False
        return values

    def _flywheel_start(self):
        """This case when it came in: (dict of values, names that a person chose).

        Cases that are older than the record of it had no team, category or tags.
        """
        self.ensure_one()
        known = dict(self.intake_values or {})
        chosen = frozenset(known.pop("given", ()))
        known["priority"] = known.get("priority") or self._flywheel_usual_priority()
        return {
            "team_id": False,
            "category_id": False,
            "tag_ids": False,
            **known,
        }, chosen

    @api.model
    def _flywheel_prepare(self, vals, source):
        """``vals`` of one new case, completed from how it came in."""
        vals = dict(vals, intake_source=source)
        if source not in ("backend", "other") or self.env.uid == SUPERUSER_ID:
            # Else the company's option makes whoever runs the gateway the assignee.
            vals.setdefault("user_id", False)
        if source == "mail":
            self._flywheel_prepare_mail(vals)
        elif vals.get("partner_id"):
            self._flywheel_prepare_person(vals)
        return vals

    def _flywheel_prepare_person(self, vals):
        """What the form fills in when a contact is chosen: programs do not."""
        partner = self.env["res.partner"].browse(vals["partner_id"])
        partner = partner._filtered_access("read")
        if not vals.get("partner_name") and not vals.get("partner_email"):
            vals["partner_name"] = partner.name
            vals["partner_email"] = partner.email

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

    @api.model
    def _flywheel_company_id(self, vals):
        """The company in which a case with these values will be."""
        team = self.env["helpdesk.ticket.team"].browse(vals.get("team_id"))
        return team.company_id.id or vals.get("company_id") or self.env.company.id

    def _flywheel_partner(self, vals):
        """The contact of a new case: nobody of another company."""
        partner = self.env["res.partner"].browse(vals.get("partner_id"))
        company_id = self._flywheel_company_id(vals)
        if not partner or partner.company_id.id in (False, company_id):
            return partner
        email = email_normalize(vals["partner_email"])
        return self._flywheel_partner_by_email(email, company_id)

    @api.model
    def _flywheel_partner_by_email(self, email, company_id):
        """The contact with an address that the company may see, its own first."""
        return self.env["res.partner"].search(
            [
                ("email_normalized", "=", email),
                ("company_id", "in", [False, company_id]),
            ],
            order="company_id, is_company, id",
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
            ("profile", self._flywheel_step_tier),
            ("route", lambda: self._flywheel_step_route(given)),
            ("classify", lambda: self._flywheel_step_classify(given)),
            ("route", lambda: self._flywheel_step_route_again(given)),
            ("escalate", self._flywheel_step_escalate),
            ("stage", self._flywheel_step_clock),
            ("sla", self._flywheel_step_sla),
            ("group", self._flywheel_step_group),
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

    def _flywheel_step_route(self, given):
        return self.env["flywheel.routing.rule"]._route(self, given)

    def _flywheel_step_route_again(self, given):
        classified = self.filtered(lambda t: t.category_source == "classifier")
        return self.env["flywheel.routing.rule"]._route_again(classified, given)

    def _flywheel_step_clock(self):
        """The customers of new cases wait from the moment they are in."""
        waiting = self.filtered(lambda t: not t.closed and not t._flywheel_is_machine())
        waiting.waiting_since = fields.Datetime.now()

    def _flywheel_step_tier(self):
        people = self.flywheel_profile_id
        if people:
            people._evaluate_tiers(people.ids)
        line = self.env["flywheel.case.trace"]._line
        return [
            line(
                ticket,
                "profile",
                "tier",
                tier=ticket.tier_id.name,
                reason={"tier": ticket.flywheel_profile_id._get_tier_facts()},
            )
            for ticket in self
            if ticket.tier_id
        ]

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
