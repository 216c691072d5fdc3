# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import ALL, ServiceCommon

EDITOR = "document_page.group_document_editor"


class KnowledgeCommon(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, flywheel_no_acknowledge=True))
        cls.editor = new_test_user(cls.env, "s_ed", groups=f"{ALL},{EDITOR}", name="Ed")
        cls.team.user_ids |= cls.editor

    @classmethod
    def _page(cls, name, content, **values):
        return cls.env["document.page"].create(
            {"name": name, "content": content, "type": "content", **values}
        )

    def _found(self, case, kind="articles", user=None, values=None):
        case = case.with_user(user or self.ann)
        return case.flywheel_suggestions(values)[kind]

    def _ids(self, *args, **kwargs):
        return [item["id"] for item in self._found(*args, **kwargs)]

    def _link(self, case, document, state="linked", user=None):
        case.with_user(user or self.ann).flywheel_set_link(
            document._name, document.id, state
        )


@tagged("post_install", "-at_install")
class TestKnowledge(KnowledgeCommon):
    def test_an_unsaved_case_is_answered_by_what_is_typed(self):
        page = self._page("Stolen cards", "<p>How to block a stolen card</p>")
        new = self.env["helpdesk.ticket"]
        self.assertEqual(self._ids(new, values={"name": "stolen card"}), [page.id])
        self.assertFalse(self._ids(new, values={"name": "", "description": ""}))
        case = self._case("Opening hours", "<p>When are you open?</p>")
        self.assertFalse(self._ids(case))
        self.assertEqual(
            self._ids(case, values={"description": "<p>stolen card</p>"}), [page.id]
        )

    def test_what_the_customer_wrote_last_counts(self):
        page = self._page("Stolen cards", "<p>How to block a stolen card</p>")
        case = self._case("Opening hours", "<p>Are you open on Sunday?</p>")
        agent = case.with_user(self.ann)
        self.assertFalse(self._ids(case))
        self.assertFalse(agent.flywheel_last_words())
        case.message_post(
            body="By the way, my card was stolen",
            author_id=self.customer.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertTrue(agent.flywheel_last_words())
        self.assertEqual(self._ids(case), [page.id])

    def test_solved_well_comes_first_and_says_so(self):
        text = "<p>I lost the code of my umbrella insurance</p>"
        names = ["Umbrella insurance code"] * 3
        plain, bad, good = (
            self._solved(name, text, "<p>Reset it</p>") for name in names
        )
        (plain + bad + good).flush_recordset()
        for case, rating, reopened in ((bad, 1, 2), (good, 5, 0)):
            self.env.cr.execute(
                "UPDATE helpdesk_ticket SET rating_last_value = %s, reopen_count = %s"
                " WHERE id = %s",
                [rating, reopened, case.id],
            )
        self.env.invalidate_all()
        case = self._case(
            "Umbrella insurance", "<p>the code of my umbrella is lost</p>"
        )
        found = self._found(case, "cases")
        self.assertEqual([f["id"] for f in found], [good.id, plain.id, bad.id])
        self.assertIn("solved, rated 5 of 5, not reopened", found[0]["reason"])
        self.assertIn("reopened 2 times", found[2]["reason"])

    def test_links_raise_and_dismissals_lower(self):
        first = self._page("Umbrella", "<p>umbrella insurance code lost</p>")
        second = self._page("Umbrella", "<p>umbrella insurance code lost</p>")
        case = self._case("Umbrella", "<p>I lost the umbrella insurance code</p>")
        self.assertEqual(self._ids(case), [second.id, first.id])
        for user in (self.ann, self.editor):
            other = self._case("Umbrella", "<p>lost the code of the umbrella</p>")
            self._link(other, first, user=user)
        found = self._found(case)
        self.assertEqual([f["id"] for f in found], [first.id, second.id])
        self.assertIn("linked by 2 colleagues on similar cases", found[0]["reason"])
        for _number in range(4):
            other = self._case("Umbrella", "<p>lost the code of the umbrella</p>")
            self._link(other, first, "dismissed")
        found = self._found(case)
        self.assertEqual([f["id"] for f in found], [second.id, first.id])

    def test_what_helped_similar_cases_is_found_in_other_words(self):
        page = self._page("Regenschirm", "<p>Schirm verloren</p>")
        case = self._case("Umbrella", "<p>I lost the umbrella insurance code</p>")
        other = self._case("Umbrella", "<p>lost the code of the umbrella</p>")
        self.assertFalse(self._ids(case))
        self._link(other, page)
        found = self._found(case)
        self.assertEqual([f["id"] for f in found], [page.id])
        self.assertIn("linked by a colleague on a similar case", found[0]["reason"])

    def test_insert_links_and_is_recorded(self):
        page = self._page("Stolen", "<p>Block it <script>x()</script>now</p>")
        case = self._case().with_user(self.ann)
        body = case.flywheel_insert("document.page", page.id)["body"]
        self.assertIn("Block it", body)
        self.assertNotIn("<script", body)
        link = case.flywheel_link_ids
        self.assertRecordValues(
            link, [{"state": "linked", "page_id": page.id, "inserted_count": 1}]
        )
        self.assertTrue(link.inserted_date)
        self.assertIn("inserted_article", self._codes(case, "suggest"))
        solved = self._solved("Card", "<p>stolen</p>", "<p>Call us</p>")
        body = case.flywheel_insert("helpdesk.ticket", solved.id)["body"]
        self.assertIn("Call us", body)
        empty = self._solved("Card", "<p>stolen</p>")
        with self.assertRaises(UserError):
            case.flywheel_insert("helpdesk.ticket", empty.id)

    def test_use_of_an_article(self):
        page = self._page("Stolen", "<p>Block it</p>")
        for state in ("linked", "linked", "linked", "dismissed"):
            self._link(self._case(), page, state)
        page = page.with_user(self.ann)
        self.assertEqual(page.flywheel_case_count, 3)
        self.assertEqual(page.flywheel_helpful, 75.0)
        self.assertTrue(page.flywheel_last_used)
        self.assertEqual(len(self._opened(page.action_flywheel_cases())), 3)
        page = page.sudo()
        page.flywheel_review_date = "2020-01-01"
        self.assertTrue(page.flywheel_stale)
        page.action_flywheel_reviewed()
        self.assertFalse(page.flywheel_stale)

    def _opened(self, action):
        return self.env["helpdesk.ticket"].search(action["domain"])

    def test_an_article_of_a_solution(self):
        case = self._case(user_id=self.editor.id).with_user(self.editor)
        with self.assertRaises(UserError):
            case.action_flywheel_make_article()
        case.solution = "<p>Block the card in the app.</p>"
        action = case.action_flywheel_make_article()
        context = action["context"]
        self.assertIn("Block the card", context["default_content"])
        self.assertEqual(context["default_flywheel_credit"], "Ed")
        page = self.env["document.page"].with_user(self.editor)
        page = page.with_context(**context).create({"name": "Stolen card"})
        self.assertIn("Block the card", page.content)
        self.assertEqual(case.flywheel_link_ids.page_id, page)


@tagged("post_install", "-at_install")
class TestGaps(KnowledgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cases = cls.env["helpdesk.ticket"]
        for _number in range(4):
            cls.cases |= cls._solved(
                "Umbrella insurance", "<p>I lost my umbrella abroad</p>"
            )
        cls.cases[1].solution = "<p>We replace umbrellas once a year.</p>"
        cls._page("Opening hours", "<p>We are open on Sunday</p>")
        for _number in range(3):
            cls._solved("Opening hours", "<p>Are you open on Sunday?</p>")

    def _find(self):
        gap = self.env["flywheel.knowledge.gap"]
        gap._find(self.company)
        return gap.search([("ticket_ids", "in", self.cases.ids)])

    def test_found_written_closed(self):
        gap = self._find()
        self.assertEqual(gap.ticket_ids, self.cases)
        self.assertEqual((gap.case_count, gap.state), (4, "open"))
        self.assertIn("umbrella", gap.name.lower())
        self.assertEqual(gap.best_ticket_id, self.cases[1])
        gap = gap.with_user(self.editor)
        action = gap.action_write_article()
        self.assertEqual((gap.state, gap.writer_id), ("writing", self.editor))
        self.assertEqual(self._find(), gap.sudo(), "The same gap as before")
        self.assertEqual(gap.state, "writing")
        page = self.env["document.page"].with_user(self.editor)
        page = page.with_context(**action["context"]).create({"name": "Umbrellas"})
        self.assertIn("once a year", page.content)
        self.assertEqual((gap.state, gap.page_id), ("closed", page))
        self.assertEqual(len(self._find()), 1)

    def test_answered_cases_are_none(self):
        gap = self.env["flywheel.knowledge.gap"]
        gap._find(self.company)
        self.assertFalse(gap.search([("name", "ilike", "sunday")]))
        page = self._page("Other words", "<p>Schirm</p>")
        for case in self.cases:
            self._link(case, page)
        self.assertFalse(self._find())
        self.cases.reopen_count = 1
        self.assertEqual(self._find().reopened_count, 4)

    def test_dismissed_gaps_stay_closed(self):
        gap = self._find()
        gap.with_user(self.ann).action_close()
        self.assertEqual(self._find(), gap)
        self.assertEqual(gap.state, "closed")
        gap.with_user(self.ann).action_open()
        self.assertEqual(gap.state, "open")

    def test_scheduled_action(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "inbound_flywheel_service.ir_cron_knowledge_gap"
            ).method_direct_trigger()
        gap = self.env["flywheel.knowledge.gap"]
        self.assertTrue(gap.search([("ticket_ids", "in", self.cases.ids)]))
