# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, TransactionCase, tagged

from odoo.addons.inbound_flywheel_mass_mailing.engine.requests import (
    Agent,
    clean_agent,
    find_agent,
    network_of,
)

from .common import BROWSER


class TestRequestWords(TransactionCase):
    """What a request tells, without telling who asked."""

    def test_network(self):
        self.assertEqual(network_of("203.0.113.77"), "203.0.113.0/24")
        self.assertEqual(network_of("2001:db8:1:2::3"), "2001:db8:1::/48")
        self.assertEqual(network_of("::ffff:203.0.113.77"), "203.0.113.0/24")
        for text in (None, "", "unknown", "1.2.3.4, 5.6.7.8", "x" * 1000):
            self.assertIsNone(network_of(text))

    def test_agent(self):
        agents = (
            Agent("Apple", "mozilla/5.0", True, "prefetch"),
            Agent("Robot", "bot/", False, "scanner"),
        )
        self.assertEqual(find_agent("Mozilla/5.0", agents).name, "Apple")
        self.assertIsNone(find_agent("Mozilla/5.0 (X11)", agents))
        self.assertEqual(find_agent("Some GoogleBot/2.1", agents).name, "Robot")
        self.assertIsNone(find_agent(None, agents))
        self.assertEqual(len(clean_agent("a\x00" * 4000)), 250)


@tagged("post_install", "-at_install")
class TestRequests(HttpCase):
    """Real requests leave one line in the in-tray."""

    def setUp(self):
        super().setUp()
        self.env["flywheel.mailing.hit"].search([]).unlink()
        contact = self.env["mailing.contact"].create(
            {"name": "Wang", "email": "wang.requests@example.com"}
        )
        self.mailing = self.env["mailing.mailing"].create(
            {
                "subject": "Spring offers",
                "mailing_model_id": self.env["ir.model"]._get_id("mailing.contact"),
                "body_html": "<p>Hello</p>",
            }
        )
        self.trace = self.env["mailing.trace"].create(
            {
                "model": "mailing.contact",
                "res_id": contact.id,
                "email": contact.email_normalized,
                "mass_mailing_id": self.mailing.id,
                "mail_mail_id_int": 987_654_321,
                "trace_status": "outgoing",
            }
        )
        self.link = self.env["link.tracker"].create(
            {
                "url": "https://shop.example.com/a",
                "title": "A",
                "mass_mailing_id": self.mailing.id,
            }
        )
        token = self.env["mail.mail"]._generate_mail_recipient_token(987_654_321)
        self.pixel = f"/mail/track/987654321/{token}/blank.gif"
        self.env.flush_all()

    def ask(self, path, agent=BROWSER, method="GET"):
        return self.url_open(
            path, headers={"User-Agent": agent}, allow_redirects=False, method=method
        )

    def hits(self):
        self.env.invalidate_all()
        return self.env["flywheel.mailing.hit"].search([], order="id")

    def test_pixel_click_and_head(self):
        self.assertEqual(self.ask(self.pixel).status_code, 200)
        click = f"/r/{self.link.code}/m/{self.trace.id}"
        self.assertEqual(self.ask(click).status_code, 301)
        self.assertEqual(self.ask(click, "Scanner/1", "HEAD").status_code, 301)
        hits = self.hits()
        self.assertEqual(hits.mapped("kind"), ["open", "click", "click"])
        self.assertEqual(hits.mapped("method"), ["GET", "GET", "HEAD"])
        self.assertEqual(hits.mapped("agent"), [BROWSER, BROWSER, "Scanner/1"])
        self.assertEqual(set(hits.mapped("network")), {"127.0.0.0/24"})
        self.assertFalse(hits.touchpoint_id)

    def test_wrong_token_leaves_nothing(self):
        response = self.ask("/mail/track/987654321/0000/blank.gif")
        self.assertNotEqual(response.status_code, 200)
        self.assertFalse(self.hits())

    def test_unknown_trace_leaves_nothing(self):
        self.assertEqual(self.ask(f"/r/{self.link.code}/m/0").status_code, 301)
        self.assertEqual(self.ask(f"/r/{self.link.code}/m/999999999").status_code, 301)
        self.assertFalse(self.hits())
