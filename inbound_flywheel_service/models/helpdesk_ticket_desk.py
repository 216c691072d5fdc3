# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import column_exists

from .helpdesk_ticket import AGENT
from .helpdesk_ticket_conversation import SPOKEN

# Opened again within so many days, a case was not solved at its first contact.
EARLY_DAYS = 7


class HelpdeskTicketDesk(models.Model):
    """What the desk is measured by: times, answers, what was late, what came back."""

    _inherit = "helpdesk.ticket"

    answer_count = fields.Integer(
        string="Answers",
        readonly=True,
        copy=False,
        aggregator="avg",
        help="How often a colleague wrote to the customer.",
        groups=AGENT,
    )
    late_date = fields.Datetime(
        string="Last Late Answer",
        readonly=True,
        copy=False,
        help="When an answer was due that came too late, for the last time.",
        groups=AGENT,
    )
    reopened_date = fields.Datetime(
        string="Reopened On", readonly=True, copy=False, groups=AGENT
    )
    reopened_early = fields.Boolean(
        string="Reopened Within a Week",
        readonly=True,
        copy=False,
        help="Not solved at the first contact, whatever we thought.",
        groups=AGENT,
    )
    response_hours = fields.Float(
        string="First Response (Working Hours)",
        compute="_compute_response_hours",
        store=True,
        aggregator="avg",
        help="From the intake to the first answer of a colleague, in the working hours "
        "of the team at that time.",
        groups=AGENT,
    )
    solution_hours = fields.Float(
        string="Time to Solution (Working Hours)",
        compute="_compute_solution_hours",
        store=True,
        aggregator="avg",
        groups=AGENT,
    )
    flywheel_dropped = fields.Boolean(
        string="Dropped",
        compute="_compute_flywheel_dropped",
        search="_search_flywheel_dropped",
        help="Nobody's, without a next step, overdue, or stuck.",
        groups=AGENT,
    )

    _flywheel_partner_idx = models.Index("(partner_id) WHERE partner_id IS NOT NULL")
    _flywheel_commercial_idx = models.Index(
        "(commercial_partner_id) WHERE commercial_partner_id IS NOT NULL"
    )
    _flywheel_category_idx = models.Index("(category_id) WHERE category_id IS NOT NULL")
    _flywheel_company_idx = models.Index("(company_id)")
    _flywheel_closed_idx = models.Index("(closed_date) WHERE closed_date IS NOT NULL")
    _flywheel_created_idx = models.Index("(create_date)")
    _flywheel_responded_idx = models.Index(
        "(first_response_date) WHERE first_response_date IS NOT NULL"
    )

    def _auto_init(self):
        """Count the answers that were given before they were counted, in one go."""
        new = not column_exists(self.env.cr, self._table, "answer_count")
        result = super()._auto_init()
        if new:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE helpdesk_ticket t SET answer_count = m.answers
                      FROM (SELECT m.res_id, count(*) AS answers
                              FROM mail_message m
                             WHERE m.model = 'helpdesk.ticket'
                               AND m.message_type = ANY(%s)
                               AND m.is_internal IS NOT TRUE
                               AND EXISTS (SELECT FROM res_users u
                                            WHERE u.partner_id = m.author_id
                                              AND u.share IS NOT TRUE)
                             GROUP BY m.res_id) m
                     WHERE m.res_id = t.id
                    """,
                    list(SPOKEN),
                )
            )
        return result

    # ------------------------------------------------------------------
    # Times
    # ------------------------------------------------------------------
    @api.depends("first_response_date")
    def _compute_response_hours(self):
        self._flywheel_measure("response_hours", "first_response_date")

    @api.depends("closed_date")
    def _compute_solution_hours(self):
        self._flywheel_measure("solution_hours", "closed_date")

    def _flywheel_measure(self, name, end):
        """Set ``name`` to the working hours from the intake to the field ``end``.

        The calendar of the moment counts: a change of working hours does not rewrite
        what was measured.
        """
        self[name] = 0.0
        done = self.filtered(lambda ticket: ticket[end] and ticket.create_date)
        for calendar, tickets in done.grouped(
            lambda ticket: ticket.team_id.resource_calendar_id
        ).items():
            time = calendar._flywheel_working_time()
            for ticket in tickets:
                seconds = time.between(ticket.create_date, ticket[end])
                ticket[name] = seconds / 3600

    # ------------------------------------------------------------------
    # Hooks
    # ------------------------------------------------------------------
    def _flywheel_staff_answered(self, message):
        values = {"answer_count": self.answer_count + 1}
        if self.answer_due and message.date > self.answer_due:
            values["late_date"] = self.answer_due
        self.write(values)
        return super()._flywheel_staff_answered(message)

    def _flywheel_has_reopened(self):
        now = fields.Datetime.now()
        early = self.filtered(
            lambda t: t.closed_date and now - t.closed_date <= timedelta(EARLY_DAYS)
        )
        early.reopened_early = True
        self.reopened_date = now
        return super()._flywheel_has_reopened()

    # ------------------------------------------------------------------
    # Nothing dropped
    # ------------------------------------------------------------------
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_flywheel_dropped(self):
        dropped = self.env["flywheel.desk.dropped"].search([("id", "in", self.ids)])
        ids = set(dropped.ids)
        for ticket in self:
            ticket.flywheel_dropped = ticket.id in ids

    def _search_flywheel_dropped(self, operator, value):
        if operator != "in":
            return NotImplemented
        dropped = self.env["flywheel.desk.dropped"]._search([])
        return Domain("id", "in", dropped.subselect())

    # ------------------------------------------------------------------
    # The customer
    # ------------------------------------------------------------------
    @api.readonly
    def flywheel_customer_panel(self):
        """Everything about the customer of this case that the reader may see.

        :return: see :meth:`flywheel.desk.customer._describe`
        :raise AccessError: the reader may not open the case, or is no agent
        """
        self.ensure_one()
        self.check_access("read")
        self.env["flywheel.promise"].check_access("read")
        return self.env["flywheel.desk.customer"]._describe(self)
