# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import phrases, placeholders
from ..engine.busy import gives_way
from .flywheel_approved_answer_use import EDITED
from .mail_thread import SAID

# Messages of a commit.
BATCH = 200
# What a message answers was asked within so many days before it.
ASKED_DAYS = 30
# A sentence this much alike asks the approved question.
SAME_QUESTION = 0.6
# Sentences of a question that are looked at.
SENTENCES = 12
WATERMARK = "inbound_flywheel.answers_checked_message"


class FlywheelApprovedAnswerUse(models.Model):
    """Questions that were answered in free text although there is an approved answer.

    Found by a scheduled action in what was posted since it ran last, so that nobody
    waits for it when posting.
    """

    _inherit = "flywheel.approved.answer.use"

    @api.model
    @gives_way
    def _cron_find_free_text(self):
        """Look through the messages that were posted since the last run."""
        Cron = self.env["ir.cron"]
        last = self._get_last_checked()
        Cron._commit_progress(remaining=self._count_unchecked(last))
        while messages := self._get_unchecked(last):
            last = messages[-1].id
            self._find_free_text(messages)
            # sudo: a technical number
            self.env["ir.config_parameter"].sudo().set_param(WATERMARK, last)
            if not Cron._commit_progress(len(messages)):
                break

    @api.model
    def _get_last_checked(self):
        # sudo: a technical number
        found = self.env["ir.config_parameter"].sudo().get_param(WATERMARK)
        if found:
            return int(found)
        # What was said before the first run is looked at as far as it is recent.
        since = fields.Datetime.now() - timedelta(days=ASKED_DAYS)
        [[last]] = self.env.execute_query(
            SQL("SELECT COALESCE(MAX(id), 0) FROM mail_message WHERE date < %s", since)
        )
        return last

    @api.model
    def _get_unchecked_domain(self, last):
        models = self.env["flywheel.approved.answer"]._get_answer_models()
        return [
            ("id", ">", last),
            ("model", "in", models),
            ("message_type", "in", SAID),
            ("subtype_id.internal", "=", False),
            ("author_id.partner_share", "=", False),
        ]

    @api.model
    def _get_unchecked(self, last):
        # sudo: the scheduled action reads what everybody posted
        return (
            self.env["mail.message"]
            .sudo()
            .search(self._get_unchecked_domain(last), order="id", limit=BATCH)
        )

    @api.model
    def _count_unchecked(self, last):
        return (
            self.env["mail.message"]
            .sudo()
            .search_count(self._get_unchecked_domain(last))
        )

    @api.model
    def _find_free_text(self, messages):
        """Log the answers in these messages that are no approved ones.

        :param messages: outgoing messages, of any records of people
        """
        self = self.sudo()
        known = self.search([("message_id", "in", messages.ids)]).message_id
        values = []
        for message, question in self._get_questions(messages - known):
            answer, asked = self._match_question(message, question)
            if answer:
                values.append(self._prepare_free_text(message, answer, asked))
        self.create(values)

    @api.model
    def _get_questions(self, messages):
        """Return (message, markup of what it answers): the last message of the person
        on the same record."""
        messages.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT m.id, q.body
                  FROM mail_message m
                  JOIN LATERAL (
                       SELECT p.body, p.author_id, p.message_type, p.date
                         FROM mail_message p
                    LEFT JOIN mail_message_subtype s ON s.id = p.subtype_id
                        WHERE p.model = m.model AND p.res_id = m.res_id AND p.id < m.id
                          AND p.message_type IN ('email', 'comment')
                          AND NOT COALESCE(s.internal, FALSE)
                     ORDER BY p.id DESC LIMIT 1) q ON TRUE
             LEFT JOIN res_partner a ON a.id = q.author_id
                 WHERE m.id = ANY(%s) AND q.date >= m.date - %s * interval '1 day'
                   AND COALESCE(a.partner_share, TRUE)
              ORDER BY m.id
                """,
                messages.ids,
                ASKED_DAYS,
            )
        )
        Message = messages.browse()
        return [(Message.browse(message_id), body) for message_id, body in rows]

    @api.model
    def _match_question(self, message, body):
        """Return the approved answer to what was asked, and the words of it."""
        Answer = self.env["flywheel.approved.answer"].sudo()
        company = self._get_message_company(message)
        domain = [
            ("state", "=", "approved"),
            ("company_id", "in", [False, company.id]),
        ]
        best = (0.0, None, "")
        for sentence in phrases.sentences(phrases.plain(body))[:SENTENCES]:
            for answer, alike, _way in Answer._find(sentence, domain, 1, SAME_QUESTION):
                if alike > best[0]:
                    best = (alike, answer, sentence)
        return best[1:]

    @api.model
    def _get_message_company(self, message):
        record = self.env[message.model].browse(message.res_id).exists()
        person = record.sudo().flywheel_profile_id
        return person.company_id or self.env.company

    @api.model
    def _prepare_free_text(self, message, answer, asked):
        said = phrases.plain(message.body)
        person = (
            self.env[message.model].browse(message.res_id).sudo().flywheel_profile_id
        )
        version = answer.version_id
        fingerprint, kind, changed = self._get_fingerprint(said), "free", 0.0
        for place, variant in enumerate(version.data["variants"]):
            approved = phrases.plain(placeholders.strip(variant["body"]))
            share = phrases.changed_share(approved, said)
            if share <= EDITED:
                # Typed or copied, it is the approved answer all the same.
                fingerprint, kind, changed = f"{version.id}:{place}", "approved", share
                break
        user = message.author_id.user_ids[:1]
        return {
            "answer_id": answer.id,
            "version_id": version.id if kind == "approved" else False,
            "kind": kind,
            "state": "sent",
            "date": message.date,
            "user_id": user.id,
            "profile_id": person.id,
            "res_model": message.model,
            "res_id": message.res_id,
            "message_id": message.id,
            "asked": asked[:200],
            "text": said,
            "fingerprint": fingerprint,
            "edited_share": changed,
            "company_id": (person.company_id or user.company_id).id,
        }
