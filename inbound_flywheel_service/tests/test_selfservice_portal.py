# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import io
import json
from urllib.parse import urlsplit

from lxml import html

from odoo import fields
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from .test_selfservice_articles import HelpCommon


@tagged("post_install", "-at_install")
class TestHelpPortal(HelpCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_portal = new_test_user(
            cls.env, "s_olga", groups="base.group_portal", email="olga@x.example"
        )

    def setUp(self):
        super().setUp()
        self.authenticate("s_petra", "s_petra")

    def _page(self, url, **kw):
        return html.fromstring(self.url_open(url, **kw).content)

    def _post(self, url, files=None, **values):
        values["csrf_token"] = Request.csrf_token(self)
        return self.url_open(url, data=values, files=files)

    def _suggest(self, query):
        answer = self.url_open(
            "/my/help/suggest",
            data=json.dumps({"params": {"query": query}}),
            headers={"Content-Type": "application/json"},
        )
        return answer.json()["result"]

    def _visit(self):
        return self.env["flywheel.help.session"].search(
            [("partner_id", "=", self.portal.partner_id.id)]
        )

    def _url(self, page):
        # With the website it is another one.
        return self.env["flywheel.help"]._article_url(page)

    # ------------------------------------------------------------------
    # Articles
    # ------------------------------------------------------------------
    def test_article_of_a_mail_without_a_login(self):
        """Customers who write mails have no login; the key opens that article alone."""
        help_ = self.env["flywheel.help"]
        if help_._base_url() != "/my/help":
            self.skipTest("Articles are on the website")
        self.authenticate(None, None)
        case = self._case("Quokkacard stolen", "<p>My quokkacard was stolen</p>")
        url = help_._articles_for(case)[0][1]
        path = url[len(case.get_base_url()) :]
        page = self._page(path)
        self.assertIn(self.article.name, page.xpath("string(//h1)"))
        self.assertFalse(page.xpath("//form[contains(@action, '/vote')]"))
        other = help_._article_url(self.chinese)
        for address in (
            path.split("?")[0],
            f"{other}?{path.split('?')[1]}",
            f"{path}x",
        ):
            answer = self.url_open(address, allow_redirects=False)
            self.assertIn("/web/login", answer.headers.get("Location", ""), address)

    def test_search_without_a_program(self):
        page = self._page("/my/help?search=quokkacard+stolen")
        self.assertEqual(page.xpath("//article//a/@href"), [self._url(self.article)])
        self.assertTrue(
            page.xpath("//a[@href='/new/ticket?subject=quokkacard+stolen']"),
            "A human, with the question",
        )

    def test_a_human_on_every_page(self):
        for url in (
            "/my/help",
            "/my/help?search=nothinglikeit",
            "/my/help?search=a",
            self._url(self.article),
        ):
            page = self._page(url)
            links = page.xpath("//*[@name='flywheel_help_contact']//a/@href")
            self.assertTrue(links and links[0].startswith("/new/ticket"), url)

    def test_drafts_have_no_page(self):
        other = self.env["res.company"].create({"name": "Other"})
        elsewhere = self._article("Elsewhere", "<p>x</p>", company_id=other.id)
        archived = self._article("Archived", "<p>x</p>", active=False)
        slugs = [self._url(page) for page in (self.draft, elsewhere, archived)]
        slugs += [f"/my/help/{self.draft.id}", f"/my/help/x-{self.topic.id}"]
        slugs += ["/my/help/none", "/my/help/-1", "/my/help/99999999999999999999"]
        slugs += ["/my/help/1' OR 1=1", "/my/help/١٢"]
        for url in slugs:
            answer = self.url_open(url)
            self.assertEqual(answer.status_code, 404, url)
            self.assertNotIn("secret plan", answer.text)

    def test_no_way_around_by_remote_calls(self):
        for model, method in (
            ("document.page", "search_read"),
            ("document.page.history", "search_read"),
            ("flywheel.help.session", "search_read"),
            ("flywheel.help.read", "search_read"),
            ("flywheel.text.index", "search_read"),
        ):
            answer = self.make_jsonrpc_request_raw(model, method)
            self.assertIn("error", answer, model)
        found = self.make_jsonrpc_request_raw(
            "flywheel.help", "search_articles", ["secret plan quokkacard"]
        )
        self.assertNotIn(self.draft.id, [item["id"] for item in found["result"]])

    def make_jsonrpc_request_raw(self, model, method, args=()):
        answer = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps(
                {
                    "params": {
                        "model": model,
                        "method": method,
                        "args": list(args),
                        "kwargs": {},
                    }
                }
            ),
            headers={"Content-Type": "application/json"},
        )
        return answer.json()

    def test_visitors_are_asked_to_log_in(self):
        self.authenticate(None, None)
        website = self.env["ir.module.module"]._get("inbound_flywheel_service_website")
        article = f"/my/help/{self.article._flywheel_slug()}"
        # With the website, articles are for everybody.
        public = "/help" if website.state == "installed" else "/web/login"
        for url, expected in (("/my/help", "/web/login"), (article, public)):
            path = urlsplit(self.url_open(url).url).path
            self.assertTrue(path.startswith(expected), path)

    def test_an_old_address_leads_to_the_article(self):
        answer = self.url_open(f"/my/help/old-title-{self.article.id}")
        self.assertTrue(answer.url.endswith(self._url(self.article)))

    def test_hostile_article_does_nothing(self):
        page = self._article("Quokkanews", "<p>Hi</p><script>alert(1)</script>")
        answer = self.url_open(self._url(page))
        self.assertNotIn("alert(1)", answer.text)
        answer = self.url_open("/my/help?search=<script>alert(2)</script>")
        self.assertNotIn("<script>alert(2)", answer.text)

    def test_votes(self):
        url = self._url(self.article)
        self.url_open(url)
        answer = self._post("/my/help/vote", page_id=self.article.id, helpful="0")
        self.assertIn("What was missing", answer.text)
        self._post(
            "/my/help/vote", page_id=self.article.id, helpful="0", comment="The colour"
        )
        self._post("/my/help/vote", page_id=self.article.id, helpful="1")
        self.article.invalidate_recordset()
        self.assertEqual(self.article.unhelpful_count, 1)
        self.assertEqual(self.article.helpful_count, 0)
        self.assertEqual(self.article.view_count, 1)
        self.assertEqual(self._visit().read_ids.comment, "The colour")

    def test_votes_need_a_token_and_an_article(self):
        answer = self.url_open(
            "/my/help/vote", data={"page_id": self.article.id, "helpful": "1"}
        )
        self.assertEqual(answer.status_code, 400)
        for bad in (self.draft.id, "x", "", "1e9"):
            answer = self._post("/my/help/vote", page_id=bad, helpful="1")
            self.assertEqual(answer.status_code, 404)
        self.assertFalse(self.draft.helpful_count)

    def test_staff_are_not_counted(self):
        self.authenticate("s_ann", "s_ann")
        self.url_open(self._url(self.article))
        self.article.invalidate_recordset()
        self.assertFalse(self.article.view_count)

    # ------------------------------------------------------------------
    # Suggestions
    # ------------------------------------------------------------------
    def test_suggestions(self):
        found = self._suggest("quokkacard stol")
        [article] = found["articles"]
        self.assertEqual(article["url"], self._url(self.article))
        self.assertEqual(set(article), {"title", "snippet", "url"})
        visit = self._visit()
        self.assertEqual(visit.question, "quokkacard stol")
        self.assertEqual(visit.shown_count, 1)
        self._suggest("quokkacard stolen")
        self.assertEqual(len(self._visit()), 1)

    def test_control_group_gets_the_plain_form(self):
        self.company.flywheel_help_control = 50
        partner = self.portal
        while (
            self.env["flywheel.help.session"]._group(f"user:{partner.id}", self.company)
            != "control"
        ):
            partner = new_test_user(
                self.env, f"s_draw{partner.id}", groups="base.group_portal"
            )
        self.authenticate(partner.login, partner.login)
        self.assertEqual(
            self._suggest("quokkacard stolen"), {"articles": [], "control": True}
        )
        page = self._page("/my/help?search=quokkacard+stolen")
        self.assertTrue(page.xpath("//article//a"), "On demand, always")

    # ------------------------------------------------------------------
    # Cases
    # ------------------------------------------------------------------
    def _submit(self, files=None, **values):
        values = {"subject": "Quokka form", "description": "Help", **values}
        return self._post("/submitted/ticket", files=files, **values)

    def _cases(self):
        return self.env["helpdesk.ticket"].search([("name", "=", "Quokka form")])

    def test_the_case_knows_what_was_read(self):
        self._suggest("quokkacard stolen")
        self.url_open(self._url(self.article))
        page = self._page("/new/ticket?subject=quokkacard+stolen")
        self.assertEqual(
            page.xpath("//input[@name='subject']/@value"), ["quokkacard stolen"]
        )
        self.assertTrue(page.xpath("//textarea[@name='description']"))
        self._submit()
        case = self._cases()
        self.assertEqual(case._flywheel_articles_read(), self.article)
        self.assertEqual(self._visit().ticket_id, case)
        self._suggest("another thing")
        self.assertEqual(len(self._visit()), 2, "Another question is another visit")

    def test_the_form_refuses_what_it_did_not_offer(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.company.helpdesk_mgmt_portal_select_team = True
        self.company.helpdesk_mgmt_portal_select_category = True
        self.company.helpdesk_mgmt_portal_team_id_required = False
        self.company.helpdesk_mgmt_portal_category_id_required = False
        self.team.show_in_portal = True
        hidden = self.env["helpdesk.ticket.team"].create({"name": "Hidden"})
        hidden.show_in_portal = False
        foreign = self.env["helpdesk.ticket.team"].create(
            {"name": "Foreign", "company_id": other.id, "show_in_portal": True}
        )
        category = self.env["helpdesk.ticket.category"].create(
            {"name": "Foreign", "company_id": other.id, "show_in_portal": True}
        )
        for bad in (
            {"team": hidden.id},
            {"team": foreign.id},
            {"team": "x"},
            {"team": "-1"},
            {"category": category.id},
            {"category": "99999999999"},
            {"category": "1; DROP TABLE"},
            {"subject": "   "},
            {"description": ""},
        ):
            answer = self._submit(**bad)
            self.assertEqual(answer.status_code, 200, bad)
            self.assertIn("alert-danger", answer.text)
        self.assertFalse(self._cases())
        answer = self._submit(team=self.team.id, description="<b>x</b>")
        self.assertEqual(self._cases().team_id, self.team)
        self.assertIn("&lt;b&gt;", self._cases().description)

    def test_what_was_typed_comes_back(self):
        page = html.fromstring(
            self._submit(subject=" ", description="A <long> text").content
        )
        self.assertEqual(page.xpath("//textarea")[0].text.strip(), "A <long> text")

    def test_forged_fields_change_nothing(self):
        self._submit(
            priority="3", user_id=str(self.ann.id), stage_id="4", help_session_id="1"
        )
        case = self._cases()
        self.assertNotEqual(case.priority, "3")
        self.assertFalse(case.help_session_id)
        self.assertEqual(case.partner_id, self.portal.partner_id)

    def test_attachments(self):
        many = [("attachment", (f"{n}.txt", io.BytesIO(b"x"))) for n in range(11)]
        answer = self._submit(files=many)
        self.assertIn("at most 10 files", answer.text)
        self.assertFalse(self._cases())
        evil = b"<html><script>alert(1)</script></html>"
        files = {"attachment": ("a.html", io.BytesIO(evil), "text/html")}
        self._submit(files=files)
        attachment = self._cases().attachment_ids
        self.assertEqual(attachment.name, "a.html")
        self.assertNotEqual(attachment.mimetype, "text/html")

    def test_large_attachment(self):
        blob = b"\x00" * (25 * 1024 * 1024)
        files = {"attachment": ("a.bin", io.BytesIO(blob), "application/octet-stream")}
        self._submit(files=files)
        self.assertEqual(self._cases().attachment_ids.file_size, len(blob))

    # ------------------------------------------------------------------
    # The customer's cases
    # ------------------------------------------------------------------
    def test_list(self):
        self._case("Quokka list", "<p>x</p>", partner_id=self.portal.partner_id.id)
        self._case("Olga list", "<p>x</p>", partner_id=self.other_portal.partner_id.id)
        answer = self.url_open("/my/tickets")
        self.assertIn("Quokka list", answer.text)
        self.assertNotIn("Olga list", answer.text)
        self.assertIn("With us", answer.text)
        for query in (
            "sortby=x",
            "groupby=x",
            "search_in=x",
            "date_begin=x&date_end=y",
        ):
            self.assertEqual(self.url_open(f"/my/tickets?{query}").status_code, 200)

    def test_cases_of_colleagues(self):
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        users = [
            new_test_user(self.env, f"s_firm{n}", groups="base.group_portal")
            for n in range(2)
        ]
        for user in users:
            user.partner_id.parent_id = firm
        case = self._case("Quokka firm", partner_id=users[0].partner_id.id)
        url = f"/my/ticket/{case.id}"
        self.assertNotIn("Quokka firm", self.url_open(url).text, "A stranger")
        self.authenticate("s_firm1", "s_firm1")
        self.assertIn("Quokka firm", self.url_open("/my/tickets").text)
        self.assertIn("Quokka firm", self.url_open(url).text)

    def test_search_in_both_scripts(self):
        case = self._case(
            "Question", "<p>我的信用卡被盗</p>", partner_id=self.portal.partner_id.id
        )
        self._case(
            "Question of Olga",
            "<p>我的信用卡被盗</p>",
            partner_id=self.other_portal.partner_id.id,
        )
        page = self._page("/my/tickets?search=信用卡被盜")
        links = page.xpath("//table//a/@href")
        self.assertEqual(len(links), 1)
        self.assertIn(f"/my/ticket/{case.id}", links[0])

    def test_reopen(self):
        case = self._case(partner_id=self.portal.partner_id.id)
        case.stage_id = self.stage_done
        self.assertIn("Open it again", self.url_open(f"/my/ticket/{case.id}").text)
        url = f"/my/ticket/{case.id}/reopen"
        self.url_open(url)
        self.assertTrue(case.closed, "Nothing changes by a GET")
        self.authenticate("s_olga", "s_olga")
        self._post(url, message="Mine!")
        case.invalidate_recordset()
        self.assertTrue(case.closed)
        self.authenticate("s_petra", "s_petra")
        self._post(url, message="<b>Still</b> broken")
        case.invalidate_recordset()
        self.assertFalse(case.closed)
        self.assertEqual(case.reopen_count, 1)
        self.assertTrue(case.waiting_since)
        message = case.message_ids.filtered(lambda m: "broken" in m.body)
        self.assertEqual(message.author_id, self.portal.partner_id)
        self.assertIn("&lt;b&gt;", message.body)

    def test_due_date_is_said(self):
        case = self._case(partner_id=self.portal.partner_id.id)
        case.answer_due = fields.Datetime.add(fields.Datetime.now(), hours=3)
        self.assertIn("You hear from us by", self.url_open("/my/tickets").text)
        self.assertIn("Reply", self.url_open(f"/my/ticket/{case.id}").text)

    # ------------------------------------------------------------------
    # In the browser
    # ------------------------------------------------------------------
    def test_journey(self):
        self.start_tour(
            "/my/help", "inbound_flywheel_service_help", login="s_petra", timeout=240
        )
        case = self.env["helpdesk.ticket"].search(
            [("partner_id", "=", self.portal.partner_id.id)]
        )
        self.assertEqual(case.name, "quokkacard stolen again")
        before = case.with_user(self.ann).flywheel_help_before()
        [article] = before["articles"]
        self.assertEqual(article["name"], self.article.name)
        self.assertEqual(article["vote"], "unhelpful")
        self.assertEqual(article["comment"], "Which settings?")
