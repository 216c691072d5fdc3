"""What people do in a browser, each as a user with no more rights than he needs.

The steps are tours of the addons: ``static/tests/tours/*.js``.
"""

from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.inbound_flywheel_service.tests.common import OWN, GatewayCommon

# Seconds: the first page of a run builds the assets, on machines that do other things.
PATIENCE = 240
CASE = "Somebody took my card"


@tagged("post_install", "-at_install")
class Journey(HttpCase):
    """One persona, one person called Journey Jane, and short words."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.persona = cls.env["flywheel.persona"].create({"name": "Journey Persona"})
        cls.jane = cls.env["res.partner"].create(
            {"name": "Journey Jane", "email": "jane@journey.example", "city": "Taipei"}
        )

    def user(self, name, groups):
        """Return a new user who signs in with his login as password."""
        login = name.lower().replace(" ", "_")
        return new_test_user(self.env, login, groups=groups, name=name)

    def ingest(self, *codes, **identity):
        """Record one touchpoint of each type, now, for one person."""
        now = self.env.cr.now().strftime("%Y-%m-%d %H:%M:%S")
        answer = self.env["flywheel.touchpoint"].ingest(
            [
                {"type": code, "date": now, "summary": "Guide", **identity}
                for code in codes
            ]
        )
        self.assertEqual(answer["created"], len(codes), answer)

    def walk(self, tour, user, url="/odoo"):
        """Run a tour as ``user`` and forget what this side had read before it."""
        self.env.flush_all()
        self.start_tour(url, tour, login=user.login, timeout=PATIENCE)
        self.env.invalidate_all()


class TestSalesperson(Journey):
    def test_why_this_score(self):
        user = self.user("Journey Seller", "sales_team.group_sale_salesman")
        others = self.env["res.partner"].create(
            [
                {"name": f"Journey {name}", "email": f"{name}@journey.example"}
                for name in ("warm", "cold")
            ]
        )
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": f"Journey: {name}",
                    "partner_id": partner.id,
                    "user_id": user.id,
                    "type": "opportunity",
                }
                for name, partner in zip(
                    ("cold", "hot", "warm"),
                    (others[1], self.jane, others[0]),
                    strict=True,
                )
            ]
        )
        self.ingest("form", "form", "page", "page", "email_click", lead_id=leads[1].id)
        self.ingest("page", "email_click", lead_id=leads[2].id)
        leads[1].persona_id = self.persona
        self.walk("inbound_flywheel_salesperson", user)


class TestMarketer(Journey):
    def setUp(self):
        super().setUp()
        self.mara = self.user(
            "Journey Marketer",
            "inbound_flywheel.group_flywheel_marketing,base.group_partner_manager",
        )

    def test_move_and_adjust(self):
        self.ingest("page", partner_id=self.jane.id)
        person = self.jane.flywheel_profile_id
        before = person.engagement_score
        self.walk("inbound_flywheel_marketer", self.mara)
        stage = self.env.ref("inbound_flywheel.stage_consideration")
        self.assertEqual(person.journey_stage_id, stage)
        self.assertAlmostEqual(person.engagement_score, before + 7, 1)

    def test_first_persona(self):
        self.env["flywheel.persona"].search([]).unlink()
        self.ingest("page", partner_id=self.jane.id)
        self.walk("inbound_flywheel_persona", self.mara)
        persona = self.env["flywheel.persona"].search([])
        self.assertEqual(persona.name, "Taipei Tina")
        self.assertEqual(self.jane.persona_id, persona)

    def test_contact_becomes_a_person(self):
        contact = self.env["res.partner"].create({"name": "Journey Contact"})
        self.assertFalse(contact.flywheel_profile_id)
        url = f"/odoo/res.partner/{contact.id}"
        self.walk("inbound_flywheel_contact", self.mara, url)
        self.assertEqual(contact.flywheel_profile_id.persona_id, self.persona)


class TestService(Journey, GatewayCommon):
    def setUp(self):
        super().setUp()
        self.agent = self.user("Journey Agent", OWN)
        self.team.user_ids = self.agent

    def test_agent(self):
        theft = self.env["helpdesk.ticket.category"].create({"name": "Journey Theft"})
        self.env["flywheel.routing.rule"].create(
            {
                "name": "Journey: thefts",
                "sequence": -1,
                "words": "stolen\nmugged",
                "category_id": theft.id,
            }
        )
        self._solved(
            "My purse and my card were stolen",
            "<p>Somebody stole my purse and the card in it</p>",
            "<p>Block the card in the app, then order a new one.</p>",
            user_id=self.agent.id,
        )
        # Words that every text holds tell nothing: some are about other things.
        articles = {
            "Journey: stolen cards": "How to block a card that was stolen",
            "Journey: rates": "Which rate applies when you exchange money",
            "Journey: hours": "When the branches are open on holidays",
            "Journey: loans": "How to pay back a loan before its end",
        }
        self.env["document.page"].create(
            [
                {"name": name, "content": f"<p>{text}</p>", "type": "content"}
                for name, text in articles.items()
            ]
        )
        self.jane.persona_id = self.persona
        case = self._receive(
            self._mail(
                {"From": "Jane <jane@journey.example>", "Subject": CASE},
                "My card was stolen from my purse",
            )
        )
        self.assertEqual(case.user_id, self.agent)
        self.walk("inbound_flywheel_service_agent", self.agent)
        link = case.flywheel_link_ids
        self.assertEqual((link.state, link.user_id), ("linked", self.agent))

    def test_portal(self):
        customer = self.user("Journey Customer", "base.group_portal")
        case = self._case(
            "Journey: where is my card?", partner_id=customer.partner_id.id
        )
        self.walk("inbound_flywheel_service_portal", customer, "/my/tickets")
        self.assertEqual(case.stage_id, self.stage_done)
