# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from uuid import uuid4

from odoo import fields

from odoo.addons.inbound_flywheel.tests.common import FlywheelCase


class WebsiteCase(FlywheelCase):
    """A website with pages, visitors who look at them, and short words for both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env["website"].create(
            {"name": "Test site", "company_id": cls.company.id}
        )
        cls.env["flywheel.page.group"].search([]).patterns = False
        cls.pricing = cls.env["flywheel.page.group"].create(
            {
                "name": "Prices",
                "patterns": "/pricing*",
                "sequence": 1,
                "website_id": cls.website.id,
            }
        )
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Tea", "contact_name": "Wang", "email_from": "wang@example.com"}
        )
        # What other data has left to read is not ours.
        cls.env["flywheel.visit.queue"].search([]).unlink()
        cls.env.cr.execute("SELECT COALESCE(MAX(id), 0) FROM website_track")
        [cls.start] = cls.env.cr.fetchone()

    def visitor(self, **values):
        """Return a visitor of the test site, anonymous unless a partner is given."""
        return self.env["website.visitor"].create(
            {"access_token": uuid4().hex, "website_id": self.website.id, **values}
        )

    def visit(self, visitor, path="/pricing", minutes=5, **values):
        """Store a visit of a page so many minutes ago, as the website does."""
        date = fields.Datetime.now() - timedelta(minutes=minutes)
        self.env.cr.execute(
            "INSERT INTO website_track (visitor_id, url, visit_datetime, page_id)"
            " VALUES (%s, %s, %s, %s) RETURNING id",
            [
                visitor.id,
                f"http://test.example.com{path}",
                date,
                values.get("page_id"),
            ],
        )
        return self.env["website.track"].browse(self.env.cr.fetchone()[0])

    def pull(self):
        """Read the visits, and apply what comes of them."""
        Track = self.env["website.track"]
        while Track._flywheel_pull_queue():
            continue
        Track._flywheel_pull_next(self.start)
        while Track._flywheel_pull_queue():
            continue
        Touchpoint = self.env["flywheel.touchpoint"]
        Touchpoint.search([("pending", "=", True)])._apply()
        self.env.invalidate_all()

    def views(self, person, *codes):
        return self.lines(person, *(codes or ("page",)))
