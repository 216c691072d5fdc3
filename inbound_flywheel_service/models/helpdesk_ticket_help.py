# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from ..engine.tokenizer import variants
from .helpdesk_ticket import AGENT


class HelpdeskTicketHelp(models.Model):
    """What a customer looked for before he wrote, and where his case stands."""

    _inherit = "helpdesk.ticket"

    help_session_id = fields.Many2one(
        "flywheel.help.session",
        string="Looked Up Before",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups=AGENT,
    )

    # ------------------------------------------------------------------
    # What the customer looked for
    # ------------------------------------------------------------------
    def _flywheel_intake(self, given):
        result = super()._flywheel_intake(given)
        lines = self._flywheel_safely("suggest", self._flywheel_note_help)
        self.env["flywheel.case.trace"]._add(lines)
        return result

    def _flywheel_note_help(self):
        """The visits that led to these cases, and what to know of them."""
        lines = []
        for ticket in self.filtered("help_session_id"):
            session = ticket.help_session_id
            session._led_to(ticket)
            read = ticket._flywheel_articles_read()
            if session.question:
                code = "help_read" if read else "help_searched"
                lines.append(
                    self.env["flywheel.case.trace"]._line(
                        ticket,
                        "suggest",
                        code,
                        question=session.question,
                        articles=", ".join(read.mapped("name")),
                    )
                )
        people = self.filtered(lambda t: not t._flywheel_is_machine())
        self.env["flywheel.help.session"]._contacted(people)
        return lines

    def _flywheel_customer_wrote(self, message):
        result = super()._flywheel_customer_wrote(message)
        self.env["flywheel.help.session"]._contacted(self, case=False)
        return result

    def _flywheel_articles_read(self):
        """Articles that the customer opened before he wrote, in superuser mode."""
        reads = self.sudo().help_session_id.read_ids
        return reads.filtered("opened_date").page_id

    @api.readonly
    def flywheel_help_before(self):
        """What the customer searched for and read before he wrote, for the form.

        :return: dict: questions (list of str), articles (list of dicts with id, name,
            vote, comment, open: whether the reader may open it)
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: flywheel.help.session - the case is readable, what led to it is part
        # of it
        session = self.sudo().help_session_id
        reads = session.read_ids.filtered("opened_date").sorted("opened_date")
        allowed = reads.page_id.sudo(False)._filtered_access("read")
        return {
            "questions": (session.questions or "").splitlines(),
            "articles": [
                {
                    "id": read.page_id.id,
                    "name": read.page_id.name,
                    "vote": read.vote,
                    "comment": read.comment or "",
                    "open": read.page_id.sudo(False) in allowed,
                }
                for read in reads
            ],
        }

    # ------------------------------------------------------------------
    # The customer's view
    # ------------------------------------------------------------------
    def _flywheel_portal_status(self):
        """Where a case stands, in the customer's words.

        :return: dict: code (solved, closed, late, working, asked), text, color (of
            Bootstrap)
        """
        self.ensure_one()
        # sudo: the clocks are for staff; what is said here is for the customer
        case = self.sudo()
        if case.closed:
            if case.stage_id.unsolved:
                return {
                    "code": "closed",
                    "color": "secondary",
                    "text": self.env._("Closed"),
                }
            return {"code": "solved", "color": "success", "text": self.env._("Solved")}
        if not case.waiting_since:
            return {
                "code": "asked",
                "color": "warning",
                "text": self.env._("We answered. Waiting for your reply"),
            }
        due = case.answer_due
        if not due:
            text = self.env._("With us. We will answer you")
            return {"code": "working", "color": "info", "text": text}
        # The customer's time zone and way of writing dates.
        when = format_datetime(self.env, due, dt_format="short")
        if due < fields.Datetime.now():
            return {
                "code": "late",
                "color": "danger",
                "text": self.env._(
                    "With us. We are late: you should have heard from us by %(date)s",
                    date=when,
                ),
            }
        return {
            "code": "working",
            "color": "info",
            "text": self.env._("With us. You hear from us by %(date)s", date=when),
        }

    @api.model
    def _flywheel_portal_domain(self, search):
        """Cases whose number, title or text holds what a customer looks for, whichever
        Chinese script he writes."""
        return Domain.OR(
            Domain(field, "ilike", text)
            for text in variants(search)
            for field in ("number", "name", "description")
        )

    def _flywheel_portal_reopen(self):
        """Open a closed case again, at the first stage of its team.

        :return: whether there is such a stage
        """
        self.ensure_one()
        stages = self.team_id._get_applicable_stages()
        stage = stages.filtered(lambda s: not s.closed)[:1]
        if self.closed and stage:
            self.stage_id = stage
        return bool(stage)
