# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import freeze_time

from odoo.addons.inbound_flywheel.tests.common import NOW

from .common import WebsiteCase


@freeze_time(NOW)
class TestMarks(WebsiteCase):
    """Pages that are made for a persona and a stage are content."""

    def setUp(self):
        super().setUp()
        self.persona = self.env["flywheel.persona"].create({"name": "Buyer of tea"})
        self.awareness = self.stage("awareness")
        self.page = self.env["flywheel.page"].create(
            {"name": "Tea", "path": "/tea", "website_id": self.website.id}
        )

    def mark(self):
        self.page.with_user(self.mara).write(
            {"persona_ids": self.persona, "stage_ids": self.awareness}
        )
        return self.env["flywheel.play"].search(
            [("res_model", "=", "flywheel.page"), ("res_id", "=", self.page.id)]
        )

    def test_websites_go_and_what_was_looked_at_stays(self):
        other = self.env["website"].create({"name": "Second"})
        view = self.env.ref("website.homepage").copy({"website_id": other.id})
        made = self.env["website.page"].create(
            {"url": "/tea", "website_id": other.id, "view_id": view.id}
        )
        second = made.flywheel_page_ids
        self.assertEqual(second.website_id, other)
        (self.website | other).unlink()
        self.assertFalse((self.page | second).website_id)
        self.assertEqual(self.page.name, "Tea")
        self.assertNotEqual(self.page.path, second.path)
        self.assertTrue(second.path.startswith("/tea"))

    def test_mark_fills_the_matrix(self):
        play = self.mark()
        self.assertRecordValues(
            play,
            [
                {
                    "name": "Tea",
                    "persona_ids": self.persona.ids,
                    "stage_ids": self.awareness.ids,
                }
            ],
        )
        self.assertEqual(self.page.play_id, play)
        self.assertTrue(play._get_link().endswith("/tea"))
        matrix = self.env["flywheel.play"].with_user(self.mara).get_matrix()
        self.assertIn("Tea", str(matrix))
        self.page.name = "Green tea"
        self.assertEqual(play.name, "Green tea")
        self.page.invalidate_recordset()
        self.page.write({"persona_ids": False, "stage_ids": False})
        self.assertFalse(play.active)

    def test_website_page(self):
        page = self.env["website.page"].create(
            {
                "name": "Leaf",
                "url": "/leaf",
                "type": "qweb",
                "website_id": self.website.id,
                "arch": "<div/>",
            }
        )
        self.assertEqual(page.flywheel_page_ids.mapped("path"), ["/leaf"])
        page.flywheel_persona_ids = self.persona
        self.assertEqual(page.flywheel_page_ids.persona_ids, self.persona)
        page.flywheel_stage_ids = self.awareness
        page.invalidate_recordset()
        self.assertEqual(page.flywheel_persona_ids, self.persona)
        self.assertEqual(page.flywheel_stage_ids, self.awareness)
        page.name = "Leaves"
        self.assertEqual(page.flywheel_page_ids.play_id.name, "Leaves")

    def test_who_may_mark(self):
        with self.assertRaises(AccessError):
            self.page.with_user(self.sam).persona_ids = self.persona

    def test_meant_and_reached(self):
        self.mark()
        visitor = self.visitor()
        person = self.lead.flywheel_profile_id
        person.persona_id = self.persona
        visitor._flywheel_identify(person)
        stranger = self.visitor()
        other = self.env["crm.lead"].create(
            {"name": "x", "email_from": "b@example.com"}
        )
        stranger._flywheel_identify(other.flywheel_profile_id)
        self.visit(visitor, "/tea")
        self.visit(stranger, "/tea")
        self.pull()
        [(meant, views)] = self.env["flywheel.page.report"]._read_group(
            [("page_id", "=", self.page.id)], [], ["persona_meant:avg", "views:sum"]
        )
        self.assertEqual((meant, views), (0.5, 2))

    def test_search(self):
        self.mark()
        Page = self.env["flywheel.page"]
        found = Page.search([("persona_ids", "in", self.persona.ids)])
        self.assertEqual(found, self.page)
        self.assertNotIn(self.page, Page.search([("persona_ids", "=", False)]))

    def test_deleted_page(self):
        play = self.mark()
        self.page.unlink()
        self.assertFalse(play.active)
