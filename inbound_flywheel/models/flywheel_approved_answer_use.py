# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from hashlib import sha256

from odoo import api, fields, models

from ..engine import phrases

# An insertion is looked for in what its user posts on the record within a day.
OPEN_HOURS = 24
# Less than this of an answer in a message: it was taken out again.
KEPT = 0.2
# More than this changed: another answer than the approved one.
EDITED = 0.1
# Characters by which free texts are told apart in lists.
GIST = 120
# Insertions that were never sent are forgotten after so many days.
KEEP_DAYS = 30


class FlywheelApprovedAnswerUse(models.Model):
    """Somebody was given an answer to a question: which one, by whom, and with what
    changes. Also when it was free text although there is an approved answer."""

    _name = "flywheel.approved.answer.use"
    _description = "Answer Given"
    _order = "date desc, id desc"
    _rec_name = "answer_id"

    answer_id = fields.Many2one(
        "flywheel.approved.answer",
        string="Question",
        required=True,
        ondelete="restrict",
        index=True,
    )
    version_id = fields.Many2one(
        "flywheel.approved.answer.version", ondelete="restrict"
    )
    version = fields.Integer(
        related="version_id.number", string="Version Number", aggregator=None
    )
    labels = fields.Char(
        string="Text For", help="For whom the inserted text is meant. Empty: for all."
    )
    kind = fields.Selection(
        [
            ("approved", "As Approved"),
            ("edited", "Approved, Then Changed"),
            ("free", "Free Text"),
        ],
        required=True,
        default="approved",
        help="Free text: the question was answered without the approved answer that "
        "there is.",
    )
    state = fields.Selection(
        [("inserted", "Not Sent"), ("sent", "Sent")], required=True, default="inserted"
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", string="By", ondelete="set null")
    profile_id = fields.Many2one(
        "flywheel.profile", string="Person", ondelete="cascade", index="btree_not_null"
    )
    res_model = fields.Char(string="Record Model")
    res_id = fields.Many2oneReference(string="Record", model_field="res_model")
    message_id = fields.Many2one(
        "mail.message", ondelete="set null", index="btree_not_null"
    )
    asked = fields.Char(string="Asked As", help="The words of the person.")
    text = fields.Text(help="What was said.")
    gist = fields.Char(
        string="What Was Said",
        compute="_compute_gist",
        store=True,
        help="The version, where it was given as approved; else how the text begins.",
    )
    fingerprint = fields.Char(help="The same for answers that say the same.")
    edited_share = fields.Float(
        string="Changed",
        aggregator="avg",
        help="The share of the approved text that is not in the message any more.",
    )
    override_reason = fields.Char(
        string="Reason for Using It Expired",
        help="Why the answer was used although its review was due.",
    )
    was_expired = fields.Boolean()
    company_id = fields.Many2one("res.company")

    _open_idx = models.Index("(res_model, res_id) WHERE state = 'inserted'")
    _date_idx = models.Index("(answer_id, date)")

    @api.depends("kind", "version_id", "labels", "text")
    def _compute_gist(self):
        for use in self:
            if use.kind == "approved" and use.version_id:
                use.gist = self.env._(
                    "Version %(number)s %(labels)s",
                    number=use.version_id.number,
                    labels=f"({use.labels})" if use.labels else "",
                ).strip()
            else:
                use.gist = " ".join((use.text or "").split())[:GIST]

    # ------------------------------------------------------------------
    # What became of it
    # ------------------------------------------------------------------
    @api.model
    def _note_message(self, record, message):
        """Tell of insertions that a message contains that they were sent.

        One look at an index, for records of people alone, of what their user has
        inserted lately.
        """
        # sudo: the log is written by what happens
        uses = self.sudo().search(
            [
                ("state", "=", "inserted"),
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("user_id", "=", self.env.uid),
                ("date", ">=", fields.Datetime.now() - timedelta(hours=OPEN_HOURS)),
            ]
        )
        if not uses:
            return
        said = phrases.plain(message.body)
        for use in uses:
            changed = phrases.changed_share(use.text, said)
            if 1.0 - changed < KEPT:
                continue
            edited = changed > EDITED
            use.write(
                {
                    "state": "sent",
                    "date": message.date,
                    "message_id": message.id,
                    "edited_share": changed,
                    "kind": "edited" if edited else "approved",
                    "fingerprint": self._get_fingerprint(said)
                    if edited
                    else use.fingerprint,
                    "text": said if edited else use.text,
                }
            )

    @api.model
    def _get_fingerprint(self, text):
        """Return what is the same for texts of the same words."""
        words = " ".join(phrases.words(text))
        return sha256(words.encode()).hexdigest()[:16]

    @api.autovacuum
    def _gc_insertions(self):
        """Forget insertions that were never sent; those of expired answers stay."""
        limit = 1_000
        uses = self.search(
            [
                ("state", "=", "inserted"),
                ("was_expired", "=", False),
                ("date", "<", fields.Datetime.now() - timedelta(days=KEEP_DAYS)),
            ],
            limit=limit,
        )
        done = len(uses)
        uses.unlink()
        return done, done == limit

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_open_record(self):
        """Open the record on which the answer was given."""
        self.ensure_one()
        self.check_access("read")
        return self.env[self.res_model].browse(self.res_id)._get_records_action()
