# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta
from functools import partial

from odoo import fields, models

from .flywheel_case_mail import PASSING, SENDER_HOURS

# Of five: from here on down the customer is unhappy.
UNHAPPY = 2


class HelpdeskTicketRating(models.Model):
    """Asks for ratings within measure, and acts on bad ones."""

    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------------
    def _flywheel_may_be_asked(self):
        """Those of these cases whose customer may be asked for a rating now.

        Once for each case; a person with several cases is asked for one of them, and
        not again within the pause that the company's settings give.
        """
        candidates = self.filtered(
            lambda t: (
                t.rating_status != "no_rate"
                and not t.rating_asked_date
                and not t.duplicate_id
                and not t.closed_by_itself
                and not t._flywheel_is_machine()
                and not t.stage_id.unsolved
                and (not t.team_id or t.team_id.flywheel_rating)
            )
        )
        refused = self.env["flywheel.case.mail"]._refusals("rating", candidates)
        asked = candidates._flywheel_asked_lately()
        chosen = self.browse()
        for ticket in candidates:
            people = ticket._flywheel_person_keys()
            if ticket not in refused and not people & asked:
                chosen |= ticket
                asked |= people
        return chosen

    def _flywheel_person_keys(self):
        """Who the customer is: by address and by person."""
        keys = {("email", self._flywheel_mail_address())}
        if self.flywheel_profile_id:
            keys.add(("profile", self.flywheel_profile_id.id))
        return keys

    def _flywheel_asked_lately(self):
        """Keys of the people who were asked for a rating within the pause."""
        asked = set()
        for company, tickets in self.grouped("company_id").items():
            since = fields.Datetime.now() - timedelta(
                days=company.flywheel_rating_pause_days
            )
            emails = [t._flywheel_mail_address() for t in tickets]
            lines = self.env["flywheel.case.mail"].search_fetch(
                [
                    ("asks_rating", "=", True),
                    ("state", "=", "sent"),
                    ("date", ">", since),
                    "|",
                    ("email", "in", emails),
                    ("profile_id", "in", tickets.flywheel_profile_id.ids),
                ],
                ["email", "profile_id"],
            )
            asked |= {("email", line.email) for line in lines}
            asked |= {("profile", line.profile_id.id) for line in lines}
        return asked - {("profile", False)}

    def _flywheel_ask_rating(self, template=None):
        """Send rating requests of their own for those of these cases that may be
        asked.

        :param template: mail template; the usual one by default
        :return: lines for the trace
        """
        mailer = self.env["flywheel.case.mailer"]
        template = template or mailer._template("rating")
        todo = self._flywheel_may_be_asked() if template else self.browse()
        (self - todo).rating_due = False
        todo.rating_asked_date = fields.Datetime.now()
        sent, refused, lines = mailer._deliver(
            "rating", todo, template, asks_rating=True
        )
        later = self.browse([t.id for t, c in refused.items() if c in PASSING])
        (todo - sent).rating_asked_date = False
        (todo - later).rating_due = False
        later.rating_due = fields.Datetime.now() + timedelta(hours=SENDER_HOURS)
        return lines

    def _send_ticket_rating_mail(self, force_send=False):
        """Stages with a rating mail of their own: within the same measure, and by the
        queue, whatever ``force_send`` says."""
        # sudo: what customers are sent is the system's work
        groups = self.sudo().grouped(lambda t: t.stage_id.rating_mail_template_id)
        for template, tickets in groups.items():
            if template:
                ask = partial(tickets._flywheel_ask_rating, template)
                lines = tickets._flywheel_safely("rating", ask)
                self.env["flywheel.case.trace"]._add(lines)

    def _track_template(self, tracking):
        """Machines, duplicates and cases that closed by themselves get no mail of
        their stage."""
        templates = super()._track_template(tracking)
        case = self[0].sudo()
        if case.closed_by_itself or case.duplicate_id or case._flywheel_is_machine():
            templates.pop("stage_id", None)
        return templates

    # ------------------------------------------------------------------
    # Being rated
    # ------------------------------------------------------------------
    def rating_apply(self, rate, token=None, rating=None, **kwargs):
        rating = super().rating_apply(rate, token=token, rating=rating, **kwargs)
        # sudo: what follows from a rating is the system's work, whoever gives it
        for ticket in self.sudo():
            trace = self.env["flywheel.case.trace"]
            trace._add([trace._line(ticket, "rating", "rated", value=f"{rate:g}")])
            if rate <= UNHAPPY:
                recover = self.env["flywheel.recovery"].sudo()._open_for_rating
                lines = ticket._flywheel_safely(
                    "rating", partial(recover, ticket, rating.sudo())
                )
                trace._add(lines)
        return rating
