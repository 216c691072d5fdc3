# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import file_open

from ..models.flywheel_persona import SECTIONS
from .persona_templates import ORIGIN, TEMPLATES

LIST = Markup("<ul>%s</ul>")
ITEM = Markup("<li>%s</li>")
CARD = Markup("<li class='mb-1'><strong>%s</strong>%s<br/>%s</li>")
TEXTS = ("name", "tagline", "problem")
# Fields with lists, and the template's keys.
HTML = {name: name for name in SECTIONS}
HTML |= {f"playbook_{team}": team for team in ("marketing", "sales", "service")}


class FlywheelPersonaTemplates(models.TransientModel):
    """Adds five personas to start from, as drafts."""

    _name = "flywheel.persona.templates"
    _description = "Add Persona Templates"

    origin = fields.Text(compute="_compute_preview")
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    @api.depends_context("lang", "allowed_company_ids")
    def _compute_preview(self):
        there = self._get_there()
        known = Markup(" (%s)") % self.env._("you have it already")
        self.origin = self.env._(ORIGIN)
        self.preview = LIST % Markup().join(
            CARD
            % (
                self.env._(template["name"]),
                known if code in there else "",
                self.env._(template["tagline"]),
            )
            for code, template in TEMPLATES.items()
        )

    @api.model
    def _get_there(self):
        """Return the codes of the templates that are in use, archived ones too."""
        personas = self.env["flywheel.persona"].with_context(active_test=False)
        return set(personas.search([("template", "!=", False)]).mapped("template"))

    def action_add(self):
        """Add the personas that are not there yet, in all installed languages.

        :return: an action that shows the personas
        """
        there = self._get_there()
        self._add([code for code in TEMPLATES if code not in there])
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_persona_action"
        )
        return {**action, "target": "main"}

    def _add(self, codes):
        """Create personas from templates.

        :param codes: keys of ``TEMPLATES``
        """
        used = {name for code in codes for name in TEMPLATES[code]["channels"]}
        channels = self.env["flywheel.channel"].search([("code", "in", list(used))])
        channel_ids = {channel.code: channel.id for channel in channels}
        source = self.with_context(lang="en_US")
        personas = (
            self.env["flywheel.persona"]
            .with_context(lang="en_US")
            .create([source._prepare_values(code, channel_ids) for code in codes])
        )
        for lang, _name in self.env["res.lang"].get_installed():
            if lang == "en_US":
                continue
            for code, persona in zip(codes, personas, strict=True):
                self._translate(persona, TEMPLATES[code], lang)

    def _translate(self, persona, template, lang):
        """Give a new persona the words of another language, term by term."""
        words = self.with_context(lang=lang).env._
        plain = {name: template[name] for name in TEXTS} | {"origin": ORIGIN}
        for name, text in plain.items():
            persona.update_field_translations(name, {lang: words(text)})
        for name, key in HTML.items():
            source = self.with_context(lang="en_US").env._
            terms = {source(line): words(line) for line in template[key]}
            persona.update_field_translations(name, {lang: terms})

    def _prepare_values(self, code, channel_ids):
        template = TEMPLATES[code]
        return {
            **self._prepare_texts(template),
            "template": code,
            "image_1920": self._get_image(code),
            "human_share": template["human_share"],
            "single_touchpoint": template["single_touchpoint"],
            "channel_weight_ids": [
                (0, 0, {"channel_id": channel_ids[channel], "weight": weight})
                for channel, weight in template["channels"].items()
                if channel in channel_ids
            ],
        }

    def _prepare_texts(self, template):
        """Return the texts of a template in the language of the context."""
        texts = {name: self.env._(template[name]) for name in TEXTS}
        texts["origin"] = self.env._(ORIGIN)
        for name, key in HTML.items():
            texts[name] = self._list(template[key])
        return texts

    def _list(self, lines):
        return LIST % Markup().join(ITEM % self.env._(line) for line in lines)

    @api.model
    def _get_image(self, code):
        path = f"inbound_flywheel/static/img/persona_{code}.png"
        with file_open(path, "rb") as picture:
            return base64.b64encode(picture.read())
