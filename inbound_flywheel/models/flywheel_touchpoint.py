# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..engine.arrays import array
from ..engine.busy import BUSY, giving_way, unlogged_conflicts
from .flywheel_profile import HOT_COLUMNS

COLUMNS = {
    "profile_id": "int",
    "type_id": "int",
    "date": "timestamp",
    "external_key": "text",
    "value": "float8",
    "summary": "text",
    "res_model": "text",
    "res_id": "int",
    "source_id": "int",
    "medium_id": "int",
    "campaign_id": "int",
    "user_id": "int",
}
# The words are stored for all and shown to those who may see where they come from.
STORED_AS = {"summary": "content"}
# Keys of an item that name an address, and the kind of identity it is.
KINDS = (("email", "email"), ("phone", "phone"), ("external_id", "external"))
# Where a transaction keeps what it has recorded and not appended yet.
QUEUE = "inbound_flywheel.touchpoints"


class Line(NamedTuple):
    """What applying a ledger line has to know of it."""

    id: int
    profile_id: int
    type_id: int
    date: datetime


class Known(NamedTuple):
    """What is known of a person before lines are applied."""

    last_date: datetime | None
    momentum: float
    journey_stage_id: int | None
    lifecycle_stage_id: int | None
    no_profiling: bool | None


class FlywheelTouchpoint(models.Model):
    """One dated interaction, in or out: a line of the ledger.

    Append-only: a correction is another line. Lines are appended by
    :meth:`ingest` (remote clients) and :meth:`_record` (Odoo itself), and then
    applied once: points, stages, last contact.
    """

    _name = "flywheel.touchpoint"
    _description = "Touchpoint"
    _order = "date desc, id desc"
    _rec_name = "type_id"

    profile_id = fields.Many2one(
        "flywheel.profile", string="Person", required=True, ondelete="cascade"
    )
    date = fields.Datetime(required=True)
    type_id = fields.Many2one(
        "flywheel.touchpoint.type", required=True, ondelete="restrict"
    )
    channel_id = fields.Many2one(related="type_id.channel_id")
    icon = fields.Char(related="type_id.channel_id.icon")
    direction = fields.Selection(related="type_id.direction")
    team = fields.Selection(related="type_id.team")
    content = fields.Char(groups="base.group_system")
    summary = fields.Char(
        compute="_compute_summary",
        inverse="_inverse_summary",
        search="_search_summary",
        help="What happened, in a few words. Empty for those who may not see the "
        "record it came from.",
    )
    value = fields.Float(
        aggregator="sum", help="Amount, rating or another number that the type has."
    )
    res_model = fields.Char(string="Record Model")
    res_id = fields.Many2oneReference(string="Record", model_field="res_model")
    source_id = fields.Many2one(
        "utm.source", ondelete="set null", index="btree_not_null"
    )
    medium_id = fields.Many2one(
        "utm.medium", ondelete="set null", index="btree_not_null"
    )
    campaign_id = fields.Many2one(
        "utm.campaign", ondelete="set null", index="btree_not_null"
    )
    user_id = fields.Many2one("res.users", string="By", ondelete="set null")
    company_id = fields.Many2one(
        "res.company", help="The company of the person. Empty: shared by all."
    )
    external_key = fields.Char(
        help="The sender's own key. The same key of the same type counts once."
    )
    origin_id = fields.Integer(
        readonly=True,
        aggregator=None,
        help="The person it was recorded for, if that was merged into this one since.",
    )
    state = fields.Selection(
        [("valid", "Counts"), ("quarantined", "Quarantined")],
        required=True,
        default="valid",
    )
    quarantine_reason = fields.Char()
    pending = fields.Boolean(
        help="Appended, and not yet applied to the person's score and stages."
    )
    award_ids = fields.One2many("flywheel.award", "touchpoint_id")
    points = fields.Float(compute="_compute_points", help="Points it earned.")

    _key_uniq = models.UniqueIndex(
        "(type_id, external_key) WHERE external_key IS NOT NULL",
        "This touchpoint is in the ledger already.",
    )
    # A timeline pages, filters and counts without looking at the lines themselves,
    # which lie scattered: types and companies come along.
    _timeline_idx = models.Index(
        "(profile_id, date DESC, id DESC) INCLUDE (type_id, company_id)"
    )
    # Lines whose window has passed are found by it.
    _type_idx = models.Index("(type_id, date)")
    _pending_idx = models.Index("(id) WHERE pending")
    _source_idx = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")
    _quarantine_idx = models.Index("(date) WHERE state = 'quarantined'")

    @api.depends("award_ids.points")
    def _compute_points(self):
        groups = self.env["flywheel.award"]._read_group(
            [("touchpoint_id", "in", self.ids)], ["touchpoint_id"], ["points:sum"]
        )
        points = {touchpoint.id: total for touchpoint, total in groups}
        for touchpoint in self:
            touchpoint.points = points.get(touchpoint.id, 0.0)

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        """Log touchpoints by hand, or import them; they are applied at once."""
        flow = {"state", "pending", "company_id", "origin_id", "by_hand"}
        flow |= {"quarantine_reason", "quarantine_kind", "quarantine_detail"}
        vals_list = [
            {name: value for name, value in vals.items() if name not in flow}
            for vals in vals_list
        ]
        people = self.env["flywheel.profile"].browse(
            {vals["profile_id"] for vals in vals_list if vals.get("profile_id")}
        )
        people.check_access("read")
        for vals in vals_list:
            profile = people.browse(vals.get("profile_id"))
            vals.update(pending=True, company_id=profile.company_id.id)
            vals.setdefault("user_id", self.env.uid)
        touchpoints = super().create(vals_list)
        # sudo: the flow writes what follows from a touchpoint
        touchpoints.sudo()._apply()
        return touchpoints

    # ------------------------------------------------------------------
    # Appending
    # ------------------------------------------------------------------
    @api.model
    def _record(self, vals_list, later=False):
        """Append what Odoo itself sees happen, and apply it.

        The internal twin of :meth:`ingest`: no rights are checked, a person who
        cannot be told is skipped, a known ``external_key`` counts once.

        All that a transaction records is appended and applied in one go: when
        somebody reads or searches the people or the ledger, or else at its end.

        :param vals_list: list of dicts: ``type`` (code), one of ``profile_id``,
            ``partner_id``, ``lead_id``, ``email``, ``phone``,
            ``external_id``; optional ``date`` (naive UTC, default now) and any
            column of the ledger
        :param later: only append: the scheduled action applies it within seconds.
            For public requests, which wait for nobody
        """
        # sudo: the ledger is written by the flow, whoever causes the event
        self = self.sudo()
        type_ids = self.env["flywheel.touchpoint.type"]._get_ids_by_code()
        now = fields.Datetime.now()
        items = []
        for vals in vals_list:
            item = dict(vals, date=vals.get("date") or now)
            if item["type"] in type_ids:
                items.append(item)
        profile_ids = self._resolve_people(items)
        rows = []
        for item, profile_id in zip(items, profile_ids, strict=True):
            if profile_id:
                row = {name: item[name] for name in COLUMNS if name in item}
                row.update(profile_id=profile_id, type_id=type_ids[item["type"]])
                rows.append(row)
        if rows and later:
            self._judge_new(self._insert(rows, pending=True))._set_pending(True)
            self._trigger_apply()
        elif rows:
            self._enqueue(rows)

    @api.model
    def _enqueue(self, rows):
        precommit = self.env.cr.precommit
        if QUEUE not in precommit.data:
            precommit.data[QUEUE] = []
            precommit.add(self._flush_queue)
        precommit.data[QUEUE] += rows
        people = self.env["flywheel.profile"].browse({r["profile_id"] for r in rows})
        people._await_flow()

    @api.model
    def _flush_queue(self):
        """Append and apply what the transaction has recorded so far."""
        rows = self.env.cr.precommit.data.pop(QUEUE, None)
        if rows:
            # sudo: see _record
            self.sudo()._append(rows)

    @api.model
    def _search(self, *args, **kwargs):
        self.env["flywheel.identity"]._flush_claims()
        self._flush_queue()
        return super()._search(*args, **kwargs)

    @api.model
    def _resolve_people(self, items):
        """Return the profile id of each item, None where it cannot be told."""
        identities = self.env["flywheel.identity"]
        addresses, partners, leads, normal = {}, set(), set(), {}
        for index, item in enumerate(items):
            if item.get("profile_id"):
                continue
            if item.get("partner_id"):
                partners.add(item["partner_id"])
            elif item.get("lead_id"):
                leads.add(item["lead_id"])
            elif key := next(((k, item[n]) for n, k in KINDS if item.get(n)), None):
                if key not in normal:
                    normal[key] = identities._normalize(*key)
                if normal[key]:
                    addresses[index] = (key[0], normal[key])
        by_address = identities._resolve(addresses.values())
        by_partner = self.env["res.partner"].browse(partners)._get_profile_ids()
        by_lead = self.env["crm.lead"].browse(leads)._get_profile_ids()
        return [
            item.get("profile_id")
            or by_partner.get(item.get("partner_id"))
            or by_lead.get(item.get("lead_id"))
            or by_address.get(addresses.get(index))
            for index, item in enumerate(items)
        ]

    @api.model
    def _append(self, rows, note=None):
        """Insert ledger lines and apply them; known keys are left out.

        Should somebody else be at work on the same people, or the whole history be
        awarded anew, the lines are appended as pending, for the scheduled action:
        writers never wait for each other.

        :param rows: list of dicts over the keys of ``COLUMNS``
        :param note: called with the list of new :class:`Line` before they are judged,
            to note down what the judge may want to know of them
        :return: the lines that are new
        """
        if not rows:
            return self.browse()
        people = {row["profile_id"] for row in rows}
        self.env["flywheel.profile"].browse(people).flush_recordset(HOT_COLUMNS)
        try:
            with giving_way(self.env.cr):
                known = self._lock_people(people)
                lines, earlier = self._insert_judged(rows, False, note)
                self._apply_lines(lines, known)
                earlier._apply()
        except BUSY:
            # The same event from two sides at once: Odoo tries the second one again.
            with unlogged_conflicts():
                lines, earlier = self._insert_judged(rows, True, note)
            earlier._set_pending(True)
            self._trigger_apply()
        self._forget()
        return self.browse([line.id for line in lines])

    @api.model
    def _insert_judged(self, rows, pending, note):
        """Insert ledger lines and tell those that machines made.

        :return: (list of the new :class:`Line`, earlier lines whose state has changed)
        """
        lines = self._insert(rows, pending)
        if note:
            note(lines)
        return lines, self._judge_new(lines)

    @api.model
    def _insert(self, rows, pending):
        """Insert ledger lines in one statement.

        They have no author: ``user_id`` says whose doing it was, and each reference
        that PostgreSQL has to check costs as much as writing to three indexes.

        :return: list of :class:`Line`, of those that are new
        """
        arrays = SQL(", ").join(
            SQL("%s::%s[]", array(row.get(name) or None for row in rows), SQL(kind))
            for name, kind in COLUMNS.items()
        )
        lines = self.env.execute_query(
            SQL(
                """
                INSERT INTO flywheel_touchpoint (%(columns)s, company_id, state,
                            pending, create_date, write_date)
                SELECT t.*, (SELECT p.company_id FROM flywheel_profile p
                              WHERE p.id = t.profile_id), 'valid',
                       %(pending)s, %(now)s, %(now)s
                  FROM unnest(%(arrays)s) AS t (%(columns)s)
                ON CONFLICT DO NOTHING
                RETURNING id, profile_id, type_id, date
                """,
                columns=SQL(", ").join(
                    SQL.identifier(STORED_AS.get(name, name)) for name in COLUMNS
                ),
                pending=pending,
                now=self.env.cr.now(),
                arrays=arrays,
            )
        )
        return [Line(*line) for line in lines]

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def _check_manager(self):
        if not self.env.user.has_group("inbound_flywheel.group_flywheel_manager"):
            raise AccessError(
                self.env._("Only a flywheel manager can quarantine or release.")
            )
        self.check_access("read")

    def action_quarantine(self):
        """Keep the touchpoints visible, and worth nothing."""
        self._check_manager()
        reason = self.env._("By %(user)s", user=self.env.user.name)
        # sudo: a judgement by a manager, checked above, not a change of the facts
        self.sudo().write(
            {
                "state": "quarantined",
                "quarantine_kind": "hand",
                "quarantine_reason": reason,
                "by_hand": True,
            }
        )
        self.sudo()._apply()
        return True

    def action_release(self):
        """Let quarantined touchpoints count after all."""
        self._check_manager()
        # sudo: as in action_quarantine
        self.sudo().write(
            {
                "state": "valid",
                "quarantine_kind": False,
                "quarantine_reason": False,
                "by_hand": True,
            }
        )
        self.sudo()._apply()
        return True

    def action_open_source(self):
        """Open the record that the touchpoint came from."""
        self.ensure_one()
        if not self.res_id or self.res_model not in self.env:
            raise UserError(self.env._("This touchpoint has no record in Odoo."))
        record = self.env[self.res_model].browse(self.res_id).exists()
        if not record:
            raise UserError(self.env._("The record of this touchpoint is gone."))
        return record._get_records_action()

    # ------------------------------------------------------------------
    # Retention
    # ------------------------------------------------------------------
    @api.autovacuum
    def _gc_touchpoints(self):
        """Delete old lines that no score can rest on, if a retention is configured:
        those of types that no version of the score model counts.

        The system parameter ``inbound_flywheel.retention_months`` says how long
        lines are kept; 0, the default, keeps them for ever.
        """
        params = self.env["ir.config_parameter"].sudo()
        months = int(params.get_param("inbound_flywheel.retention_months") or 0)
        if not months:
            return 0, 0
        rules = self.env["flywheel.score.rule"].sudo()
        rules = rules.with_context(active_test=False).search([("points", "!=", 0)])
        self.env.cr.execute(
            """
            DELETE FROM flywheel_touchpoint WHERE id IN (
                SELECT t.id FROM flywheel_touchpoint t
                 WHERE t.date < %(now)s - %(months)s * interval '1 month'
                   AND NOT t.pending
                   AND t.type_id <> ALL(%(counted)s)
                 LIMIT %(limit)s)
            """,
            {
                "now": fields.Datetime.now(),
                "months": months,
                "counted": rules.type_ids.ids,
                "limit": 10_000,
            },
        )
        done = self.env.cr.rowcount
        return done, done
