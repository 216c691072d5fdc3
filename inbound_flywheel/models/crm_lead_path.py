# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import is_html_empty

from .flywheel_condition_mixin import check_domain

# Times the usual stay of won deals from which a deal is slow, and stuck.
SLOW, STUCK = 1.0, 2.0
# Types of fields whose value 0 or False may well be what is meant.
NEVER_EMPTY = {"boolean"}


class CrmLead(models.Model):
    """The path of an opportunity: what helps in its stage, and how long it has been
    there."""

    _inherit = "crm.lead"

    flywheel_path = fields.Json(string="Path", compute="_compute_flywheel_path")
    flywheel_stage_days = fields.Integer(
        string="Days in Stage", compute="_compute_flywheel_friction"
    )
    flywheel_usual_days = fields.Float(related="stage_id.flywheel_usual_days")
    flywheel_friction = fields.Selection(
        [("flowing", "Flowing"), ("slow", "Slow"), ("stuck", "Stuck")],
        string="Friction",
        compute="_compute_flywheel_friction",
        search="_search_flywheel_friction",
        help="Days in the stage against the median of won deals: slow above it, stuck "
        "above twice as long.",
    )

    # ------------------------------------------------------------------
    # Friction
    # ------------------------------------------------------------------
    @api.depends("stage_id.flywheel_usual_days", "date_last_stage_update", "won_status")
    def _compute_flywheel_friction(self):
        now = fields.Datetime.now()
        for lead in self:
            since, usual = (
                lead.date_last_stage_update,
                lead.stage_id.flywheel_usual_days,
            )
            days = (now - since).total_seconds() / 86400 if since else 0.0
            lead.flywheel_stage_days = int(days)
            if lead.won_status != "pending" or not usual:
                lead.flywheel_friction = False
            elif days > STUCK * usual:
                lead.flywheel_friction = "stuck"
            else:
                lead.flywheel_friction = "slow" if days > SLOW * usual else "flowing"

    def _search_flywheel_friction(self, operator, value):
        if operator != "in":
            return NotImplemented
        stages = self.env["crm.stage"].search([("flywheel_usual_days", ">", 0)])
        domains = []
        for word in value:
            if word:
                domains += [self._get_friction_domain(word, stage) for stage in stages]
            else:
                known = Domain("won_status", "=", "pending")
                domains.append(~(known & Domain("stage_id", "in", stages.ids)))
        return Domain.OR(domains)

    @api.model
    def _get_friction_domain(self, word, stage):
        """Return the domain of leads in a stage with some friction."""

        def before(times):
            days = timedelta(days=times * stage.flywheel_usual_days)
            return fields.Datetime.now() - days

        field = "date_last_stage_update"
        ranges = {
            "stuck": Domain(field, "<", before(STUCK)),
            "slow": Domain(field, ">=", before(STUCK))
            & Domain(field, "<", before(SLOW)),
            "flowing": Domain(field, ">=", before(SLOW)),
        }
        open_here = Domain("won_status", "=", "pending") & Domain(
            "stage_id", "=", stage.id
        )
        return open_here & ranges.get(word, Domain.FALSE)

    # ------------------------------------------------------------------
    # Path
    # ------------------------------------------------------------------
    @api.depends("stage_id")
    @api.depends_context("lang")
    def _compute_flywheel_path(self):
        for lead in self:
            stage = lead.stage_id
            names = lead._get_key_fields()
            has_exit = stage.flywheel_exit_text or lead._get_exit_domain()
            advice = not is_html_empty(stage.flywheel_guidance)
            if lead.type == "lead" or not (advice or names or has_exit):
                lead.flywheel_path = False
                continue
            lead.flywheel_path = {
                "stage": stage.name,
                "guidance": stage.flywheel_guidance if advice else False,
                "fields": [lead._describe_key_field(name) for name in names],
                "exit_text": stage.flywheel_exit_text or False,
                "ready": lead._is_ready(),
            }

    def _get_key_fields(self):
        """Return the names of the stage's key fields, those that the user may read."""
        return [
            name
            for name in self.stage_id.flywheel_field_ids.mapped("name")
            if name in self._fields
            and self._has_field_access(self._fields[name], "read")
        ]

    def _get_exit_domain(self):
        """Return the exit criteria of the stage, None when there are none."""
        if (self.stage_id.flywheel_exit_domain or "[]") == "[]":
            return None
        return check_domain(self, self.stage_id.flywheel_exit_domain)

    def _is_ready(self):
        """Tell whether the exit criteria are met; None when there are none."""
        domain = self._get_exit_domain()
        return None if domain is None else bool(self.filtered_domain(domain))

    def _describe_key_field(self, name):
        field = self._fields[name]
        return {
            "name": name,
            "label": field._description_string(self.env),
            "filled": field.type in NEVER_EMPTY or bool(self[name]),
        }
