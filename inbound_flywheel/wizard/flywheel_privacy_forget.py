# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

CHOICES = [
    ("anonymised", "Remove name, addresses and words; archive"),
    ("kept", "Keep"),
]


class FlywheelPrivacyForget(models.TransientModel):
    """Dialogue that shows what becomes of what, before a person is forgotten."""

    _name = "flywheel.privacy.forget"
    _inherit = "flywheel.privacy.handout"
    _description = "Forget a Person"

    contact = fields.Selection(
        CHOICES,
        string="The Contact",
        required=True,
        compute="_compute_contact",
        store=True,
        precompute=True,
        readonly=False,
        help="A contact with orders or invoices is kept: the law wants them to be "
        "complete.",
    )
    has_contact = fields.Boolean(compute="_compute_has_contact")
    leads = fields.Selection(
        CHOICES,
        string="Leads and Cases",
        required=True,
        default="anonymised",
        help="What was won or lost still counts in the reports.",
    )
    counts = fields.Boolean(
        string="Keep Anonymous Numbers",
        default=True,
        help="What happened stays as a number of its day and campaign, in one place "
        "with all other forgotten people, so that the reports of past campaigns keep "
        "their sums. Otherwise it is deleted.",
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    obstacle = fields.Text(compute="_compute_preview")
    needs_approval = fields.Boolean(compute="_compute_preview")

    @api.depends("profile_id")
    def _compute_contact(self):
        for wizard in self:
            # sudo: the right was checked when the dialogue was opened
            person = wizard.profile_id.sudo()
            kept = person._get_lawful_records() if person else False
            wizard.contact = "kept" if kept else "anonymised"

    @api.depends("profile_id")
    def _compute_has_contact(self):
        for wizard in self:
            # sudo: as above
            wizard.has_contact = bool(wizard.profile_id.sudo().partner_id)

    @api.depends("profile_id", "contact", "leads", "counts")
    def _compute_preview(self):
        Log = self.env["flywheel.privacy.log"]
        for wizard in self:
            wizard.profile_id._check_privacy_officer()
            # sudo: the right was checked; numbers are told
            person = wizard.profile_id.sudo().with_context(active_test=False)
            reasons = person._get_erasure_reasons()
            plan = person._plan_erasure(wizard._get_options())
            rows = Log.new({"counts": plan})._describe_counts()
            for row, (name, outcome, _count) in zip(rows, plan, strict=True):
                row["reason"] = (
                    reasons.get(name, self.env._("Belongs to another app: look there."))
                    if outcome == "kept"
                    else ""
                )
                row["kept"] = outcome == "kept"
            wizard.preview = self.env["ir.qweb"]._render(
                "inbound_flywheel.privacy_preview",
                {
                    "rows": sorted(rows, key=lambda row: row["kept"]),
                    "warnings": person._get_erasure_warnings(),
                },
            )
            wizard.obstacle = "\n".join(person._get_erasure_obstacles())
            wizard.needs_approval = wizard._get_approval()

    def _get_approval(self):
        company = self.profile_id.company_id or self.env.company
        return company.flywheel_erasure_approval

    def _get_options(self):
        return {
            "contact": self.contact or "anonymised",
            "leads": self.leads,
            "counts": self.counts,
        }

    def action_forget(self):
        """Begin, or ask a second person for approval.

        :raise UserError: this person cannot be forgotten
        """
        self.ensure_one()
        self.profile_id._check_privacy_officer()
        # sudo: the right was checked
        obstacles = self.profile_id.sudo()._get_erasure_obstacles()
        if obstacles:
            raise UserError("\n".join(obstacles))
        person = self.profile_id
        values = {
            "reason": self.reason,
            "requested_on": self.requested_on,
            "options": self._get_options(),
            "state": "waiting" if self._get_approval() else "running",
        }
        # The dialogue shows the name: it goes, too.
        Log = self.env["flywheel.privacy.log"]
        self.unlink()
        return Log._start("erasure", person, **values)._get_records_action()
