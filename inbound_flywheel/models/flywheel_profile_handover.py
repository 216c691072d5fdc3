# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    handover_ids = fields.One2many("flywheel.handover", "profile_id")
    mql_definition = fields.Text(
        string="MQL Definition",
        compute="_compute_mql_definition",
        help="When a person is handed over to sales, as it is in force now.",
    )
    handover_box_text = fields.Html(
        string="Boxes", compute="_compute_handover_box_text", sanitize=False
    )

    @api.depends_context("lang")
    @api.depends("company_id")
    def _compute_mql_definition(self):
        Definition = self.env["flywheel.handover.definition"]
        for company, people in self.grouped("company_id").items():
            people.mql_definition = Definition._get_for(company).text

    @api.depends_context("lang")
    @api.depends("company_id", "fit_grade", "last_date")
    def _compute_handover_box_text(self):
        """Say which boxes are filled, and by which rule."""
        Box = self.env["flywheel.handover.box"]
        # sudo: the words of the rules, for whoever may see the person
        boxes = Box.sudo()._get_in_force()
        fillings = boxes._find_fillings(self.ids)
        Definition = self.env["flywheel.handover.definition"]
        row = Markup(
            '<tr><td><i class="fa fa-fw %s"></i></td><td>%s</td>'
            '<td class="text-muted">%s</td></tr>'
        )
        table = Markup('<table class="table table-sm table-borderless mb-0">%s</table>')
        for profile in self:
            required = Definition._get_for(profile.company_id).box_ids
            filled = fillings.get(profile.id, {})
            lines = Markup()
            for box in boxes:
                rule = boxes.rule_ids.browse(filled.get(box.id, ()))
                icon = "fa-check-square-o text-success" if rule else "fa-square-o"
                why = rule.name or (
                    self.env._("Empty, and needed")
                    if box in required
                    else self.env._("Empty")
                )
                lines += row % (icon, box.name, why)
            profile.handover_box_text = table % lines

    # ------------------------------------------------------------------
    # Merging and splitting
    # ------------------------------------------------------------------
    def _move_lines(self, others):
        """Hand-overs follow their person; of several that are open one goes on."""
        handovers = self.env["flywheel.handover"].search(
            [("profile_id", "in", (self | others).ids)]
        )
        handovers._collapse()
        self.env.cr.execute(
            "UPDATE flywheel_handover SET profile_id = %s WHERE profile_id = ANY(%s)",
            [self.id, others.ids],
        )
        handovers.invalidate_recordset(["profile_id"], flush=False)
        return super()._move_lines(others)

    def _move_parts(self, other, *parts):
        """Hand-overs follow their lead to the person it belongs to."""
        result = super()._move_parts(other, *parts)
        self.env.cr.execute(
            """
            UPDATE flywheel_handover h SET profile_id = l.flywheel_profile_id
              FROM crm_lead l
             WHERE l.id = h.lead_id AND h.profile_id = %s
               AND l.flywheel_profile_id = %s
            """,
            [self.id, other.id],
        )
        self.env["flywheel.handover"].invalidate_model(["profile_id"], flush=False)
        return result

    def _company_changed(self):
        """Hand-overs without a lead are of the person's company."""
        result = super()._company_changed()
        self.env["flywheel.handover"].flush_model(["company_id", "lead_id"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE flywheel_handover h
                   SET company_id = COALESCE(l.company_id, p.company_id)
                  FROM flywheel_profile p, flywheel_handover o
             LEFT JOIN crm_lead l ON l.id = o.lead_id
                 WHERE o.id = h.id AND p.id = h.profile_id AND p.id = ANY(%s)
                   AND h.company_id IS DISTINCT FROM
                       COALESCE(l.company_id, p.company_id)
                """,
                self.ids,
            )
        )
        self.env["flywheel.handover"].invalidate_model(["company_id"], flush=False)
        return result
