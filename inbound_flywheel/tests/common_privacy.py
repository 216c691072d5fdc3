# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import json
import zipfile

from odoo.tools import SQL

from .common import FlywheelCase

WORD = "zanzibarquokka"
EMAIL = f"{WORD}@example.com"
NAME = f"Ling {WORD.title()}"
PHONE = "+886963000777"


class PrivacyCase(FlywheelCase):
    """A person of whom everything is known, and a look into every text of the
    database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create(
            {
                "name": NAME,
                "email": EMAIL,
                "phone": PHONE,
                "street": f"{WORD} Road 1",
                "comment": f"<p>Likes {WORD} tea</p>",
                "company_id": cls.company.id,
            }
        )
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": f"Offer for {WORD}",
                "partner_id": cls.partner.id,
                "description": f"<p>Wants a {WORD}</p>",
                "company_id": cls.company.id,
                "user_id": False,
            }
        )
        cls.env.flush_all()
        cls.profile = cls.lead.flywheel_profile_id

    def fill(self):
        """Let something of every kind be known of the person."""
        self.ingest_all(
            self.item("form", email=EMAIL, summary=f"Form {WORD}", external_key="f1"),
            self.item("page", email=EMAIL, summary=f"Page {WORD}"),
            self.item("meeting", email=EMAIL, summary=f"Met {WORD}"),
        )
        profile = self.profile
        need = {"question": "need", "answer": f"A quiet {WORD}", "note": WORD}
        self.assertFalse(profile.learn([need])["errors"])
        self.assertFalse(
            profile.learn([{"question": "need", "answer": f"Now {WORD}"}])["errors"]
        )
        self.env["flywheel.consent"].create(
            {
                "profile_id": profile.id,
                "purpose": "tracking",
                "kind": "given",
                "method": "spoken",
                "evidence": f"{WORD} on the phone",
            }
        )
        profile.journey_stage_id = self.stage("decision")
        self.partner.message_post(body=f"Wrote to {WORD}", message_type="comment")
        self.lead.message_post(
            body=f"I am {WORD}",
            author_id=self.partner.id,
            email_from=f'"{NAME}" <{EMAIL}>',
            message_type="email",
            attachments=[(f"{WORD}.txt", f"secret of {WORD}".encode())],
        )
        self.lead.activity_schedule(
            "mail.mail_activity_data_call",
            summary=f"Call {WORD}",
            user_id=self.sam.id,
        )
        self.env.flush_all()

    def other_lead(self):
        """Return the lead of another person, on which ours wrote something."""
        lead = self.env["crm.lead"].create(
            {"name": "Other", "email_from": "chen@example.org", "contact_name": "Chen"}
        )
        lead.message_post(
            body=f"Colleague {WORD} agrees",
            author_id=self.partner.id,
            email_from=EMAIL,
            message_type="email",
        )
        return lead

    # ------------------------------------------------------------------
    # Looking
    # ------------------------------------------------------------------
    def find_text(self, text=WORD):
        """Return {table.column: number of rows} of all places with a text."""
        self.env.flush_all()
        columns = self.env.execute_query(
            SQL(
                """
                SELECT c.table_name, c.column_name FROM information_schema.columns c
                  JOIN information_schema.tables t USING (table_schema, table_name)
                 WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
                   AND c.data_type IN ('text', 'character varying', 'jsonb', 'json',
                                       'tsvector', 'bytea', 'ARRAY')
                """
            )
        )
        found = {}
        for table, column in columns:
            self.env.cr.execute(
                SQL(
                    "SELECT count(*) FROM %s WHERE strpos(lower(%s::text), %s) > 0",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    text.lower(),
                )
            )
            count = self.env.cr.fetchone()[0]
            if count:
                found[f"{table}.{column}"] = count
        return found

    def hand_out(self, person=None, user=None):
        """Return the line of the log of a hand-out."""
        wizard = (
            self.env["flywheel.privacy.handout"]
            .with_user(user or self.max)
            .create({"profile_id": (person or self.profile).id})
        )
        action = wizard.action_hand_out()
        return self.env["flywheel.privacy.log"].browse(action["res_id"])

    def forget(self, person=None, user=None, **options):
        """Return the line of the log of an erasure."""
        person = person or self.profile
        wizard = (
            self.env["flywheel.privacy.forget"]
            .with_user(user or self.max)
            .create({"profile_id": person.id, **options})
        )
        action = wizard.action_forget()
        log = self.env["flywheel.privacy.log"].browse(action["res_id"])
        self.env.invalidate_all()
        return log

    def unpack(self, log):
        """Return {name: content} of a handed-out file, JSON as data."""
        url = log.with_user(log.user_id).action_fetch()["url"]
        name, content = log.with_user(log.user_id)._take_file(url.split("/")[-1])
        self.assertTrue(name.endswith(".zip"))
        archive = zipfile.ZipFile(io.BytesIO(content))
        self.assertIsNone(archive.testzip())
        return {
            name: json.loads(archive.read(name))
            if name.endswith(".json")
            else archive.read(name)
            for name in archive.namelist()
        }
