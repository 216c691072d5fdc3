# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common_http import WebsiteHttpCase


@tagged("post_install", "-at_install")
class TestDownloads(WebsiteHttpCase):
    """Files that visitors fetch."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.env["ir.attachment"].create(
            {
                "name": "Guide to tea.pdf",
                "raw": b"%PDF-1.4 tea",
                "mimetype": "application/pdf",
                "public": True,
            }
        )

    def fetch(self, file, **headers):
        return self.url_open(
            f"/web/content/{file.id}?download=true", headers={**self.agent, **headers}
        )

    def test_download_joins_the_person(self):
        self.look()
        self.assertEqual(self.fetch(self.file).status_code, 200)
        self.fetch(self.file)
        self.submit()
        self.pull()
        person = self.person()
        line = self.lines(person, "download")
        self.assertEqual(line.summary, "Guide to tea.pdf")
        self.assertEqual(len(self.lines(person, "page")), 1)
        page = self.env["flywheel.page"].browse(line.res_id)
        self.assertEqual(page.kind, "file")

    def test_no_downloads(self):
        self.look()
        picture = self.file.copy({"mimetype": "image/png", "name": "x.png"})
        private = self.file.copy({"public": False, "name": "y.pdf"})
        token = private.generate_access_token()[0]
        before = self.env["website.track"].search_count([])
        self.fetch(picture)
        self.fetch(private)
        self.url_open(f"/web/content/{private.id}?access_token={token}")
        self.fetch(self.file, Range="bytes=5-9")
        self.fetch(self.file, **{"User-Agent": "Googlebot/2.1"})
        self.url_open("/web/content/999999999")
        self.assertEqual(self.env["website.track"].search_count([]), before)

    def test_refused_cookies(self):
        self.look()
        self.website.cookies_bar = True
        before = self.env["website.track"].search_count([])
        self.assertEqual(self.fetch(self.file).status_code, 200)
        self.assertEqual(self.env["website.track"].search_count([]), before)
