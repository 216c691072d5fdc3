# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import Counter
from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from ..engine import incident, tokenizer
from .locks import try_locks

# Newest cases of the time that are compared with a new one, and found ones per case.
COMPARED, FOUND = 3_000, 60
# Days before by which it is judged how usual cases with such words are.
USUAL_DAYS = 28


class FlywheelCaseGroupFind(models.Model):
    """Finds cases of one incident, in a fixed number of queries for any batch."""

    _inherit = "flywheel.case.group"

    def _find(self, cases):
        """Let new cases join incidents, and propose new ones.

        :param cases: new open cases of one company, in superuser mode
        :return: lines for the trace
        """
        company = cases.company_id
        if not company.flywheel_group_cases:
            return []
        # Another worker is at it: its cases and these are found by the next one.
        if not try_locks(self.env, self._name, [company.id]):
            return []
        since = min(cases.mapped("create_date")) - timedelta(
            hours=company.flywheel_group_hours
        )
        finder = _Finder(self, company, cases, since)
        return finder.lines() if finder.similar else []

    def _get_tokens(self, ids):
        """dict case id -> set of the tokens of its text."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT res_id, tsvector_to_array(tokens) FROM flywheel_text_index
                 WHERE res_model = 'helpdesk.ticket' AND res_id = ANY(%s)
                """,
                list(ids),
            )
        )
        return {case: frozenset(tokens) for case, tokens in rows}

    def _get_candidates(self, company, searches, since, until=None):
        """Rows (case searched for, case found, group, customer, tokens).

        :param dict searches: case id -> tokens, any of which is enough
        """
        self.env["helpdesk.ticket"].flush_model()
        values = SQL(", ").join(
            SQL("(%s, %s::tsquery)", case, " | ".join(f"'{token}'" for token in tokens))
            for case, tokens in searches.items()
        )
        return self.env.execute_query(
            SQL(
                """
                WITH recent AS MATERIALIZED (
                    SELECT t.id, t.group_id, t.flywheel_customer_key, i.tokens
                      FROM helpdesk_ticket t
                      JOIN flywheel_text_index i
                        ON i.res_model = 'helpdesk.ticket' AND i.res_id = t.id
                     WHERE t.company_id = %s AND t.create_date >= %s
                       AND t.restricted IS NOT TRUE
                       AND (%s IS NULL OR t.create_date < %s) AND t.active
                       AND (t.mail_verdict IS NULL OR t.mail_verdict = 'human')
                       AND NOT EXISTS (
                           SELECT 1 FROM flywheel_case_group_left_rel l
                            WHERE l.helpdesk_ticket_id = t.id)
                     ORDER BY t.create_date DESC, t.id DESC LIMIT %s)
                SELECT n.id, r.id, r.group_id, r.flywheel_customer_key,
                       tsvector_to_array(r.tokens)
                  FROM (VALUES %s) n (id, query)
                 CROSS JOIN LATERAL (
                    SELECT * FROM recent r
                     WHERE r.tokens @@ n.query AND r.id <> n.id LIMIT %s) r
                """,
                company.id,
                since,
                until,
                until,
                COMPARED,
                values,
                FOUND,
            )
        )


class _Finder:
    """One pass over a batch of new cases."""

    def __init__(self, groups, company, cases, since):
        self.groups, self.company, self.since = groups, company, since
        self.cases = {case.id: case for case in cases}
        self.least = company.flywheel_group_likeness / 100
        self.tokens = groups._get_tokens(self.cases)
        self._weigh()
        self.similar, self.group_of, self.customer_of = {}, {}, {}
        self.trace, self.joined, self.usual = [], {}, set()
        searches = {
            case: search
            for case, tokens in self.tokens.items()
            if (search := incident.search_tokens(tokens, self.weights))
        }
        if searches:
            self._compare(groups._get_candidates(company, searches, since))

    def _weigh(self):
        term = self.groups.env["flywheel.text.term"]
        known = {token for tokens in self.tokens.values() for token in tokens}
        documents, *_rest = term._statistics()
        self.frequencies = term._frequencies(known)
        # With few texts every word is rare or common by chance.
        self.documents = max(documents, 1_000)
        self.weights = incident.weigh(
            {token: self.frequencies.get(token, 0) for token in known}, self.documents
        )

    def _compare(self, rows):
        for case, other, group, customer, tokens in rows:
            tokens = frozenset(tokens)
            # Tokens of the other alone are taken to be as rare as can be.
            rare = {t: 0 for t in tokens if t not in self.frequencies}
            weights = {**incident.weigh(rare, self.documents), **self.weights}
            alike = incident.likeness(self.tokens[case], tokens, weights)
            if alike >= self.least:
                self.similar.setdefault(case, {})[other] = alike
                self.tokens.setdefault(other, tokens)
                self.group_of[other] = group
                self.customer_of[other] = customer

    def lines(self):
        """Join or propose, case by case; returns lines for the trace."""
        known = self.groups.browse(filter(None, set(self.group_of.values())))
        states = {group.id: group.state for group in known}
        for case, others in self.similar.items():
            if self.group_of.get(case) or self.cases[case].group_id:
                continue
            if not self._join(case, others, states):
                self._propose(case, others, states)
        tickets = self.groups.env["helpdesk.ticket"]
        for group_id, ids in self.joined.items():
            tickets.browse(ids).write({"group_id": group_id})
        return self.trace

    def _line(self, case, code, **values):
        line = self.groups.env["flywheel.case.trace"]._line
        self.trace.append(line(case, "group", code, **values))

    def _join(self, case, others, states):
        counts = Counter(
            self.group_of[other]
            for other in others
            if states.get(self.group_of[other]) in ("proposed", "confirmed")
        )
        if not counts:
            return False
        [(group_id, _count)] = counts.most_common(1)
        group = self.groups.browse(group_id)
        record = self.cases[case]
        self.joined.setdefault(group_id, []).append(case)
        self.group_of[case] = group_id
        code = "group_joined" if group.state == "confirmed" else "group_joined_proposed"
        percent = round(100 * max(others.values()))
        self._line(record, code, group=group.name, percent=percent)
        return True

    def _propose(self, case, others, states):
        record = self.cases[case]
        free = [other for other in others if not self.group_of.get(other)]
        customers = {self.customer_of[other] for other in free}
        customers.add(record.flywheel_customer_key)
        members = [case, *free]
        if len(customers) < self.company.flywheel_group_cases:
            return
        # What was found to be usual for one is so for those like it.
        if case in self.usual:
            return
        if not incident.is_burst(len(members), self._usual(case)):
            self.usual.update(members)
            return
        env, words = self.groups.env, self._words(record, members)
        group = self.groups.create(
            {
                "name": env._("Incident: %s", words) if words else env._("Incident"),
                "words": words,
                "company_id": self.company.id,
            }
        )
        tickets = env["helpdesk.ticket"].browse(members)
        tickets.write({"group_id": group.id})
        states[group.id] = "proposed"
        self.group_of.update(dict.fromkeys(members, group.id))
        for ticket in tickets:
            self._line(
                ticket,
                "group_proposed",
                count=len(members),
                customers=len(customers),
                hours=self.company.flywheel_group_hours,
                words=words or "–",
            )

    def _words(self, record, members):
        """The words that the members have in common, as ``record`` has them."""
        text = record._flywheel_plain_text(record.description, record.name)
        written = dict(tokenizer.tokens(text))
        texts = [self.tokens[member] for member in members]
        return ", ".join(incident.shared_words(texts, self.weights, written))

    def _usual(self, case):
        """Similar cases that are usual within the same time: before this one."""
        search = incident.search_tokens(self.tokens[case], self.weights)
        start = self.since - timedelta(days=USUAL_DAYS)
        rows = self.groups._get_candidates(
            self.company, {case: search}, start, self.since
        )
        count = sum(
            incident.likeness(self.tokens[case], frozenset(row[4]), self.weights)
            >= self.least
            for row in rows
        )
        return count * self.company.flywheel_group_hours / (24 * USUAL_DAYS)
