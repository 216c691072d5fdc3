# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from .flywheel_persona import SECTIONS

# Channels below this weight are not worth naming among those they like.
LIKED = 0.5
# Personas that fit side by side on a screen.
COMPARED = (2, 4)


class FlywheelPersona(models.Model):
    _inherit = "flywheel.persona"

    preference_text = fields.Text(
        string="In Plain Words", compute="_compute_preference_text"
    )

    @api.depends(
        "human_share",
        "single_touchpoint",
        "tone",
        "lang",
        "contacts_per_month",
        "channel_weight_ids.weight",
        "channel_weight_ids.channel_id",
    )
    @api.depends_context("lang")
    def _compute_preference_text(self):
        for persona in self:
            persona.preference_text = "\n".join(persona._get_preference_sentences())

    def _get_preference_sentences(self):
        """Return how the people like to be met, as sentences."""
        self.ensure_one()
        sentences = [self._describe_human_share()]
        liked, refused = self._get_channel_names()
        if liked:
            sentences.append(
                self.env._("They like: %(channels)s.", channels=", ".join(liked))
            )
        if refused:
            sentences.append(
                self.env._("Not by: %(channels)s.", channels=", ".join(refused))
            )
        if self.single_touchpoint:
            sentences.append(self.env._("Keep one contact point: do not pass them on."))
        if self.contacts_per_month:
            sentences.append(
                self.env._(
                    "Contacts a month: %(count)s at most.",
                    count=self.contacts_per_month,
                )
            )
        for name in ("tone", "lang"):
            if self[name]:
                field = self._fields[name]
                value = dict(field._description_selection(self.env))[self[name]]
                sentences.append(f"{self._get_label(name)}: {value}.")
        return sentences

    def _describe_human_share(self):
        share = self.human_share
        if share <= 0.1:
            return self.env._("They want to meet a screen, not people.")
        if share < 0.4:
            return self.env._("They prefer digital touchpoints to human ones.")
        if share <= 0.6:
            return self.env._("Digital and human touchpoints are the same to them.")
        if share < 0.9:
            return self.env._("They prefer people to screens.")
        return self.env._("They want to talk to people.")

    def _get_channel_names(self):
        """Return the names of the channels that they like, best first, and of those
        that they do not want at all."""
        lines = self.channel_weight_ids.sorted("weight", reverse=True)
        return (
            lines.filtered(lambda line: line.weight >= LIKED).channel_id.mapped("name"),
            lines.filtered(lambda line: not line.weight).channel_id.mapped("name"),
        )

    # ------------------------------------------------------------------
    # Side by side
    # ------------------------------------------------------------------
    def action_compare_personas(self):
        """Show two to four personas side by side.

        :raise UserError: fewer or more are chosen
        """
        lowest, highest = COMPARED
        if not lowest <= len(self) <= highest:
            raise UserError(
                self.env._(
                    "Choose %(lowest)s to %(highest)s personas to compare them.",
                    lowest=lowest,
                    highest=highest,
                )
            )
        comparison = self.env["flywheel.persona.comparison"].create(
            {"persona_ids": [(6, 0, self.ids)]}
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_persona_comparison_action"
        )
        return {**action, "res_id": comparison.id}

    def _get_comparison(self):
        """Return what is compared: [(heading, [(label, [a text or markup for each
        persona])])]."""
        return [
            (
                self.env._("Figures"),
                [
                    (
                        self.env._("People"),
                        [
                            formatLang(self.env, persona.profile_count, digits=0)
                            for persona in self
                        ],
                    )
                ],
            ),
            (
                self.env._("Who They Are"),
                [
                    self._get_comparison_row(name)
                    for name in ("tagline", "problem", *SECTIONS)
                ],
            ),
            (
                self.env._("How to Reach Them"),
                [self._get_comparison_row("preference_text")],
            ),
            (
                self.env._("Method"),
                [
                    self._get_comparison_row("departments"),
                    (
                        self._get_label("completeness"),
                        [f"{persona.completeness} %" for persona in self],
                    ),
                ],
            ),
        ]

    def _get_comparison_row(self, name):
        return self._get_label(name), [persona[name] or "" for persona in self]
