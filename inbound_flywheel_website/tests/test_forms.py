# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged
from odoo.tools.misc import hmac

from .common_http import WebsiteHttpCase


@tagged("post_install", "-at_install")
class TestForms(WebsiteHttpCase):
    """Forms of the website, filled in by visitors and by attackers."""

    def test_visitor_fills_in_a_form(self):
        self.look()
        answer = self.submit()
        lead = self.env["crm.lead"].browse(answer["id"])
        person = lead.flywheel_profile_id
        self.assertEqual(person, self.person())
        form = self.lines(person, "form")
        self.assertEqual(len(form), 1)
        self.assertEqual(form.res_id, lead.id)
        self.assertEqual(form.summary, "Contact Us")
        self.assertEqual(form.medium_id, lead.medium_id)
        self.look("/contactus")
        self.pull()
        self.assertEqual(len(self.lines(person, "page")), 1)
        self.assertEqual(lead.visitor_ids.flywheel_profile_id, person)

    def test_nothing_of_the_flywheel_can_be_written(self):
        stage = self.env["flywheel.stage"].search([("code", "=", "customer")], limit=1)
        victim = self.env["flywheel.profile"].create({"name": "Victim"})
        attack = {
            "flywheel_profile_id": victim.id,
            "persona_id": self.persona.id,
            "journey_stage_id": stage.id,
            "lifecycle_stage_id": stage.id,
            "engagement_score": 1000,
            "fit_score": 1000,
            "fit_grade": "A",
            "score_band": "hot",
            "preferred_channel_id": 1,
            "page_group_ids": "1",
            "user_id": self.user.id,
            "team_id": self.env["crm.team"].search([], limit=1).id,
            "flywheel_profile_id.persona_id": self.persona.id,
            "flywheel_profile_id[momentum]": 1000,
            "context": '{"default_persona_id": %s}' % self.persona.id,
            "default_persona_id": self.persona.id,
            "default_user_id": self.user.id,
        }
        query = "&".join(f"{name}={value}" for name, value in attack.items())
        for target in ("crm.lead", f"crm.lead?{query}"):
            values = attack if target == "crm.lead" else {}
            answer = self.submit(
                target, email_from=f"m{len(target)}@example.com", **values
            )
            lead = self.env["crm.lead"].browse(answer["id"])
            with self.subTest(target=target[:10]):
                self.assertNotEqual(lead.flywheel_profile_id, victim)
                self.assertFalse(lead.persona_id)
                self.assertNotEqual(lead.lifecycle_stage_id, stage)
                self.assertNotEqual(lead.journey_stage_id, stage)
                self.assertLess(lead.engagement_score, 500)
                self.assertFalse(lead.preferred_channel_id)
                self.assertFalse(lead.user_id)

    def test_opening_fields_to_forms_leaves_ours_shut(self):
        names = ["persona_id", "flywheel_profile_id", "lifecycle_stage_id", "city"]
        Fields = self.env["ir.model.fields"]
        Fields.formbuilder_whitelist("crm.lead", names)
        self.env.cr.execute(
            "UPDATE ir_model_fields SET website_form_blacklisted = FALSE"
            " WHERE model = 'crm.lead' AND name = ANY(%s)",
            [names],
        )
        self.env.invalidate_all()
        answer = self.submit(persona_id=self.persona.id, city="Taipei")
        lead = self.env["crm.lead"].browse(answer["id"])
        self.assertFalse(lead.persona_id)
        self.assertEqual(lead.city, "Taipei")

    def test_owner_that_a_form_offers(self):
        view = self.env["ir.ui.view"].search(
            [("key", "=", "website.contactus")], limit=1
        )
        self.env["ir.ui.view"].create(
            {
                "name": "Form",
                "type": "qweb",
                "key": "website.flywheel_form",
                "arch": f"""<t t-name="x"><section><form data-model_name="crm.lead">
                    <input type="hidden" name="user_id" value="{self.user.id}"/>
                    </form></section></t>""",
            }
        )
        self.assertTrue(view)
        answer = self.submit(user_id=self.user.id)
        self.assertEqual(self.env["crm.lead"].browse(answer["id"]).user_id, self.user)

    def test_form_that_makes_a_mail(self):
        answer = self.submit(
            "mail.mail",
            subject="Tea",
            email_to="info@example.com",
            website_form_signature=self._sign("info@example.com"),
        )
        self.assertTrue(answer["id"])
        self.assertEqual(len(self.lines(self.person(), "form")), 1)

    def _sign(self, email_to):
        return hmac(self.env, "website_form_signature", email_to)

    def test_form_without_an_address(self):
        answer = self.submit(email_from="", contact_name="", name="Hm")
        self.assertTrue(answer["id"])

    def test_refused_cookies_are_no_visit(self):
        self.website.cookies_bar = True
        self.look()
        answer = self.submit()
        person = self.env["crm.lead"].browse(answer["id"]).flywheel_profile_id
        self.pull()
        self.assertFalse(self.lines(person, "page"))
        self.assertEqual(len(self.lines(person, "form")), 1)
        self.opener.cookies["website_cookies_bar"] = '{"required":true,"optional":true}'
        self.look("/")
        self.pull()
        self.assertEqual(len(self.lines(person, "page")), 1)

    def test_the_page_where_the_visitor_agrees_counts(self):
        self.website.cookies_bar = True
        self.look("/contactus")
        self.look("/")
        self.make_jsonrpc_request("/flywheel/website/agreed", headers=self.agent)
        private = [("id", ">", self.start), ("flywheel_private", "=", True)]
        self.env.invalidate_all()
        self.assertEqual(self.env["website.track"].search_count(private), 2)
        self.opener.cookies["website_cookies_bar"] = '{"required":true,"optional":true}'
        self.make_jsonrpc_request("/flywheel/website/agreed", headers=self.agent)
        self.env.invalidate_all()
        left = self.env["website.track"].search(private)
        self.assertEqual(len(left), 1)
        self.assertTrue(left.url.endswith("/contactus"))

    def test_a_page_costs_one_statement_more(self):
        self.look()
        self.pull()
        tracks = self.env["website.track"].search_count([("id", ">", self.start)])
        self.assertEqual(tracks, 1)
        cron = self.env.ref("inbound_flywheel_website.cron_pull_visits")
        triggers = self.env["ir.cron.trigger"].search_count
        before = triggers([("cron_id", "=", cron.id)])
        self.look()
        self.assertEqual(triggers([("cron_id", "=", cron.id)]), before)
        self.submit()
        before = triggers([("cron_id", "=", cron.id)])
        self.look()
        self.assertEqual(triggers([("cron_id", "=", cron.id)]), before + 1)
