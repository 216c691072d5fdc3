# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.inbound_flywheel.engine.busy import gives_way

from ..engine.mail_verdict import is_machine_address
from .locks import try_locks

# Who counts as a customer where no stages are chosen: a case solved so lately.
SOLVED_DAYS = 90


class FlywheelNpsAsk(models.Model):
    """Draws by lot who is asked today."""

    _inherit = "flywheel.nps"

    @api.model
    @gives_way
    def _cron_ask(self):
        """Ask people of every company that wants to know."""
        cron = self.env["ir.cron"]
        companies = self.env["res.company"].search([("flywheel_nps_active", "=", True)])
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            self.with_company(company)._ask(company)
            if not cron._commit_progress(1):
                return

    @api.model
    def _ask(self, company):
        """Ask so many people of a company as it wants asked a day.

        :return: the new questions
        """
        if not try_locks(self.env, self._name, [company.id]):
            return self.browse()
        asked = self.search_count(
            [
                ("company_id", "=", company.id),
                ("sent_date", ">", fields.Datetime.now() - timedelta(hours=23)),
            ]
        )
        people = self._draw(company, company.flywheel_nps_per_day - asked)
        questions = self.create(self._prepare_questions(company, people))
        sent = questions._send("nps", self.env["flywheel.case.mailer"])
        # Nobody was asked whose mail may not be sent now.
        (questions - sent).unlink()
        return sent

    @api.model
    def _prepare_questions(self, company, people):
        cases = self._last_cases(company, people)
        values = []
        for profile in people:
            case = cases.get(profile.id, self.env["helpdesk.ticket"])
            partner = profile.partner_id
            values.append(
                {
                    "profile_id": profile.id,
                    "customer": partner.name,
                    "email": partner.email_normalized,
                    "lang": partner.lang or company.partner_id.lang or "en_US",
                    "ticket_id": case.id,
                    "team_id": case.team_id.id,
                    "user_id": case.user_id.id,
                    "company_id": company.id,
                }
            )
        return values

    @api.model
    def _last_cases(self, company, people):
        """dict profile id -> the person's latest case with this company."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (flywheel_profile_id) flywheel_profile_id, id
                  FROM helpdesk_ticket
                 WHERE flywheel_profile_id = ANY(%s) AND company_id = %s AND active
                 ORDER BY flywheel_profile_id, closed_date DESC NULLS LAST, id DESC
                """,
                people.ids,
                company.id,
            )
        )
        return {
            profile_id: self.env["helpdesk.ticket"].browse(ticket_id)
            for profile_id, ticket_id in rows
        }

    @api.model
    def _draw(self, company, limit):
        """People whom we may ask now, in an order that chance gives anew each day."""
        if limit <= 0:
            return self.env["flywheel.profile"]
        self.env.flush_all()
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id
                  FROM flywheel_profile p
                  JOIN res_partner r ON r.id = p.partner_id
                 WHERE r.active AND r.partner_share
                   AND r.email_normalized IS NOT NULL
                   AND COALESCE(r.message_bounce, 0) = 0
                   AND (p.company_id = %(company)s OR p.company_id IS NULL)
                   AND %(customers)s
                   AND %(free)s
                 ORDER BY md5(p.id || %(day)s)
                 LIMIT %(limit)s
                """,
                company=company.id,
                customers=self._customers_sql(company, now),
                free=self._free_sql(company, now),
                day=now.strftime("%Y-%m-%d"),
                limit=limit,
            )
        )
        return self.env["flywheel.profile"].browse([row[0] for row in rows])

    @api.model
    def _free_sql(self, company, now):
        """People whom nothing forbids to ask: not asked lately, content as far as we
        know, and willing."""
        return SQL(
            """
            NOT EXISTS (
                SELECT FROM flywheel_nps n
                 WHERE n.profile_id = p.id AND n.sent_date > %(since)s)
            AND NOT EXISTS (
                SELECT FROM helpdesk_ticket t
                  JOIN helpdesk_ticket_stage s ON s.id = t.stage_id
                 WHERE t.flywheel_profile_id = p.id AND t.active
                   AND s.closed IS NOT TRUE
                   AND COALESCE(t.mail_verdict, 'human') = 'human')
            AND NOT EXISTS (
                SELECT FROM flywheel_recovery v
                 WHERE v.profile_id = p.id AND v.state = 'open')
            AND NOT EXISTS (
                SELECT FROM flywheel_case_mail m
                 WHERE m.profile_id = p.id AND m.asks_rating
                   AND m.state = 'sent' AND m.date > %(pause)s)
            AND NOT EXISTS (
                SELECT FROM mail_blacklist b
                 WHERE b.email = r.email_normalized AND b.active)
            AND NOT EXISTS (
                SELECT FROM (
                    SELECT DISTINCT ON (purpose) kind FROM flywheel_consent c
                     WHERE c.profile_id = p.id
                       AND c.purpose IN ('survey', 'contact')
                     ORDER BY purpose, date DESC, id DESC) c
                 WHERE c.kind = 'withdrawn')
            """,
            since=now - relativedelta(months=company.flywheel_nps_months),
            pause=now - timedelta(days=company.flywheel_rating_pause_days),
        )

    @api.model
    def _customers_sql(self, company, now):
        stages = company.flywheel_nps_stage_ids
        if stages:
            return SQL("p.lifecycle_stage_id = ANY(%s)", stages.ids)
        return SQL(
            """
            EXISTS (SELECT FROM helpdesk_ticket t
                      JOIN helpdesk_ticket_stage s ON s.id = t.stage_id
                     WHERE t.flywheel_profile_id = p.id AND t.company_id = %s
                       AND t.active AND s.closed AND s.unsolved IS NOT TRUE
                       AND t.closed_date > %s)
            """,
            company.id,
            now - timedelta(days=SOLVED_DAYS),
        )

    def _send(self, kind, mailer):
        """Put the mails of these questions into the queue, within the limits.

        :param str kind: "nps" or "referral"
        :return: those that are in the queue
        """
        Log = self.env["flywheel.case.mail"]
        template = mailer._template(kind)
        unwanted = Log._unwanted(set(self.mapped("email")), kind)
        declined = Log._declined(self.profile_id, kind)
        todo = self.filtered(
            lambda q: (
                template
                and q.email not in unwanted
                and not is_machine_address(q.email)
                and q.profile_id not in declined
            )
        )
        codes = Log._within_limits(todo.mapped("email"))
        sent = self.browse(
            [q.id for q, code in zip(todo, codes, strict=True) if not code]
        )
        mailer._queue(
            template,
            sent,
            {q.id: q.email for q in sent},
            kind,
            reply_to={q.id: q._get_reply_to() for q in sent},
        )
        sent._log_sent(kind)
        return sent

    def _log_sent(self, kind):
        # sudo: flywheel.case.mail - the log is the system's
        self.env["flywheel.case.mail"].sudo().create(
            [
                {
                    "kind": kind,
                    "profile_id": q.profile_id.id,
                    "company_id": q.company_id.id,
                    "email": q.email,
                    "key": str(q.id),
                }
                for q in self
            ]
        )

    def _get_reply_to(self):
        """The team that served the person last, or the company: never a machine."""
        case = self.ticket_id
        if case.team_id.alias_email:
            return self.env["flywheel.case.mailer"]._reply_to(case)[case.id]
        return self.company_id.email_formatted
