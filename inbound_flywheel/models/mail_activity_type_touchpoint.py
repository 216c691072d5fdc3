# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools

# What done activities are in the ledger, by what Odoo says that they do.
CODES = {"phonecall": "call_out", "meeting": "meeting"}
EMAIL = "mail.mail_activity_data_email"


class MailActivityType(models.Model):
    _inherit = "mail.activity.type"

    flywheel_touchpoint_type_id = fields.Many2one(
        "flywheel.touchpoint.type",
        string="Counts As",
        compute="_compute_flywheel_touchpoint_type_id",
        store=True,
        readonly=False,
        ondelete="set null",
        help="What a done activity of this type is in the time line of the person. "
        "Empty: it is our own work and not told there.",
    )

    @api.depends("category")
    def _compute_flywheel_touchpoint_type_id(self):
        # sudo: settings
        ids = self.env["flywheel.touchpoint.type"].sudo()._get_ids_by_code()
        email = self.env["ir.model.data"]._xmlid_to_res_id(
            EMAIL, raise_if_not_found=False
        )
        of_apps = self._flywheel_find_of_apps()
        for kind in self:
            code = CODES.get(kind.category)
            if kind._origin.id == email:
                code = "mail_out"
            elif kind.category == "default" and kind not in of_apps:
                code = code or "activity"
            kind.flywheel_touchpoint_type_id = ids.get(code)

    def _flywheel_find_of_apps(self):
        """Return the types that apps bring along: to-dos, uploads, approvals, work
        that nobody outside hears of. What users make is for their people."""
        if self.env.context.get("install_mode"):
            return self
        # sudo: settings
        data = self.env["ir.model.data"].sudo()
        found = data.search_fetch(
            [
                ("model", "=", "mail.activity.type"),
                ("res_id", "in", self._origin.ids),
                ("module", "not in", ("__export__", "__import__", "__custom__")),
            ],
            ["res_id"],
        )
        ids = set(found.mapped("res_id"))
        return self.filtered(lambda kind: kind._origin.id in ids)

    @api.model
    def _flywheel_set_up(self):
        """Say of the activity types that are there what they count as."""
        # sudo: installing
        self = self.sudo().with_context(active_test=False, install_mode=False)
        self.search_fetch([], ["category"])._compute_flywheel_touchpoint_type_id()

    @api.model
    @tools.ormcache()
    def _get_flywheel_codes(self):
        """Return {type id: touchpoint type code} of the types that count."""
        # sudo: settings
        types = self.sudo().with_context(active_test=False)
        found = types.search_fetch(
            [("flywheel_touchpoint_type_id", "!=", False)],
            ["flywheel_touchpoint_type_id"],
        )
        return {kind.id: kind.flywheel_touchpoint_type_id.code for kind in found}
