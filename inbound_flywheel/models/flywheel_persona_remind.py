# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.busy import gives_way

ACTIVITY = "inbound_flywheel.activity_type_persona_review"


class FlywheelPersona(models.Model):
    _inherit = "flywheel.persona"

    review_months = fields.Integer(
        string="Review Every",
        help="Months from the approval or the last review to the next. 0: as the "
        "company's settings say.",
    )
    review_ids = fields.One2many("flywheel.persona.review", "persona_id", readonly=True)
    in_review = fields.Boolean(compute="_compute_in_review", store=True)
    review_reason = fields.Text(compute="_compute_review_reason")
    feedback_ids = fields.One2many(
        "flywheel.persona.feedback", "persona_id", string="Feedback", copy=False
    )
    open_feedback_ids = fields.One2many(
        "flywheel.persona.feedback",
        "persona_id",
        string="New Feedback",
        domain=[("review_id", "=", False)],
        copy=False,
    )

    _check_review_months = models.Constraint(
        "CHECK (review_months IS NULL OR review_months >= 0)",
        "The time to the next review is zero months or more.",
    )

    @api.depends("review_ids.state")
    def _compute_in_review(self):
        for persona in self:
            states = persona.review_ids.mapped("state")
            persona.in_review = "open" in states

    @api.depends("review_ids.state", "review_ids.reason")
    def _compute_review_reason(self):
        for persona in self:
            still_open = persona.review_ids.filtered(lambda r: r.state == "open")
            persona.review_reason = still_open[:1].reason

    # ------------------------------------------------------------------
    # Opening
    # ------------------------------------------------------------------
    def _schedule_review(self, reason, trigger=None):
        """Ask the owners to look at their personas again: one open review and one
        activity a persona, however many reasons there are.

        :param reason: why, as text
        :param trigger: what happened, as a ``flywheel.persona.trigger``
        """
        trigger = trigger or self.env["flywheel.persona.trigger"]
        # sudo: whoever or whatever notices something, the owner is told
        for persona in self.sudo():
            still_open = persona.review_ids.filtered(lambda r: r.state == "open")
            if still_open:
                still_open._add_reason(reason, trigger.sudo())
            else:
                self.env["flywheel.persona.review"].sudo().create(
                    {
                        "persona_id": persona.id,
                        "reason": reason,
                        "trigger_ids": [(6, 0, trigger.ids)],
                        "version": persona.version,
                    }
                )
            persona._remind_owner(reason)

    def _get_reminded(self):
        """Return who is told: the owner, else who approved or made the persona, if
        they are still there and may read it."""
        self.ensure_one()
        for user in (self.owner_id, self.approved_uid, self.create_uid):
            companies = user.company_ids.ids
            persona = self.with_user(user).with_context(allowed_company_ids=companies)
            if user.active and persona.has_access("read"):
                return user
        return self.env["res.users"]

    def _remind_owner(self, reason):
        """Give the owner one activity, unless there is one."""
        user = self._get_reminded()
        activity_type = self.env.ref(ACTIVITY, raise_if_not_found=False)
        if not user or not activity_type:
            return
        if activity_type not in self.activity_ids.activity_type_id:
            self.activity_schedule(
                ACTIVITY,
                summary=self.with_context(lang=user.lang).env._("Review the persona"),
                note=reason,
                user_id=user.id,
            )

    @api.model
    @gives_way
    def _cron_review(self):
        """Open a review of every approved persona whose review date has come."""
        due = self.search(
            [
                ("state", "=", "approved"),
                ("in_review", "=", False),
                ("review_date", "<=", fields.Date.context_today(self)),
            ]
        )
        for persona in due:
            env = persona.with_context(lang=persona.owner_id.lang).env
            persona._schedule_review(env._("The review date has come."))

    # ------------------------------------------------------------------
    # Closing
    # ------------------------------------------------------------------
    def _close_review(self, outcome, note):
        """Close the open reviews and the owners' activities.

        :param outcome: ``unchanged`` or ``revised``
        :param note: what was found, as text
        """
        # sudo: reviews are closed here alone
        personas = self.sudo()
        still_open = personas.review_ids.filtered(lambda r: r.state == "open")
        still_open._close(outcome, note)
        personas.activity_feedback([ACTIVITY], feedback=note)

    def _mark_reviewed(self, note):
        """Close a review that found that nothing changes: the next one is due after
        the usual time.

        :param note: what was found
        :raise UserError: the persona is a draft, so in work anyway
        """
        self._lock_versions()
        for persona in self:
            if persona.state != "approved":
                raise UserError(
                    self.env._(
                        "%(name)s is a draft: approve it to close its review.",
                        name=persona.name,
                    )
                )
            if not persona.in_review:
                # Somebody looked at it without having been asked to.
                persona._schedule_review(self.env._("Looked at by choice"))
            persona.review_date = persona._get_next_review_date()
        self._close_review("unchanged", note)

    def action_reviewed(self):
        """Ask what the review found: nothing changes, or a new version."""
        return self._open_revise("review", self.env._("Close the Review"))

    def action_give_feedback(self):
        """Open the dialogue in which anybody says what does not fit any more."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Feedback on %(persona)s", persona=self.display_name),
            "res_model": "flywheel.persona.feedback",
            "view_mode": "form",
            "target": "new",
            "context": {"default_persona_id": self.id},
        }
