# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from markupsafe import Markup
from psycopg2 import OperationalError

from odoo import fields, models
from odoo.tools import SQL, format_datetime

_logger = logging.getLogger(__name__)

# How often a follow-up that fails is tried, and minutes until the second time; each
# further wait is twice as long.
ATTEMPTS, BACKOFF = 5, 15
# What Odoo says of a mail that it does not send.
BARRED = {"mail_bl": "blacklist", "mail_optout": "unsubscribed"}


class FlywheelFollowUpLine(models.Model):
    """Carrying out: a task or a mail, and the log of it."""

    _inherit = "flywheel.follow.up.line"

    def _carry_out(self):
        """Do what is due; one that fails does not hold up the others.

        All lines are of one rule and locked.
        """
        rule = self.follow_up_id
        todo = self - self._skip_barred(rule)
        targets, missing = todo._get_targets(rule)
        missing._skip("no_record")
        todo -= missing
        do = todo._send if rule.action == "mail" else todo._plan
        try:
            with self.env.cr.savepoint():
                do(rule, targets)
        except OperationalError:
            raise
        except Exception:
            # Somewhere among them: find out where.
            for line in todo:
                line._carry_out_alone(rule, targets)

    def _carry_out_alone(self, rule, targets):
        try:
            with self.env.cr.savepoint():
                do = self._send if rule.action == "mail" else self._plan
                do(rule, targets)
        except OperationalError:
            raise
        except Exception as error:
            _logger.info("Follow-up %s failed", self.id, exc_info=True)
            self._fail(" ".join(str(error).split())[:500] or type(error).__name__)

    # ------------------------------------------------------------------
    # Results
    # ------------------------------------------------------------------
    def _skip(self, reason):
        if self:
            self.write({"state": "skipped", "reason": reason})

    def _finish(self, record):
        self.write(
            {
                "state": "done",
                "done_date": fields.Datetime.now(),
                "res_model": record._name,
                "res_id": record.id,
                "error": False,
            }
        )

    def _fail(self, error):
        """Note what went wrong; try again later, a few times."""
        for line in self:
            attempts = line.attempts + 1
            minutes = BACKOFF * 2 ** (attempts - 1)
            line.write(
                {
                    "attempts": attempts,
                    "error": error,
                    "state": "failed" if attempts >= ATTEMPTS else "waiting",
                    "due_date": fields.Datetime.now() + timedelta(minutes=minutes),
                }
            )

    def _skip_barred(self, rule):
        """Leave out whom the rule must not follow up any more: much may have happened
        since they were chosen.

        :return: the lines that are left out
        """
        rule._settle()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.id, COALESCE(%(bar)s,
                       CASE WHEN l.attempts = 0 AND l.due_date < %(late)s
                            THEN 'late' END)
                  FROM flywheel_follow_up_line l
                  JOIN flywheel_touchpoint t ON t.id = l.touchpoint_id
                  JOIN flywheel_profile p ON p.id = t.profile_id
                 WHERE l.id = ANY(%(ids)s)
                """,
                bar=rule._get_bar_sql(),
                late=fields.Datetime.now() - timedelta(days=rule.max_age_days),
                ids=self.ids,
            )
        )
        barred = {}
        for line_id, reason in rows:
            if reason:
                barred.setdefault(reason, []).append(line_id)
        for reason, ids in barred.items():
            self.browse(ids)._skip(reason)
        return self.browse(line_id for ids in barred.values() for line_id in ids)

    # ------------------------------------------------------------------
    # Activities
    # ------------------------------------------------------------------
    def _plan(self, rule, targets):
        """Plan the activities of these lines, in one go."""
        values, lines = [], []
        for line in self:
            record = targets[line.id]
            user = line._choose_user(rule, record)
            if not user:
                line._skip("nobody")
                continue
            lines.append(line)
            values.append(line._prepare_activity(rule, record, user))
        # Nobody gets a mail for each: the activity itself is seen.
        Activity = self.env["mail.activity"].with_context(
            mail_activity_quick_update=True
        )
        for line, activity in zip(lines, Activity.create(values), strict=True):
            line._finish(activity)

    def _prepare_activity(self, rule, record, user):
        lang = user.lang or self.env.lang
        rule = rule.with_context(lang=lang)
        now = fields.Datetime.context_timestamp(
            self.with_context(tz=user.tz), fields.Datetime.now()
        )
        return {
            "activity_type_id": rule.activity_type_id.id,
            "summary": rule.activity_summary or rule.name,
            "note": self._explain(record, user) + (rule.activity_note or ""),
            "date_deadline": now.date() + timedelta(days=rule.activity_days),
            "user_id": user.id,
            "res_model_id": self.env["ir.model"]._get_id(record._name),
            "res_id": record.id,
            "automated": True,
        }

    def _explain(self, record, user):
        """Return what has happened, for whoever is to act on it."""
        told = self.with_context(lang=user.lang, tz=user.tz).touchpoint_id
        text = self.with_context(lang=user.lang).env._(
            "%(what)s on %(date)s",
            what=told.type_id.name,
            date=format_datetime(told.env, told.date, dt_format="short"),
        )
        own = told.res_model == record._name and told.res_id == record.id
        if own and told.content:
            # What the record says already: other sources may not be his to read.
            text = f"{text}: {told.content}"
        return Markup("<p>%s</p>") % text

    # ------------------------------------------------------------------
    # Mails
    # ------------------------------------------------------------------
    def _send(self, rule, targets):
        """Write the mails of these lines, in one go for each company; the mail queue
        sends them."""
        rounds = []
        for line in self:
            record = targets[line.id]
            # Two mails for one record are two goes.
            for group in rounds:
                if record not in group:
                    group[record] = line
                    break
            else:
                rounds.append({record: line})
        for group in rounds:
            records = self.env[rule.mail_model].concat(*group)
            for company, part in records.grouped("company_id").items():
                part = part.with_company(company) if company else part
                self._write_mails(rule.mail_template_id, part, group)

    def _write_mails(self, template, records, lines):
        """Write a mail for each record, kept in its chatter.

        :param lines: {record: the line that it is for}
        """
        mails = records.message_mail_with_source(
            template,
            force_send=False,
            auto_delete=True,
            auto_delete_keep_log=True,
        )
        failures = self.env["mail.mail"]._fields["failure_type"]
        labels = dict(failures._description_selection(self.env))
        made = {mail.res_id: mail for mail in mails}
        for record in records:
            line, mail = lines[record], made.get(record.id)
            if not mail:
                line._fail(self.env._("No email was made."))
            elif mail.state not in ("cancel", "exception"):
                line._finish(record)
            elif mail.failure_type in BARRED:
                line._skip(BARRED[mail.failure_type])
            else:
                line._fail(labels.get(mail.failure_type) or mail.failure_type or "")
