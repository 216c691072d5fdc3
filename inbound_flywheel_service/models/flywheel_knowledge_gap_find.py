# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import Counter, defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.inbound_flywheel.engine.busy import gives_way

from ..engine import gaps
from ..engine.tokenizer import plain_text, tokens
from ..engine.usefulness import outcome
from .locks import try_locks

# Cases of so many days back are looked at, the newest so many of a company.
DAYS = 365
MOST_CASES = 200_000
# So many cases make a gap.
LEAST_CASES = 3
# Nobody writes more articles than these, of those that cost most.
MOST_GAPS = 200
# Longer than this a case is not worked on, it is forgotten.
MOST_HOURS = 168
BATCH = 5_000
# Groups are one and the same gap as before when they share this part of their cases.
SHARED = 0.3
# Cases of a group from which its title takes the way words are written.
WRITTEN_IN = 20


class FlywheelKnowledgeGap(models.Model):
    """Finding the gaps, by a scheduled action."""

    _inherit = "flywheel.knowledge.gap"

    @api.model
    @gives_way
    def _cron_find(self):
        """Find the gaps of every company anew; what people decided stays."""
        Cron = self.env["ir.cron"]
        companies = self.env["res.company"].search(Domain.TRUE)
        Cron._commit_progress(remaining=len(companies))
        for company in companies:
            if try_locks(self.env, self._name, [company.id]):
                self._find(company)
            if not Cron._commit_progress(1):
                break

    @api.model
    def _find(self, company):
        """Find the gaps of one company."""
        self.env.flush_all()
        frequencies, documents = self._get_terms()
        articles = self._get_articles(company, frequencies, documents)
        groups = gaps.Groups()
        signatures, cases = {}, {}
        for rows in self._read_cases(company):
            for case in rows:
                signature = gaps.signature(case["tokens"], frequencies, documents)
                if signature and self._is_unanswered(case, articles, signature):
                    groups.add(case["id"], signature)
                    signatures[case["id"]] = signature
                    del case["tokens"]
                    cases[case["id"]] = case
        found = groups.found(LEAST_CASES)
        found.sort(key=lambda group: -sum(cases[c]["hours"] for c in group[0]))
        self._keep(company, found[:MOST_GAPS], signatures, cases)

    @api.model
    def _is_unanswered(self, case, articles, signature):
        if case["reopened"]:
            return True
        if case["linked"]:
            return False
        return articles.best(case["company_id"], signature) < gaps.ANSWERED

    @api.model
    def _get_terms(self):
        documents, _length, stale = self.env["flywheel.text.term"]._statistics()
        if stale:
            self.env["flywheel.text.term"]._recount()
            documents = self.env["flywheel.text.term"]._statistics()[0]
        rows = self.env.execute_query(
            SQL(
                "SELECT term, frequency FROM flywheel_text_term"
                " WHERE frequency BETWEEN %s AND %s",
                gaps.LEAST_TEXTS,
                max(int(documents * gaps.MOST_SHARE), 50),
            )
        )
        return dict(rows), documents

    @api.model
    def _get_articles(self, company, frequencies, documents):
        articles = gaps.Articles()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(p.company_id, 0), tsvector_to_array(i.tokens)
                  FROM flywheel_text_index i JOIN document_page p ON p.id = i.res_id
                 WHERE i.res_model = 'document.page' AND p.active
                   AND (p.company_id IS NULL OR p.company_id = %s)
                """,
                company.id,
            )
        )
        for company_id, found in rows:
            articles.add(company_id, found)
        return articles

    @api.model
    def _read_cases(self, company):
        """Batches of cases with their tokens, the newest first."""
        last = None
        for _batch in range(MOST_CASES // BATCH):
            rows = self.env.execute_query_dict(self._get_cases_query(company, last))
            if not rows:
                return
            last = rows[-1]["id"]
            yield rows

    @api.model
    def _get_cases_query(self, company, last):
        return SQL(
            """
            SELECT t.id, t.company_id, tsvector_to_array(i.tokens) AS tokens,
                   t.create_date, COALESCE(t.reopen_count, 0) AS reopened,
                   COALESCE(t.rating_last_value, 0) AS rating,
                   s.closed AND COALESCE(t.solution, '') <> '' AS solved,
                   GREATEST(0, LEAST(%(most)s, EXTRACT(EPOCH FROM
                        COALESCE(t.closed_date, now() AT TIME ZONE 'UTC')
                        - t.create_date) / 3600))::float8 AS hours,
                   EXISTS (SELECT 1 FROM flywheel_case_link l
                            WHERE l.ticket_id = t.id AND l.kind = 'article'
                              AND l.state = 'linked') AS linked
              FROM helpdesk_ticket t
              JOIN helpdesk_ticket_stage s ON s.id = t.stage_id
              JOIN flywheel_text_index i
                   ON i.res_model = 'helpdesk.ticket' AND i.res_id = t.id
             WHERE t.company_id = %(company)s AND t.active
               AND NOT (s.closed AND COALESCE(s.unsolved, FALSE))
               AND COALESCE(t.mail_verdict, 'human') = 'human'
               AND t.create_date >= now() AT TIME ZONE 'UTC' - %(days)s * interval '1 d'
               AND %(more)s
             ORDER BY t.id DESC LIMIT %(batch)s
            """,
            company=company.id,
            days=DAYS,
            most=MOST_HOURS,
            batch=BATCH,
            more=SQL(" AND ").join(
                [
                    self._get_shown_condition(),
                    SQL("t.id < %s", last) if last else SQL("TRUE"),
                ]
            ),
        )

    @api.model
    def _get_shown_condition(self):
        """Which cases may give words to a list that all agents with all cases see."""
        return SQL("t.restricted IS NOT TRUE")

    # ------------------------------------------------------------------
    # Keeping what was found
    # ------------------------------------------------------------------
    @api.model
    def _keep(self, company, found, signatures, cases):
        """Write the groups, into the gaps that they were before where there are any."""
        known = self.sudo().search([("company_id", "=", company.id)])
        before = defaultdict(list)
        for gap_id, ticket_id in self.env.execute_query(
            SQL(
                "SELECT gap_id, ticket_id FROM flywheel_knowledge_gap_ticket_rel"
                " WHERE gap_id = ANY(%s)",
                known.ids,
            )
        ):
            before[ticket_id].append(gap_id)
        kept = self.browse()
        for members, centre in found:
            votes = Counter(gap for case in members for gap in before[case])
            [(old, shared)] = votes.most_common(1) or [(None, 0)]
            gap = known.browse(old if shared >= SHARED * len(members) else ())
            if gap and (gap in kept or gap.state == "closed"):
                kept |= gap
                continue
            values = self._prepare_gap(company, members, centre, signatures, cases)
            if gap:
                gap.write(values)
            else:
                gap = known.create(values)
            self._keep_cases(gap, members)
            kept |= gap
        (known - kept).filtered(lambda gap: gap.state == "open").unlink()

    @api.model
    def _prepare_gap(self, company, members, centre, signatures, cases):
        solved = [case for case in members if cases[case]["solved"]]
        best = max(
            solved,
            key=lambda case: (
                gaps.alike(signatures[case], centre)
                * outcome(True, cases[case]["rating"], cases[case]["reopened"]),
                case,
            ),
            default=None,
        )
        nearest = sorted(members, key=lambda c: -gaps.alike(signatures[c], centre))
        dates = [cases[case]["create_date"] for case in members]
        return {
            "company_id": company.id,
            "name": self._get_title(centre, nearest[:WRITTEN_IN]),
            "example_ticket_id": nearest[0],
            "case_count": len(members),
            "reopened_count": sum(1 for case in members if cases[case]["reopened"]),
            "hours": sum(cases[case]["hours"] for case in members),
            "first_date": min(dates),
            "last_date": max(dates),
            "best_ticket_id": best,
        }

    @api.model
    def _get_title(self, centre, members):
        # sudo: the list is for those who see all cases of the company
        texts = [
            f"{case.name} {plain_text(case.description)}"
            for case in self.env["helpdesk.ticket"].sudo().browse(members)
        ]
        written = [dict(tokens(text)) for text in texts]
        return gaps.title(centre, written) or self.env._("Other")

    @api.model
    def _keep_cases(self, gap, members):
        self.env.cr.execute(
            SQL(
                "DELETE FROM flywheel_knowledge_gap_ticket_rel WHERE gap_id = %s",
                gap.id,
            )
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO flywheel_knowledge_gap_ticket_rel (gap_id, ticket_id)"
                " SELECT %s, unnest(%s::int[])",
                gap.id,
                members,
            )
        )
        gap.invalidate_recordset(["ticket_ids"])
