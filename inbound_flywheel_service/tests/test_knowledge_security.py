# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import OWN, TEAM
from .test_knowledge import KnowledgeCommon


@tagged("post_install", "-at_install")
class TestKnowledgeSecurity(KnowledgeCommon):
    """No suggestion, snippet, count or reason outside the reader's record rules."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other"})
        cls.foreign = cls.env["helpdesk.ticket"].create(
            {
                "name": "Umbrella of the other company",
                "description": "I lost the umbrella insurance code",
                "company_id": cls.other.id,
                "stage_id": cls.stage_done.id,
                "solution": "<p>Secret of the other company</p>",
            }
        )
        cls.hidden = cls._solved(
            "Umbrella of Ann",
            "<p>I lost the umbrella insurance code</p>",
            "<p>Secret of Ann</p>",
            user_id=cls.ann.id,
        )
        cls.elsewhere = cls._solved(
            "Umbrella elsewhere",
            "<p>I lost the umbrella insurance code</p>",
            "<p>Secret elsewhere</p>",
            team_id=cls.other_team.id,
            user_id=cls.mia.id,
        )
        cls.page = cls._page("Schirm", "<p>Schirm verloren</p>")
        cls.foreign_page = cls._page(
            "Umbrella", "<p>umbrella insurance code</p>", company_id=cls.other.id
        )
        cls.tim = new_test_user(cls.env, "s_tim", groups=TEAM, name="Tim")
        cls.team.user_ids |= cls.tim
        cls.portal = new_test_user(cls.env, "s_portal", groups="base.group_portal")
        cls.case = cls._case(
            "Umbrella", "<p>I lost the umbrella insurance code</p>", user_id=cls.bob.id
        )

    def _shown(self, user):
        found = self.case.with_user(user).flywheel_suggestions()
        return found, {item["id"] for item in found["cases"]}

    def test_cases_of_own_team_all(self):
        everything = {self.hidden.id, self.elsewhere.id}
        self.assertEqual(self._shown(self.bob)[1], set())
        self.assertEqual(self._shown(self.tim)[1], {self.hidden.id})
        self.assertEqual(self._shown(self.ann)[1], everything)
        for user in (self.bob, self.tim, self.ann, self.mia):
            found, ids = self._shown(user)
            self.assertNotIn(self.foreign.id, ids)
            self.assertNotIn("other company", str(found))
            self.assertNotIn(self.foreign_page.id, [a["id"] for a in found["articles"]])

    def test_what_is_learnt_from_hidden_cases_stays_hidden(self):
        self._link(self.hidden, self.page, user=self.ann)
        self._link(self.elsewhere, self.page, user=self.mia)
        self.assertEqual(self._shown(self.bob)[0]["articles"], [])
        [article] = self._shown(self.tim)[0]["articles"]
        self.assertIn("linked by a colleague", article["reason"])
        [article] = self._shown(self.ann)[0]["articles"]
        self.assertIn("linked by 2 colleagues", article["reason"])
        counts = [
            self.page.with_user(user).flywheel_case_count
            for user in (self.bob, self.tim, self.ann)
        ]
        self.assertEqual(counts, [0, 1, 2])

    def test_other_companies_teach_nothing(self):
        self.env["flywheel.case.link"].create(
            {
                "ticket_id": self.foreign.id,
                "kind": "article",
                "res_model": "document.page",
                "res_id": self.page.id,
            }
        )
        self.assertEqual(self._shown(self.ann)[0]["articles"], [])
        self.assertEqual(self.page.with_user(self.ann).flywheel_case_count, 0)
        both = self.ann
        both.company_ids |= self.other
        case = self.case.with_user(both).with_context(
            allowed_company_ids=[self.company.id, self.other.id]
        )
        found = case.flywheel_suggestions()
        self.assertIn(self.foreign.id, [item["id"] for item in found["cases"]])
        self.assertIn(self.page.id, [item["id"] for item in found["articles"]])

    def test_links_name_no_article_of_another_company(self):
        link = self.env["flywheel.case.link"].create(
            {
                "ticket_id": self.case.id,
                "kind": "article",
                "res_model": "document.page",
                "res_id": self.foreign_page.id,
            }
        )
        self.assertFalse(link.with_user(self.ann).search([("id", "=", link.id)]))

    def test_what_is_hidden_can_neither_be_linked_nor_inserted(self):
        case = self.case.with_user(self.bob)
        for document in (self.hidden, self.foreign, self.foreign_page):
            with self.assertRaises(AccessError):
                case.flywheel_set_link(document._name, document.id, "linked")
            with self.assertRaises(AccessError):
                case.flywheel_insert(document._name, document.id)
        foreign = self.hidden.with_user(self.bob)
        for method in ("flywheel_suggestions", "flywheel_last_words"):
            with self.assertRaises(AccessError):
                getattr(foreign, method)()
        with self.assertRaises(AccessError):
            foreign.flywheel_insert("document.page", self.page.id)

    def test_customers_and_strangers(self):
        self.case.partner_id = self.portal.partner_id
        stranger = new_test_user(self.env, "s_staff", groups="base.group_user")
        new = self.env["helpdesk.ticket"]
        for user in (self.portal, stranger, self.env.ref("base.public_user")):
            for case in (self.case, new):
                with self.assertRaises(AccessError):
                    case.with_user(user).flywheel_suggestions({"name": "umbrella"})
            with self.assertRaises(AccessError):
                self.env["flywheel.knowledge.gap"].with_user(user).search([])

    def test_gaps_are_for_those_who_see_all_cases_of_the_company(self):
        gap = self.env["flywheel.knowledge.gap"].create(
            [
                {"name": "umbrella", "company_id": company.id}
                for company in (self.company, self.other)
            ]
        )
        for user in (self.bob, self.tim):
            with self.assertRaises(AccessError):
                gap.with_user(user).search([])
        found = gap.with_user(self.ann).search([("id", "in", gap.ids)])
        self.assertEqual(found, gap[0])
        own = new_test_user(self.env, "s_own2", groups=OWN)
        with self.assertRaises(AccessError):
            gap[0].with_user(own).action_close()
