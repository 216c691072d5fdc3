# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time

from .common import NOW, FlywheelCase

LATER = "2026-07-15 12:00:00"
TABLES = (
    "flywheel_profile",
    "flywheel_touchpoint",
    "res_partner",
    "crm_lead",
)


class TestScoreField(FlywheelCase):
    """Five people: 100, 60, 20 and 4 points today; one with none. Their contacts and
    leads; and a contact and a lead that have nobody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Touchpoint = cls.env["flywheel.touchpoint"]
        points = {"amy": 100, "ben": 60, "cat": 20, "dan": 4, "eve": 0}
        cls.partners = cls.env["res.partner"].create(
            [{"name": name, "email": f"{name}@example.com"} for name in points]
        )
        cls.leads = cls.env["crm.lead"].create(
            [
                {"name": partner.name, "partner_id": partner.id, "type": "lead"}
                for partner in cls.partners
            ]
        )
        cls.people = cls.partners.flywheel_profile_id
        Touchpoint._record(
            [
                {"type": "adjustment", "partner_id": partner.id, "value": value}
                for partner, value in zip(cls.partners, points.values(), strict=True)
                if value
            ]
        )
        cls.nobody = cls.env["res.partner"].create({"name": "nobody"})
        cls.orphan = cls.leads.create({"name": "orphan", "type": "lead"})
        cls.orphan.sudo().flywheel_profile_id = False
        cls.env.flush_all()
        cls.scopes = [
            (cls.people, cls.people.browse()),
            (cls.partners, cls.nobody),
            (cls.leads, cls.orphan),
        ]

    def _each(self):
        """Yield (records, records with those who have nobody) as sam sees them."""
        for records, extra in self.scopes:
            with self.subTest(model=records._name):
                yield records.with_user(self.sam), (records + extra).with_user(self.sam)

    def _names(self, records):
        return records.mapped("name")

    def _check(self, factor):
        """Everything that reads the score agrees, when it is worth ``factor``."""
        scores = [100 * factor, 60 * factor, 20 * factor, 4 * factor, 0.0]
        for records, everyone in self._each():
            self.env.invalidate_all()
            for score, record in zip(scores, records, strict=True):
                self.assertAlmostEqual(record.engagement_score, score, 6)
            read = records.read(["engagement_score"])
            self.assertEqual([round(r["engagement_score"], 4) for r in read], scores)
            self._check_order(everyone)
            self._check_search(records, everyone, scores)
            self._check_groups(records, everyone, scores)

    def _check_order(self, everyone):
        domain = [("id", "in", everyone.ids)]
        up, down = (
            self._names(everyone.search(domain, order=f"engagement_score {way}"))
            for way in ("asc", "desc")
        )
        self.assertEqual(down[:5], ["amy", "ben", "cat", "dan", "eve"])
        self.assertEqual(up[:5], ["eve", "dan", "cat", "ben", "amy"])

    def _check_search(self, records, everyone, scores):
        inside = [("id", "in", everyone.ids)]
        for operator, test in (
            (">", lambda a, b: a > b),
            (">=", lambda a, b: a >= b),
            ("<", lambda a, b: a < b),
            ("<=", lambda a, b: a <= b),
        ):
            limit = (scores[1] + scores[2]) / 2
            found = records.search([("engagement_score", operator, limit), *inside])
            expected = {
                record.name
                for score, record in zip(scores, records, strict=True)
                if test(score, limit)
            }
            self.assertEqual(
                set(self._names(found)) & set(self._names(records)), expected
            )
        zero = records.search([("engagement_score", "=", 0), *inside])
        self.assertIn("eve", self._names(zero))
        self.assertNotIn("dan", self._names(zero))

    def _check_groups(self, records, everyone, scores):
        domain = [("id", "in", everyone.ids)]
        limits = {"hot": 50.0, "warm": 15.0, "cold": float("-inf")}
        expected = {}
        for score in scores:
            band = next(name for name, limit in limits.items() if score >= limit)
            expected.setdefault(band, []).append(score)
        groups = records._read_group(
            domain, ["score_band"], ["engagement_score:sum", "engagement_score:avg"]
        )
        got = {band: (total, mean) for band, total, mean in groups if band}
        for band, members in expected.items():
            self.assertAlmostEqual(got[band][0], sum(members), 4)
        for band in limits:
            found = records.search([("score_band", "=", band), *domain])
            self.assertEqual(len(found & records), len(expected.get(band, ())), band)
            other = records.search([("score_band", "!=", band), *domain])
            self.assertFalse(found & other)
            self.assertEqual(found | other, everyone.search(domain))
        top = records.search(
            [("score_band", "in", ["hot", "warm"]), ("id", "in", records.ids)]
        )
        self.assertEqual(
            len(top), len(expected.get("hot", ())) + len(expected.get("warm", ()))
        )

    def _rows(self):
        """Return what changes when any row of the picture is written."""
        self.env.flush_all()
        seen = {}
        for table in TABLES:
            self.cr.execute(f"SELECT id, ctid::text, xmin::text FROM {table}")
            seen[table] = self.cr.fetchall()
        return seen

    def test_right_today_and_a_month_later(self):
        before = self._rows()
        self._check(1.0)
        with freeze_time(LATER):
            self._check(0.5)
        with freeze_time("2026-08-14 12:00:00"):
            self._check(0.25)
        self.assertEqual(self._rows(), before)

    def test_cached_value_follows_the_clock(self):
        person = self.people[0].with_user(self.sam)
        self.assertAlmostEqual(person.engagement_score, 100, 6)
        self.assertEqual(person.score_band, "hot")
        with freeze_time("2026-12-15 12:00:00"):
            self.assertLess(person.engagement_score, 2)
            self.assertEqual(person.score_band, "cold")
            self.assertEqual(self.leads[0].score_band, "cold")

    def test_band_edges(self):
        """Exactly the threshold is in, whoever asks: Python, search, group."""
        types = {"amy": 50.0, "ben": 49.999999, "cat": 15.0, "dan": 14.999999}
        for name, value in types.items():
            partner = self.partners.filtered(lambda p, n=name: p.name == n)
            person = partner.flywheel_profile_id
            self.lines(person).with_user(self.max).action_quarantine()
            self.env["flywheel.touchpoint"]._record(
                [{"type": "adjustment", "profile_id": person.id, "value": value}]
            )
        bands = ["hot", "warm", "warm", "cold", "cold"]
        self.assertEqual([p.score_band for p in self.people], bands)
        for band in ("hot", "warm", "cold"):
            found = self.people.search(
                [("score_band", "=", band), ("id", "in", self.people.ids)]
            )
            self.assertEqual(len(found), bands.count(band))

    def test_nobody_comes_last_both_ways(self):
        for records, everyone in self._each():
            if len(records) == len(everyone):
                continue
            for order in (
                "engagement_score",
                "engagement_score desc",
                "fit_score",
                "fit_score desc",
                "engagement_score desc, id desc",
            ):
                found = everyone.search([("id", "in", everyone.ids)], order=order)
                self.assertEqual(found[-1:], everyone - records, order)

    def test_negative_score_is_searchable(self):
        partner = self.partners[4]
        self.env["flywheel.touchpoint"]._record(
            [{"type": "adjustment", "partner_id": partner.id, "value": -30}]
        )
        for records, everyone in self._each():
            found = everyone.search(
                [("engagement_score", "<", -1), ("id", "in", everyone.ids)],
                order="engagement_score",
            )
            self.assertEqual(found, records[4:5])
            last = records.search([("id", "in", records.ids)], order="engagement_score")
            self.assertEqual(last[:1], records[4:5])

    def test_nobodys_score(self):
        for records, everyone in self._each():
            extra = everyone - records
            if extra:
                self.assertEqual(extra.engagement_score, 0.0)
                self.assertFalse(extra.score_band)
                found = everyone.search(
                    [("score_band", "=", False), ("id", "in", everyone.ids)]
                )
                self.assertEqual(found, extra)

    def test_web_groups(self):
        for records, _everyone in self._each():
            groups = records.formatted_read_group(
                [("id", "in", records.ids)],
                ["score_band"],
                ["engagement_score:avg", "__count"],
                order="score_band",
            )
            self.assertEqual(sum(group["__count"] for group in groups), 5)

    def test_search_by_score_serves_a_page(self):
        """A list sorted by score needs no query per record."""
        self.env.invalidate_all()
        Lead = self.env["crm.lead"].with_user(self.sam)
        domain = [("id", "in", self.leads.ids)]
        spec = {"engagement_score": {}, "score_band": {}, "fit_grade": {}}

        def read(limit):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            Lead.web_search_read(
                domain, spec, order="engagement_score desc", limit=limit
            )
            return self.cr.sql_log_count - before

        read(5)
        self.assertEqual(read(5), read(1))

    def test_people_of_a_company(self):
        company = self.env["res.partner"].create({"name": "Acme", "is_company": True})
        self.partners[1:4].parent_id = company
        self.env.invalidate_all()
        seen = company.with_user(self.sam)
        self.assertAlmostEqual(seen.flywheel_people_score, 84, 6)
        self.assertEqual(seen.flywheel_best_person_id, self.partners[1])
        with freeze_time(LATER):
            self.env.invalidate_all()
            self.assertAlmostEqual(seen.flywheel_people_score, 42, 6)
        self.assertEqual(self.partners[0].flywheel_people_score, 0)
        self.assertFalse(self.partners[0].flywheel_best_person_id)

    def test_the_clock_of_the_tests(self):
        expected = fields.Datetime.from_string(NOW)
        self.assertLess(abs(fields.Datetime.now() - expected), timedelta(seconds=1))
