# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo.exceptions import UserError
from odoo.tests import freeze_time, new_test_user

from .common import NOW, FlywheelCase

# Sources of other apps, as their addons record them; some are not installed here.
SOURCES = {
    "email_open": ("mailing.trace", "Spring mailing"),
    "email_sent": ("mailing.mailing", "Spring mailing, sent"),
    "page": ("website.visitor", "Prices"),
    "order": ("sale.order", "S00042"),
    "survey": ("survey.user_input", "How was it?"),
    "chat": ("discuss.channel", "Chat about loans"),
    "sms": ("absent.model", "From an app that is gone"),
}
GONE = 2_000_000_000


@freeze_time(NOW)
class TestLedgerGone(FlywheelCase):
    """Whatever a touchpoint came from may be deleted: the ledger stays readable."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create(
            {"name": "Wang", "email": "wang@example.com", "company_id": cls.company.id}
        )
        cls.profile = cls.env["flywheel.profile"].browse(
            cls.partner._get_profile_ids()[cls.partner.id]
        )
        # Whoever may see no leads sees no words about leads, gone or not.
        cls.max.group_ids |= cls.env.ref("base.group_allow_export") | cls.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        )

    def record(self, code="form", summary="A form", **values):
        self.env["flywheel.touchpoint"]._record(
            [
                {
                    "type": code,
                    "profile_id": self.profile.id,
                    "summary": summary,
                    **values,
                }
            ]
        )
        self.env["flywheel.touchpoint"]._flush_queue()
        return self.lines(self.profile, code)[:1]

    def record_of(self, record, summary):
        return self.record(
            summary=summary,
            res_model=record._name,
            res_id=record.id,
            external_key=f"{record._name}:{record.id}",
            user_id=self.sam.id,
        )

    def check(self, line, summary, person=None):
        """Look at a line of the ledger in every way that there is."""
        self.env.flush_all()
        self.env.invalidate_all()
        person = person or self.profile
        line = line.with_user(self.max)
        self.assertEqual(line.summary, summary)
        self.assertEqual(line.profile_id.id, person.id)
        with self.assertRaisesRegex(UserError, "gone|no record"):
            line.action_open_source()
        found = line.search([("summary", "ilike", summary), ("id", "=", line.id)])
        self.assertEqual(found, line)
        rows = line.export_data(["summary", "profile_id", "type_id", "res_model"])
        self.assertEqual(rows["datas"][0][0], summary)
        spec = {"summary": {}, "res_model": {}, "user_id": {"fields": {}}}
        self.assertEqual(line.web_read(spec)[0]["summary"], summary)
        timeline = person.with_user(self.max).get_timeline()
        self.assertIn(summary, json.dumps(timeline, default=str))
        explained = person.with_user(self.max).explain()
        if line.type_id.code in ("form", "page"):
            self.assertIn(summary, [entry["summary"] for entry in explained])
        self.assert_scored(person)

    def test_lead(self):
        lead = self.env["crm.lead"].create({"name": "L", "partner_id": self.partner.id})
        line = self.record_of(lead, "About the lead")
        lead.unlink()
        self.check(line, "About the lead")

    def test_archived_lead_opens(self):
        lead = self.env["crm.lead"].create({"name": "L", "partner_id": self.partner.id})
        line = self.record_of(lead, "About the lead")
        lead.active = False
        self.max.group_ids |= self.env.ref("sales_team.group_sale_salesman_all_leads")
        action = line.with_user(self.max).action_open_source()
        self.assertEqual(action["res_id"], lead.id)

    def test_activity(self):
        activity = self.partner.activity_schedule(
            "mail.mail_activity_data_call", summary="Call", user_id=self.sam.id
        )
        line = self.record_of(activity, "A call")
        activity.unlink()
        self.check(line, "A call")

    def test_message(self):
        message = self.partner.message_post(body="Hello")
        line = self.record_of(message, "A mail")
        message.unlink()
        self.check(line, "A mail")

    def test_meeting(self):
        event = self.env["calendar.event"].create(
            {"name": "M", "start": "2026-06-01 10:00:00", "stop": "2026-06-01 11:00:00"}
        )
        line = self.record_of(event, "A meeting")
        event.unlink()
        self.check(line, "A meeting")

    def test_user(self):
        user = new_test_user(self.env, "flywheel_gus", groups="base.group_user")
        line = self.record("form", summary="By Gus", user_id=user.id)
        user.active = False
        self.env.flush_all()
        self.assertEqual(line.with_user(self.max).user_id.name, user.name)
        user.unlink()
        self.check(line, "By Gus")
        self.assertFalse(line.user_id)

    def test_contact(self):
        line = self.record("form", summary="Of the contact")
        self.partner.active = False
        self.check(line, "Of the contact")
        self.partner.unlink()
        self.check(line, "Of the contact")
        self.assertTrue(self.profile.exists())
        self.assertEqual(self.profile.name, "Wang")

    def test_campaign(self):
        campaign = self.env["utm.campaign"].create({"name": "C"})
        line = self.record("form", summary="Of a campaign", campaign_id=campaign.id)
        campaign.unlink()
        self.check(line, "Of a campaign")

    def test_merged_and_split(self):
        self.ingest_all(
            self.item("form", email="b@example.com", summary="Of the other")
        )
        other = self.person("b@example.com")
        line = self.lines(other, "form")
        number = other.id
        self.profile._merge(other)
        self.check(line, "Of the other")
        apart = self.profile._split(origin_ids=[number])
        self.check(line, "Of the other", apart)

    def test_sources_of_other_apps(self):
        for code, (model, summary) in SOURCES.items():
            with self.subTest(model):
                line = self.record(
                    code,
                    summary=summary,
                    res_model=model,
                    res_id=GONE,
                    external_key=f"{model}:{GONE}",
                    value=1.0,
                )
                self.env.flush_all()
                self.env.invalidate_all()
                seen = line.with_user(self.max)
                with self.assertRaisesRegex(UserError, "gone|no record"):
                    seen.action_open_source()
                timeline = self.profile.with_user(self.max).get_timeline()
                # Apps that max does not use may hide their words from him.
                status = seen._check_timeline_sources()[seen.id]
                self.assertIn(status, ("gone", "hidden"))
                open_app = status == "gone"
                self.assertEqual(bool(seen.summary), open_app)
                told = json.dumps(timeline, default=str)
                self.assertEqual(summary in told, open_app)
                self.assertEqual(line.sudo().summary, summary)
        self.assert_scored(self.profile)
        self.profile.with_user(self.max).explain()
        self.profile.with_user(self.rita).get_timeline()
