# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, ConcurrencyError, ValidationError

from .common import FlywheelCase


class TestIngest(FlywheelCase):
    def test_one_of_each_identity(self):
        partner = self.env["res.partner"].create({"name": "Wang"})
        lead = self.env["crm.lead"].create({"name": "Offer"})
        self.ingest_all(
            self.item(partner_id=partner.id),
            self.item(lead_id=lead.id),
            self.item(email=" Wang <WANG@Example.com> "),
            self.item(phone="02 2345 6789"),
            self.item(external_id="crm-77"),
        )
        people = (
            partner.flywheel_profile_id
            | lead.flywheel_profile_id
            | self.person()
            | self.person("+886223456789", "phone")
            | self.person("crm-77", "external")
        )
        self.assertEqual(len(people), 5)
        self.assertEqual(people.mapped("engagement_score"), people.mapped("momentum"))
        for person in people:
            self.assertEqual(len(self.lines(person, "form")), 1)
            self.assert_scored(person)

    def test_what_is_stored(self):
        self.ingest_all(
            self.item(
                "order",
                date="2026-06-01 08:30:00",
                external_key="o-1",
                value=99.5,
                summary="<b>Two</b> chairs",
                res_model="res.partner",
                res_id=self.sam.partner_id.id,
                utm_source="Flywheel test source",
                utm_medium="Flywheel test medium",
                utm_campaign="Flywheel test campaign",
            )
        )
        line = self.lines(self.person())
        self.assertRecordValues(
            line,
            [
                {
                    "date": datetime(2026, 6, 1, 8, 30),
                    "external_key": "o-1",
                    "value": 99.5,
                    "summary": "Two chairs",
                    "res_model": "res.partner",
                    "res_id": self.sam.partner_id.id,
                    "state": "valid",
                    "pending": False,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertEqual(line.source_id.name, "Flywheel test source")
        self.assertEqual(line.medium_id.name, "Flywheel test medium")
        self.assertEqual(line.campaign_id.name, "Flywheel test campaign")
        self.assertEqual(line.profile_id.last_in_date, datetime(2026, 6, 1, 8, 30))
        self.assertFalse(line.profile_id.last_out_date)

    def test_lead_is_the_source_of_its_lines(self):
        lead = self.env["crm.lead"].create({"name": "Offer"})
        self.ingest_all(self.item("call_in", lead_id=lead.id))
        line = self.lines(lead.flywheel_profile_id, "call_in")
        self.assertEqual((line.res_model, line.res_id), ("crm.lead", lead.id))

    def test_known_utm_name_is_used(self):
        source = self.env["utm.source"].create({"name": "Flywheel_test 100%"})
        self.ingest_all(
            self.item(utm_source="Flywheel_test 100%"),
            self.item(utm_source=" flywheel_test 100% "),
        )
        self.assertEqual(self.lines(self.person()).source_id, source)

    def test_utm_name_made_by_another_call_meanwhile(self):
        # Odoo begins a call with this error anew; with the other it tells the client
        # that its items are wrong.
        Campaign = self.registry["utm.campaign"]
        with (
            patch.object(Campaign, "create", side_effect=UniqueViolation),
            self.assertRaises(ConcurrencyError),
        ):
            self.ingest(self.item(utm_campaign="Flywheel test campaign"))

    def test_utm_name_is_no_pattern(self):
        self.ingest_all(self.item(utm_source="%"), self.item(utm_source="_"))
        names = set(self.lines(self.person()).mapped("source_id.name"))
        self.assertEqual(names, {"%", "_"})

    def _bad_items(self):
        return [
            self.item("nonsense"),
            self.item(email="not an address"),
            self.item(email="two@example.com, addresses@example.com"),
            self.item(email="no@dot"),
            self.item(phone="call me"),
            self.item(phone="12"),
            self.item(date="2199-01-01 00:00:00"),
            self.item(date="1066-10-14 09:00:00"),
            self.item(date="whenever"),
            {"type": "form", "email": "wang@example.com"},
            self.item(colour="red"),
            self.item(email="a@example.com", phone="02 2345 6789"),
            {"type": "form", "date": self.ago(hours=1)},
            self.item(partner_id=True),
            self.item(partner_id=2**31 - 1),
            self.item(partner_id=10**400),
            self.item(partner_id=[1]),
            self.item(lead_id=2**31 - 1),
            self.item(value=float("nan")),
            self.item(value=float("inf")),
            self.item(value="5"),
            self.item(value=10**400),
            self.item(external_key=5),
            self.item(external_key="x" * 300),
            self.item(summary=[["nested"]]),
            self.item(utm_source={"name": "x"}),
            self.item(utm_source="x" * 1_000_000),
            self.item(res_model="res.partner"),
            self.item(res_id=3),
            self.item(res_model="no.such.model", res_id=3),
            self.item(res_model="x" * 1_000_000, res_id=3),
            self.item(res_model="mail.thread", res_id=3),
            self.item(res_model="res.partner", res_id=True),
            ["not", "a", "dict"],
            "text",
            None,
            7,
        ]

    def test_bad_items_take_no_good_one_with_them(self):
        good, bad = self.item(), self._bad_items()
        for place in (0, len(bad) // 2, len(bad)):
            items = [*bad[:place], {**good, "external_key": f"k{place}"}, *bad[place:]]
            answer = self.ingest(*items)
            self.assertEqual(answer["created"], 1)
            self.assertEqual(answer["duplicates"], 0)
            wrong = [index for index in range(len(items)) if index != place]
            self.assertEqual([e["index"] for e in answer["errors"]], wrong)
            for error in answer["errors"]:
                self.assertIsInstance(error["error"], str)
                self.assertLess(len(error["error"]), 400)
                error["error"].encode()
        self.assertEqual(len(self.lines(self.person())), 3)

    def test_errors_name_key_and_value(self):
        answer = self.ingest(
            self.item("nonsense"), self.item(colour="red"), self.item(value="five")
        )
        texts = [error["error"] for error in answer["errors"]]
        for text, words in zip(
            texts, (("type", "nonsense"), ("colour",), ("value", "five")), strict=True
        ):
            for word in words:
                self.assertIn(word, text)

    def test_errors_speak_the_callers_language(self):
        self.env["res.lang"]._activate_lang("zh_TW")
        Touchpoint = self.env["flywheel.touchpoint"].with_user(self.sam)
        answer = Touchpoint.with_context(lang="zh_TW").ingest([self.item("nonsense")])
        self.assertIn("nonsense", answer["errors"][0]["error"])

    def test_no_list(self):
        Touchpoint = self.env["flywheel.touchpoint"].with_user(self.sam)
        for items in (None, False, {}, self.item(), "text", 7):
            with self.assertRaises(ValidationError):
                Touchpoint.ingest(items)

    def test_empty_list(self):
        self.assertEqual(
            self.ingest(),
            {"created": 0, "duplicates": 0, "quarantined": 0, "errors": []},
        )

    def test_same_key_in_one_call(self):
        item = self.item(external_key="same")
        answer = self.ingest(item, item, item)
        self.assertEqual((answer["created"], answer["duplicates"]), (1, 2))
        self.assertEqual(answer["errors"], [])
        self.assertEqual(len(self.lines(self.person())), 1)
        self.assert_scored(self.person())

    def test_same_key_in_two_calls(self):
        self.ingest_all(self.item(external_key="same"))
        before = self.person().momentum
        answer = self.ingest(
            self.item(external_key="same", summary="other", value=3.0),
            user=self.mara,
        )
        self.assertEqual((answer["created"], answer["duplicates"]), (0, 1))
        self.assertEqual(self.person().momentum, before)

    def test_key_is_unique_per_type(self):
        self.ingest_all(
            self.item("form", external_key="1"), self.item("page", external_key="1")
        )

    def test_without_key_every_item_counts(self):
        self.ingest_all(self.item(), self.item())

    def test_same_key_for_another_person(self):
        self.ingest_all(self.item(external_key="same"))
        answer = self.ingest(
            self.item(external_key="same", email="chen@example.com"),
            self.item(external_key="same"),
            self.item(external_key="new", email="chen@example.com"),
            self.item(external_key="new", email="lin@example.com"),
        )
        self.assertEqual(answer["created"], 1)
        self.assertEqual(answer["duplicates"], 1)
        self.assertEqual([error["index"] for error in answer["errors"]], [0, 3])
        self.assertFalse(self.lines(self.person("lin@example.com")))

    def test_hostile_summary(self):
        texts = (
            "<script>alert(1)</script>Hello",
            "<img src=x onerror=alert(1)>" * 40_000,
            "a\x00b\ud800",
            "中文" * 500_000,
            "<" * 1_000_000,
        )
        self.ingest_all(*(self.item(summary=text) for text in texts))
        for line in self.lines(self.person()):
            self.assertLessEqual(len(line.summary or ""), 1000)
            self.assertNotIn("<script", line.summary or "")
            self.assertNotIn("onerror", line.summary or "")

    def test_machine_clicks_are_quarantined(self):
        self.ingest_all(
            self.item("email_sent", date="2026-06-14 08:00:00"),
            self.item("form", date="2026-06-14 08:00:02"),
        )
        answer = self.ingest(
            self.item("email_click", date="2026-06-14 08:00:02"),
            self.item("email_click", date="2026-06-14 08:05:00"),
        )
        self.assertEqual((answer["created"], answer["quarantined"]), (2, 1))
        late, early = self.lines(self.person(), "email_click")
        self.assertEqual(early.state, "quarantined")
        self.assertTrue(early.quarantine_reason)
        self.assertEqual(late.state, "valid")

    def test_mail_and_click_in_one_call(self):
        answer = self.ingest(
            self.item("email_click", date="2026-06-14 08:00:02"),
            self.item("email_sent", date="2026-06-14 08:00:00"),
        )
        self.assertEqual(answer["quarantined"], 1)

    def test_who_may(self):
        for user in (self.sid, self.sam, self.mara, self.max):
            self.ingest_all(self.item(), user=user)

    def test_who_may_not(self):
        public = self.env.ref("base.public_user")
        for user in (self.rita, self.ian, self.pia, public):
            with self.assertRaises(AccessError):
                self.ingest(self.item(), user=user)
            with self.assertRaises(AccessError):
                self.ingest(user=user)
        self.assertFalse(self.person())

    def test_own_leads_only(self):
        """A salesman who sees his own leads adds to no other."""
        self.sam.group_ids -= self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.sam.group_ids += self.env.ref("sales_team.group_sale_salesman")
        mine = self.env["crm.lead"].create({"name": "Mine", "user_id": self.sam.id})
        other = self.env["crm.lead"].create({"name": "Max's", "user_id": self.max.id})
        answer = self.ingest(self.item(lead_id=mine.id), self.item(lead_id=other.id))
        self.assertEqual(answer["created"], 1)
        self.assertEqual([error["index"] for error in answer["errors"]], [1])

    def test_source_that_may_be_read(self):
        """A line hangs on no record that its sender may not see."""
        lead = self.env["crm.lead"].create({"name": "Max's", "user_id": self.max.id})
        self.sam.group_ids -= self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.sam.group_ids += self.env.ref("sales_team.group_sale_salesman")
        group = self.env["ir.rule"].search([], limit=1)
        answer = self.ingest(
            self.item(res_model="crm.lead", res_id=lead.id),
            self.item(res_model="ir.rule", res_id=group.id),
            self.item(res_model="res.partner", res_id=2**31 - 1),
            self.item(res_model="res.partner", res_id=self.sam.partner_id.id),
        )
        self.assertEqual(answer["created"], 1)
        self.assertEqual([error["index"] for error in answer["errors"]], [0, 1, 2])
        self.assertIn(f"res_id: {lead.id}", answer["errors"][0]["error"])

    def test_archived_records_count(self):
        partner = self.env["res.partner"].create({"name": "Wang", "active": False})
        lead = self.env["crm.lead"].create({"name": "Lost", "active": False})
        self.ingest_all(self.item(partner_id=partner.id), self.item(lead_id=lead.id))

    def test_archived_type_is_unknown(self):
        self.env.ref("inbound_flywheel.touchpoint_type_chat").active = False
        answer = self.ingest(self.item("chat"))
        self.assertEqual(len(answer["errors"]), 1)
