# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import OWN, GatewayCommon, new_test_user

CRASH = (
    "App crashes on login since this morning",
    "Your app crashes when I try to log in",
    "Since this morning the app crashes at login",
    "login crashes the mobile app this morning",
    "app is broken?? crash at login",
)
OTHERS = (
    "Which exchange rate do you use for euro?",
    "My new card did not arrive by post",
    "How can I close my savings account?",
)


@tagged("post_install", "-at_install")
class TestCaseGroup(GatewayCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = cls.env["res.partner"].create(
            [
                {"name": f"Person {n}", "email": f"p{n}@customer.example"}
                for n in range(len(CRASH))
            ]
        )
        cls.groups = cls.env["flywheel.case.group"]

    def _report(self, *numbers, **values):
        return self.env["helpdesk.ticket"].create(
            [
                {
                    "name": CRASH[n],
                    "description": CRASH[n],
                    "team_id": self.team.id,
                    "partner_id": self.people[n].id,
                    "partner_email": self.people[n].email,
                    "partner_name": self.people[n].name,
                    **values,
                }
                for n in numbers
            ]
        )

    def _incident(self):
        cases = self._report(0) + self._report(1) + self._report(2)
        cases.group_id.action_confirm()
        return cases

    # ------------------------------------------------------------------
    # Finding
    # ------------------------------------------------------------------
    def test_proposed_from_three_customers(self):
        for text in OTHERS:
            self._case(text, f"<p>{text}</p>")
        first, second = self._report(0), self._report(1)
        self.assertFalse((first + second).group_id)
        third = self._report(2)
        group = third.group_id
        self.assertEqual(group.ticket_ids, first + second + third)
        self.assertEqual(group.state, "proposed")
        self.assertIn("login", group.words)
        self.assertEqual((group.case_count, group.customer_count), (3, 3))
        self.assertEqual(third.group_size, 2)
        for case in group.ticket_ids:
            self.assertIn("group_proposed", self._codes(case, "group"))

    def test_in_one_batch(self):
        cases = self._report(0, 1, 2, 3)
        self.assertEqual(len(cases.group_id), 1)
        self.assertGreaterEqual(len(cases.group_id.ticket_ids), 3)

    def test_one_customer_is_no_incident(self):
        cases = self._report(0, 1, 2, 3, partner_id=self.customer.id)
        self.assertFalse(cases.group_id)

    def test_other_questions_are_none(self):
        cases = self.env["helpdesk.ticket"].create(
            [
                {"name": text, "description": text, "partner_name": text}
                for text in OTHERS
            ]
        )
        self.assertFalse(cases.group_id)

    def test_days_apart_is_none(self):
        with freeze_time(fields.Datetime.now() - timedelta(hours=100)):
            old = self._report(0, 1)
        old.flush_recordset()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = create_date - interval '100 h'"
            " WHERE id = ANY(%s)",
            [old.ids],
        )
        self.assertFalse(self._report(2).group_id)

    def test_a_common_question_is_no_burst(self):
        many = self.env["helpdesk.ticket"].create(
            [
                {"name": CRASH[0], "description": CRASH[0], "partner_name": str(n)}
                for n in range(2)
            ]
            * 10
        )
        many.group_id.action_dissolve()
        self.env["flywheel.case.group"].search([]).unlink()
        many.flush_recordset()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = create_date - interval '9 d'"
            " WHERE id = ANY(%s)",
            [many.ids],
        )
        self.assertFalse(self._report(0, 1, 2).group_id, "20 in 28 days are usual")

    def test_off(self):
        self.company.flywheel_group_cases = 0
        self.assertFalse(self._report(0, 1, 2, 3).group_id)

    def test_machines_and_other_companies_do_not_count(self):
        company = self.env["res.company"].create({"name": "Other"})
        self._report(0, company_id=company.id, team_id=False)
        self._report(1).mail_verdict = "auto_reply"
        self.assertFalse((self._report(2) + self._report(3)).group_id)

    # ------------------------------------------------------------------
    # What people say
    # ------------------------------------------------------------------
    def test_confirmed_takes_in_new_ones(self):
        cases = self._incident()
        self.assertEqual(cases.group_id.state, "confirmed")
        new = self._report(3)
        self.assertEqual(new.group_id, cases.group_id)
        self.assertIn("group_joined", self._codes(new, "group"))

    def test_not_the_same(self):
        cases = self._report(0, 1, 2)
        group = cases.group_id
        cases[0].with_user(self.ann).action_flywheel_not_same()
        self.assertFalse(cases[0].group_id)
        self.assertEqual(group.state, "proposed")
        cases[1].with_user(self.ann).action_flywheel_not_same()
        self.assertEqual(group.state, "dissolved")
        self.assertFalse(cases.group_id)
        self.assertFalse(self._report(3).group_id, "those are no candidates any more")

    def test_dissolved_is_not_proposed_again(self):
        cases = self._report(0, 1, 2)
        cases.group_id.with_user(self.ann).action_dissolve()
        self.assertFalse(cases.group_id)
        self.assertFalse(self._report(3).group_id)

    # ------------------------------------------------------------------
    # One answer, one owner, one end
    # ------------------------------------------------------------------
    def _answers(self, cases):
        return cases.message_ids.filtered(lambda m: m.message_type == "comment")

    def test_one_answer_each_once_in_his_language(self):
        self.env["res.lang"]._activate_lang("zh_TW")
        self.people[0].lang = "zh_TW"
        cases = self._incident()
        group = cases.group_id.with_user(self.ann)
        group.answer = "<p>We know of it</p>"
        group.variant_ids = [(0, 0, {"lang": "zh_TW", "body": "<p>我們知道了</p>"})]
        with self.mock_mail_gateway():
            group.action_send_answer()
            group.action_send_answer()
        messages = self._answers(cases)
        self.assertEqual(len(messages), 3)
        self.assertIn(
            "我們知道了", messages.filtered(lambda m: m.res_id == cases[0].id).body
        )
        self.assertEqual(messages.author_id, self.ann.partner_id)
        self.assertEqual(messages.partner_ids, self.people[:3])
        self.assertFalse(cases.filtered("waiting_since"))
        self.assertFalse(group.sending)
        new = self._report(3)
        self.assertEqual(group.unanswered_count, 1)
        with self.mock_mail_gateway():
            group.action_send_answer()
        self.assertEqual(len(self._answers(cases)), 3)
        self.assertEqual(len(self._answers(new)), 1)
        group.answer = "<p>It is mended</p>"
        with self.mock_mail_gateway():
            group.action_send_answer()
        self.assertEqual(len(self._answers(cases + new)), 8)

    def test_goes_on_after_a_stop(self):
        cases = self._incident() + self._report(3)
        group = cases.group_id.with_user(self.ann)
        group.answer = "<p>We know of it</p>"
        path = "odoo.addons.inbound_flywheel_service.models.flywheel_case_group_answer"
        with patch(f"{path}.BATCH", 2), self.mock_mail_gateway():
            group.action_send_answer()
            self.assertTrue(group.sending)
            self.assertEqual(len(self._answers(cases)), 2)
            with self.enter_registry_test_mode():
                cron = self.env.ref("inbound_flywheel_service.ir_cron_group")
                cron.method_direct_trigger()
                cron.method_direct_trigger()
        self.assertEqual(len(self._answers(cases)), 4)
        self.assertFalse(group.sending)

    def test_one_failure_does_not_stop_the_others(self):
        cases = self._incident()
        group = cases.group_id.with_user(self.ann)
        group.answer = "<p>We know of it</p>"
        model = self.env.registry["helpdesk.ticket"]
        post = model.message_post

        def fail(case, **values):
            if case.id == cases[1].id:
                raise ValueError("mail server")
            return post(case, **values)

        with patch.object(model, "message_post", fail), self.mock_mail_gateway():
            with self.assertLogs(path := "odoo.addons", "WARNING"):
                group.action_send_answer()
        self.assertTrue(path)
        self.assertEqual(len(self._answers(cases)), 2)
        self.assertIn("group_answer_failed", self._codes(cases[1]))

    def test_answer_needs_words_and_a_confirmed_incident(self):
        cases = self._report(0, 1, 2)
        with self.assertRaisesRegex(UserError, "Confirm"):
            cases.group_id.action_send_answer()
        cases.group_id.action_confirm()
        with self.assertRaisesRegex(UserError, "Write the answer"):
            cases.group_id.action_send_answer()

    def test_close_all_with_the_solution(self):
        cases = self._incident()
        cases[0].solution = "<p>Own words</p>"
        group = cases.group_id.with_user(self.ann)
        group.solution = "<p>Update to 2.1</p>"
        group.action_close()
        self.assertEqual(set(cases.mapped("closed")), {True})
        self.assertIn("Own words", cases[0].solution)
        self.assertIn("2.1", cases[1].solution)
        self.assertEqual(group.state, "closed")
        self.assertNotEqual(self._report(3).group_id, group)

    def test_one_owner(self):
        cases = self._incident()
        group = cases.group_id.with_user(self.ann)
        with self.assertRaises(UserError):
            group.action_assign_all()
        group.user_id = self.ann
        group.action_assign_all()
        self.assertEqual(cases.user_id, self.ann)

    # ------------------------------------------------------------------
    # Who may
    # ------------------------------------------------------------------
    def test_visible_with_its_cases_only(self):
        cases = self._report(0, 1, 2, user_id=self.ann.id)
        group = cases.group_id
        groups = self.groups.with_user(self.bob)
        self.assertFalse(groups.search([("id", "=", group.id)]))
        with self.assertRaises(AccessError):
            group.with_user(self.bob).read(["name"])
        cases[0].user_id = self.bob
        shown = groups.search([("id", "=", group.id)])
        self.assertEqual(shown, group)
        self.env.invalidate_all()
        self.assertEqual(shown.ticket_ids, cases[0], "not what is not his")
        group.action_confirm()
        shown.answer = "<p>x</p>"
        for act in (
            shown.action_send_answer,
            shown.action_close,
            shown.action_dissolve,
        ):
            with self.assertRaisesRegex(AccessError, "2 cases"):
                act()

    def test_portal_and_strangers(self):
        group = self._report(0, 1, 2).group_id
        portal = new_test_user(self.env, "g_portal", groups="base.group_portal")
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "g_stranger",
            groups=OWN,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        for user in (portal, stranger):
            with self.assertRaises(AccessError):
                group.with_user(user).read(["name"])
        self.assertNotIn(
            "group_id", self.env["helpdesk.ticket"].with_user(portal).fields_get()
        )
