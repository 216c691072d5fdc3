# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from .locks import committed, try_locks

# What people may set by hand.
MANUAL_FIELDS = {"user_id", "deadline", "reason"}


class FlywheelRecovery(models.Model):
    """An unhappy customer whom somebody wins back.

    While it is open, the person gets no promotions. A person has one at a time.
    """

    _name = "flywheel.recovery"
    _description = "Recovery of a Customer"
    _order = "state desc, deadline, id"
    _rec_name = "customer"

    profile_id = fields.Many2one(
        "flywheel.profile", string="Person", ondelete="cascade", index="btree_not_null"
    )
    customer = fields.Char(readonly=True)
    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Case",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
    )
    team_id = fields.Many2one(
        "helpdesk.ticket.team", ondelete="set null", readonly=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", readonly=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        ondelete="set null",
        index="btree_not_null",
        domain=[("share", "=", False)],
    )
    source = fields.Selection(
        [("rating", "Rating"), ("nps", "Recommendation")], required=True, readonly=True
    )
    value = fields.Integer(string="Given", aggregator=None, readonly=True)
    what = fields.Char(string="What Happened", compute="_compute_what")
    comment = fields.Text(string="In the Customer's Words", readonly=True)
    date = fields.Datetime(
        string="Unhappy Since",
        required=True,
        default=fields.Datetime.now,
        readonly=True,
    )
    deadline = fields.Date(required=True)
    state = fields.Selection(
        [("open", "Open"), ("kept", "Kept"), ("lost", "Lost")],
        required=True,
        default="open",
        readonly=True,
    )
    reason = fields.Text(
        string="What Helped, or Did Not",
        help="What was wrong and what we did about it, for the next time.",
    )
    done_date = fields.Datetime(string="Done On", readonly=True)
    activity_id = fields.Many2one("mail.activity", ondelete="set null", readonly=True)

    _open_idx = models.Index("(profile_id) WHERE state = 'open'")

    @api.depends("source", "value")
    @api.depends_context("lang")
    def _compute_what(self):
        for recovery in self:
            recovery.what = recovery._describe()

    # ------------------------------------------------------------------
    # Opening
    # ------------------------------------------------------------------
    @api.model
    def _open_for_rating(self, ticket, rating):
        """Have somebody win back the customer who gave this rating."""
        self._open_for(
            ticket.flywheel_profile_id,
            ticket,
            {
                "source": "rating",
                "value": round(rating.rating),
                "comment": rating.feedback,
                "customer": ticket.partner_id.name
                or ticket.partner_name
                or ticket.sender_email,
                "company_id": ticket.company_id.id,
            },
        )

    @api.model
    def _open_for(self, profile, ticket, values):
        """Have somebody win a customer back, unless somebody is at it.

        :param profile: the person; may be empty
        :param ticket: the case that made him unhappy; may be empty
        :param dict values: ``source``, ``value``, ``comment``, ``customer`` and
            ``company_id``
        :return: the recovery that is open now, empty if another one is being opened
        """
        known = self._known(profile, ticket)
        trace = self.env["flywheel.case.trace"]
        if known is None or known:
            if known and values["comment"]:
                known.comment = values["comment"]
            if ticket:
                trace._add([trace._line(ticket, "rating", "recovery_known")])
            return known or self.browse()
        company = self.env["res.company"].browse(values["company_id"])
        today = fields.Date.context_today(self)
        recovery = self.create(
            {
                **values,
                "profile_id": profile.id,
                "ticket_id": ticket.id,
                "team_id": ticket.team_id.id,
                "user_id": self._responsible(profile, ticket).id,
                "deadline": today + timedelta(days=company.flywheel_recovery_days),
            }
        )
        recovery._plan_activity()
        if ticket:
            ticket.recovery_id = recovery
            recovery._trace("recovery" if recovery.user_id else "recovery_nobody")
        return recovery

    @api.model
    def _known(self, profile, ticket):
        """The open recovery of the person or, for nobody in particular, of the case;
        None if another transaction is opening one."""
        key = f"profile:{profile.id}" if profile else f"case:{ticket.id}"
        if not try_locks(self.env, self._name, [key]):
            return None
        domain = [("profile_id", "=", profile.id)]
        if not profile:
            domain = [("profile_id", "=", False), ("ticket_id", "=", ticket.id)]
        known = self.search([*domain, ("state", "=", "open")], limit=1)
        if known or not profile:
            return known
        query = SQL(
            "SELECT id FROM flywheel_recovery WHERE profile_id = %s AND state = 'open'",
            profile.id,
        )
        return None if committed(self.env, query) else known

    @api.model
    def _responsible(self, profile, ticket):
        """The leader of the team, else who served the customer, else who sells to
        him."""
        candidates = [
            # Who may see a restricted case at all.
            ticket.user_id if ticket.restricted else None,
            ticket.team_id.user_id,
            ticket.user_id,
            profile.partner_id.user_id,
            *ticket.team_id.user_ids,
        ]
        return next(
            (user for user in candidates if user and user.active and not user.share),
            self.env["res.users"],
        )

    def _plan_activity(self):
        """A task with a due date, on the case or else on the contact."""
        self.ensure_one()
        record = self.ticket_id or self.profile_id.partner_id
        if not record or not self.user_id:
            return
        self.activity_id = record.with_context(
            mail_activity_quick_update=True, mail_notify_force_send=False
        ).activity_schedule(
            "inbound_flywheel_service.mail_activity_type_recovery",
            date_deadline=self.deadline,
            user_id=self.user_id.id,
            summary=self._describe(),
            note=self.comment or False,
        )

    def _describe(self):
        """What happened, without a word about the case: "Rated us 1 of 5"."""
        self.ensure_one()
        if self.source == "nps":
            return self.env._("Would recommend us: %(value)s of 10", value=self.value)
        return self.env._("Rated us %(value)s of 5", value=self.value)

    def _trace(self, code, **values):
        trace = self.env["flywheel.case.trace"]
        trace._add(
            [
                trace._line(
                    recovery.ticket_id,
                    "rating",
                    code,
                    user=recovery.user_id.name,
                    date=format_date(self.env, recovery.deadline),
                    **values,
                )
                for recovery in self
                if recovery.ticket_id
            ]
        )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    def write(self, vals):
        if not self.env.su and vals.keys() - MANUAL_FIELDS:
            raise AccessError(
                self.env._("Results are noted by the buttons, the rest is a fact.")
            )
        return super().write(vals)

    # ------------------------------------------------------------------
    # Result
    # ------------------------------------------------------------------
    def action_kept(self):
        """The customer stays: promotions are allowed again."""
        self._finish("kept")

    def action_lost(self):
        """The customer is lost, for a reason that we note."""
        self._finish("lost")

    def _finish(self, state):
        self.check_access("write")
        for recovery in self:
            if recovery.state != "open":
                raise UserError(self.env._("The result is known already."))
            if not (recovery.reason or "").strip():
                raise UserError(
                    self.env._(
                        "Note in a few words what was wrong and what helped, or did "
                        "not."
                    )
                )
        # sudo: the case, its log and the task follow from the result
        for recovery in self.sudo():
            recovery.write({"state": state, "done_date": fields.Datetime.now()})
            recovery._trace(f"recovery_{state}", reason=recovery.reason)
            recovery.ticket_id.filtered(
                lambda t, r=recovery: t.recovery_id == r
            ).recovery_id = False
            if recovery.activity_id.active:
                recovery.activity_id.action_feedback(feedback=recovery.reason)

    def action_open_case(self):
        """Open the case that made the customer unhappy."""
        self.ensure_one()
        return self.ticket_id._get_records_action(name=self.env._("Case"))
