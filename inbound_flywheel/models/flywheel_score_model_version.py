# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import time

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..engine import versions

SETTINGS = ("half_life_days", "hot_threshold", "warm_threshold", "cool_threshold")
SETTINGS += ("grade_a", "grade_b", "grade_c")
RULES = {"score_rules": "rule_ids", "fit_rules": "fit_rule_ids"}


class FlywheelScoreModel(models.Model):
    _inherit = "flywheel.score.model"

    parent_id = fields.Many2one(
        "flywheel.score.model",
        string="Copied From",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    previous_id = fields.Many2one(
        "flywheel.score.model",
        string="In Force Before",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The version that rolling back returns to.",
    )
    activated_date = fields.Datetime(string="In Force Since", readonly=True, copy=False)
    activated_uid = fields.Many2one(
        "res.users", string="Activated By", readonly=True, copy=False
    )
    note = fields.Text(
        string="What Is New", copy=False, help="Why this version was made."
    )
    export_file = fields.Binary(compute="_compute_export_file", attachment=False)

    # ------------------------------------------------------------------
    # Versions
    # ------------------------------------------------------------------
    def copy(self, default=None):
        """Copy to drafts; each knows the version that it was copied from."""
        copies = super().copy(default)
        for model, copied in zip(self, copies, strict=True):
            # sudo: where a version comes from is a fact, not a choice
            copied.sudo().parent_id = model
        return copies

    def action_new_version(self):
        """Copy to a draft, and open it."""
        self.ensure_one()
        return self.copy()._get_records_action()

    def action_activate(self):
        """Make this the version in force and score everybody by its rules.

        Everybody's score changes in one transaction: nobody ever sees old and new
        ones mixed.

        :return: how many people have another score now, and in how many seconds
        """
        self.ensure_one()
        self.check_access("write")
        started = time.monotonic()
        previous = self._get_active()
        if previous == self:
            raise UserError(self.env._("This version is in force already."))
        # sudo: the states change together, here alone
        previous.state = "archived"
        # Two rows may not be active at the same time.
        self.flush_model(["state"])
        self.sudo().write(
            {
                "state": "active",
                "previous_id": previous.id,
                "activated_date": fields.Datetime.now(),
                "activated_uid": self.env.uid,
            }
        )
        self.env.registry.clear_cache()
        count = self._reaward()
        self._evaluate_people()
        self._log_activation(previous, count)
        return {"people": count, "seconds": round(time.monotonic() - started, 1)}

    def _log_activation(self, previous, count):
        self.message_post(
            body=self.env._(
                "In force in place of %(previous)s; %(count)s people have another "
                "score now.",
                previous=previous.display_name or self.env._("none"),
                count=count,
            )
        )

    def action_roll_back(self):
        """Return to the version that was in force before.

        :return: as :meth:`action_activate`
        :raise UserError: there was none
        """
        self.ensure_one()
        if self.state != "active" or not self.previous_id:
            raise UserError(self.env._("No version was in force before this one."))
        return self.previous_id.action_activate()

    def action_confirm_activation(self):
        """Open the dialogue that activates this version and shows the progress."""
        self.ensure_one()
        model = self
        if self.state == "active":
            if not self.previous_id:
                raise UserError(self.env._("No version was in force before this one."))
            model = self.previous_id
        return {
            "type": "ir.actions.client",
            "tag": "inbound_flywheel.activation",
            "target": "new",
            "name": self.env._("Activate %(model)s", model=model.display_name),
            "params": {
                "model_id": model.id,
                "people": self.env["flywheel.profile"].sudo().search_count([]),
                "rules": len(model.rule_ids.filtered("active")),
            },
        }

    def action_compare(self):
        """Show what this version changes against the one it was copied from, or the
        one in force."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_score_compare_action"
        )
        other = self.parent_id or self._get_active()
        action["context"] = {"default_before_id": other.id, "default_after_id": self.id}
        return action

    # ------------------------------------------------------------------
    # Files
    # ------------------------------------------------------------------
    def _export(self):
        """Return the version as plain data, without anything of this database."""
        self.ensure_one()
        model = self.with_context(active_test=False, lang="en_US")
        data = {name: model[name] for name in ("name", *SETTINGS)}
        data["note"] = model.note or ""
        for part, field in RULES.items():
            data[part] = [rule._export() for rule in model[field].sorted()]
        return data

    @api.depends("rule_ids", "fit_rule_ids", *SETTINGS)
    def _compute_export_file(self):
        for model in self:
            text = versions.dump(model._export())
            # Binary fields hold base64.
            model.export_file = base64.b64encode(text.encode())

    def action_export(self):
        """Download the version as a JSON file."""
        self.ensure_one()
        name = f"score-model-v{self.version}.json"
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/export_file/{name}"
            "?download=true",
        }

    @api.model
    def import_json(self, text):
        """Make a draft of a file that :meth:`action_export` wrote.

        :param text: the content of the file
        :return: the new draft
        :raise UserError: the file is not a score model, or a rule in it cannot be
            used here; nothing is made then
        """
        try:
            data = versions.load(text)
        except versions.FormatError as error:
            raise UserError(
                self.env._("This file is not a score model: %(error)s", error=error)
            ) from error
        values = {name: data[name] for name in ("name", *SETTINGS) if name in data}
        values["note"] = data.get("note") or False
        for part, field in RULES.items():
            rules = self.env[self._fields[field].comodel_name]
            values[field] = [
                Command.create(self._import_rule(rules, rule)) for rule in data[part]
            ]
        return self.with_context(lang="en_US").create(values).with_env(self.env)

    @api.model
    def _import_rule(self, rules, data):
        try:
            return rules._import(data)
        except KeyError as error:
            raise UserError(
                self.env._(
                    'The rule "%(rule)s" cannot be used here: %(what)s is missing.',
                    rule=data.get("name"),
                    what=error,
                )
            ) from error
