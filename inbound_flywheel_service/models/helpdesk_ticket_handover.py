# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from markupsafe import Markup

from odoo import models
from odoo.tools import SQL, format_date

from ..engine.tokenizer import plain_text
from .helpdesk_ticket_conversation import SPOKEN

# Characters of a quotation; facts, promises and attempts that a note names.
QUOTED = 300
FACTS = 8
TOP = 3


class HelpdeskTicketHandover(models.Model):
    """Notes for the next agent, written from what is known: nobody starts over."""

    _inherit = "helpdesk.ticket"

    def _flywheel_log_handover(self, names):
        """Log what the next agents of these cases need to know.

        :param dict names: ticket id -> name of the agent who is away
        """
        lang = self.team_id.user_id[:1].lang or self.env.company.partner_id.lang
        cases = self.with_context(lang=lang or self.env.lang)
        said = cases._flywheel_read_last_words()
        known = cases._flywheel_read_facts()
        promises = cases._flywheel_read_promises()
        bodies = {}
        for case in cases:
            customer, staff = said.get((case.id, False)), said.get((case.id, True))
            rows = [
                (
                    case.env._("The customer's last words"),
                    customer or _quote(case.description),
                ),
                (case.env._("Our last answer"), staff),
                *known.get(case.id, ()),
                (case.env._("Promised and planned"), promises.get(case.id)),
                (case.env._("Tried so far"), case._flywheel_get_tried()),
            ]
            title = case.env._("Handed over by %(user)s", user=names[case.id])
            bodies[case.id] = _render(title, rows)
        cases._flywheel_log_bodies(bodies)

    def _flywheel_log_familiar(self, known, readable):
        """Log for the agent of these cases who else knows their customers.

        :param dict known: ticket id -> (user id, id of the former case)
        :param set readable: ids of former cases that the agent may read
        """
        users = self.env["res.users"].browse({user for user, _case in known.values()})
        names = {user.id: user.name for user in users}
        facts = self._flywheel_read_facts()
        former = self.browse({case for _user, case in known.values()} - set(self.ids))
        said = former._flywheel_read_last_words()
        bodies = {}
        for ticket in self:
            user_id, case_id = known[ticket.id]
            rows = []
            if case_id in readable and case_id != ticket.id:
                rows = self.browse(case_id)._flywheel_get_former(said)
            title = self.env._("%(user)s knows this customer", user=names[user_id])
            bodies[ticket.id] = _render(title, rows + facts.get(ticket.id, []))
        self._flywheel_log_bodies(bodies)

    def _flywheel_get_former(self, said):
        """Return rows on a former case of the customer."""
        link = Markup('<a href="/odoo/helpdesk-tickets/%s">%s</a>') % (
            self.id,
            f"{self.number} {self.name}",
        )
        date = format_date(self.env, self.closed_date or self.create_date)
        solution, answer = _quote(self.solution), said.get((self.id, True))
        rows = [
            (self.env._("Former case"), Markup("%s (%s)") % (link, date)),
            (self.env._("What solved it"), solution),
        ]
        if answer != solution:
            rows.append((self.env._("Our last answer"), answer))
        return rows

    def _flywheel_log_bodies(self, bodies):
        # The system writes, whoever causes it.
        author = self.env.ref("base.partner_root").id
        self._message_log_batch(bodies=bodies, author_id=author)

    # ------------------------------------------------------------------
    # What is known
    # ------------------------------------------------------------------
    def _flywheel_read_last_words(self):
        """Return {(ticket id, whether a colleague wrote it): text} of the last
        messages of both sides."""
        if not self:
            return {}
        self.env["mail.message"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (m.res_id, staff) m.res_id, staff, m.body
                  FROM mail_message m
                  CROSS JOIN LATERAL (SELECT EXISTS (
                       SELECT FROM res_users u
                        WHERE u.partner_id = m.author_id AND u.share IS NOT TRUE)
                       AS staff) who
                 WHERE m.model = %(model)s AND m.res_id = ANY(%(ids)s)
                   AND m.message_type = ANY(%(spoken)s)
                   AND m.subtype_id = %(comment)s AND m.is_internal IS NOT TRUE
              ORDER BY m.res_id, staff, m.date DESC, m.id DESC
                """,
                model=self._name,
                ids=self.ids,
                spoken=list(SPOKEN),
                comment=self.env.ref("mail.mt_comment").id,
            )
        )
        return {(case_id, staff): _quote(body) for case_id, staff, body in rows}

    def _flywheel_read_facts(self):
        """Return {ticket id: rows} of what is known about the persons."""
        facts = self.flywheel_profile_id._get_known().grouped("profile_id")
        return {
            case.id: case.flywheel_profile_id._get_note_known(
                facts[case.flywheel_profile_id]
            )[:FACTS]
            for case in self
            if case.flywheel_profile_id in facts
        }

    def _flywheel_read_promises(self):
        """Return {ticket id: text}: what is planned for these cases."""
        activities = self.env["mail.activity"].search_fetch(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)],
            ["res_id", "date_deadline", "summary", "activity_type_id"],
            order="date_deadline, id",
        )
        planned = {}
        for activity in activities:
            parts = (
                format_date(self.env, activity.date_deadline),
                activity.activity_type_id.name,
                activity.summary,
            )
            text = ", ".join(part for part in parts if part)
            planned.setdefault(activity.res_id, []).append(text)
        return {case_id: "; ".join(texts[:TOP]) for case_id, texts in planned.items()}

    def _flywheel_get_tried(self):
        """Return names of the knowledge that an agent linked to the case."""
        links = self.flywheel_link_ids.filtered(lambda link: link.state == "linked")
        # A solved case of another customer may not be for the next agent's eyes.
        articles = links.filtered(lambda link: link.kind == "article")
        return ", ".join(articles[:TOP].mapped("document_name"))


def _quote(markup):
    text = " ".join(plain_text(markup).split())
    return text if len(text) <= QUOTED else text[:QUOTED].rstrip() + "…"


def _render(title, rows):
    """Return a note as HTML; empty rows are left out."""
    items = (Markup("<li><b>%s</b>: %s</li>") % row for row in rows if row[1])
    return Markup("<p><b>%s</b></p><ul>%s</ul>") % (title, Markup().join(items))
