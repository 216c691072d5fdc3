# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.inbound_flywheel.engine.busy import gives_way

# Promises that the scheduled action looks at per commit.
BATCH = 1_000
PROPOSAL_DAYS = 30
PENDING = ("proposed", "open")
# What it leads to, and what became of it: only the system and the buttons write it.
LINKS = {"activity_id", "done_date", "message_id"}
FACTS = LINKS | {"source", "state", "vague"}


class FlywheelPromise(models.Model):
    """What a colleague promised a customer, and whether it was kept."""

    _name = "flywheel.promise"
    _inherit = "flywheel.case.part.mixin"
    _description = "Promise"
    _order = "due, id"
    _check_company_auto = True

    name = fields.Char(string="Promise", required=True)
    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Case",
        ondelete="cascade",
        index="btree_not_null",
        check_company=True,
    )
    profile_id = fields.Many2one(
        "flywheel.profile",
        string="Person",
        compute="_compute_profile_id",
        store=True,
        readonly=False,
        ondelete="cascade",
        index="btree_not_null",
    )
    partner_id = fields.Many2one(
        related="profile_id.partner_id", string="Customer", related_sudo=True
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        index=True,
        ondelete="cascade",
    )
    team_id = fields.Many2one(
        "helpdesk.ticket.team",
        compute="_compute_team_id",
        store=True,
        ondelete="set null",
        help="The team of the case when the promise was made: it answers for it.",
    )
    due = fields.Datetime(required=True)
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        default=lambda self: self.env.user,
        index=True,
        ondelete="set null",
        domain=[("share", "=", False)],
        help="Who is to keep it.",
    )
    made_date = fields.Datetime(
        string="Made On", required=True, default=fields.Datetime.now
    )
    state = fields.Selection(
        [
            ("proposed", "To Confirm"),
            ("open", "Open"),
            ("kept", "Kept"),
            ("broken", "Broken"),
            ("withdrawn", "Withdrawn"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    done_date = fields.Datetime(
        string="Done On",
        readonly=True,
        help="For a broken promise: when it was made good, late.",
    )
    source = fields.Selection(
        [("hand", "Entered by Hand"), ("message", "Found in a Message")],
        default="hand",
        required=True,
        readonly=True,
    )
    vague = fields.Boolean(
        string="No Date Named",
        readonly=True,
        help="The message says “soon”: two working days were taken.",
    )
    message_id = fields.Many2one(
        "mail.message", ondelete="set null", index="btree_not_null", readonly=True
    )
    activity_id = fields.Many2one(
        "mail.activity", ondelete="set null", index="btree_not_null", readonly=True
    )
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")

    _due_idx = models.Index("(due) WHERE state = 'open'")
    _unsettled_idx = models.Index(
        "(ticket_id) WHERE state IN ('proposed', 'open')"
        " OR (state = 'broken' AND done_date IS NULL)"
    )

    # ------------------------------------------------------------------
    # Fields
    # ------------------------------------------------------------------
    @api.depends("ticket_id.flywheel_profile_id")
    def _compute_profile_id(self):
        for promise in self:
            if promise.ticket_id:
                promise.profile_id = promise.ticket_id.flywheel_profile_id

    @api.depends("ticket_id.company_id", "profile_id.company_id")
    def _compute_company_id(self):
        for promise in self:
            promise.company_id = (
                promise.ticket_id.company_id or promise.profile_id.company_id
            )

    @api.depends("ticket_id")
    def _compute_team_id(self):
        for promise in self:
            promise.team_id = promise.ticket_id.team_id

    @api.depends("state", "due", "done_date")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for promise in self:
            promise.is_late = bool(promise.due) and (
                promise.state == "open"
                and promise.due < now
                or promise.state == "broken"
                and not promise.done_date
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._late_domain()

    @api.model
    def _late_domain(self):
        """Promises that were not kept and not made good."""
        return (
            Domain("state", "=", "open") & Domain("due", "<", fields.Datetime.now())
        ) | (Domain("state", "=", "broken") & Domain("done_date", "=", False))

    @api.constrains("ticket_id", "profile_id")
    def _check_belongs(self):
        for promise in self:
            if not promise.ticket_id and not promise.profile_id:
                raise ValidationError(
                    self.env._("A promise needs a case or a person it was made to.")
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_facts(vals, LINKS)
        promises = super().create(vals_list)
        promises.filtered(lambda p: p.state == "open")._begin()
        return promises

    def write(self, vals):
        self._check_facts(vals, FACTS)
        result = super().write(vals)
        if vals.keys() & {"due", "user_id", "name"}:
            for promise in self.filtered(lambda p: p.state == "open"):
                promise._plan()
        return result

    def _check_facts(self, vals, facts):
        if not self.env.su and facts & vals.keys():
            raise AccessError(
                self.env._("Use the buttons of the promise, the rest is a fact.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_made(self):
        if not self.env.su and self.filtered(lambda p: p.state != "proposed"):
            raise UserError(
                self.env._("What was promised stays on record: withdraw it instead.")
            )

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_confirm(self):
        """Take what was found in a message for a promise."""
        self.check_access("write")
        found = self.filtered(lambda p: p.state == "proposed")
        # sudo: what became of it follows from the button; access is checked above
        found.sudo().state = "open"
        found._begin()
        return True

    def action_dismiss(self):
        """What was found in a message is no promise."""
        self.check_access("write")
        # sudo: agents may not delete promises; what was only found never was one
        self.filtered(lambda p: p.state == "proposed").sudo().unlink()
        return True

    def action_keep(self):
        """It was done. After its time the promise stays broken, but is made good."""
        self.check_access("write")
        now = fields.Datetime.now()
        open_ones = self.filtered(
            lambda p: p.state in PENDING or p.state == "broken" and not p.done_date
        )
        late = open_ones.filtered(lambda p: p.state == "broken" or p.due < now)
        # sudo: see action_confirm
        late.sudo().write({"state": "broken", "done_date": now})
        (open_ones - late).sudo().write({"state": "kept", "done_date": now})
        late._tell("promise_late")
        (open_ones - late)._tell("promise_kept")
        open_ones._end_activities()
        return True

    def action_withdraw(self):
        """The customer was told that it will not be done."""
        self.check_access("write")
        gone = self.filtered(lambda p: p.state in PENDING)
        # sudo: see action_confirm
        gone.sudo().state = "withdrawn"
        gone._tell("promise_withdrawn")
        gone._end_activities()
        return True

    # ------------------------------------------------------------------
    # What follows
    # ------------------------------------------------------------------
    def _begin(self):
        """Promises were made: remind of them, and note them on their cases."""
        for promise in self:
            promise._plan()
        self._tell("promise_made")

    def _plan(self):
        """The promise stands in its owner's agenda on the day it is due."""
        if not self.ticket_id or not self.user_id:
            return
        due = fields.Datetime.context_timestamp(
            self.with_context(tz=self.user_id.tz or self.env.user.tz), self.due
        )
        values = {
            "summary": self.name[:100],
            "date_deadline": due.date(),
            "user_id": self.user_id.id,
        }
        # sudo: mail.activity - whoever may change the case may remind its owner
        if self.activity_id.sudo().active:
            self.activity_id.sudo().write(values)
        elif self.ticket_id.with_user(self.user_id).has_access("read"):
            # sudo: nobody else sets it, for what it leads to is changed with it
            self.sudo().activity_id = (
                self.ticket_id.sudo()
                .with_context(mail_activity_quick_update=True)
                .activity_schedule(
                    "inbound_flywheel_service.mail_activity_type_promise", **values
                )
            )

    def _end_activities(self):
        # sudo: mail.activity - it may be a colleague's, the promise was not
        activities = self.activity_id.sudo().filtered("active")
        if activities:
            activities.with_context(flywheel_promise_done=True)._action_done()

    def _tell(self, code):
        """Note on the cases what became of these promises."""
        trace = self.env["flywheel.case.trace"]
        trace._add(
            [
                trace._line(
                    promise.ticket_id,
                    "promise",
                    code,
                    text=promise.name,
                    due={"date": fields.Datetime.to_string(promise.due)},
                    user=promise.user_id.name or "",
                )
                for promise in self.sudo()
                if promise.ticket_id
            ]
        )

    # ------------------------------------------------------------------
    # Scheduled action
    # ------------------------------------------------------------------
    @api.model
    @gives_way
    def _cron_break(self):
        """Break the promises whose time has passed."""
        cron = self.env["ir.cron"]
        domain = [("state", "=", "open"), ("due", "<", fields.Datetime.now())]
        cron._commit_progress(remaining=self.search_count(domain))
        while promises := self.search(domain, limit=BATCH):
            locked = promises.try_lock_for_update(allow_referencing=True)
            if not locked:
                return
            locked._break()
            if not cron._commit_progress(len(locked)):
                return

    def _break(self):
        """The time of these promises has passed; superuser mode."""
        self.state = "broken"
        self._tell("promise_broken")
        for promise in self:
            promise._tell_salesperson()

    def _tell_salesperson(self):
        """Whoever looks after the customer learns of it; what the case says only if
        he may open it."""
        partner = self.profile_id.partner_id.commercial_partner_id
        seller = self.profile_id.partner_id.user_id or partner.user_id
        if not seller or seller == self.user_id or not seller.active:
            return
        open_to = self.ticket_id.with_user(seller)
        text = self.name if not self.ticket_id or open_to.has_access("read") else ""
        if not self.profile_id.partner_id.with_user(seller).has_access("read"):
            return
        self.profile_id.partner_id.activity_schedule(
            "inbound_flywheel_service.mail_activity_type_promise",
            user_id=seller.id,
            summary=self.env._("A promise to this customer was broken"),
            note=text,
        )

    @api.autovacuum
    def _gc_proposals(self):
        """What nobody confirmed for a month is no promise to anybody."""
        limit = fields.Datetime.now() - timedelta(days=PROPOSAL_DAYS)
        self.search([("state", "=", "proposed"), ("due", "<", limit)]).unlink()

    @api.model
    def _move_to(self, profile_ids, profile_id):
        """Promises follow people who are merged."""
        self.flush_model(["profile_id"])
        self.env.cr.execute(
            SQL(
                "UPDATE flywheel_promise SET profile_id = %s"
                " WHERE profile_id = ANY(%s)",
                profile_id,
                profile_ids,
            )
        )
        self.invalidate_model(["profile_id"], flush=False)
