# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

# What hangs on a person and moves with it.
TABLES = ("flywheel_case_mail", "flywheel_nps", "flywheel_recovery")


class FlywheelProfileSatisfaction(models.Model):
    """How content a person is, and what must not be sent meanwhile."""

    _inherit = "flywheel.profile"

    recovery_ids = fields.One2many(
        "flywheel.recovery",
        "profile_id",
        string="Recoveries",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    promotion_hold = fields.Boolean(
        string="No Promotions",
        compute="_compute_promotion_hold",
        search="_search_promotion_hold",
        compute_sudo=True,
        help="The person is unhappy with us, and somebody is winning it back: nobody "
        "sells anything meanwhile.",
    )
    promotion_hold_reason = fields.Char(
        string="Why No Promotions",
        compute="_compute_promotion_hold",
        compute_sudo=True,
    )
    recovery_until = fields.Date(
        string="Being Won Back Until",
        compute="_compute_promotion_hold",
        compute_sudo=True,
    )

    @api.depends("recovery_ids.state", "recovery_ids.deadline")
    @api.depends_context("lang")
    def _compute_promotion_hold(self):
        recoveries = self.env["flywheel.recovery"].search_fetch(
            [("profile_id", "in", self.ids), ("state", "=", "open")],
            ["profile_id", "deadline", "date", "source", "value"],
            order="id",
        )
        found = {recovery.profile_id.id: recovery for recovery in recoveries}
        for profile in self:
            recovery = found.get(profile._origin.id)
            profile.promotion_hold = bool(recovery)
            profile.recovery_until = recovery.deadline if recovery else False
            profile.promotion_hold_reason = bool(recovery) and self.env._(
                "%(what)s on %(date)s; is being won back until %(deadline)s.",
                what=recovery._describe(),
                date=format_date(self.env, recovery.date),
                deadline=format_date(self.env, recovery.deadline),
            )

    def _search_promotion_hold(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.env["flywheel.recovery"].flush_model(["profile_id", "state"])
        return Domain.custom(
            # Whether promotions are held is told to whoever sees the person.
            to_sql=lambda model, alias, query: SQL(
                "%s IN (SELECT profile_id FROM flywheel_recovery WHERE state = 'open')",
                SQL.identifier(alias, "id"),
            ),
            predicate=lambda profile: profile.promotion_hold,
        )

    def _move_lines(self, others):
        result = super()._move_lines(others)
        for table in TABLES:
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET profile_id = %s WHERE profile_id = ANY(%s)",
                    SQL.identifier(table),
                    self.id,
                    others.ids,
                )
            )
        return result

    def _flywheel_last_ratings(self, limit=5):
        """What the person said of us last, the latest first.

        Ratings of cases that the reader may not see are left out.

        :param int limit: how many at most
        :return: list of dicts: ``kind`` ("rating" or "nps"), ``value``, ``out_of``
            (5 or 10), ``comment``, ``date`` (naive UTC), ``ticket_id`` and
            ``ticket_name`` (False without a case)
        """
        self.ensure_one()
        self.check_access("read")
        cases = self.env["helpdesk.ticket"].with_context(active_test=False)
        if not cases.has_access("read"):
            return []
        own = cases.search([("flywheel_profile_id", "=", self.id)])
        found = self._read_ratings(own, limit) + self._read_answers(limit)
        return sorted(found, key=lambda line: line["date"], reverse=True)[:limit]

    @api.model
    def _read_ratings(self, cases, limit):
        """Ratings of cases that the reader may read."""
        # sudo: rating.rating - see above
        ratings = (
            self.env["rating.rating"]
            .sudo()
            .search(
                [
                    ("res_model", "=", cases._name),
                    ("res_id", "in", cases.ids),
                    ("consumed", "=", True),
                ],
                order="rated_on desc, id desc",
                limit=limit,
            )
        )
        rated = cases.browse(ratings.mapped("res_id"))
        names = {case.id: case.display_name for case in rated}
        return [
            {
                "kind": "rating",
                "value": rating.rating,
                "out_of": 5,
                "comment": rating.feedback or "",
                "date": rating.rated_on or rating.write_date,
                "ticket_id": rating.res_id,
                "ticket_name": names[rating.res_id],
            }
            for rating in ratings
        ]

    def _read_answers(self, limit):
        """Recommendations, as far as the reader may read them."""
        answers = self.env["flywheel.nps"].search(
            [("profile_id", "=", self.id), ("answer_date", "!=", False)],
            order="answer_date desc, id desc",
            limit=limit,
        )
        return [
            {
                "kind": "nps",
                "value": answer.score,
                "out_of": 10,
                "comment": answer.comment or "",
                "date": answer.answer_date,
                "ticket_id": False,
                "ticket_name": False,
            }
            for answer in answers
        ]
