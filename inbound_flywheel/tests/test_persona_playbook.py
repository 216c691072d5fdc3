# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form
from odoo.tools.translate import code_translations

from ..wizard.persona_templates import TEMPLATES
from .common_persona import PersonaCase


class TestPlaybook(PersonaCase):
    def setUp(self):
        super().setUp()
        self.persona = self.make_persona(
            tagline="Counts every coin",
            playbook_marketing="<p>Write short</p>",
            playbook_sales="<p>Call late</p>",
            playbook_service="<p>Be patient</p>",
        )
        self.lead = self.env["crm.lead"].create(
            {"name": "Offer", "email_from": "wang@example.com", "user_id": self.sam.id}
        )
        self.lead.persona_id = self.persona
        self.profile = self.lead.flywheel_profile_id

    def test_own_team_first(self):
        for user, team in (
            (self.sam, "sales"),
            (self.sid, "service"),
            (self.mara, "marketing"),
            (self.max, "sales"),
        ):
            book = self.profile.with_user(user).get_playbook()
            self.assertEqual(book["tabs"][0]["team"], team)
            self.assertEqual(len(book["tabs"]), 3)
        self.assertEqual(
            self.profile.with_user(self.max).get_playbook("service")["tabs"][0]["html"],
            "<p>Be patient</p>",
        )

    def test_what_it_says(self):
        book = self.profile.with_user(self.sam).get_playbook()
        self.assertEqual(book["tagline"], "Counts every coin")
        self.assertEqual(book["problem"], self.persona.problem)
        self.assertIn("About objections", book["objections"])
        self.assertTrue(book["by_hand"])
        self.lead.persona_id = False
        self.assertIsNone(self.profile.get_playbook())

    def test_hostile_html_is_sanitized(self):
        self.persona.playbook_sales = "<p>Hi<script>alert(1)</script></p>"
        html = self.profile.get_playbook("sales")["tabs"][0]["html"]
        self.assertNotIn("<script", html)

    def test_who_may_not(self):
        for user in (self.ian, self.pia):
            with self.assertRaises(AccessError):
                self.profile.with_user(user).get_playbook()
        self.persona.company_id = self.company
        other = self.env["flywheel.profile"].create(
            {"name": "Of the branch", "company_id": self.branch.id}
        )
        with self.assertRaises(AccessError):
            other.with_user(self.sam).get_playbook()

    def test_persona_of_another_company(self):
        self.persona.company_id = self.branch
        self.assertIsNone(self.profile.with_user(self.sam).get_playbook())

    def test_page_in_the_forms(self):
        for model, user in (
            ("crm.lead", self.sam),
            ("res.partner", self.sid),
            ("flywheel.profile", self.rita),
        ):
            arch = self.env[model].with_user(user).get_view(view_type="form")["arch"]
            page = etree.fromstring(arch).xpath("//page[@name='flywheel_playbook']")[0]
            self.assertEqual(page.get("invisible"), "not persona_id")
            self.assertTrue(page.xpath(".//widget[@name='flywheel_playbook']"))
        arch = self.env["res.partner"].with_user(self.ian).get_view(view_type="form")
        self.assertNotIn("flywheel_playbook", arch["arch"])


class TestTemplates(PersonaCase):
    def _add(self, user=None):
        wizard = self.env["flywheel.persona.templates"].with_user(user or self.mara)
        wizard.create({}).action_add()
        return self.env["flywheel.persona"].search([("template", "!=", False)])

    def test_not_there_by_itself(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "inbound_flywheel"), ("model", "=", "flywheel.persona")]
        )
        self.assertFalse(data)

    def test_five_drafts(self):
        there = self.env["flywheel.persona"].search([("template", "!=", False)])
        there.unlink()
        personas = self._add()
        self.assertEqual(set(personas.mapped("template")), set(TEMPLATES))
        self.assertEqual(set(personas.mapped("state")), {"draft"})
        self.assertFalse(personas.rule_ids)
        self.assertFalse(personas.filtered(lambda persona: not persona.image_128))
        for persona in personas:
            self.assertIn("CINNOX", persona.origin)
            self.assertIn("1,200", persona.origin)
            # Only colleagues are missing.
            self.assertEqual(persona.completeness, 81, persona.name)
        by_code = {persona.template: persona for persona in personas}
        self.assertTrue(by_code["native"].single_touchpoint)
        self.assertTrue(by_code["multichannel"].single_touchpoint)
        self.assertFalse(by_code["omni"].single_touchpoint)
        self.assertIn("50 years", by_code["affluent"].demographics)
        self.assertIn("High income", by_code["affluent"].demographics)
        human = by_code["native"].channel_weight_ids.filtered(
            lambda line: line.kind == "human"
        )
        self.assertEqual(set(human.mapped("weight")), {0})

    def test_twice(self):
        personas = self._add()
        personas[:1].name = "Ours"
        personas[1:2].active = False
        self.assertEqual(len(self._add()), 4)
        self.assertEqual(personas[:1].name, "Ours")

    def test_in_all_languages(self):
        self.env["res.lang"]._activate_lang("zh_TW")
        self.env["flywheel.persona"].search([("template", "!=", False)]).unlink()
        words = {
            "Omni Shopper": "全通路購物者",
            "Channels that do not know of each other": "各管各的通路",
        }
        wizard = self.env["flywheel.persona.templates"].with_context(lang="zh_TW")
        with patch.object(
            code_translations,
            "get_python_translations",
            lambda _module, lang: words if lang == "zh_TW" else {},
        ):
            wizard.with_user(self.mara).create({}).action_add()
        omni = self.env["flywheel.persona"].search([("template", "=", "omni")])
        for lang, name, pain in (
            ("en_US", *words),
            ("zh_TW", *words.values()),
        ):
            seen = omni.with_context(lang=lang)
            self.assertEqual(seen.name, name)
            self.assertEqual(seen.pains, f"<ul><li>{pain}</li></ul>")

    def test_who_may(self):
        for user in (self.rita, self.sid, self.sam):
            with self.assertRaises(AccessError):
                self._add(user)

    def test_an_empty_screen_says_who_makes_them(self):
        Persona = self.env["flywheel.persona"]
        help_of = {
            user: Persona.with_user(user).get_empty_list_help("<p>Make one</p>")
            for user in (self.mara, self.sam)
        }
        self.assertIn("Make one", help_of[self.mara])
        self.assertIn("Marketing makes them", help_of[self.sam])


class TestPersonaForms(PersonaCase):
    def test_a_first_persona(self):
        with Form(self.env["flywheel.persona"].with_user(self.mara)) as form:
            form.name = "Careful Carla"
            form.tagline = "Reads everything twice"
            form.problem = "Nobody explains"
            with form.channel_weight_ids.new() as line:
                line.channel_id = self.env.ref("inbound_flywheel.channel_email")
                line.weight = 0.9
            with form.contributor_ids.new() as line:
                line.user_id = self.sam
        persona = form.record
        self.assertEqual(persona.contributor_ids.department, "sales")
        self.assertIn("Sales ✔", persona.departments)

    def test_approved_form_is_read_only(self):
        persona = self.make_persona()
        persona.action_approve()
        form = Form(persona.with_user(self.mara))
        for name in ("name", "pains", "problem", "playbook_sales", "human_share"):
            with self.assertRaises(AssertionError, msg=name):
                form[name] = "X"
