# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged, warmup

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestDeskCustomer(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm = cls.env["res.partner"].create({"name": "Firm", "is_company": True})
        cls.customer.parent_id = cls.firm
        cls.colleague = cls.env["res.partner"].create(
            {"name": "Cora", "parent_id": cls.firm.id}
        )
        cls.case = cls._case(partner_id=cls.customer.id, user_id=cls.bob.id)
        cls.own = cls._case("My limit", partner_id=cls.customer.id, user_id=cls.bob.id)
        cls.hidden = cls._case(
            "Secret of Ann", partner_id=cls.colleague.id, user_id=cls.ann.id
        )

    def _panel(self, user, case=None):
        return (case or self.case).with_user(user).flywheel_customer_panel()

    def _ids(self, panel):
        return {case["id"] for case in panel["cases"]}

    def test_other_open_cases_of_person_and_company(self):
        panel = self._panel(self.ann)
        self.assertEqual(self._ids(panel), {self.own.id, self.hidden.id})
        self.assertEqual(panel["case_count"], 2)
        self.own.stage_id = self.stage_done
        self.assertEqual(self._ids(self._panel(self.ann)), {self.hidden.id})

    def test_nothing_outside_the_readers_rules(self):
        self.hidden.with_user(self.ann).message_post(
            body="Secret words", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.env["flywheel.promise"].create(
            {"name": "Secret", "ticket_id": self.hidden.id, "due": "2100-01-01"}
        )
        self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "res_id": self.hidden.id,
                "rating": 1,
                "feedback": "Secret",
                "consumed": True,
            }
        )
        self.assertNotIn("Secret", str(self._panel(self.bob)))
        self.assertEqual(self._ids(self._panel(self.bob)), {self.own.id})
        self.assertFalse(self._panel(self.bob)["busy"], "Nor that somebody is there")
        seen = str(self._panel(self.ann))
        self.assertIn("Secret of Ann", seen)
        self.assertIn("Secret words", seen)

    def test_who_may_not_open_the_case_sees_nothing(self):
        portal = new_test_user(self.env, "s_portal4", groups="base.group_portal")
        for user in (portal, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self._panel(user)
        with self.assertRaises(AccessError):
            self._panel(self.bob, self.hidden)

    def test_customers_see_no_panel_of_their_own_case(self):
        portal = new_test_user(self.env, "s_portal5", groups="base.group_portal")
        employee = new_test_user(self.env, "s_emp5", groups="base.group_user")
        case = self._case(partner_id=portal.partner_id.id, user_id=self.ann.id)
        case.message_subscribe(employee.partner_id.ids)
        for user in (portal, employee):
            self.assertTrue(case.with_user(user).has_access("read"))
            with self.assertRaises(AccessError):
                self._panel(user, case)

    def test_a_colleague_at_work_on_it(self):
        self.hidden.with_user(self.ann).message_post(body="Looking into it")
        [busy] = self._panel(self.mia)["busy"]
        self.assertEqual((busy["name"], busy["case_id"]), ("Ann", self.hidden.id))
        self.assertFalse(self._panel(self.ann)["busy"], "She knows that herself")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_message SET date = %s WHERE model = 'helpdesk.ticket'",
            [fields.Datetime.now() - timedelta(hours=1)],
        )
        self.env.invalidate_all()
        self.assertFalse(self._panel(self.mia)["busy"])

    def test_what_was_said_last_over_all_cases(self):
        def say(case, text, **values):
            return case.message_post(
                body=text, subtype_xmlid="mail.mt_comment", **values
            )

        say(
            self.own,
            "It is the gold card",
            message_type="email",
            author_id=self.customer.id,
        )
        say(self.case.with_user(self.bob), "Thank you", message_type="comment")
        self.case.with_user(self.bob).message_post(body="An internal note")
        words = self._panel(self.bob)["words"]
        self.assertEqual(
            [(word["text"], word["ours"], word["case"]) for word in words],
            [
                ("Thank you", True, ""),
                ("It is the gold card", False, self.own.number),
            ],
        )

    def test_promises_of_person_and_cases(self):
        Promise = self.env["flywheel.promise"]
        late = Promise.create(
            {"name": "Late", "ticket_id": self.own.id, "due": "2020-01-01"}
        )
        Promise.create({"name": "Soon", "ticket_id": self.case.id, "due": "2100-01-01"})
        kept = Promise.create(
            {"name": "Kept", "ticket_id": self.case.id, "due": "2100-01-01"}
        )
        kept.action_keep()
        promises = self._panel(self.bob)["promises"]
        self.assertEqual([p["text"] for p in promises], ["Late", "Soon"])
        self.assertEqual([p["late"] for p in promises], [True, False])
        late.with_user(self.bob).action_keep()
        self.assertEqual(len(self._panel(self.bob)["promises"]), 1)

    def test_opportunities_as_far_as_the_reader_sees_them(self):
        self.env["crm.lead"].create(
            {"name": "Big deal", "partner_id": self.customer.id, "type": "opportunity"}
        )
        seller = new_test_user(
            self.env,
            "s_seller5",
            groups="sales_team.group_sale_salesman_all_leads,"
            "helpdesk_mgmt.group_helpdesk_user",
        )
        self.assertIn("Big deal", str(self._panel(seller)["documents"]))
        plain = new_test_user(
            self.env, "s_plain5", groups="helpdesk_mgmt.group_helpdesk_user"
        )
        if not self.env["crm.lead"].with_user(plain).has_access("read"):
            self.assertFalse(self._panel(plain)["documents"])

    def test_a_case_without_a_customer(self):
        panel = self._panel(self.ann, self._case(user_id=self.ann.id))
        self.assertEqual(panel["cases"], [])
        self.assertEqual(panel["promises"], [])

    @warmup
    def test_a_fixed_number_of_queries(self):
        self._fill(3)
        few = self._count()
        self._fill(15)
        # One more to count what is not shown.
        self.assertLessEqual(self._count(), few + 1)

    def _fill(self, count):
        for number in range(count):
            case = self._case(
                f"Case {number}", partner_id=self.customer.id, user_id=self.ann.id
            )
            case.with_user(self.ann).message_post(
                body="I will call you tomorrow.",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )

    def _count(self):
        self.env.flush_all()
        self.env.invalidate_all()
        case = self.case.with_user(self.ann)
        before = self.env.cr.sql_log_count
        case.flywheel_customer_panel()
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestDeskPartners(ServiceCommon):
    """Counters of contacts, and customers who have nobody."""

    @warmup
    def test_counters_of_forty_contacts_in_a_fixed_number_of_queries(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Partner {number}"} for number in range(40)]
        )
        child = self.env["res.partner"].create(
            {"name": "Child", "parent_id": partners[0].id}
        )
        self._case(partner_id=child.id)
        self._solved("Old", "<p>x</p>", partner_id=partners[0].id)
        self._case(partner_id=partners[1].id)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(5):
            partners.mapped("helpdesk_ticket_count")
        self.assertEqual(partners[0].helpdesk_ticket_count_string, "1 / 2")
        self.assertEqual(partners[1].helpdesk_ticket_count_string, "1 / 1")
        self.assertEqual(partners[2].helpdesk_ticket_count_string, "0 / 0")

    def test_counters_of_what_the_reader_sees(self):
        self._case(partner_id=self.customer.id, user_id=self.ann.id)
        self.assertEqual(self.customer.with_user(self.ann).helpdesk_ticket_count, 1)
        self.assertEqual(self.customer.with_user(self.bob).helpdesk_ticket_count, 0)

    def _without(self, user=None):
        Partner = self.env["res.partner"].with_user(user or self.ann)
        return Partner.search([("without_owner", "=", True)])

    def test_customers_without_an_owner(self):
        self.assertNotIn(self.customer, self._without())
        case = self._case(partner_id=self.customer.id)
        self.assertIn(self.customer, self._without())
        self.assertTrue(self.customer.without_owner)
        self.customer.service_user_id = self.ann
        self.assertNotIn(self.customer, self._without())
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        self.customer.write({"service_user_id": False, "parent_id": firm.id})
        self.assertIn(self.customer, self._without())
        firm.user_id = self.mia
        self.assertNotIn(self.customer, self._without(), "The company has somebody")
        firm.user_id = False
        case.stage_id = self.stage_done
        self.assertNotIn(self.customer, self._without())
        self.customer.lifecycle_stage_id = self.env.ref(
            "inbound_flywheel.stage_customer"
        )
        self.assertIn(self.customer, self._without())

    def test_named_in_one_go(self):
        other = self.env["res.partner"].create({"name": "Other"})
        self._case(partner_id=self.customer.id, user_id=self.bob.id)
        self._case(partner_id=other.id).user_id = False
        partners = self.customer | other
        wizard = self.env["flywheel.owner.wizard"].with_context(
            active_ids=partners.ids, active_model="res.partner"
        )
        result = wizard.create({"kind": "familiar"}).action_apply()
        self.assertEqual(self.customer.service_user_id, self.bob)
        self.assertFalse(other.service_user_id)
        self.assertEqual(result["params"]["type"], "warning")
        wizard.create({"kind": "agent", "user_id": self.ann.id}).action_apply()
        self.assertEqual(other.service_user_id, self.ann)
