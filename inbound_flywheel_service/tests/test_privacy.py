# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import freeze_time

from odoo.addons.inbound_flywheel.tests.common import NOW
from odoo.addons.inbound_flywheel.tests.common_privacy import EMAIL, WORD, PrivacyCase


@freeze_time(NOW)
class TestServicePrivacy(PrivacyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls.env["helpdesk.ticket"].create(
            {
                "name": f"Card of {WORD} stolen",
                "description": f"<p>My {WORD} is gone</p>",
                "partner_id": cls.partner.id,
                "partner_email": EMAIL,
                "company_id": cls.company.id,
            }
        )
        cls.env.flush_all()

    def serve(self):
        """Let a case go through all that happens to cases."""
        self.case.message_post(
            body=f"Where is my {WORD}?",
            author_id=self.partner.id,
            email_from=EMAIL,
            message_type="email",
        )
        self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "res_id": self.case.id,
                "partner_id": self.partner.id,
                "rating": 5,
                "feedback": f"Good {WORD}",
                "consumed": True,
            }
        )
        self.env["flywheel.nps"].create(
            {
                "profile_id": self.profile.id,
                "company_id": self.company.id,
                "email": EMAIL,
                "customer": WORD,
                "score": 9,
                "answer_date": NOW,
                "comment": f"As {WORD}",
            }
        )
        session = self.env["flywheel.help.session"].create(
            {
                "token": "t",
                "company_id": self.company.id,
                "partner_id": self.partner.id,
                "entrance": "portal",
                "group": "treatment",
                "question": f"Where is {WORD}",
            }
        )
        self.assertTrue(session)
        self.env["flywheel.text.term"]._recount()
        self.env.flush_all()

    def test_export(self):
        self.serve()
        files = self.unpack(self.hand_out())
        self.assertEqual(files["data/helpdesk.ticket.json"][0]["name"], self.case.name)
        self.assertIn(f"Good {WORD}", str(files["data/rating.rating.json"]))
        self.assertIn(f"As {WORD}", str(files["data/flywheel.nps.json"]))
        self.assertIn(WORD, str(files["data/flywheel.help.session.json"]))
        self.assertIn("Where is my", str(files["data/mail.message.json"]))
        self.assertNotIn("token", str(files["data/flywheel.nps.json"]))

    def test_nothing_is_found(self):
        self.fill()
        self.serve()
        number, tables = self.case.number, self.find_text()
        for table in ("helpdesk_ticket.name", "rating_rating.feedback"):
            self.assertIn(table, tables)
        self.assertIn("flywheel_text_index.tokens", tables)
        self.assertIn("flywheel_text_term.term", tables)
        self.forget()
        self.assertEqual(self.find_text(), {})
        self.assertEqual(self.case.number, number)
        self.assertFalse(self.case.active)
        nps = self.env["flywheel.nps"].search([("profile_id.is_nobody", "=", True)])
        self.assertEqual(nps.mapped("score"), [9])

    def test_open_case_warns(self):
        texts = self.profile._get_erasure_warnings()
        self.assertIn("1 cases are open.", texts)

    def test_cases_stay_if_wanted(self):
        self.serve()
        self.forget(leads="kept", contact="kept")
        self.assertIn(WORD, self.case.name)
        self.assertFalse(self.case.flywheel_profile_id)

    def test_new_case_of_a_forgotten_person(self):
        self.forget()
        case = self.env["helpdesk.ticket"].create(
            {
                "name": "Hello again",
                "description": "<p>It is me</p>",
                "partner_email": EMAIL,
                "partner_name": "Ling",
            }
        )
        self.assertFalse(case.flywheel_profile_id)
        case.message_post(body="Thanks", email_from=EMAIL, message_type="email")
        case.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.env.flush_all()
        self.assertFalse(self.person(EMAIL))
