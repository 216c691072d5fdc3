# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from .helpdesk_ticket import AGENT

# When somebody last had to do with a case, and who.
SEEN = "COALESCE(last_answer_date, closed_date, assigned_date)"
FOUND = "COALESCE(o.last_answer_date, o.closed_date, o.assigned_date)"
# What the search for familiar agents reads by SQL.
READ = [
    "last_answer_date",
    "last_answer_user_id",
    "assigned_date",
    "closed_date",
    "commercial_partner_id",
    "company_id",
    "flywheel_profile_id",
    "number",
    "stage_id",
    "user_id",
]


class HelpdeskTicketFamiliar(models.Model):
    """Who knows the customer: customers do not like to tell their story twice."""

    _inherit = "helpdesk.ticket"

    familiar_user_id = fields.Many2one(
        "res.users",
        string="Familiar Agent",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Who last answered or solved a case of this customer, or of the same "
        "company, when an agent was chosen.",
        groups=AGENT,
    )
    familiar_kept = fields.Float(
        string="Got the Familiar Agent",
        readonly=True,
        copy=False,
        aggregator="avg",
        help="1 when the case went to the familiar agent, 0 when it did not: the mean "
        "is the share of returning customers who met whom they know.",
        groups=AGENT,
    )

    _flywheel_seen_person_idx = models.Index(f"(flywheel_profile_id, ({SEEN}))")
    _flywheel_seen_company_idx = models.Index(f"(commercial_partner_id, ({SEEN}))")

    def _flywheel_find_familiar(self, days):
        """Who knows the customers of these cases: the person's own cases come first,
        then those of the same company.

        :param int days: how long ago at most; 0 = never
        :return: {ticket id: (user id, id of the case, its number)}
        """
        if not days or not self:
            return {}
        self.flush_model(READ)
        same = (
            SQL("o.flywheel_profile_id = t.flywheel_profile_id"),
            SQL("o.commercial_partner_id = t.commercial_partner_id"),
        )
        since = fields.Datetime.now() - timedelta(days=days)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT t.id, f.user_id, f.id, f.number
                  FROM helpdesk_ticket t
                  JOIN LATERAL (
                       (%(person)s) UNION ALL (%(company)s)
                       ORDER BY rank, seen DESC, id DESC LIMIT 1) f ON TRUE
                 WHERE t.id = ANY(%(ids)s)
                """,
                person=self._flywheel_seen_sql(0, same[0], since),
                company=self._flywheel_seen_sql(1, same[1], since),
                ids=self.ids,
            )
        )
        return {row[0]: row[1:] for row in rows}

    def _flywheel_seen_sql(self, rank, same, since):
        """Return the query for the latest case ``o`` like ``t`` that somebody who is
        still there answered, solved or is working on."""
        return SQL(
            """
            SELECT u.id AS user_id, o.id, o.number, %(rank)s AS rank, %(seen)s AS seen
              FROM helpdesk_ticket o
              JOIN helpdesk_ticket_stage s ON s.id = o.stage_id
              JOIN res_users u ON u.id = COALESCE(o.last_answer_user_id, o.user_id)
             WHERE %(same)s AND o.company_id = t.company_id
               AND %(seen)s >= %(since)s
               AND u.active AND u.share IS NOT TRUE
               AND (o.last_answer_user_id IS NOT NULL OR s.unsolved IS NOT TRUE)
          ORDER BY %(seen)s DESC, o.id DESC LIMIT 1
            """,
            rank=rank,
            seen=SQL(FOUND),
            same=same,
            since=since,
        )

    def _flywheel_keep_familiar(self, choices, familiar):
        """Store who knew the customers of these cases, and whether they got him.

        :param dict choices: ticket id -> :class:`Choice`
        :param dict familiar: as :meth:`_flywheel_find_familiar` returns it
        """
        ids = [i for i in self.ids if i in familiar and choices[i].user]
        if not ids:
            return
        self.env.execute_query(
            SQL(
                """
                UPDATE helpdesk_ticket t
                   SET familiar_user_id = n.user_id, familiar_kept = n.kept
                  FROM unnest(%s::int[], %s::int[], %s::float8[]) n (id, user_id, kept)
                 WHERE t.id = n.id
             RETURNING t.id
                """,
                ids,
                [familiar[i][0] for i in ids],
                [float(familiar[i][0] == choices[i].user) for i in ids],
            )
        )
        self.browse(ids).invalidate_recordset(["familiar_user_id", "familiar_kept"])

    def _flywheel_hand_over_familiar(self, choices, familiar):
        """Tell the chosen what whoever knows the customer knew.

        The former case is told of only to an agent who may read it.
        """
        titles = {}
        for ticket in self:
            user_id, case_id, _number = familiar.get(ticket.id, (0, 0, ""))
            choice = choices[ticket.id]
            if choice.user and user_id not in (0, choice.user):
                titles[ticket.id] = (user_id, case_id)
        if not titles:
            return
        cases = self.browse({case_id for _user, case_id in titles.values()})
        for user, tickets in self.browse(titles).grouped("user_id").items():
            readable = cases._flywheel_quotable(user).ids
            tickets.with_context(lang=user.lang, tz=user.tz)._flywheel_log_familiar(
                {t.id: titles[t.id] for t in tickets}, set(readable)
            )

    def _flywheel_quotable(self, reader):
        """Return those of these cases that may be quoted on another case of ``reader``:
        what he may read, unless it is for few eyes only."""
        cases = self.with_user(reader)._filtered_access("read").sudo()
        cases = cases.filtered(lambda case: not case.restricted)
        return cases
