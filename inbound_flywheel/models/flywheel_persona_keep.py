# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from .flywheel_persona import PLAYBOOKS, PREFERENCES, SECTIONS

TEXTS = ("name", "tagline", "problem", *SECTIONS, *PLAYBOOKS, "origin")


class FlywheelPersona(models.Model):
    _inherit = "flywheel.persona"

    version_ids = fields.One2many(
        "flywheel.persona.version", "persona_id", string="Versions", readonly=True
    )
    change_reason = fields.Text(
        string="Why This Version",
        readonly=True,
        copy=False,
        help="What made the version before be revised.",
    )

    # ------------------------------------------------------------------
    # Snapshots
    # ------------------------------------------------------------------
    def _get_snapshot(self):
        """Return the content of the persona as plain data, for a version.

        Texts are kept in all installed languages. See :mod:`engine.personas` for
        what values may be.
        """
        self.ensure_one()
        langs = [code for code, _name in self.env["res.lang"].get_installed()]
        html = [name for name in TEXTS if self._fields[name].type == "html"]
        # bin_size would put the picture's size in its place.
        persona = self.with_context(bin_size=False)
        data = {
            "format": 1,
            "taken_in": self.env.lang or "en_US",
            "langs": langs,
            "html": html,
            "image": (persona.image_128 or b"").decode(),
        }
        for name in TEXTS:
            data[name] = {
                lang: str(self.with_context(lang=lang)[name] or "") for lang in langs
            }
        data |= {name: self[name] for name in PREFERENCES}
        data["channel_weight_ids"] = self._get_channel_lines(langs)
        data["rule_ids"] = self._get_rule_lines(langs)
        data["contributor_ids"] = self._get_contributor_lines(langs)
        return data

    def _get_names(self, field, langs):
        """Return {language: {value: name}} of the choices of a field."""
        return {
            lang: dict(field._description_selection(self.with_context(lang=lang).env))
            for lang in langs
        }

    def _get_channel_lines(self, langs):
        return [
            {
                "label": {
                    lang: line.channel_id.with_context(lang=lang).name for lang in langs
                },
                "weight": f"{line.weight:.0%}",
            }
            for line in self.channel_weight_ids
        ]

    def _get_rule_lines(self, langs):
        names = self._get_names(self.rule_ids._fields["model"], langs)
        return [
            {
                "label": rule.name,
                "model": {lang: names[lang][rule.model] for lang in langs},
                "domain": rule.domain,
                "weight": f"{rule.weight:g}",
            }
            for rule in self.rule_ids.filtered("active")
        ]

    def _get_contributor_lines(self, langs):
        names = self._get_names(self.contributor_ids._fields["department"], langs)
        return [
            {
                "label": {lang: names[lang][line.department] for lang in langs},
                # sudo: who took part is no secret
                "who": line.user_id.sudo().name,
            }
            for line in self.contributor_ids.sorted(
                lambda line: (line.department, line.id)
            )
        ]

    def _get_snapshot_labels(self):
        """Return {key of a snapshot: its name for people}."""
        names = (*TEXTS, *PREFERENCES)
        names += ("channel_weight_ids", "rule_ids", "contributor_ids")
        labels = {name: self._get_label(name) for name in names}
        return {"image": self.env._("Picture"), **labels}

    def _show_snapshot_value(self, key, value):
        """Return the text of a plain value of a snapshot."""
        field = self._fields.get(key)
        if isinstance(value, bool):
            return self.env._("Yes") if value else self.env._("No")
        if field and field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        if key == "human_share":
            return self.env._("%(share)s human", share=f"{value:.0%}")
        return str(value)

    # ------------------------------------------------------------------
    # Versions
    # ------------------------------------------------------------------
    def _keep_version(self, reason):
        """Keep the persona as it is now, under the next number if its own is taken.

        :param reason: why it is kept, as text or empty
        :return: the version
        """
        self.ensure_one()
        self._lock_versions()
        if self.version in self.version_ids.mapped("number"):
            # sudo: the number moves here and in revising alone
            self.sudo().version += 1
        # sudo: versions are made here alone, and changed nowhere
        return (
            self.env["flywheel.persona.version"]
            .sudo()
            .create(
                {
                    "persona_id": self.id,
                    "number": self.version,
                    "state": self.state,
                    "reason": reason,
                    "user_id": self.env.uid,
                    "data": self._get_snapshot(),
                }
            )
        )

    def _keep_draft(self, reason):
        """Keep a draft as a version, and go on with the next.

        :param reason: why it is kept
        :raise UserError: it is approved, so kept already
        """
        self._lock_versions()
        self._check_draft()
        for persona in self:
            persona._keep_version(reason)
            persona.sudo().version += 1

    def _revise(self, reason):
        """Make the next version of approved personas, as drafts. The people who hold
        them keep them.

        :param reason: what makes a new version necessary
        :raise UserError: a persona is a draft already
        """
        self._lock_versions()
        if self.filtered(lambda persona: persona.state != "approved"):
            raise UserError(self.env._("This persona is a draft already."))
        for persona in self:
            # sudo: the state moves here alone
            persona.sudo().write(
                {
                    "state": "draft",
                    "version": persona.version + 1,
                    "change_reason": reason,
                    "review_date": False,
                }
            )
        self._close_review("revised", reason)

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def _open_revise(self, mode, title):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "flywheel.persona.revise",
            "view_mode": "form",
            "target": "new",
            "context": {"default_persona_id": self.id, "default_mode": mode},
        }

    def action_revise(self):
        """Ask why, and make the next version a draft."""
        return self._open_revise("revise", self.env._("Make the Next Version"))

    def action_keep(self):
        """Ask why, and keep the draft as a version."""
        return self._open_revise("keep", self.env._("Keep This Draft as a Version"))

    def action_compare_versions(self):
        """Show what has changed since the version before."""
        self.ensure_one()
        kept = self.version_ids.filtered(lambda v: v.number < self.version)
        return self._open_compare(max(kept.mapped("number"), default=self.version))

    def _open_compare(self, number):
        """Open the comparison of a version with the persona as it is now.

        :param number: of the version; if it was not kept, of the next that was
        """
        self.ensure_one()
        versions = self.version_ids.sorted("number")
        before = versions.filtered(lambda v: v.number >= number)[:1] or versions[-1:]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_persona_compare_action"
        )
        action["context"] = {
            "default_persona_id": self.id,
            "default_before_id": before.id,
            "dialog_size": "extra-large",
        }
        return action
