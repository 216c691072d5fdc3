# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from collections import Counter

from odoo import models
from odoo.tools import email_normalize

from ..engine.archive import Archive, safe_name
from .flywheel_privacy_describe import TABLES, Names
from .flywheel_privacy_page import Page

# Records that are read at once.
BATCH = 1_000
# Told in parts of their own, or part of what is told anyway.
APART = {"flywheel.profile", "mail.message", "mail.activity", "ir.attachment"}
# What people read first comes first.
FIRST = (
    "flywheel.identity",
    "res.partner",
    "flywheel.fact",
    "flywheel.consent",
    "flywheel.stage.interval",
    "crm.lead",
    "helpdesk.ticket",
)
LAST = ("flywheel.touchpoint",)
# Smaller copies of a picture that is handed out.
COPIES = ("image_1024", "image_512", "image_256", "image_128")


class FlywheelPrivacyLog(models.Model):
    """Hands out all that is known of a person: one ZIP file with a page to read, the
    data for machines and the files.

    What others wrote is not the person's data and stays out; so do the names of our
    staff. What was written by the person, to the person or, by our staff, about the
    person is in it.
    """

    _inherit = "flywheel.privacy.log"

    def _export(self):
        """Write the file; a call that is interrupted starts anew."""
        self.ensure_one()
        person = self._get_person()
        if not person:
            self._finish([])
            return
        self.progress = 0
        lang = self._get_person_lang(person)
        # sudo: who asks was checked; rules on single records do not limit what a
        # person may know, the companies that were searched do
        self = self.sudo().with_context(lang=lang, tz=self._get_person_tz(person))
        person = person.with_context(lang=lang)
        found = person._get_personal_records()
        attached = person._get_attached(found)
        own = {name: set(records.ids) for name, records in found.items()}
        own["flywheel.profile"] = set(person.ids)
        names = Names(self.env, own)
        counts = Counter()
        withheld = self._get_withheld(person, attached["mail.message"])
        with Archive() as archive, Page(self.env, self, person) as page:
            page.picture(person, self._describe_picture(person))
            self._export_picture(archive, person)
            for name in self._get_export_order(found):
                self._export_model(archive, page, found[name], names, counts, withheld)
            self._export_messages(archive, page, person, attached, names, counts)
            self._export_rest(archive, page, attached, names, counts)
            archive.add_stream("index.html", page.close())
            archive.add("summary.json", json.dumps(dict(counts), indent=1))
            self._keep_file(archive.content())
        self._finish([(name, "handed", count) for name, count in counts.items()])

    def _get_person_lang(self, person):
        """Return the language to write in: of the contact, of a lead, else ours."""
        leads = person.lead_ids.lang_id
        code = person.partner_id.lang or leads[:1].code or self.user_id.lang
        installed = dict(self.env["res.lang"].get_installed())
        return code if code in installed else self.env.lang or "en_US"

    def _get_person_tz(self, person):
        return person.partner_id.tz or self.user_id.tz or "UTC"

    def _get_export_order(self, found):
        names = [name for name, records in found.items() if records]
        place = {name: index for index, name in enumerate(FIRST)}
        return sorted(
            set(names) - APART,
            key=lambda name: (name in LAST, place.get(name, len(place)), name),
        )

    # ------------------------------------------------------------------
    # The picture
    # ------------------------------------------------------------------
    def _describe_picture(self, person):
        """Return the score and the personas of a person, and how they come about."""
        return {
            "not_scored": person.no_profiling,
            "score": round(person.engagement_score, 1),
            "grade": person.fit_grade or "",
            "persona": person.persona_id.name or "",
            "persona_by_hand": person.persona_locked,
            "journey": person.journey_stage_id.name or "",
            "lifecycle": person.lifecycle_stage_id.name or "",
            "channel": person.preferred_channel_id.name or "",
            "lines": person.with_context(flywheel_people=person.ids).explain(),
            **person.get_candidates(),
        }

    def _export_picture(self, archive, person):
        describe = self.env["flywheel.privacy.describe"]
        names = Names(self.env, {"flywheel.profile": set(person.ids)})
        picture = {
            "person": describe._describe(person, names)[0],
            **self._describe_picture(person),
        }
        text = json.dumps(picture, ensure_ascii=False, indent=1, default=str)
        archive.add("data/picture.json", text)

    # ------------------------------------------------------------------
    # Records
    # ------------------------------------------------------------------
    def _export_model(self, archive, page, records, names, counts, withheld=()):
        """Hand out the records of a model.

        :param withheld: keys of touchpoints whose words are of somebody else
        """
        describe = self.env["flywheel.privacy.describe"]
        name = records._name
        with archive.rows(f"data/{name}.json") as write, page.section(records) as tell:
            for start in range(0, len(records), BATCH):
                batch = records[start : start + BATCH]
                rows = describe._describe(batch, names)
                for row in rows:
                    if row.get("external_key") in withheld:
                        row["content"] = None
                write(rows)
                told = describe._tell_columns if name in TABLES else describe._tell
                tell([told(records, row) for row in rows])
                batch.invalidate_recordset()
                counts[name] += len(batch)
                self._advance(len(batch))

    def _export_messages(self, archive, page, person, attached, names, counts):
        """Hand out messages, without what others wrote."""
        messages = attached["mail.message"] | self._find_own_messages(person)
        withheld = self.env["ir.attachment"]
        kept = set()
        with (
            archive.rows("data/mail.message.json") as write,
            page.section(messages) as tell,
        ):
            for start in range(0, len(messages), BATCH):
                batch = messages[start : start + BATCH]
                rows = [self._describe_message(m, person) for m in batch]
                for message, row in zip(batch, rows, strict=True):
                    if row["withheld"]:
                        withheld |= message.attachment_ids
                    else:
                        kept.update(message.attachment_ids.ids)
                write(rows)
                tell([page.message(row) for row in rows])
                counts["mail.message"] += len(batch)
                batch.invalidate_recordset()
                self._advance(len(batch))
        attached["ir.attachment"] -= withheld.filtered(lambda a: a.id not in kept)
        attached["ir.attachment"] |= attached["ir.attachment"].browse(sorted(kept))

    def _get_withheld(self, person, messages):
        """Return the keys of the touchpoints that messages of others became."""
        return {
            f"mail.message:{message.id}"
            for message in messages
            if self._get_author(message, person) == "other"
        }

    def _find_own_messages(self, person):
        """Return what the person wrote anywhere."""
        return self.env["mail.message"].search(
            [("author_id", "in", person.partner_id.ids)], order="id"
        )

    def _describe_message(self, message, person):
        author = self._get_author(message, person)
        withheld = author == "other"
        changes = [
            {
                "field": line["fieldInfo"]["changedField"],
                "old": line["oldValue"],
                "new": line["newValue"],
            }
            for line in message.tracking_value_ids._tracking_value_format()
        ]
        return {
            "id": message.id,
            "date": f"{message.date.isoformat()}Z" if message.date else None,
            "author": author,
            "internal": message.is_internal
            or message.subtype_id.internal
            or message.message_type in ("notification", "auto_comment"),
            "subject": message.subject or None if not withheld else None,
            "body": message.body and str(message.body) if not withheld else None,
            "changes": changes if not withheld else [],
            "attachments": [] if withheld else message.attachment_ids.mapped("name"),
            "withheld": withheld,
        }

    def _get_author(self, message, person):
        """Tell whose words these are: ``you``, ``staff`` or ``other``."""
        addresses = person._get_personal_addresses().get("email", ())
        partner = message.author_id
        if partner and partner == person.partner_id:
            return "you"
        if not partner and email_normalize(message.email_from or "") in addresses:
            return "you"
        users = partner.with_context(active_test=False).user_ids
        if users and not all(users.mapped("share")):
            return "staff"
        if not partner and not message.email_from:
            return "staff"
        return "other"

    def _export_rest(self, archive, page, attached, names, counts):
        """Hand out tasks and files."""
        if attached["mail.activity"]:
            self._export_model(archive, page, attached["mail.activity"], names, counts)
        files = attached["ir.attachment"].filtered(
            lambda a: a.res_field not in COPIES and (a.type == "url" or a.file_size)
        )
        told = []
        for file in files:
            path = f"files/{file.id}-{safe_name(file.name)}"
            if file.type == "binary":
                archive.add(path, file.raw or b"")
                told.append({"path": path, "name": file.name})
            else:
                told.append({"path": "", "name": f"{file.name}: {file.url}"})
            counts["ir.attachment"] += 1
            file.invalidate_recordset()
            self._advance(1)
        page.files(told)
