# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.tools import is_html_empty

from .flywheel_persona import PLAYBOOKS, SECTIONS
from .flywheel_persona_contributor import DEPARTMENTS

BADGE = Markup("<span class='badge rounded-pill %s me-1' title='%s'>%s %s</span>")
PARTS = Markup("<span class='text-muted me-2'>%s</span>%s")
PART = Markup("<span class='badge rounded-pill text-bg-secondary me-1'>%s</span>")


class FlywheelPersona(models.Model):
    _inherit = "flywheel.persona"

    contributor_ids = fields.One2many(
        "flywheel.persona.contributor", "persona_id", string="Contributors"
    )
    departments = fields.Html(
        compute="_compute_departments",
        sanitize=False,
        help="Whose point of view the persona holds, and whose is missing.",
    )
    completeness = fields.Integer(
        compute="_compute_completeness", help="How much of the persona is there, in %."
    )
    next_part = fields.Char(string="Next", compute="_compute_completeness")
    parts = fields.Html(
        string="What Is Missing", compute="_compute_completeness", sanitize=False
    )
    approved_date = fields.Datetime(string="Approved", readonly=True, copy=False)
    approved_uid = fields.Many2one(
        "res.users", string="Approved By", readonly=True, copy=False
    )

    @api.model_create_multi
    def create(self, vals_list):
        personas = super().create(vals_list)
        department = self.env.user._get_flywheel_department()
        self.env["flywheel.persona.contributor"].create(
            [
                {"persona_id": persona.id, "department": department}
                for persona in personas
                if not persona.contributor_ids and department != "other"
            ]
        )
        return personas

    # ------------------------------------------------------------------
    # Contributors and completeness
    # ------------------------------------------------------------------
    @api.depends("contributor_ids.department")
    @api.depends_context("lang")
    def _compute_departments(self):
        field = self.env["flywheel.persona.contributor"]._fields["department"]
        names = dict(field._description_selection(self.env))
        taken, missing = self.env._("took part"), self.env._("has not taken part yet")
        for persona in self:
            there = set(persona.contributor_ids.mapped("department"))
            persona.departments = Markup().join(
                BADGE
                % (
                    ("text-bg-success", taken, name, "✔")
                    if key in there
                    else ("text-bg-secondary", missing, name, "✘")
                )
                for key, name in names.items()
                if key in there or key in DEPARTMENTS
            )

    @api.depends(
        "tagline",
        "problem",
        "image_128",
        "channel_weight_ids",
        "contributor_ids.department",
        *SECTIONS,
        *PLAYBOOKS,
    )
    @api.depends_context("lang", "company")
    def _compute_completeness(self):
        for persona in self:
            parts = persona._get_completeness_parts()
            missing = [label for label, done in parts if not done]
            persona.completeness = round(100 * (1 - len(missing) / len(parts)))
            persona.next_part = next(iter(missing), False)
            persona.parts = PARTS % (
                self.env._("Still missing:"),
                Markup().join(PART % label for label in missing),
            )

    def _has(self, name):
        """Tell whether a text of the persona says something."""
        value = self[name]
        if self._fields[name].type == "html":
            return not is_html_empty(value)
        return bool(value and value.strip())

    def _get_label(self, name):
        return self._fields[name]._description_string(self.env)

    def _get_completeness_parts(self):
        """Return what makes the persona complete: [(text, whether it is there)]."""
        self.ensure_one()
        missing = self._count_missing_departments()
        return [
            (self.env._("One line that introduces them"), self._has("tagline")),
            (self.env._("The problem we solve for them"), self._has("problem")),
            *((self._get_label(name), self._has(name)) for name in SECTIONS),
            (self.env._("A picture"), bool(self.image_128)),
            (self.env._("Channels they like"), bool(self.channel_weight_ids)),
            *((self._get_label(name), self._has(name)) for name in PLAYBOOKS),
            (
                self.env._("Views of more departments (%(count)s)", count=missing)
                if missing
                else self.env._("The views of enough departments"),
                not missing,
            ),
        ]

    def _get_policy(self):
        """Return the company whose settings hold for the persona."""
        self.ensure_one()
        # sudo: whoever approves is held to the settings, whoever may see them
        return (self.company_id or self.env.company).sudo()

    def _count_missing_departments(self):
        """Return how many more departments have to take part."""
        there = set(self.contributor_ids.mapped("department"))
        return max(0, self._get_policy().flywheel_min_departments - len(there))

    # ------------------------------------------------------------------
    # Approval
    # ------------------------------------------------------------------
    def _get_approval_gaps(self):
        """Return what is missing for an approval, as texts."""
        self.ensure_one()
        gaps = []
        if not self._has("problem"):
            gaps.append(
                self.env._("The why is empty: which problem do we solve for them?")
            )
        policy = self._get_policy()
        optional = set(policy.flywheel_optional_section_ids.mapped("name"))
        for name in SECTIONS:
            if name not in optional and not self._has(name):
                label = self._get_label(name)
                gaps.append(self.env._("The section %(name)s is empty.", name=label))
        if self._count_missing_departments():
            gaps.append(self._get_department_gap(policy.flywheel_min_departments))
        return gaps

    def _get_department_gap(self, needed):
        field = self.contributor_ids._fields["department"]
        names = dict(field._description_selection(self.env))
        there = set(self.contributor_ids.mapped("department"))
        return self.env._(
            "%(count)s of %(needed)s departments took part; still missing: %(names)s.",
            count=len(there),
            needed=needed,
            names=", ".join(names[key] for key in DEPARTMENTS if key not in there),
        )

    def _lock_versions(self):
        """Let nobody else approve, keep or revise the personas meanwhile.

        :raise UserError: somebody else is at it
        """
        self.check_access("write")
        self.flush_recordset()
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is changing this persona just now. Try again in "
                    "a moment."
                )
            ) from error
        self.invalidate_recordset(["state", "version"])

    def action_approve(self):
        """Approve the personas: from now on they change by new versions alone.

        :raise UserError: something is missing, or one is approved already
        """
        self._lock_versions()
        for persona in self:
            if persona.state == "approved":
                raise UserError(
                    self.env._("%(name)s is approved already.", name=persona.name)
                )
            if gaps := persona._get_approval_gaps():
                raise UserError(
                    self.env._(
                        "%(name)s cannot be approved yet:\n%(gaps)s",
                        name=persona.name,
                        gaps="\n".join(f"– {gap}" for gap in gaps),
                    )
                )
            # sudo: the state moves here alone, once nothing is missing
            persona.sudo().write(
                {
                    "state": "approved",
                    "approved_date": fields.Datetime.now(),
                    "approved_uid": self.env.uid,
                    "review_date": persona._get_next_review_date(),
                }
            )
            version = persona._keep_version(persona.change_reason)
            # What was asked for while it was a draft is part of it now.
            persona._close_review("revised", version.display_name)
        return True

    def _get_next_review_date(self):
        """Return the day on which a persona reviewed today is looked at again."""
        months = self.review_months or self._get_policy().flywheel_review_months
        return fields.Date.context_today(self) + relativedelta(months=months)
