# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from ..engine import article_html
from .common import OWN, ServiceCommon


class HelpCommon(ServiceCommon):
    """Published articles on cards, in three languages, beside what nobody may see."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in ("zh_CN", "zh_TW"):
            cls.env["res.lang"]._activate_lang(code)
        cls.company.flywheel_help_control = 0
        cls.env["document.page"].search([("public", "=", True)]).public = False
        cls.topic = cls.env["document.page"].create(
            {"name": "Cards and payments", "type": "category"}
        )
        cls.article = cls._article(
            "Quokkacard was stolen: block it",
            "<p>Block your quokkacard in the app under Settings.</p>",
        )
        cls.chinese = cls._article(
            "袋鼠卡被盗怎么办", "<p>请在应用里挂失袋鼠卡。</p>", lang="zh_CN"
        )
        cls.chinese.original_id = cls.article
        cls.draft = cls._article(
            "Quokkacard secret plan", "<p>Block.</p>", public=False
        )
        cls.portal = new_test_user(
            cls.env,
            "s_petra",
            groups="base.group_portal",
            email="petra@x.example",
            name="Petra",
        )

    @classmethod
    def _article(cls, name, content, **values):
        page = cls.env["document.page"].create(
            {
                "name": name,
                "content": content,
                "draft_name": "1",
                "draft_summary": "first",
                "parent_id": cls.topic.id,
                "company_id": cls.company.id,
                "public": True,
                **values,
            }
        )
        return page

    def _found(self, query, user=None, lang="en_US", limit=5):
        help_ = self.env["flywheel.help"].with_user(user or self.portal)
        return [
            item["id"]
            for item in help_.with_context(lang=lang).search_articles(query, limit)
        ]


@tagged("post_install", "-at_install")
class TestArticles(HelpCommon):
    def test_what_is_found(self):
        self.assertEqual(self._found("my quokkacard is stolen"), [self.article.id])

    def test_what_nobody_may_find(self):
        other = self.env["res.company"].create({"name": "Other"})
        hidden = [
            self.draft,
            self._article("Quokkacard archive", "<p>x</p>", active=False),
            self._article("Quokkacard elsewhere", "<p>x</p>", company_id=other.id),
        ]
        self.article.public = False
        self.chinese.public = False
        for query in ("quokkacard", "Quokkacard secret plan", "Quokkacard elsewhere"):
            self.assertFalse(self._found(query))
        pages = self.env["document.page"].with_user(self.portal)
        ids = [page.id for page in hidden] + self.article.ids + [0, 10**8]
        self.assertFalse(pages._flywheel_public(ids))

    def test_an_article_without_a_version_is_not_shown(self):
        self.env.cr.execute(
            "UPDATE document_page SET history_head = NULL WHERE id = %s",
            [self.article.id],
        )
        self.article.invalidate_recordset()
        self.assertNotIn(self.article.id, self._found("quokkacard stolen"))

    def test_only_the_approved_version(self):
        approved = self.article.history_head
        self.article.content = "<p>Unapproved zebrawords</p>"
        self.env.flush_all()
        # What document_page_approval does: the head stays the approved version.
        self.env.cr.execute(
            "UPDATE document_page SET history_head = %s WHERE id = %s",
            [approved.id, self.article.id],
        )
        self.article.invalidate_recordset()
        self.env["flywheel.text.index"]._refresh(self.article)
        self.assertNotIn("zebrawords", str(self.article._flywheel_content()))
        self.assertFalse(self._found("zebrawords"))

    def test_customers_have_no_right_to_articles(self):
        pages = self.env["document.page"].with_user(self.portal)
        with self.assertRaises(AccessError):
            pages.search([])
        with self.assertRaises(AccessError):
            pages.browse(self.article.id).read(["name"])
        for model in ("flywheel.help.session", "flywheel.help.read"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.portal).search([])

    def test_reader_gets_his_language(self):
        self.assertEqual(
            self._found("袋鼠卡", lang="zh_CN"), [self.chinese.id], "His own"
        )
        self.assertEqual(
            self._found("袋鼠卡", lang="zh_TW"), [self.chinese.id], "A variant of it"
        )
        self.assertEqual(
            self._found("袋鼠卡被盜", lang="en_US"),
            [self.chinese.id],
            "Who asks in Chinese reads Chinese; Traditional finds Simplified",
        )
        self.assertEqual(
            self._found("quokkacard stolen", lang="zh_CN"),
            [self.article.id],
            "Who asks in English reads English",
        )
        self.chinese.public = False
        self.assertFalse(self._found("袋鼠卡", lang="zh_CN"))
        self.assertEqual(
            self.article._flywheel_version_for("zh_CN"), self.article, "The original"
        )

    def test_one_entry_for_all_languages(self):
        self.assertEqual(len(self._found("quokkacard 袋鼠卡")), 1)

    def test_language_is_told_from_the_text(self):
        page = self._article("信用卡年费如何减免", "<p>每年消费满六次。</p>")
        self.assertEqual(page.lang, "zh_CN")
        page = self._article("信用卡年費如何減免", "<p>每年消費滿六次。</p>")
        self.assertEqual(page.lang, "zh_TW")
        self.assertEqual(self.article.lang, "en_US")

    def test_what_is_no_question(self):
        for query in ("", "  ", "ab", "卡", "!!!", None, False, 7, "\x00\x00"):
            self.assertFalse(self._found(query))
        self.assertTrue(self._found("袋鼠"))
        self.assertTrue(self._found("quokkacard " * 500))

    def test_a_word_that_is_being_typed(self):
        self.env["flywheel.text.term"]._recount()
        self.assertEqual(self._found("quokkac"), [self.article.id])

    def test_limits(self):
        self.assertFalse(self._found("quokkacard", limit=0))
        self.assertFalse(self._found("quokkacard", limit=-3))
        for number in range(25):
            self._article(f"Quokkacard question {number}", "<p>Stolen</p>")
        self.assertEqual(len(self._found("quokkacard", limit=1000)), 20)

    def test_text_is_harmless(self):
        markup = (
            "<p onclick='x()' class='o_cookies_bar text-center' data-bs-toggle='a'"
            " style='position:fixed;color:red'>Hi</p><script>evil()</script>"
            "<iframe src='https://x.example'></iframe><a href='javascript:evil()'>a</a>"
            "<form action='/web/login'><input name='password'></form>"
            "<img src=x onerror=evil()><svg><script>evil()</script></svg>"
            "<p style='background-color: url(https://x.example)'>b</p>"
        )
        clean = str(article_html.clean(markup))
        for bad in (
            "onclick",
            "script",
            "iframe",
            "javascript",
            "<form",
            "<input",
            "onerror",
            "evil",
            "data-bs",
            "o_cookies_bar",
            "position",
            "url(",
        ):
            self.assertNotIn(bad, clean)
        self.assertIn('class="text-center"', clean)
        self.assertIn("color:red", clean)
        self.assertEqual(article_html.clean(False), "")

    def test_snippet_is_where_the_words_are(self):
        text = "<p>" + "Nothing here. " * 60 + "Then the walrus came.</p>"
        self.assertIn("walrus", article_html.snippet(text, ["walrus"]))
        self.assertTrue(article_html.snippet(text, ["walrus"]).startswith("…"))
        self.assertTrue(article_html.snippet(text, []).startswith("Nothing"))

    def test_categories_are_not_published(self):
        with self.assertRaises(ValidationError):
            self.topic.public = True

    def test_translations_make_no_chains(self):
        with self.assertRaises(ValidationError):
            self.draft.original_id = self.chinese
        with self.assertRaises(ValidationError):
            self.article.original_id = self.draft

    def test_topics(self):
        help_ = self.env["flywheel.help"].with_user(self.portal)
        topics = {
            topic["name"]: [article["title"] for article in topic["articles"]]
            for topic in help_._topics()
        }
        self.assertEqual(topics["Cards and payments"], [self.article.name])
        self.topic.active = False
        self.assertFalse(help_._topic(self.article), "Internal again: no name")

    def test_address(self):
        slug = self.article._flywheel_slug()
        self.assertEqual(slug, f"quokkacard-was-stolen-block-it-{self.article.id}")
        self.article.slug = "Stolen / ../Cards?"
        self.assertEqual(
            self.article._flywheel_slug(), f"stolen-cards-{self.article.id}"
        )

    def test_articles_for_a_mail(self):
        case = self._case(
            "Quokkacard stolen", "<p>My quokkacard was stolen, block it</p>"
        )
        found = self.env["flywheel.help"]._articles_for(case)
        self.assertEqual(found[0][0], self.article.name)
        self.assertTrue(found[0][1].startswith("http"))
        self.assertIn(f"-{self.article.id}", found[0][1])
        chinese = self._case("袋鼠卡被盗", "<p>袋鼠卡被盗怎么办,如何挂失</p>")
        self.assertEqual(
            [title for title, _url in self.env["flywheel.help"]._articles_for(chinese)],
            [self.chinese.name],
        )
        [(_title, url)] = self.env["flywheel.help"]._articles_for(chinese)
        self.assertTrue(url.isascii())
        self.article.public = self.chinese.public = False
        self.assertFalse(self.env["flywheel.help"]._articles_for(case))

    def test_no_article_twice(self):
        visit = self.env["flywheel.help.session"]._begin("x", self.customer, "portal")
        visit._asked("quokkacard stolen")
        visit._opened(self.article)
        case = self._case(
            "Quokkacard stolen",
            "<p>My quokkacard was stolen, block it</p>",
            help_session_id=visit.id,
        )
        self.assertFalse(self.env["flywheel.help"]._articles_for(case))

    def test_agent_sees_what_was_read(self):
        visit = self.env["flywheel.help.session"]._begin("x", self.customer, "portal")
        visit._asked("quokkacard stolen")
        visit._opened(self.article)
        visit._voted(self.article, False, "Where are the settings?")
        case = self._case(partner_id=self.customer.id, help_session_id=visit.id)
        self.assertIn("help_read", self._codes(case, "suggest"))
        self.assertEqual(visit.ticket_id, case)
        before = case.with_user(self.ann).flywheel_help_before()
        self.assertEqual(before["questions"], ["quokkacard stolen"])
        [article] = before["articles"]
        self.assertEqual(article["id"], self.article.id)
        self.assertEqual(article["comment"], "Where are the settings?")
        hidden = self._case(user_id=self.ann.id, help_session_id=visit.id)
        with self.assertRaises(AccessError):
            hidden.with_user(self.bob).flywheel_help_before()
        with self.assertRaises(AccessError):
            case.with_user(self.portal).flywheel_help_before()

    def test_votes_are_for_authors_and_managers(self):
        visit = self.env["flywheel.help.session"]._begin("x", self.customer, "portal")
        visit._opened(self.article)
        visit._shown(self.chinese.ids)
        visit._voted(self.article, False, "Bad")
        editor = new_test_user(
            self.env,
            "s_editor",
            groups=f"{OWN},document_page.group_document_editor",
        )
        reads = self.env["flywheel.help.read"]
        seen = reads.with_user(editor).search(
            [("page_id.parent_id", "=", self.topic.id)]
        )
        self.assertEqual(seen.page_id, self.article)
        with self.assertRaises(AccessError):
            seen.read(["session_id"])
        with self.assertRaises(AccessError):
            reads.with_user(self.ann).search([])
        self.assertEqual(
            len(reads.with_user(self.mia).search([("session_id", "=", visit.id)])), 2
        )

    def test_status_in_words(self):
        case = self._case(partner_id=self.portal.partner_id.id)
        mine = case.with_user(self.portal)
        self.assertEqual(mine._flywheel_portal_status()["code"], "working")
        case.sudo().answer_due = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        self.assertEqual(mine._flywheel_portal_status()["code"], "late")
        case.with_user(self.ann).message_post(
            body="Here you are", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(mine._flywheel_portal_status()["code"], "asked")
        self.assertTrue(case.last_answer_date)
        case.stage_id = self.stage_done
        self.assertEqual(mine._flywheel_portal_status()["code"], "solved")
        case.stage_id = self.stage_cancelled
        self.assertEqual(mine._flywheel_portal_status()["code"], "closed")
