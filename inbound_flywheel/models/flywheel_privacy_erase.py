# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

# Lines of the ledger that lose their person per commit.
BATCH = 5_000
# Sources that many people have in common: a line may keep them.
COMMON = ("mailing.mailing", "utm.campaign", "website.page", "survey.survey")


class FlywheelPrivacyLog(models.Model):
    """Forgets a person. Each step may be done again: what was interrupted is finished
    by the scheduled action. The person itself goes last, as it knows the rest."""

    _inherit = "flywheel.privacy.log"

    def _erase(self):
        self.ensure_one()
        person = self._get_person()
        options = self.options or {}
        if person:
            # What was there in the beginning is what the log tells.
            self.counts = self.counts or person._plan_erasure(options)
            self._suppress(person)
            found = person._get_personal_records()
            self._erase_attached(person, person._get_erased(found, options))
            self._erase_mentions(person, options)
            if options.get("counts", True):
                self._count_lines(person)
            self._erase_records(person, found, options)
            # sudo is on: the person is deleted whoever approved it
            person.unlink()
        self._finish([*(self.counts or []), *self._count_suppressed()])
        # Nobody shows what was read before.
        self.env.invalidate_all()

    # ------------------------------------------------------------------
    # Not again
    # ------------------------------------------------------------------
    def _suppress(self, person):
        keys = [
            (kind, value)
            for kind, values in person._get_personal_addresses().items()
            for value in values
        ]
        for model in self.env["flywheel.profile.mixin"]._get_concrete_models():
            if not model._fields["flywheel_profile_id"].store:
                continue
            records = model.with_context(active_test=False).search(
                [("flywheel_profile_id", "in", person.ids)]
            )
            keys += [("record", f"{model._name}:{record.id}") for record in records]
        company = person.company_id.id
        self.env["flywheel.suppression"]._add(keys, company, self)
        self._advance(0)

    def _count_suppressed(self):
        count = self.env["flywheel.suppression"].search_count(
            [("log_id", "=", self.id)]
        )
        return [("flywheel.suppression", "listed", count)] if count else []

    # ------------------------------------------------------------------
    # Messages, files, tasks
    # ------------------------------------------------------------------
    def _erase_attached(self, person, erased):
        """Delete messages, tasks and files of what is erased."""
        for records in person._get_attached(erased).values():
            for start in range(0, len(records), 500):
                batch = records[start : start + 500].exists()
                batch.unlink()
                self._advance(len(batch))
        for records in erased.values():
            if records and "message_follower_ids" in records._fields:
                domain = [
                    ("res_model", "=", records._name),
                    ("res_id", "in", records.ids),
                ]
                self.env["mail.followers"].search(domain).unlink()
            self.env["ir.model.data"].search(
                [
                    ("model", "=", records._name),
                    ("res_id", "in", records.ids),
                    ("module", "in", ("__import__", "__export__")),
                ]
            ).unlink()

    def _erase_mentions(self, person, options):
        """Take the person's words and addresses out of what belongs to others."""
        emails = sorted(person._get_personal_addresses().get("email", ()))
        partners = person.partner_id
        self._erase_mails(emails, partners)
        kept = options.get("contact") == "kept"
        messages = self._find_mentions(emails, partners)
        if kept:
            own = Domain("model", "=", "res.partner") & Domain(
                "res_id", "in", partners.ids
            )
            messages = messages.filtered_domain(~own)
        messages.attachment_ids.unlink()
        if messages:
            self.env.cr.execute(
                """
                UPDATE mail_message
                   SET body = '', subject = NULL, email_from = NULL, reply_to = NULL,
                       incoming_email_to = NULL, incoming_email_cc = NULL,
                       outgoing_email_to = NULL,
                       author_id = CASE WHEN author_id = ANY(%(partners)s)
                                        THEN NULL ELSE author_id END
                 WHERE id = ANY(%(ids)s)
                """,
                {"ids": messages.ids, "partners": partners.ids},
            )
            self.env["mail.tracking.value"].search(
                [("mail_message_id", "in", messages.ids)]
            ).unlink()
        for email in emails:
            self._erase_copies(email)
        self.env.invalidate_all()
        self._advance(0)

    def _find_mentions(self, emails, partners):
        """Return what the person wrote on records of others, and what was sent there
        to the person alone."""
        self.env["mail.message"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM mail_message
                 WHERE author_id = ANY(%(partners)s)
                    OR EXISTS (SELECT FROM unnest(%(emails)s::text[]) e
                                WHERE strpos(lower(email_from), e) > 0
                                   OR strpos(lower(outgoing_email_to), e) > 0
                                   OR strpos(lower(incoming_email_to), e) > 0
                                   OR strpos(lower(incoming_email_cc), e) > 0)
                 UNION
                SELECT r.mail_message_id FROM mail_message_res_partner_rel r
                 WHERE r.res_partner_id = ANY(%(partners)s)
                   AND NOT EXISTS (
                       SELECT FROM mail_message_res_partner_rel o
                        WHERE o.mail_message_id = r.mail_message_id
                          AND o.res_partner_id <> ALL(%(partners)s))
                """,
                partners=partners.ids,
                emails=emails,
            )
        )
        return self.env["mail.message"].browse(row[0] for row in rows)

    def _erase_mails(self, emails, partners):
        """Delete mails and text messages in the queue, sent or not, and planned
        messages."""
        Mail = self.env["mail.mail"]
        domain = Domain("recipient_ids", "in", partners.ids)
        for email in emails:
            for name in ("email_to", "email_cc", "email_from"):
                domain |= Domain(name, "ilike", email)
        Mail.search(domain).unlink()
        if "sms.sms" in self.env:
            self.env["sms.sms"].search([("partner_id", "in", partners.ids)]).unlink()
        self.env["mail.scheduled.message"].search(
            [("partner_ids", "in", partners.ids)]
        ).unlink()

    def _erase_copies(self, email):
        """Delete what is kept for a while only and has the address: notices of the
        bus, dialogues that were left open; and take it from lists of recipients."""
        cr = self.env.cr
        cr.execute("DELETE FROM bus_bus WHERE strpos(lower(message), %s) > 0", [email])
        cr.execute(
            "UPDATE mail_notification SET mail_email_address = NULL,"
            " failure_reason = NULL WHERE lower(mail_email_address) = %s",
            [email],
        )
        # The log of an outside system quotes what was refused.
        cr.execute(
            "UPDATE flywheel_system_call SET errors = NULL"
            " WHERE strpos(lower(errors), %s) > 0",
            [email],
        )
        for model in self.env.values():
            if not model._transient or model._abstract or not model._auto:
                continue
            columns = [
                SQL("strpos(lower(%s::text), %s) > 0", SQL.identifier(f.name), email)
                for f in model._fields.values()
                if f.store and f.type in ("char", "text", "html", "json")
            ]
            if columns:
                cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE %s",
                        SQL.identifier(model._table),
                        SQL(" OR ").join(columns),
                    )
                )

    # ------------------------------------------------------------------
    # The ledger
    # ------------------------------------------------------------------
    def _count_lines(self, person):
        """Let what reports count belong to nobody."""
        self._count_touchpoints(person)

    def _count_touchpoints(self, person):
        """Let the lines of a person be numbers that belong to nobody: what kind of
        event, on which day, of which campaign.

        All forgotten people of a company share one place, so that nobody's path can
        be told from them; the reports of past campaigns keep their sums.
        """
        nobody = person._get_nobody()
        while True:
            self.env.cr.execute(
                """
                UPDATE flywheel_touchpoint
                   SET profile_id = %(nobody)s, date = date_trunc('day', date),
                       content = NULL, external_key = NULL, value = NULL,
                       user_id = NULL, origin_id = NULL, quarantine_reason = NULL,
                       pending = FALSE, create_uid = NULL, write_uid = NULL,
                       create_date = date_trunc('day', create_date),
                       write_date = date_trunc('day', write_date),
                       res_id = CASE WHEN res_model = ANY(%(common)s)
                                     THEN res_id END,
                       res_model = CASE WHEN res_model = ANY(%(common)s)
                                        THEN res_model END
                 WHERE id IN (SELECT id FROM flywheel_touchpoint
                               WHERE profile_id = %(person)s LIMIT %(limit)s)
                """,
                {
                    "nobody": nobody.id,
                    "person": person.id,
                    "common": list(COMMON),
                    "limit": BATCH,
                },
            )
            count = self.env.cr.rowcount
            self.env["flywheel.touchpoint"].invalidate_model(flush=False)
            self._advance(count)
            if count < BATCH:
                break

    # ------------------------------------------------------------------
    # Records
    # ------------------------------------------------------------------
    def _erase_records(self, person, found, options):
        """Delete or anonymise records, those that hang on others first."""
        for name in sorted(found, key=self._get_erasure_place):
            records = found[name].exists()
            outcome = person._get_erasure_policy(name, options)
            if name == "calendar.event":
                records -= person._get_shared_meetings(found)
            if not records or outcome in ("kept", "counted"):
                continue
            if outcome == "anonymised":
                records._flywheel_forget_words(person)
            elif name.startswith("flywheel."):
                self._delete_lines(records)
            else:
                records.unlink()
            self._advance(len(records))

    def _get_erasure_place(self, name):
        # The contact is what others show: after them. The ledger is what others
        # rest on: after them, too. Addresses and people tell what is left to do.
        last = ["res.users", "res.partner", "flywheel.touchpoint", "flywheel.identity"]
        return (last.index(name) if name in last else -1, name)

    def _delete_lines(self, records):
        """Delete lines of our own that no business rule guards."""
        if records._name == "flywheel.identity":
            # They tell a second run whose words to look for; they go with the person.
            return
        self.env.cr.execute(
            SQL(
                "DELETE FROM %s WHERE id = ANY(%s)",
                SQL.identifier(records._table),
                records.ids,
            )
        )
        records.invalidate_model(flush=False)
