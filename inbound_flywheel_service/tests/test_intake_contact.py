# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import GatewayCommon


@tagged("post_install", "-at_install", "mail_gateway")
class TestContact(GatewayCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm = cls.env["res.partner"].create(
            {
                "name": "New Ltd.",
                "is_company": True,
                "website": "https://www.new.example/home",
            }
        )
        cls.other = cls.env["res.company"].create({"name": "Other"})

    def _unknown(self, sender="Zoe New <zoe@new.example>", **headers):
        return self._receive(self._mail(From=sender, **headers))

    def test_never(self):
        self.company.flywheel_contact_rule = "never"
        case = self._unknown()
        self.assertFalse(case.partner_id)
        self.assertTrue(case.flywheel_profile_id)

    def test_contact_made_by_an_answer(self):
        """It has the customer's name and language; agents who may make no contacts
        can answer, too."""
        self.company.flywheel_contact_rule = "never"
        self.env["res.lang"]._activate_lang("zh_TW")
        case = self._unknown(
            "=?utf-8?b?6Zmz5oCh5ZCb?= <yi@tw.example>",
            Subject="=?utf-8?b?5L+h55So5Y2h6YG65aSx?=",
        )
        self.assertEqual(case.customer_lang, "zh_TW")
        self.assertFalse(
            self.env["res.partner"].with_user(self.ann).has_access("create")
        )
        found = case.with_user(self.ann)._message_get_suggested_recipients(
            no_create=False
        )
        [partner_id] = [r["partner_id"] for r in found if r["email"] == "yi@tw.example"]
        partner = self.env["res.partner"].browse(partner_id)
        self.assertRecordValues(partner, [{"name": "陳怡君", "lang": "zh_TW"}])
        # Whoever makes the contact: the customer reads what he writes.
        partner.lang = "en_US"
        case.partner_id = partner
        self.assertEqual(case.customer_lang, "zh_TW")

    def test_stranger_is_suggested_once(self):
        self.company.flywheel_contact_rule = "never"
        case = self._unknown()
        suggested = case.with_user(self.ann)._message_add_suggested_recipients()
        self.assertEqual(len(suggested[case.id]["email_to_lst"]), 1)

    def test_by_the_domain_of_a_known_company(self):
        self.company.flywheel_contact_rule = "domain"
        case = self._unknown()
        self.assertRecordValues(
            case.partner_id,
            [
                {
                    "name": "Zoe New",
                    "email": "zoe@new.example",
                    "parent_id": self.firm.id,
                    "is_company": False,
                }
            ],
        )
        self.assertEqual(case.flywheel_profile_id.partner_id, case.partner_id)
        self.assertIn("contact_child", self._codes(case))
        self.assertFalse(self._unknown("Yan <yan@nobody.example>").partner_id)
        # The second mail finds the first one's contact.
        self.assertEqual(self._unknown().partner_id, case.partner_id)

    def test_by_the_domain_of_its_people(self):
        self.firm.website = False
        self.env["res.partner"].create(
            {"name": "Xi", "email": "Xi@New.example", "parent_id": self.firm.id}
        )
        self.assertEqual(self._unknown().partner_id.parent_id, self.firm)

    def test_two_companies_with_a_domain_are_none(self):
        self.firm.copy({"name": "New Inc.", "website": "http://new.example"})
        self.assertFalse(self._unknown().partner_id)

    def test_services_for_everybody_are_no_companies(self):
        self.firm.email = "new@gmail.com"
        self.assertFalse(self._unknown("Zoe <zoe@gmail.com>").partner_id)

    def test_companies_of_others_are_not_known(self):
        self.firm.company_id = self.other
        self.assertFalse(self._unknown().partner_id)

    def test_whoever_writes(self):
        self.company.flywheel_contact_rule = "human"
        case = self._unknown("zhang@nobody.example")
        self.assertEqual(case.partner_id.name, "zhang")
        self.assertFalse(case.partner_id.parent_id)
        self.assertEqual(case.partner_id.company_id, self.company)
        self.assertEqual(self._unknown().partner_id.parent_id, self.firm)

    def test_machines_get_none(self):
        self.company.flywheel_contact_rule = "human"
        partners = self.env["res.partner"].search_count([])
        for headers in (
            {"Auto-Submitted": "auto-replied"},
            {"List-Id": "<news.list.example>"},
            {"Subject": "Out of Office: back soon"},
            {"From": "no-reply@new.example"},
            {"From": f"Cards <{self.address}>"},
        ):
            case = self._receive(self._mail({"From": "Z <z@new.example>", **headers}))
            self.assertFalse(case.partner_id, headers)
        self.assertEqual(self.env["res.partner"].search_count([]), partners)

    def test_each_company_has_its_own(self):
        self.company.flywheel_contact_rule = "human"
        self.other.flywheel_contact_rule = "human"
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "Other team", "company_id": self.other.id}
        )
        ours = self._unknown("zhang@nobody.example").partner_id
        theirs = (
            self.env["helpdesk.ticket"]
            .with_context(flywheel_source="api")
            .create(
                {
                    "name": "x",
                    "partner_email": "zhang@nobody.example",
                    "team_id": team.id,
                }
            )
            .partner_id
        )
        self.assertEqual(theirs.company_id, self.other)
        self.assertNotEqual(ours, theirs)

    def test_a_contact_made_later_is_the_cases(self):
        """The composer makes a contact of an address; the case takes it over."""
        case = self._unknown("zhang@nobody.example")
        partner = self.env["res.partner"].create(
            {"name": "Zhang", "email": "zhang@nobody.example"}
        )
        with self.mock_mail_gateway():
            case.with_user(self.ann).message_post(
                body="Hello",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=partner.ids,
            )
        self.assertEqual(case.partner_id, partner)

    def test_an_agent_says_that_it_was_a_person(self):
        case = self._unknown(**{"Precedence": "bulk"})
        case.user_id = False
        case.team_id = self.team
        self.assertFalse(case.waiting_since or case.flywheel_profile_id)
        case.with_user(self.ann).action_flywheel_is_person()
        self.assertEqual(case.mail_verdict, "human")
        self.assertEqual(case.waiting_since, case.create_date)
        self.assertEqual(case.partner_id.parent_id, self.firm)
        self.assertTrue(case.flywheel_profile_id)
        self.assertIn(case.user_id, self.ann + self.bob)
        self.assertTrue(case.acknowledged_date)
        lines = len(case.flywheel_trace_ids)
        case.with_user(self.ann).action_flywheel_is_person()
        self.assertEqual(len(case.flywheel_trace_ids), lines)

    def test_who_may_not_write_says_nothing(self):
        case = self._unknown(**{"Precedence": "bulk"})
        case.user_id = self.ann
        with self.assertRaises(AccessError):
            case.with_user(self.bob).action_flywheel_is_person()

    # ------------------------------------------------------------------
    # Who else gets the conversation
    # ------------------------------------------------------------------
    def _copied(self):
        boss = self.env["res.partner"].create(
            {"name": "Boss", "email": "boss@customer.example"}
        )
        rival = self.env["res.partner"].create(
            {"name": "Rival", "email": "rival@rival.example"}
        )
        case = self._receive(
            self._mail(Cc="boss@customer.example, rival@rival.example")
        )
        followers = case.message_partner_ids
        return boss in followers, rival in followers, case

    def test_copies_make_no_followers(self):
        boss, rival, case = self._copied()
        self.assertFalse(boss or rival)
        self.assertFalse(case.email_cc)
        self._receive(
            self._mail(Subject=f"Re: {case.number}", Cc="rival@rival.example")
        )
        self.assertFalse(case.message_partner_ids.filtered(lambda p: p.name == "Rival"))

    def test_copies_of_the_customers_colleagues(self):
        self.company.flywheel_copy_rule = "customer"
        boss, rival, case = self._copied()
        self.assertTrue(boss)
        self.assertFalse(rival)
        self.assertIn("boss@customer.example", case.email_cc)
        self.assertNotIn("rival@rival.example", case.email_cc)

    def test_copies_of_everybody_by_the_teams_rule(self):
        self.team.flywheel_copy_rule = "all"
        boss, rival, _case = self._copied()
        self.assertTrue(boss and rival)
