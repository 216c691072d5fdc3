# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.exceptions import AccessError, ValidationError

from .common import FlywheelCase


class TestTimeline(FlywheelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create(
            {"name": "Wang", "email": "wang@example.com"}
        )
        cls.seller = cls.env["res.users"].create(
            {
                "name": "Sue",
                "login": "flywheel_sue",
                "group_ids": [
                    (4, cls.env.ref("sales_team.group_sale_salesman").id),
                ],
            }
        )

    def page_of(self, user=None, person=None, **kwargs):
        person = person or self.person()
        return person.with_user(user or self.sam).get_timeline(**kwargs)

    def walk(self, limit, **kwargs):
        """Return the lines of all pages, and how many pages there were."""
        lines, cursor, pages = [], None, 0
        while cursor or not pages:
            page = self.page_of(cursor=cursor, limit=limit, **kwargs)
            lines += page["lines"]
            cursor, pages = page["next"], pages + 1
        return lines, pages

    # ------------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------------
    def test_pages_neither_skip_nor_repeat(self):
        """Also where many touchpoints have the same moment, and marks lie between."""
        self.ingest_all(
            *(
                self.item(
                    ("page", "form", "meeting")[n % 3], date=self.ago(days=n // 5)
                )
                for n in range(37)
            )
        )
        expected = self.lines(self.person()).ids
        whole, _pages = self.walk(100)
        for limit in (1, 4, 5, 7, 36, 37):
            lines, pages = self.walk(limit)
            self.assertEqual([n["id"] for n in lines if not n["mark"]], expected)
            self.assertEqual(pages, -(-len(expected) // limit))
            self.assertEqual(
                {n["id"] for n in lines if n["mark"]},
                {n["id"] for n in whole if n["mark"]},
            )
            self.assertEqual(len(lines), len(whole))

    def test_what_comes_in_meanwhile_does_not_shift_pages(self):
        self.ingest_all(*(self.item("page", date=self.ago(days=n)) for n in range(6)))
        first = self.page_of(limit=3)
        self.ingest_all(self.item("form"))
        second = self.page_of(limit=3, cursor=first["next"])
        shown = [n["id"] for p in (first, second) for n in p["lines"] if not n["mark"]]
        expected = self.lines(self.person(), "page").ids
        self.assertEqual(shown, expected)
        self.assertFalse(second["next"])

    def test_a_cursor_that_is_none(self):
        self.ingest_all(self.item())
        for cursor in ("x", [1], ["yesterday", 1], ["2026-01-01", "one"], [None, 2]):
            with self.assertRaises(ValidationError, msg=cursor):
                self.page_of(cursor=cursor)

    def test_fractions_of_a_second(self):
        """Lines that SQL wrote have microseconds: the cursor keeps them."""
        self.ingest_all(*(self.item("page", external_key=str(n)) for n in range(4)))
        self.env.cr.execute(
            "UPDATE flywheel_touchpoint SET date = date + id * interval '1 microsecond'"
            " WHERE profile_id = %s",
            [self.person().id],
        )
        self.env.invalidate_all()
        lines, _pages = self.walk(1)
        self.assertEqual(
            [n["id"] for n in lines if not n["mark"]], self.lines(self.person()).ids
        )

    # ------------------------------------------------------------------
    # Lines
    # ------------------------------------------------------------------
    def test_a_line(self):
        self.ingest_all(self.item("form", summary="Guide"))
        [line] = [n for n in self.page_of()["lines"] if not n["mark"]]
        expected = {
            "name": "Form Filled In",
            "team": "marketing",
            "direction": "in",
            "channel": "Website",
            "kind": "digital",
            "summary": "Guide",
            "points": 20.0,
            "quarantined": False,
            "hidden": False,
        }
        self.assertEqual({name: line[name] for name in expected}, expected)

    def test_quarantined_lines_stay_with_their_reason(self):
        self.ingest_all(self.item("form"))
        self.lines(self.person()).with_user(self.max).action_quarantine()
        [line] = [n for n in self.page_of()["lines"] if not n["mark"]]
        self.assertTrue(line["quarantined"])
        self.assertEqual(line["points"], 0.0)
        self.assertIn("Max", line["reason"])

    def test_stage_moves_lie_above_what_caused_them(self):
        self.ingest_all(self.item("form"))
        marks = [bool(n["mark"]) for n in self.page_of()["lines"]]
        self.assertEqual(marks, sorted(marks, reverse=True))
        self.assertTrue(marks[0])
        self.assertFalse(
            any(n["mark"] for n in self.page_of(filters={"team": "sales"})["lines"])
        )

    # ------------------------------------------------------------------
    # Filters
    # ------------------------------------------------------------------
    def test_filters(self):
        self.ingest_all(
            self.item("form", summary="Guide to sailing"),
            self.item("call_out", summary="Talked about 100% wool"),
            self.item("meeting"),
            self.item("email_sent"),
        )
        phone = self.env.ref("inbound_flywheel.channel_phone").id
        for filters, codes in (
            ({"team": "sales"}, {"call_out", "meeting"}),
            ({"direction": "out"}, {"call_out", "email_sent"}),
            ({"kind": "human"}, {"call_out", "meeting"}),
            ({"channel_id": phone}, {"call_out"}),
            ({"team": "sales", "direction": "in"}, {"meeting"}),
            ({"text": "SAIL"}, {"form"}),
            ({"text": "100%"}, {"call_out"}),
            ({"text": "meet"}, {"meeting"}),
            ({"text": "nowhere"}, set()),
            ({"team": "service"}, set()),
            ({"team": "", "text": ""}, {"form", "call_out", "meeting", "email_sent"}),
        ):
            lines = self.page_of(filters=filters)["lines"]
            found = {n["code"] for n in lines if not n["mark"]}
            self.assertEqual(found, codes, filters)

    def test_counts(self):
        self.ingest_all(
            *(self.item(code) for code in ("form", "page", "call_out", "meeting"))
        )
        page = self.page_of(limit=1)
        self.assertEqual(page["total"], 4)
        self.assertEqual(dict(page["teams"]), {"marketing": 2, "sales": 2})
        self.assertEqual(
            {c["name"]: c["count"] for c in page["channels"]}["Website"], 2
        )
        # What another filter leaves out is not counted, what its own does is.
        page = self.page_of(filters={"kind": "human", "team": "marketing"})
        self.assertEqual(dict(page["teams"]), {"sales": 2})
        self.assertNotIn("teams", self.page_of(cursor=["2026-06-15T00:00:00", 1]))

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------
    def _secret(self):
        """A lead of another salesperson, and what is in the ledger of it."""
        lead = self.env["crm.lead"].create(
            {
                "name": "Secret merger",
                "type": "lead",
                "partner_id": self.partner.id,
                "user_id": self.sam.id,
            }
        )
        return lead, lead.flywheel_profile_id

    def test_a_record_that_the_reader_may_not_see(self):
        lead, person = self._secret()
        for user, hidden in ((self.sam, False), (self.seller, True), (self.rita, True)):
            [line] = [n for n in self.page_of(user, person)["lines"] if not n["mark"]]
            self.assertEqual(line["hidden"], hidden, user.name)
            self.assertEqual(bool(line["summary"]), not hidden)
            self.assertEqual(line["res_id"], False if hidden else lead.id)
            self.assertEqual(line["team"], "sales")
            self.assertTrue(line["date"])

    def test_a_hidden_summary_is_not_found_by_its_words(self):
        _lead, person = self._secret()
        filters = {"text": "merger"}
        self.assertTrue(self.page_of(self.sam, person, filters=filters)["lines"])
        self.assertFalse(self.page_of(self.seller, person, filters=filters)["lines"])
        filters = {"text": "Lead Created"}
        [line] = self.page_of(self.seller, person, filters=filters)["lines"]
        self.assertFalse(line["summary"])

    def test_the_ledger_hides_the_same(self):
        """List, search and explanation tell no more than the timeline."""
        lead, person = self._secret()
        self.env["flywheel.touchpoint"]._record(
            [
                {
                    "type": "form",
                    "profile_id": person.id,
                    "summary": "About the merger",
                    "res_model": "crm.lead",
                    "res_id": lead.id,
                }
            ]
        )
        mine = [("profile_id", "=", person.id), ("type_id.code", "=", "form")]
        words = ("summary", "ilike", "merger")
        for user, seen in ((self.sam, True), (self.seller, False), (self.rita, False)):
            ledger = self.env["flywheel.touchpoint"].with_user(user)
            line = ledger.search(mine)
            self.assertTrue(line, user.name)
            self.assertEqual(bool(line.summary), seen, user.name)
            [row] = line.read(["summary"])
            self.assertEqual(bool(row["summary"]), seen, user.name)
            self.assertEqual(bool(ledger.search([*mine, words])), seen, user.name)
            explained = str(person.with_user(user).explain())
            self.assertIn("form", explained, user.name)
            self.assertEqual("merger" in explained, seen, user.name)
            with self.assertRaises(AccessError):
                line.read(["content"])

    def test_text_among_many_that_are_hidden(self):
        """Whoever may see little is asked to go on, not made to wait."""
        lead, person = self._secret()
        self.env["flywheel.touchpoint"]._record(
            [
                {
                    "type": "page",
                    "profile_id": person.id,
                    "date": fields.Datetime.to_datetime(self.ago(minutes=n + 1)),
                    "summary": f"merger {n}",
                    "res_model": "crm.lead",
                    "res_id": lead.id,
                }
                for n in range(450)
            ]
            + [
                {
                    "type": "form",
                    "profile_id": person.id,
                    "date": fields.Datetime.to_datetime(self.ago(days=9)),
                    "summary": "merger of guides",
                }
            ]
        )
        page = self.page_of(self.seller, person, filters={"text": "merger"})
        self.assertEqual([n["summary"] for n in page["lines"]], ["merger of guides"])
        self.assertFalse(page["next"])

    def test_a_record_that_is_gone(self):
        lead, person = self._secret()
        lead.unlink()
        [line] = [n for n in self.page_of(self.sam, person)["lines"] if not n["mark"]]
        self.assertEqual(line["summary"], "Secret merger")
        self.assertFalse(line["res_id"])
        # Who may read no lead at all sees nothing of one that was.
        [line] = [n for n in self.page_of(self.rita, person)["lines"] if not n["mark"]]
        self.assertTrue(line["hidden"])

    def test_another_companys_person(self):
        self.ingest_all(self.item(email="far@example.com"), user=self.bea)
        person = self.person("far@example.com")
        with self.assertRaises(AccessError):
            self.page_of(self.sam, person)
        for user in (self.ian, self.pia):
            with self.assertRaises(AccessError):
                self.page_of(user, person)

    # ------------------------------------------------------------------
    # Companies, logging
    # ------------------------------------------------------------------
    def test_a_company_shows_what_its_people_did(self):
        company = self.env["res.partner"].create({"name": "Sails", "is_company": True})
        people = self.env["res.partner"].create(
            [{"name": name, "parent_id": company.id} for name in ("Ann", "Ben")]
        )
        for n, partner in enumerate([company, *people] * 4):
            self.ingest_all(
                self.item("page", partner_id=partner.id, date=self.ago(hours=n))
            )
        person = company.flywheel_profile_id
        lines, _pages = self.walk(5, person=person)
        shown = [n for n in lines if not n["mark"]]
        self.assertEqual(len(shown), 12)
        self.assertEqual(shown, sorted(shown, key=lambda n: n["date"], reverse=True))
        self.assertEqual({n["person"] for n in shown}, {"Sails", "Ann", "Ben"})
        alone = self.page_of(person=person, filters={"people": False})
        self.assertEqual(alone["total"], 4)
        self.assertTrue(alone["is_company"])
        own = self.page_of(person=people[0].flywheel_profile_id)
        self.assertEqual((own["total"], own["is_company"]), (4, False))

    def test_a_company_that_is_no_person_itself(self):
        company = self.env["res.partner"].create({"name": "Sails", "is_company": True})
        ann = self.env["res.partner"].create({"name": "Ann", "parent_id": company.id})
        self.ingest_all(self.item("page", partner_id=ann.id))
        self.assertFalse(company.flywheel_profile_id)
        Profile = self.env["flywheel.profile"]
        page = Profile.with_user(self.sam).get_timeline(filters={"company": company.id})
        self.assertEqual((page["total"], page["can_log"]), (1, False))
        self.assertFalse(Profile.with_user(self.sam).get_timeline()["lines"])
        company.company_id = ann.company_id = self.branch
        with self.assertRaises(AccessError):
            Profile.with_user(self.sam).get_timeline(filters={"company": company.id})
        for user in (self.ian, self.pia):
            with self.assertRaises(AccessError):
                Profile.with_user(user).get_timeline(filters={"company": company.id})

    def test_log_by_hand(self):
        self.ingest_all(self.item("page"))
        self.assertFalse(self.page_of(self.rita)["can_log"])
        self.assertTrue(self.page_of(self.sid)["can_log"])
        Touchpoint = self.env["flywheel.touchpoint"].with_user(self.sid)
        Touchpoint.create(
            {
                "profile_id": self.person().id,
                "type_id": self.env.ref("inbound_flywheel.touchpoint_type_note").id,
                "date": fields.Datetime.now(),
                "summary": "Prefers mornings",
            }
        )
        line = next(n for n in self.page_of()["lines"] if not n["mark"])
        self.assertEqual(
            (line["summary"], line["who"], line["name"]),
            ("Prefers mornings", "Sid", "Note"),
        )

    def test_queries_do_not_grow_with_the_page(self):
        _lead, person = self._secret()
        self.env["flywheel.touchpoint"]._record(
            [
                {
                    "type": "page",
                    "profile_id": person.id,
                    "date": fields.Datetime.to_datetime(self.ago(minutes=n)),
                }
                for n in range(120)
            ]
        )
        self.env.flush_all()
        counts = []
        for limit in (5, 100):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.page_of(person=person, limit=limit)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)
