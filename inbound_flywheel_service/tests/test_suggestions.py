# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestSuggestions(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, flywheel_no_acknowledge=True))
        cls.stolen = cls._solved(
            "My purse and card were stolen",
            "<p>Somebody stole my purse with the credit card in it</p>",
            "<p>Block the card in the app, then order a new one.</p>",
        )
        cls._solved("Exchange rate", "<p>Which exchange rate applies abroad?</p>")
        cls._solved("我的信用卡被偷了", "<p>钱包和信用卡都被偷</p>", "<p>请先挂失</p>")
        cls._case("Open: card stolen", "<p>stolen card, still open</p>")
        cls.page = cls.env["document.page"].create(
            {
                "name": "Stolen cards",
                "content": "<p>How to block a stolen card</p>",
                "type": "content",
            }
        )
        cls.new = cls._case("Card stolen", "<p>My credit card was stolen</p>")

    def _names(self, case, kind="cases", user=None):
        case = case.with_user(user or self.ann)
        return [item["name"] for item in case.flywheel_suggestions()[kind]]

    def test_similar_solved_case_first_with_reason_and_solution(self):
        found = self.new.with_user(self.ann).flywheel_suggestions()["cases"]
        self.assertEqual(found[0]["id"], self.stolen.id)
        self.assertIn("credit", found[0]["reason"])
        self.assertIn("Block the card", found[0]["snippet"])
        self.assertTrue(0 < found[0]["percent"] <= 100)
        self.assertNotIn(self.new.id, [item["id"] for item in found])
        self.assertFalse([i for i in found if "still open" in i["name"]])

    def test_category_counts(self):
        twin = self._solved(
            "My purse and card were stolen",
            "<p>Somebody stole my purse with the credit card in it</p>",
            "<p>x</p>",
            category_id=self.category.id,
        )
        self.new.category_id = self.category
        found = self.new.with_user(self.ann).flywheel_suggestions()["cases"]
        self.assertEqual(found[0]["id"], twin.id)
        self.assertIn("Stolen", found[0]["reason"])

    def test_articles(self):
        found = self.new.with_user(self.ann).flywheel_suggestions()["articles"]
        self.assertEqual([item["id"] for item in found], [self.page.id])
        self.assertIn("block a stolen card", found[0]["snippet"])

    def test_a_new_version_of_an_article_is_found_at_once(self):
        case = self._case("Where is the nearest cash machine?", "<p>cash machine</p>")
        self.assertFalse(self._names(case, "articles"))
        # document_page keeps the old order of the versions in its cache.
        self.env.invalidate_all()
        self.page.content = "<p>Find a cash machine near you</p>"
        self.assertEqual(self._names(case, "articles"), ["Stolen cards"])
        self.page.active = False
        self.assertFalse(self._names(case, "articles"))

    def test_traditional_finds_simplified(self):
        case = self._case("錢包和信用卡被偷", "<p>怎麼辦</p>")
        self.assertIn("我的信用卡被偷了", self._names(case)[0])

    def test_changes_follow_at_once(self):
        self.stolen.write({"name": "Umbrella", "description": "u", "solution": False})
        self.assertNotIn(self.stolen.id, self._ids(self.new))
        self.new.write({"name": "Which exchange rate", "description": "abroad"})
        self.assertIn("Exchange rate", self._names(self.new)[0])

    def _ids(self, case):
        found = case.with_user(self.ann).flywheel_suggestions()["cases"]
        return [item["id"] for item in found]

    def test_unsolved_closed_cases_are_not_suggested(self):
        self.stolen.stage_id = self.stage_cancelled
        self.assertNotIn(self.stolen.id, self._ids(self.new))

    def test_only_what_the_reader_may_see(self):
        self.stolen.user_id = self.ann
        mine = self._case("Card stolen", "<p>stolen card</p>", user_id=self.bob.id)
        self.assertNotIn(
            self.stolen.id,
            [i["id"] for i in mine.with_user(self.bob).flywheel_suggestions()["cases"]],
        )
        self.assertIn(self.stolen.id, self._ids(mine))

    def test_hidden_texts_do_not_crowd_out_visible_ones(self):
        """Rights are part of the search, not a filter on its result."""
        company = self.env["res.company"].create({"name": "Other"})
        self.env["helpdesk.ticket"].create(
            [
                {
                    "name": "Card stolen",
                    "description": "My credit card was stolen",
                    "company_id": company.id,
                    "stage_id": self.stage_done.id,
                }
                for _i in range(250)
            ]
        )
        self.assertIn(self.stolen.id, self._ids(self.new))

    def test_link_and_dismiss(self):
        case = self.new.with_user(self.ann)
        case.flywheel_set_link("helpdesk.ticket", self.stolen.id, "linked")
        case.flywheel_set_link("helpdesk.ticket", self.stolen.id, "linked")
        found = case.flywheel_suggestions()
        self.assertNotIn(self.stolen.id, [item["id"] for item in found["cases"]])
        self.assertEqual([i["id"] for i in found["linked"]], [self.stolen.id])
        case.flywheel_set_link("document.page", self.page.id, "dismissed")
        found = case.flywheel_suggestions()
        self.assertFalse(found["articles"])
        self.assertEqual(len(found["linked"]), 1)
        case.flywheel_set_link("document.page", self.page.id, False)
        self.assertTrue(case.flywheel_suggestions()["articles"])
        for bad in (("res.partner", 1), ("document.page", 99999999)):
            with self.assertRaises(UserError):
                case.flywheel_set_link(*bad, "linked")
        self.page.unlink()
        self.stolen.unlink()
        self.assertFalse(self.new.flywheel_link_ids)

    def test_rebuild(self):
        index = self.env["flywheel.text.index"]
        self.env.cr.execute(SQL("DELETE FROM flywheel_text_index"))
        self.assertFalse(self._ids(self.new))
        cron = self.env.ref("inbound_flywheel_service.ir_cron_text_index")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self._ids(self.new)[0], self.stolen.id)
        self.assertFalse(index._missing("helpdesk.ticket"))
        self.assertFalse(index._missing("document.page"))
        self.assertTrue(
            self.env["flywheel.text.term"].search([("term", "=", "stolen")]).frequency
        )

    def test_empty_and_huge_questions(self):
        for text in ("", "!!!", "<p></p>"):
            case = self._case("?", text or "<p><br></p>")
            self.assertEqual(case.flywheel_suggestions()["cases"], [])
        case = self._case("stolen card", "<p>" + "stolen card 被偷 " * 100_000 + "</p>")
        start = time.time()
        self.assertTrue(case.flywheel_suggestions()["cases"])
        self.assertLess(time.time() - start, 2)
