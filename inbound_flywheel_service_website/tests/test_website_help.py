# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from lxml import html

from odoo.http import Request
from odoo.tests import HttpCase, tagged

from odoo.addons.inbound_flywheel_service.tests.test_selfservice_articles import (
    HelpCommon,
)


@tagged("post_install", "-at_install")
class TestWebsiteHelp(HelpCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env["website"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        languages = cls.env["res.lang"].search(
            [("code", "in", ("en_US", "zh_CN", "zh_TW"))]
        )
        cls.website.write(
            {
                "language_ids": [(6, 0, languages.ids)],
                "default_lang_id": languages.filtered(lambda x: x.code == "en_US").id,
            }
        )
        cls.env["flywheel.help.guard"].search([]).unlink()
        # A robot is what looks like one: the tests are to be counted as visitors.
        cls.opener_agent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0"

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.opener.headers["User-Agent"] = self.opener_agent

    def _url(self, page):
        return f"/help/{page._flywheel_slug()}"

    def _page(self, url):
        return html.fromstring(self.url_open(url).content)

    def _post(self, url, **values):
        values["csrf_token"] = Request.csrf_token(self)
        return self.url_open(url, data=values)

    def _send(self, **values):
        values = {
            "name": "Willa",
            "email": "willa@web.example",
            "subject": "Quokka from the web",
            "text": "Please <b>help</b>",
            **values,
        }
        return self._post("/help/contact/send", **values)

    def _cases(self, name="Quokka from the web"):
        return self.env["helpdesk.ticket"].search([("name", "=", name)])

    # ------------------------------------------------------------------
    # Articles
    # ------------------------------------------------------------------
    def test_everybody_reads_published_articles(self):
        page = self._page("/help")
        self.assertIn(self._url(self.article), page.xpath("//main//a/@href"))
        answer = self.url_open(self._url(self.article))
        self.assertEqual(answer.status_code, 200)
        self.assertIn("Block your quokkacard", answer.text)

    def test_nobody_reads_anything_else(self):
        other = self.env["res.company"].create({"name": "Other"})
        pages = [
            self.draft,
            self._article("Elsewhere", "<p>x</p>", company_id=other.id),
            self._article("Archived", "<p>x</p>", active=False),
        ]
        for page in pages:
            for url in (self._url(page), f"/help/{page.id}", f"/help/x-{page.id}"):
                self.assertEqual(self.url_open(url).status_code, 404, url)
        self.assertNotIn("secret plan", self.url_open("/help").text)
        self.assertNotIn("secret plan", self.url_open("/sitemap.xml").text)

    def test_articles_of_one_website(self):
        elsewhere = self.env["website"].create({"name": "Second"})
        self.article.website_id = elsewhere
        self.assertEqual(self.url_open(self._url(self.article)).status_code, 404)
        self.article.website_id = self.website
        self.assertEqual(self.url_open(self._url(self.article)).status_code, 200)

    def test_for_search_engines(self):
        page = self._page(self._url(self.article))
        self.assertIn(self.article.name, page.xpath("//title")[0].text)
        [description] = page.xpath("//meta[@name='description']/@content")
        self.assertIn("Block your quokkacard", description)
        alternates = {
            link.get("hreflang"): link.get("href")
            for link in page.xpath("//link[@rel='alternate'][@hreflang]")
        }
        self.assertEqual(len(alternates), 2, alternates)
        self.assertTrue(alternates["en"].endswith(self._url(self.article)))
        [chinese] = [url for lang, url in alternates.items() if lang != "en"]
        self.assertIn(f"-{self.chinese.id}", chinese)
        [canonical] = page.xpath("//link[@rel='canonical']/@href")
        self.assertTrue(canonical.endswith(self._url(self.article)))
        self.assertIn(f"-{self.article.id}</loc>", self.url_open("/sitemap.xml").text)

    def test_visitor_gets_his_language(self):
        code = self.env["res.lang"]._get_data(code="zh_CN").url_code
        answer = self.url_open(f"/{code}{self._url(self.article)}")
        self.assertIn(f"-{self.chinese.id}", answer.url, "Led to his version")
        self.chinese.public = False
        answer = self.url_open(f"/{code}{self._url(self.article)}")
        self.assertEqual(answer.status_code, 200)
        self.assertIn("Block your quokkacard", answer.text)
        self.assertIn("alert-light", answer.text, "Says that it is in English")

    def test_portal_leads_here(self):
        self.authenticate("s_petra", "s_petra")
        self.assertTrue(self.url_open("/my/help").url.endswith("/help"))
        answer = self.url_open(f"/my/help/{self.article._flywheel_slug()}")
        self.assertTrue(answer.url.endswith(self._url(self.article)))
        self.assertEqual(
            self.url_open(f"/my/help/{self.draft._flywheel_slug()}").status_code, 404
        )

    def test_votes_of_visitors(self):
        self.url_open(self._url(self.article))
        for _n in range(3):
            self._post("/help/vote", page_id=self.article.id, helpful="1")
        self.article.invalidate_recordset()
        self.assertEqual(self.article.helpful_count, 1)

    def test_robots_leave_no_visits(self):
        visits = self.env["flywheel.help.session"]
        before = visits.search_count([])
        self.opener.headers["User-Agent"] = "Googlebot/2.1"
        self.url_open("/help?search=quokkacard")
        self.url_open(self._url(self.article))
        self.assertEqual(visits.search_count([]), before)

    # ------------------------------------------------------------------
    # Contact form
    # ------------------------------------------------------------------
    def test_contact(self):
        self.url_open("/help?search=quokkacard+stolen")
        self.url_open(self._url(self.article))
        page = self._page("/help/contact?subject=quokkacard+stolen")
        self.assertEqual(
            page.xpath("//input[@name='subject']/@value"), ["quokkacard stolen"]
        )
        self.assertTrue(page.xpath("//textarea[@name='text']"))
        answer = self._send()
        self.assertIn("/help/contact/thanks", answer.url)
        case = self._cases()
        self.assertEqual(case.intake_source, "portal")
        self.assertEqual(case.partner_email, "willa@web.example")
        self.assertEqual(case.company_id, self.company)
        self.assertIn("&lt;b&gt;", case.description)
        self.assertFalse(case.user_id and case.user_id.share)
        self.assertEqual(case._flywheel_articles_read(), self.article)
        self.assertIn("help_read", self._codes(case, "suggest"))

    def test_the_answer_says_nothing_about_addresses(self):
        self.env["res.partner"].create({"name": "K", "email": "known@web.example"})
        known = self._send(email="known@web.example")
        unknown = self._send(email="unknown@web.example")
        numbers = self._cases().mapped("number")
        texts = []
        for answer in (known, unknown):
            text = html.fromstring(answer.content).xpath("//main")[0].text_content()
            for number in numbers:
                text = text.replace(number, "")
            texts.append(text)
        self.assertEqual(*texts)

    def test_what_is_wrong(self):
        for bad in (
            {"email": "none"},
            {"email": ""},
            {"subject": "  "},
            {"text": ""},
        ):
            answer = self._send(**bad)
            self.assertIn("alert-danger", answer.text)
            self.assertIn("Willa", answer.text, "What was typed comes back")
        self.assertFalse(self._cases())
        answer = self.url_open("/help/contact/send", data={"subject": "x"})
        self.assertEqual(answer.status_code, 400)

    def test_machines(self):
        answer = self._send(homepage="https://spam.example")
        self.assertIn("/help/contact/thanks", answer.url)
        self.assertFalse(self._cases())

    def test_rate_limit(self):
        for _number in range(7):
            answer = self._send()
        self.assertIn("alert-danger", answer.text)
        self.assertEqual(len(self._cases()), 5)

    def test_forged_fields(self):
        self._send(
            priority="3",
            team_id=str(self.team.id),
            user_id=str(self.ann.id),
            partner_id=str(self.customer.id),
        )
        case = self._cases()
        self.assertNotEqual(case.priority, "3")
        self.assertNotEqual(case.partner_id, self.customer)

    def test_who_is_logged_in_is_known(self):
        self.authenticate("s_petra", "s_petra")
        page = self._page(self._url(self.article))
        self.assertTrue(page.xpath("//a[starts-with(@href, '/new/ticket')]"))
        self._send()
        self.assertEqual(self._cases().partner_id, self.portal.partner_id)

    # ------------------------------------------------------------------
    # Forms of the website builder
    # ------------------------------------------------------------------
    def _form(self, **values):
        answer = self.url_open("/website/form/helpdesk.ticket", data=values)
        return json.loads(answer.text)

    def test_builder_form(self):
        result = self._form(
            name="Quokka builder",
            description="Help <i>me</i>",
            partner_name="Willa",
            partner_email="willa@web.example",
            Colour="Blue",
        )
        case = self.env["helpdesk.ticket"].browse(result["id"])
        self.assertEqual(case.name, "Quokka builder")
        self.assertEqual(case.intake_source, "portal")
        self.assertIn("Blue", case.description)
        self.assertNotIn("<i>", case.description)
        self.assertTrue(case.flywheel_trace_ids)

    def test_builder_form_sets_nothing_that_decides(self):
        result = self._form(
            name="Quokka forged",
            description="x",
            partner_email="willa@web.example",
            priority="3",
            team_id=self.team.id,
            user_id=self.ann.id,
            stage_id=self.stage_done.id,
            partner_id=self.customer.id,
            tag_ids=str(self.tag.id),
            company_id="999",
            persona_id="1",
            solution="x",
            help_session_id="1",
            engagement_score="100",
        )
        case = self.env["helpdesk.ticket"].browse(result["id"])
        self.assertNotEqual(case.priority, "3")
        self.assertFalse(case.team_id == self.team and not case.flywheel_trace_ids)
        self.assertNotEqual(case.user_id, self.ann)
        self.assertNotEqual(case.partner_id, self.customer)
        self.assertFalse(case.closed or case.tag_ids or case.help_session_id)
        self.assertEqual(case.company_id, self.company)

    def test_only_harmless_fields_are_offered(self):
        offered = self.env["ir.model.fields"].search(
            [
                ("model", "=", "helpdesk.ticket"),
                ("website_form_blacklisted", "=", False),
            ]
        )
        self.assertEqual(
            set(offered.mapped("name")),
            {"name", "description", "partner_name", "partner_email"},
        )

    def test_builder_form_is_limited(self):
        results = [
            self._form(
                name="Quokka flood", description="x", partner_email="a@web.example"
            )
            for _n in range(22)
        ]
        self.assertIn("error", results[-1])
        self.assertEqual(len(self._cases("Quokka flood")), 20)
