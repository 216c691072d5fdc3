# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import uuid

from odoo import api, fields, models
from odoo.tools import format_date

# Reichheld, "The One Number You Need to Grow", Harvard Business Review, 2003.
DETRACTOR = 6
PROMOTER = 9


class FlywheelNps(models.Model):
    """One question to one person: would you recommend us, from 0 to 10?"""

    _name = "flywheel.nps"
    _description = "Recommendation (NPS)"
    _order = "sent_date desc, id desc"
    _rec_name = "customer"

    profile_id = fields.Many2one(
        "flywheel.profile",
        string="Person",
        required=True,
        ondelete="cascade",
        index=True,
        readonly=True,
    )
    customer = fields.Char(readonly=True)
    email = fields.Char(readonly=True)
    lang = fields.Char(string="Language", readonly=True)
    access_token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: uuid.uuid4().hex,
        groups="base.group_system",
    )
    sent_date = fields.Datetime(
        string="Asked On", required=True, default=fields.Datetime.now, readonly=True
    )
    answer_date = fields.Datetime(string="Answered On", readonly=True)
    score = fields.Integer(aggregator=None, readonly=True)
    comment = fields.Text(readonly=True)
    category = fields.Selection(
        [
            ("promoter", "Promoter"),
            ("passive", "Passive"),
            ("detractor", "Detractor"),
        ],
        compute="_compute_category",
        store=True,
        help="Promoters give 9 or 10, detractors 6 or less.",
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Last Case",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
    )
    team_id = fields.Many2one(
        "helpdesk.ticket.team", ondelete="set null", readonly=True
    )
    user_id = fields.Many2one(
        "res.users", string="Agent", ondelete="set null", readonly=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", index=True, readonly=True
    )
    referral_date = fields.Datetime(
        string="Asked for a Referral",
        readonly=True,
        help="When the person, a promoter, was asked to recommend us to others.",
    )
    origin = fields.Char(
        readonly=True,
        copy=False,
        help="The key of what it was asked in, if that was no mail of ours: it "
        "counts once.",
    )
    doubtful = fields.Boolean(
        string="Address Typed In",
        readonly=True,
        help="Anybody may have answered: the address was typed in.",
    )

    _token_uniq = models.UniqueIndex("(access_token)", "This question exists already.")
    _score_range = models.Constraint(
        "CHECK (score BETWEEN 0 AND 10)", "The answer is a number from 0 to 10."
    )
    _origin_uniq = models.UniqueIndex(
        "(origin) WHERE origin IS NOT NULL", "This answer was taken already."
    )
    _asked_idx = models.Index("(profile_id, sent_date)")

    @api.depends("score", "answer_date")
    def _compute_category(self):
        for answer in self:
            if not answer.answer_date:
                answer.category = False
            elif answer.score >= PROMOTER:
                answer.category = "promoter"
            elif answer.score <= DETRACTOR:
                answer.category = "detractor"
            else:
                answer.category = "passive"

    # ------------------------------------------------------------------
    # Words of the mail
    # ------------------------------------------------------------------
    def _get_link(self):
        """Address of the page; a mail adds ``?score=``."""
        self.ensure_one()
        return f"{self.get_base_url()}/nps/{self.sudo().access_token}"

    def _get_greeting(self):
        self.ensure_one()
        if not self.customer or "@" in self.customer:
            return self.env._("Hello,")
        return self.env._("Hello %(name)s,", name=self.customer)

    # ------------------------------------------------------------------
    # Answer
    # ------------------------------------------------------------------
    @api.model
    def _take_answer(self, profile, score, comment, values):
        """Take an answer to the same question that was asked elsewhere, once.

        :param profile: the person
        :param int score: 0 to 10
        :param str comment: in the person's words
        :param dict values: ``origin`` (key of what it was asked in), ``customer``,
            ``email``, ``lang``, ``sent_date``, ``answer_date``, ``company_id``,
            ``doubtful``
        """
        if self.search_count([("origin", "=", values["origin"])], limit=1):
            return
        company = self.env["res.company"].browse(values["company_id"])
        case = self._last_cases(company, profile).get(profile.id)
        if case:
            values = {
                **values,
                "ticket_id": case.id,
                "team_id": case.team_id.id,
                "user_id": case.user_id.id,
            }
        date = values["answer_date"]
        question = self.create(
            {**values, "profile_id": profile.id, "answer_date": False}
        )
        question._answer(score, comment, date)

    def _answer(self, score, comment="", date=None):
        """Take the answer of the person, who may change it later.

        :param int score: 0 to 10
        :param str comment: in the person's words
        :param datetime date: when; default now
        """
        self.ensure_one()
        comment = (comment or "").strip()[:5_000]
        first = not self.answer_date
        changed = first or self.score != score
        self.write(
            {
                "score": score,
                "comment": comment or self.comment,
                "answer_date": date or fields.Datetime.now(),
            }
        )
        if not changed:
            return
        self._record_touchpoint()
        if self.category == "detractor":
            self._open_recovery()
        elif self.category == "promoter" and not self.doubtful:
            self._ask_referral()

    def _record_touchpoint(self):
        self.env["flywheel.touchpoint"]._record(
            [
                {
                    "type": "nps",
                    "profile_id": self.profile_id.id,
                    "date": self.answer_date,
                    # Another value is another line.
                    "external_key": f"flywheel.nps:{self.id}:{self.score}",
                    "value": self.score,
                    "summary": (self.comment or "")[:200] or None,
                    "res_model": self._name,
                    "res_id": self.id,
                }
            ]
        )

    def _open_recovery(self):
        self.env["flywheel.recovery"]._open_for(
            self.profile_id,
            self.ticket_id,
            {
                "source": "nps",
                "value": self.score,
                "comment": self.comment,
                "customer": self.customer or self.email,
                "company_id": self.company_id.id,
            },
        )

    def _decline(self):
        """The person wants no more surveys."""
        self.ensure_one()
        self.env["flywheel.consent"].create(
            {
                "profile_id": self.profile_id.id,
                "purpose": "survey",
                "kind": "withdrawn",
                "method": "form",
                "evidence": self.env._(
                    "By the link in the mail of %(date)s",
                    date=format_date(self.env, self.sent_date),
                ),
            }
        )
