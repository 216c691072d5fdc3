# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import OWN
from .test_tell_mails import TellCommon


class SatisfactionCommon(TellCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.user_id = cls.mia
        cls.customer._flywheel_ensure_profiles()

    def _solved_case(self, **values):
        case = self._api_case(**values)
        case.stage_id = self.stage_done
        return case

    def _rate(self, case, value, feedback=""):
        token = case._rating_get_access_token()
        rating = self.env["rating.rating"].search([("access_token", "=", token)])
        return case.rating_apply(value, rating=rating, feedback=feedback)

    def _nps(self, case=None, **values):
        profile = self.customer.flywheel_profile_id
        return self.env["flywheel.nps"].create(
            {
                "profile_id": profile.id,
                "customer": self.customer.name,
                "email": "carl@customer.example",
                "lang": "en_US",
                "company_id": self.company.id,
                "ticket_id": case and case.id,
                "team_id": self.team.id,
                "user_id": self.ann.id,
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestRecovery(SatisfactionCommon):
    def test_bad_rating_gives_a_task_and_holds_promotions(self):
        case = self._solved_case(user_id=self.ann.id)
        profile = case.flywheel_profile_id
        self.assertFalse(profile.promotion_hold)
        self._rate(case, 1, "Nobody listened")
        recovery = case.recovery_id
        self.assertRecordValues(
            recovery,
            [
                {
                    "source": "rating",
                    "value": 1,
                    "comment": "Nobody listened",
                    "user_id": self.mia.id,
                    "state": "open",
                    "profile_id": profile.id,
                    "deadline": fields.Date.context_today(recovery) + timedelta(days=3),
                }
            ],
        )
        activity = case.activity_ids
        self.assertEqual(activity.user_id, self.mia)
        self.assertEqual(activity.date_deadline, recovery.deadline)
        self.assertTrue(profile.promotion_hold)
        self.assertIn("Rated us 1 of 5", profile.promotion_hold_reason)
        self.assertNotIn(case.name, profile.promotion_hold_reason)
        self.assertEqual(profile.recovery_until, recovery.deadline)
        self.assertIn("recovery", self._codes(case, "rating"))

    def test_the_hold_is_a_filter_on_people_contacts_and_leads(self):
        case = self._solved_case()
        self._rate(case, 1)
        seller = new_test_user(
            self.env, "t_seller", groups="inbound_flywheel.group_flywheel_marketing"
        )
        people = self.env["flywheel.profile"].with_user(seller)
        held = people.search([("promotion_hold", "=", True)])
        self.assertIn(case.flywheel_profile_id, held)
        free = people.search([("promotion_hold", "=", False)])
        self.assertNotIn(case.flywheel_profile_id, free)
        partners = self.env["res.partner"].with_user(seller)
        self.assertIn(
            self.customer, partners.search([("flywheel_promotion_hold", "=", True)])
        )
        self.assertNotIn(
            self.customer, partners.search([("flywheel_promotion_hold", "=", False)])
        )
        self.assertTrue(held.filtered_domain([("promotion_hold", "=", True)]))

    def test_result_lifts_the_hold(self):
        case = self._solved_case()
        self._rate(case, 2)
        recovery = case.recovery_id.with_user(self.mia)
        with self.assertRaises(UserError):
            recovery.action_kept()
        recovery.reason = "Called, and sent a new card"
        recovery.action_kept()
        self.assertEqual(recovery.state, "kept")
        self.assertFalse(case.flywheel_profile_id.promotion_hold)
        self.assertFalse(case.recovery_id)
        self.assertFalse(case.activity_ids)
        self.assertIn("recovery_kept", self._codes(case, "rating"))
        with self.assertRaises(UserError):
            recovery.action_lost()

    def test_one_at_a_time(self):
        first, second = self._solved_case(), self._solved_case(name="Second")
        self._rate(first, 1)
        self._rate(second, 1, "Again")
        recovery = self.env["flywheel.recovery"].search(
            [("profile_id", "=", first.flywheel_profile_id.id)]
        )
        self.assertEqual(len(recovery), 1)
        self.assertEqual(recovery.comment, "Again")
        self.assertIn("recovery_known", self._codes(second, "rating"))

    def test_content_customers_and_changed_minds(self):
        case = self._solved_case()
        self._rate(case, 5)
        self._rate(case, 3)
        self.assertFalse(case.recovery_id)
        rating = case.rating_ids[:1]
        case.rating_apply(1, rating=rating)
        case.rating_apply(5, rating=rating)
        self.assertTrue(case.recovery_id, "who was unhappy is talked to")
        points = self.env["flywheel.touchpoint"].search(
            [("res_id", "=", case.id), ("type_id.code", "=", "rating")]
        )
        self.assertEqual(set(points.mapped("value")), {1, 3, 5})

    def test_nobody_in_charge(self):
        self.team.write({"user_id": False, "user_ids": [(5,)]})
        case = self._solved_case(user_id=False)
        self._rate(case, 1)
        self.assertTrue(case.recovery_id)
        self.assertFalse(case.recovery_id.user_id)
        self.assertIn("recovery_nobody", self._codes(case, "rating"))

    def test_follows_the_person_in_a_merge(self):
        case = self._solved_case(partner_id=False, partner_email="z@other.example")
        self._rate(case, 1)
        nps = self._nps(case, profile_id=case.flywheel_profile_id.id)
        profile = self.customer.flywheel_profile_id
        profile._merge(case.flywheel_profile_id)
        self.assertTrue(profile.promotion_hold)
        self.assertEqual(nps.profile_id, profile)

    def test_last_ratings_within_the_readers_rights(self):
        case = self._solved_case(user_id=self.ann.id)
        self._rate(case, 4, "Fine")
        profile = case.flywheel_profile_id
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            self._nps(case)._answer(9, "Great")
        lines = profile.with_user(self.ann)._flywheel_last_ratings(5)
        self.assertEqual(
            [(line["kind"], line["value"], line["comment"]) for line in lines],
            [("nps", 9, "Great"), ("rating", 4, "Fine")],
        )
        bob = new_test_user(self.env, "t_bob", groups=OWN)
        self.assertFalse(profile.with_user(bob)._flywheel_last_ratings(5))


@tagged("post_install", "-at_install")
class TestNps(SatisfactionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flywheel_nps_active": True, "flywheel_nps_per_day": 100})

    def _ask(self, days=0):
        with freeze_time(fields.Datetime.now() + timedelta(days=days)):
            asked = self.env["flywheel.nps"]._ask(self.company)
        return asked.filtered(
            lambda n: n.profile_id == self.customer.flywheel_profile_id
        )

    def test_customers_once_within_the_months(self):
        self._solved_case()
        self.assertFalse(self._ask(), "just asked for a rating")
        asked = self._ask(20)
        self.assertTrue(asked)
        self.assertFalse(self._ask(60))
        mail = self.env["mail.mail"].search(
            [("model", "=", "flywheel.nps"), ("res_id", "=", asked.id)]
        )
        self.assertEqual(mail.email_to, "carl@customer.example")
        self.assertIn(f"/nps/{asked.sudo().access_token}?score=10", mail.body_html)
        self.assertIn("/stop", mail.body_html)
        log = self.env["flywheel.case.mail"].search([("kind", "=", "nps")])
        self.assertIn("carl@customer.example", log.mapped("email"))

    def test_scheduled_action_is_off_by_default(self):
        self.assertFalse(self.env["res.company"].new().flywheel_nps_active)
        self.company.flywheel_nps_active = False
        self._solved_case()
        with freeze_time(fields.Datetime.now() + timedelta(days=20)):
            with self.enter_registry_test_mode():
                self.env.ref(
                    "inbound_flywheel_service.ir_cron_nps"
                ).method_direct_trigger()
        self.assertFalse(
            self.env["flywheel.nps"].search_count(
                [("profile_id", "=", self.customer.flywheel_profile_id.id)]
            )
        )

    def test_who_is_left_alone(self):
        self._solved_case()
        profile = self.customer.flywheel_profile_id
        open_case = self._api_case(name="Open")
        self.assertFalse(self._ask(20))
        open_case.stage_id = self.stage_cancelled
        recovery = self.env["flywheel.recovery"].create(
            {
                "profile_id": profile.id,
                "company_id": self.company.id,
                "source": "nps",
                "deadline": "2026-12-01",
            }
        )
        self.assertFalse(self._ask(20))
        recovery.unlink()
        consent = self.env["flywheel.consent"].create(
            {
                "profile_id": profile.id,
                "purpose": "survey",
                "kind": "withdrawn",
                "method": "spoken",
            }
        )
        self.assertFalse(self._ask(20))
        consent.create(
            {
                "profile_id": profile.id,
                "purpose": "survey",
                "kind": "given",
                "method": "spoken",
            }
        )
        self.env["mail.blacklist"]._add("carl@customer.example")
        self.assertFalse(self._ask(20))
        self.env["mail.blacklist"]._remove("carl@customer.example")
        self.assertTrue(self._ask(20))

    def test_so_many_a_day(self):
        self.company.flywheel_nps_per_day = 1
        for number in range(3):
            partner = self.env["res.partner"].create(
                {"name": f"P{number}", "email": f"p{number}@people.example"}
            )
            self._solved_case(partner_id=partner.id, partner_email=partner.email)
        later = fields.Datetime.now() + timedelta(days=20)
        with freeze_time(later):
            self.assertEqual(len(self.env["flywheel.nps"]._ask(self.company)), 1)
            self.assertFalse(self.env["flywheel.nps"]._ask(self.company))

    def test_answers_and_what_follows(self):
        case = self._solved_case(user_id=self.ann.id)
        nps = self._nps(case)
        nps._answer(7)
        self.assertEqual(nps.category, "passive")
        nps._answer(3, "Too slow")
        self.assertEqual(nps.category, "detractor")
        profile = nps.profile_id
        self.assertTrue(profile.promotion_hold)
        self.assertIn("3 of 10", profile.promotion_hold_reason)
        self.customer.user_id = self.ann
        nps._answer(10)
        self.assertFalse(nps.referral_date, "unhappy wins over happy")
        points = self.env["flywheel.touchpoint"].search(
            [("profile_id", "=", profile.id), ("type_id.code", "=", "nps")]
        )
        self.assertEqual(sorted(points.mapped("value")), [3, 7, 10])

    def test_promoters_are_asked_for_a_referral_once(self):
        self.customer.user_id = self.ann
        case = self._solved_case()
        self._nps(case)._answer(9)
        activity = self.customer.activity_ids
        self.assertEqual(activity.user_id, self.ann)
        self._nps(case)._answer(10)
        self.assertEqual(len(self.customer.activity_ids), 1)
        activity.unlink()
        self._api_case(name="Open")
        with freeze_time(fields.Datetime.now() + timedelta(days=300)):
            self._nps(case)._answer(10)
        self.assertFalse(self.customer.activity_ids, "not while a case is open")

    def test_referral_by_mail(self):
        self.company.write(
            {
                "flywheel_referral": "mail",
                "flywheel_referral_url": "https://example.com/r",
            }
        )
        nps = self._nps()
        nps._answer(10)
        self.assertTrue(nps.referral_date)
        mail = self.env["mail.mail"].search(
            [("model", "=", "flywheel.nps"), ("res_id", "=", nps.id)]
        )
        self.assertIn("https://example.com/r", mail.body_html)

    def test_report(self):
        case = self._solved_case(user_id=self.ann.id)
        self._rate(case, 4)
        for score in (10, 9, 8, 2):
            self._nps(case)._answer(score)
        self._nps(case)
        self.env.flush_all()
        report = self.env["flywheel.satisfaction.report"].with_user(self.mia)
        rows = report._read_group(
            [("profile_id", "=", case.flywheel_profile_id.id)],
            ["kind"],
            [
                "asked:sum",
                "answered:sum",
                "nps_response:avg",
                "rating:avg",
                "satisfied:avg",
                "nps:avg",
            ],
        )
        found = {row[0]: row[1:] for row in rows}
        self.assertEqual(found["csat"][:2], (1, 1))
        self.assertEqual(found["csat"][3:5], (4, 100))
        self.assertEqual(found["nps"][:3], (5, 4, 80))
        self.assertEqual(found["nps"][5], 25, "2 promoters, 1 detractor of 4")


@tagged("post_install", "-at_install")
class TestPages(SatisfactionCommon, HttpCase):
    def _form(self, url, **data):
        page = self.url_open(url)
        token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
        return page, {"csrf_token": token, **data}

    def test_answer_without_a_login(self):
        nps = self._nps()
        url = f"/nps/{nps.sudo().access_token}"
        page, data = self._form(f"{url}?score=9", score="9", comment="<b>Good</b>")
        self.assertEqual(page.status_code, 200)
        self.assertFalse(nps.answer_date, "a visit is no answer")
        self.assertEqual(page.headers["X-Robots-Tag"], "noindex")
        page = self.url_open(f"{url}/answer", data=data)
        self.assertEqual(page.status_code, 200)
        self.assertRecordValues(nps, [{"score": 9, "comment": "<b>Good</b>"}])
        self.assertIn("&lt;b&gt;Good", self.url_open(url).text)
        data["score"] = "2"
        self.url_open(f"{url}/answer", data=data)
        self.assertEqual(nps.category, "detractor")

    def test_bad_answers(self):
        nps = self._nps()
        url = f"/nps/{nps.sudo().access_token}"
        for score in ("11", "-1", "x"):
            self.assertEqual(self.url_open(f"{url}?score={score}").status_code, 400)
        _page, data = self._form(url)
        self.assertIn("Choose a number", self.url_open(f"{url}/answer", data=data).text)
        self.assertEqual(
            self.url_open(f"{url}/answer", data={"score": "5"}).status_code, 400
        )
        self.assertFalse(nps.answer_date)
        self.assertEqual(self.url_open("/nps/guess").status_code, 404)
        self.assertEqual(self.url_open(f"{url}/answer").status_code, 405)

    def test_no_more_questions(self):
        nps = self._nps()
        url = f"/nps/{nps.sudo().access_token}/stop"
        _page, data = self._form(url)
        self.assertFalse(nps.profile_id._get_withdrawn("survey"))
        self.url_open(url, data=data)
        self.assertTrue(nps.profile_id._get_withdrawn("survey"))
        case = self._solved_case()
        self.assertFalse(case.rating_asked_date)

    def test_rating_page_without_a_login_or_a_contact(self):
        case = self._solved_case(partner_id=False, partner_email="new@people.example")
        token = case.rating_ids.access_token
        page, data = self._form(f"/rate/{token}/1", rate="1", feedback="Hm")
        self.assertEqual(page.status_code, 200)
        self.assertFalse(case.rating_ids.consumed)
        page = self.url_open(f"/rate/{token}/submit_feedback", data=data)
        self.assertEqual(page.status_code, 200)
        self.assertEqual(case.rating_ids.feedback, "Hm")
        self.assertTrue(case.recovery_id)
        self.url_open(f"/rate/{token}/submit_feedback", data=dict(data, rate="5"))
        self.assertEqual(case.rating_ids.rating, 5)
