# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo.tests import HttpCase

FORM = "/website/form/"


class WebsiteHttpCase(HttpCase):
    """A browser on the website: looks at pages, fills in forms."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Odoo stores no visits of pages that a replica serves.
        cls.set_registry_readonly_mode(False)
        cls.website = cls.env["website"].get_current_website()
        cls.website.cookies_bar = False
        cls.persona = cls.env["flywheel.persona"].create({"name": "Buyer of tea"})
        cls.user = cls.env.ref("base.user_admin")
        cls.website.write({"crm_default_user_id": False, "crm_default_team_id": False})
        cls.agent = {"User-Agent": "Mozilla/5.0 Firefox/130"}

    def look(self, path="/contactus"):
        return self.url_open(path, headers=self.agent)

    def submit(self, model="crm.lead", **values):
        values = {
            "name": "Tea, please",
            "contact_name": "Lin",
            "email_from": "lin@example.com",
            **values,
        }
        headers = {**self.agent, "Referer": self.base_url() + "/contactus?x=1"}
        answer = self.url_open(f"{FORM}{model}", data=values, headers=headers)
        return json.loads(answer.text)

    def person(self, email="lin@example.com"):
        return (
            self.env["flywheel.identity"]
            .search([("kind", "=", "email"), ("value", "=", email)])
            .profile_id
        )

    def pull(self):
        Track = self.env["website.track"]
        while Track._flywheel_pull_queue():
            continue
        Track._flywheel_pull_next(self.start)
        self.env["flywheel.touchpoint"].search([("pending", "=", True)])._apply()
        self.env.invalidate_all()

    def lines(self, person, *codes):
        return self.env["flywheel.touchpoint"].search(
            [("profile_id", "=", person.id), ("type_id.code", "in", codes)]
        )

    def setUp(self):
        super().setUp()
        self.env.cr.execute("SELECT COALESCE(MAX(id), 0) FROM website_track")
        [self.start] = self.env.cr.fetchone()
        self.env["ir.ui.view"].search([("key", "=", "website.contactus")]).track = True
