# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hmac
import logging
import secrets
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine.busy import gives_way

# A file waits so long to be fetched.
KEEP_DAYS = 7
# Records that are worked off while the user waits; more is left to the scheduled
# action.
AT_ONCE = 3_000
_logger = logging.getLogger(__name__)


class FlywheelPrivacyLog(models.Model):
    """What was handed out or erased, of whom, by whom, when and why: without a word
    about the person. A line is written by the flow and never changed by hand.
    """

    _name = "flywheel.privacy.log"
    _description = "Data Protection Log"
    _order = "id desc"

    name = fields.Char(compute="_compute_name")
    kind = fields.Selection(
        [
            ("export", "Handed Out"),
            ("erasure", "Erased"),
            ("tracking", "Opens, Clicks and Visits Erased"),
            ("return", "Taken Off the List"),
        ],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("waiting", "Waits for Approval"),
            ("running", "In Progress"),
            ("done", "Done"),
            ("refused", "Refused"),
        ],
        required=True,
        readonly=True,
        default="running",
    )
    person_number = fields.Integer(
        readonly=True,
        aggregator=None,
        index=True,
        help="The number of the person. After an erasure it leads to nobody.",
    )
    person_hash = fields.Char(
        string="Fingerprint",
        readonly=True,
        help="Keyed hash of the person's address: tells whether a person who asks is "
        "the one whom this line is about, and tells nobody else.",
    )
    reason = fields.Selection(
        [
            ("request", "The person asked for it"),
            ("consent", "Consent was withdrawn"),
            ("retention", "No longer needed"),
            ("authority", "An authority asked for it"),
            ("test", "Trial"),
        ],
        required=True,
        readonly=True,
        default="request",
    )
    requested_on = fields.Date(readonly=True)
    due_date = fields.Date(
        compute="_compute_due_date",
        store=True,
        help="One month after the request (GDPR, article 12).",
    )
    overdue = fields.Boolean(compute="_compute_overdue")
    user_id = fields.Many2one(
        "res.users",
        string="By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    approver_id = fields.Many2one(
        "res.users", string="Approved By", readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", readonly=True, ondelete="restrict")
    date_done = fields.Datetime(string="Finished On", readonly=True)
    counts = fields.Json(readonly=True)
    result = fields.Html(compute="_compute_result", sanitize=False)
    options = fields.Json(readonly=True)
    company_ids = fields.Many2many(
        "res.company",
        "flywheel_privacy_log_company_rel",
        readonly=True,
        string="Companies Searched",
    )
    progress = fields.Integer(readonly=True, aggregator=None, help="Records done.")
    total = fields.Integer(readonly=True, aggregator=None, string="Records")

    # The file
    file = fields.Binary(attachment=True, groups=fields.NO_ACCESS)
    file_token = fields.Char(groups=fields.NO_ACCESS)
    file_size = fields.Integer(string="Size (Bytes)", readonly=True, aggregator=None)
    expires = fields.Datetime(
        string="Kept Until", readonly=True, help="It is deleted when it is fetched."
    )
    fetched_on = fields.Datetime(readonly=True)
    fetchable = fields.Boolean(compute="_compute_fetchable")

    _open_idx = models.Index("(id) WHERE state = 'running'")

    @api.depends("kind")
    def _compute_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for log in self:
            log.name = self.env._(
                "%(kind)s: person %(number)s",
                kind=kinds.get(log.kind),
                number=log.person_number,
            )

    @api.depends("requested_on")
    def _compute_due_date(self):
        for log in self:
            log.due_date = log.requested_on and (
                log.requested_on + relativedelta(months=1)
            )

    @api.depends("due_date", "state", "date_done")
    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for log in self:
            until = log.date_done.date() if log.date_done else today
            log.overdue = bool(log.due_date) and log.due_date < until

    @api.depends("expires", "fetched_on", "state")
    def _compute_fetchable(self):
        now = fields.Datetime.now()
        for log in self:
            log.fetchable = (
                log.kind == "export"
                and log.state == "done"
                and not log.fetched_on
                and bool(log.expires)
                and log.expires > now
            )

    @api.depends("counts")
    def _compute_result(self):
        for log in self:
            log.result = self.env["ir.qweb"]._render(
                "inbound_flywheel.privacy_result",
                {"rows": log._describe_counts()},
                raise_if_not_found=False,
            )

    def _describe_counts(self):
        """Return the rows of :attr:`counts` with names of models that people know."""
        Model = self.env["ir.model"].sudo()
        outcomes = self._get_outcomes()
        return [
            {
                "name": Model._get(name).name if name in self.env else name,
                "outcome": outcomes.get(outcome, outcome),
                "count": count,
            }
            for name, outcome, count in self.counts or ()
        ]

    @api.model
    def _get_outcomes(self):
        """Return {code: words} of what becomes of records."""
        return {
            "handed": self.env._("Handed out"),
            "deleted": self.env._("Deleted"),
            "anonymised": self.env._("Words and addresses removed"),
            "counted": self.env._("Kept as anonymous numbers"),
            "kept": self.env._("Kept"),
            "listed": self.env._("Fingerprint on the list “Do Not Track Again”"),
        }

    # ------------------------------------------------------------------
    # Starting
    # ------------------------------------------------------------------
    @api.model
    def _start(self, kind, profile, **values):
        """Write a line and do, or plan, what it says.

        :param kind: ``export`` or ``erasure``
        :param profile: the person
        :param values: further fields of the line
        :return: the line
        """
        # sudo: the log is written by the flow alone; who may was checked
        log = self.sudo().create(
            {
                "kind": kind,
                "person_number": profile.id,
                "person_hash": self._get_person_hash(profile),
                "company_id": profile.company_id.id,
                "company_ids": [(6, 0, self.env.companies.ids)],
                "user_id": self.env.uid,
                "requested_on": fields.Date.context_today(self),
                **values,
            }
        )
        log.total = log._count_work()
        if log.state == "running":
            log._run_or_plan()
        return log.with_env(self.env)

    @api.model
    def _get_person_hash(self, profile):
        addresses = profile._get_personal_addresses()
        for kind in ("email", "phone", "external", "visitor"):
            if addresses.get(kind):
                value = min(addresses[kind])
                return self.env["flywheel.suppression"]._digest(kind, value)
        return False

    def _count_work(self):
        people = self._get_person()
        found = people._get_personal_records()
        parts = people._get_attached(found)
        return sum(map(len, found.values())) + sum(map(len, parts.values()))

    def _get_person(self):
        """Return the person of the line, with the companies of who asked."""
        self.ensure_one()
        company_ids = self.company_ids.ids or self.env.companies.ids
        people = self.env["flywheel.profile"].with_context(
            allowed_company_ids=company_ids, active_test=False
        )
        return people.sudo().browse(self.person_number).exists()

    def _is_at_once(self):
        return self.total <= AT_ONCE

    def _run_or_plan(self):
        if self._is_at_once():
            self._run()
        else:
            # sudo: whoever asks may wake the scheduled action
            self.env.ref("inbound_flywheel.cron_privacy").sudo()._trigger()

    def _run(self):
        """Do what the lines say, from where it was left."""
        for log in self.sudo():
            if log.kind == "export":
                log._export()
            elif log.kind == "erasure":
                log._erase()
            else:
                log._finish([])

    def _advance(self, count):
        """Note progress; a scheduled action commits it."""
        self.progress += count
        if self.env.context.get("flywheel_cron"):
            self.env["ir.cron"]._commit_progress()

    @api.model
    @gives_way
    def _cron_run(self):
        """Finish what was too much to wait for, or was interrupted."""
        running = self.search([("state", "=", "running")], order="id")
        self.env["ir.cron"]._commit_progress(remaining=len(running))
        for log in running.with_context(flywheel_cron=True):
            if not log.try_lock_for_update():
                continue
            log._run()
            if not self.env["ir.cron"]._commit_progress(1):
                break

    # ------------------------------------------------------------------
    # Approval by a second person
    # ------------------------------------------------------------------
    def _check_officer(self):
        self.ensure_one()
        self.check_access("read")
        person = self._get_person().with_env(self.env)
        person._check_privacy_officer()
        return person

    def action_approve(self):
        """Let an erasure that somebody else asked for begin.

        :raise AccessError: the caller is who asked for it, or has no right to
        """
        self._check_officer()
        if self.state != "waiting":
            raise UserError(self.env._("This does not wait for an approval."))
        if self.user_id == self.env.user:
            raise AccessError(
                self.env._("Somebody else has to approve what you asked for.")
            )
        # sudo: the log is written by the flow alone
        log = self.sudo()
        log.write({"state": "running", "approver_id": self.env.uid})
        log._run_or_plan()
        return True

    def action_refuse(self):
        """Let it be."""
        self._check_officer()
        if self.state != "waiting":
            raise UserError(self.env._("This does not wait for an approval."))
        # sudo: as above
        self.sudo().write({"state": "refused", "approver_id": self.env.uid})
        return True

    def action_open_person(self):
        """Open the person, while there is one."""
        person = self._get_person().with_env(self.env)
        if not person:
            raise UserError(self.env._("The person was forgotten."))
        return person._get_records_action()

    # ------------------------------------------------------------------
    # Fetching the file
    # ------------------------------------------------------------------
    def action_fetch(self):
        """Download the file; it can be fetched once."""
        self._check_officer_of_file()
        token = secrets.token_urlsafe(24)
        # sudo: nobody reads the token but the one whom it is made for
        self.sudo().file_token = token
        return {
            "type": "ir.actions.act_url",
            "url": f"/flywheel/privacy/{self.id}/{token}",
            "target": "self",
        }

    def _check_officer_of_file(self):
        self.ensure_one()
        self.check_access("read")
        if self.user_id != self.env.user:
            raise AccessError(
                self.env._("The file is fetched by the one who asked for it.")
            )
        if not self.fetchable:
            raise UserError(
                self.env._(
                    "There is no file any more: it was fetched, or its time is over. "
                    "Hand the data out anew."
                )
            )

    def _take_file(self, token):
        """Return (name, content) of the file and delete it here.

        :param token: of :meth:`action_fetch`
        :raise AccessError: it is not the token, or not the one who asked
        """
        self._check_officer_of_file()
        # sudo: the rights were checked, the file is closed to all
        log = self.sudo()
        known, given = (log.file_token or "").encode(), (token or "").encode()
        if not known or not hmac.compare_digest(known, given):
            raise AccessError(self.env._("This link was used already."))
        attachment = log._get_file()
        content = attachment.raw
        name = attachment.name
        attachment.unlink()
        log.write({"file_token": False, "fetched_on": fields.Datetime.now()})
        return name, content

    @api.autovacuum
    def _gc_files(self):
        """Delete files that nobody fetched in time."""
        domain = [("expires", "<", fields.Datetime.now()), ("fetched_on", "=", False)]
        found = self.search([*domain, ("file_size", ">", 0)], limit=100)
        found._get_file().unlink()
        found.write({"file_token": False, "file_size": 0})

    def _get_file(self):
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("res_field", "=", "file"),
            ]
        )

    def _keep_file(self, content):
        """Keep a file until it is fetched, for :data:`KEEP_DAYS` at most.

        :param content: bytes
        """
        self._get_file().unlink()
        self.env["ir.attachment"].create(
            {
                "name": f"personal-data-{self.person_number}.zip",
                "raw": content,
                "mimetype": "application/zip",
                "res_model": self._name,
                "res_id": self.id,
                # A field that nobody may read: nor the attachment.
                "res_field": "file",
            }
        )
        self.write(
            {
                "file_size": len(content),
                "expires": fields.Datetime.now() + timedelta(days=KEEP_DAYS),
            }
        )

    def _finish(self, counts):
        """Close the line.

        :param counts: [(model, outcome, number of records)]
        """
        self.write(
            {"state": "done", "counts": counts, "date_done": fields.Datetime.now()}
        )
        # No word about the person, here neither.
        _logger.info("%s of person %s is done", self.kind, self.person_number)
