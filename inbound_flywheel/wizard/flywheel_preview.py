# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine.decay import epoch

BANDS = ("hot", "warm", "cool", "cold")
GRADES = ("A", "B", "C", "D")


class FlywheelPreview(models.TransientModel):
    """What a score model would say of everybody, beside what is said now.

    Nothing is scored: the lines of the version are summed up and looked at.
    """

    _name = "flywheel.preview"
    _description = "Preview of a Score Model"

    score_model_id = fields.Many2one(
        "flywheel.score.model", required=True, readonly=True, ondelete="cascade"
    )
    base_model_id = fields.Many2one(
        "flywheel.score.model",
        string="Compared With",
        readonly=True,
        ondelete="cascade",
    )
    people_count = fields.Integer(string="People", readonly=True)
    changed_count = fields.Integer(
        string="Change",
        readonly=True,
        help="People who would have another temperature or grade.",
    )
    up_count = fields.Integer(string="Become Hot", readonly=True)
    down_count = fields.Integer(string="No Longer Hot", readonly=True)
    band_row_ids = fields.One2many(
        "flywheel.preview.row",
        "preview_id",
        domain=[("kind", "=", "band")],
        readonly=True,
    )
    grade_row_ids = fields.One2many(
        "flywheel.preview.row",
        "preview_id",
        domain=[("kind", "=", "grade")],
        readonly=True,
    )

    @api.depends("score_model_id")
    def _compute_display_name(self):
        for preview in self:
            preview.display_name = self.env._(
                "Preview: %(model)s", model=preview.score_model_id.display_name
            )

    # ------------------------------------------------------------------
    # Opening
    # ------------------------------------------------------------------
    @api.model
    def _open_model(self, score_model):
        """Return the action that shows what a score model would say."""
        preview = self._start(score_model)
        preview._fill()
        return {
            "type": "ir.actions.act_window",
            "name": preview.display_name,
            "res_model": self._name,
            "res_id": preview.id,
            "views": [(False, "form")],
        }

    @api.model
    def _open_rule(self, rule):
        """Return the action that shows the people whom a rule hits."""
        hits = rule.sudo()._get_people_hits_sql()
        if hits is None:
            raise UserError(
                self.env._(
                    "%(rule)s gives no points: it needs points and a touchpoint type.",
                    rule=rule.name,
                )
            )
        preview = self._start(rule.score_model_id)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO flywheel_preview_person
                       (preview_id, profile_id, hits, score_then, write_date)
                SELECT %(preview)s, h.profile_id, h.hits, COALESCE(h.points, 0),
                       %(now)s
                  FROM (%(hits)s) h
                  JOIN flywheel_profile p ON p.id = h.profile_id
                 WHERE %(own)s
                """,
                preview=preview.id,
                now=self.env.cr.now(),
                hits=hits,
                own=self._get_own_sql(),
            )
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_preview_rule_action"
        )
        action["domain"] = [("preview_id", "=", preview.id)]
        action["display_name"] = self.env._("%(rule)s: people", rule=rule.name)
        return action

    @api.model
    def _start(self, score_model):
        """Return an empty preview; the user's older ones go."""
        self.env["flywheel.touchpoint"]._flush_queue()
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM flywheel_preview WHERE create_uid = %s", [self.env.uid]
        )
        base = self.env["flywheel.score.model"]._get_active()
        return self.create({"score_model_id": score_model.id, "base_model_id": base.id})

    @api.model
    def _get_own_sql(self):
        """Return the condition that a person ``p`` is of the user's companies."""
        return SQL(
            "(p.company_id IS NULL OR p.company_id = ANY(%s))", self.env.companies.ids
        )

    # ------------------------------------------------------------------
    # Filling
    # ------------------------------------------------------------------
    def _fill(self):
        """Score everybody under the version, in one pass, count, and keep the people
        for whom something changes."""
        # Queries of their own: only such may use several processes.
        create_table = self.env["flywheel.history"]._create_table
        # sudo: a version says the same of a person whoever asks
        model = self.score_model_id.sudo()
        nobody = SQL("SELECT 0 AS profile_id, 0.0::float8 AS momentum WHERE FALSE")
        create_table("flywheel_preview_total", model._get_totals_sql() or nobody)
        create_table("flywheel_preview_fit", self._get_fit_sql(model))
        create_table("flywheel_preview_all", self._get_all_sql())
        columns = SQL(
            "profile_id, score_now, score_then, fit_now, fit_then, band_now, band_then,"
            " grade_now, grade_then, move"
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO flywheel_preview_person
                       (preview_id, write_date, %(columns)s)
                SELECT %(id)s, %(now)s, %(columns)s FROM flywheel_preview_all
                 WHERE band_now <> band_then OR move IS NOT NULL
                    OR grade_now IS DISTINCT FROM grade_then
                """,
                id=self.id,
                now=self.env.cr.now(),
                columns=columns,
            )
        )
        self.env["flywheel.preview.person"].invalidate_model()
        self._count()

    def _count(self):
        """Write how many people are and would be what."""
        counts = self.env.execute_query(
            SQL(
                """
                SELECT band_now, band_then, grade_now, grade_then, move, COUNT(*)
                  FROM flywheel_preview_all
              GROUP BY band_now, band_then, grade_now, grade_then, move
                """
            )
        )
        self.write(
            {
                "people_count": sum(row[-1] for row in counts),
                "changed_count": sum(
                    row[-1] for row in counts if row[0] != row[1] or row[2] != row[3]
                ),
                "up_count": sum(row[-1] for row in counts if row[4] == "up"),
                "down_count": sum(row[-1] for row in counts if row[4] == "down"),
            }
        )
        bands = [(row[0], row[1], row[-1]) for row in counts]
        grades = [(row[2], row[3], row[-1]) for row in counts]
        self.env["flywheel.preview.row"].create(
            self._prepare_rows("band", BANDS, bands)
            + self._prepare_rows("grade", (*GRADES, None), grades)
        )

    def _get_all_sql(self):
        """Return the query of everybody: what is said now, what would be said then."""
        today = epoch(fields.Datetime.now())
        model, base = self.score_model_id.sudo(), self.base_model_id.sudo()
        return SQL(
            """
            SELECT s.*, %(band_now)s AS band_now, %(band_then)s AS band_then,
                   %(grade_then)s AS grade_then,
                   CASE WHEN s.score_then >= %(hot)s AND s.score_now < %(base_hot)s
                        THEN 'up'
                        WHEN s.score_then < %(hot)s AND s.score_now >= %(base_hot)s
                        THEN 'down' END AS move
              FROM (
                SELECT p.id AS profile_id,
                       p.momentum * %(base_worth)s::float8 AS score_now,
                       COALESCE(t.momentum, 0) * %(worth)s::float8 AS score_then,
                       p.fit_grade AS grade_now, p.fit_score AS fit_now,
                       COALESCE(f.points, 0) AS fit_then
                  FROM flywheel_profile p
             LEFT JOIN flywheel_preview_total t ON t.profile_id = p.id
             LEFT JOIN flywheel_preview_fit f ON f.profile_id = p.id
                 WHERE NOT p.no_profiling AND %(own)s
              ) s
            """,
            band_now=self._get_band_sql(base, SQL("s.score_now")),
            band_then=self._get_band_sql(model, SQL("s.score_then")),
            grade_then=self._get_grade_sql(model, SQL("s.fit_then")),
            hot=model._get_own_thresholds().hot,
            base_hot=base._get_own_thresholds().hot,
            worth=model._get_own_decay().worth(today),
            base_worth=base._get_own_decay().worth(today),
            own=self._get_own_sql(),
        )

    @api.model
    def _get_band_sql(self, score_model, score):
        limits = score_model._get_own_thresholds()
        return SQL(
            "CASE WHEN %(score)s >= %(hot)s THEN 'hot' WHEN %(score)s >= %(warm)s"
            " THEN 'warm' WHEN %(score)s >= %(cool)s THEN 'cool' ELSE 'cold' END",
            score=score,
            hot=limits.hot,
            warm=limits.warm,
            cool=limits.cool,
        )

    @api.model
    def _get_grade_sql(self, score_model, points):
        if not score_model.fit_rule_ids.filtered("active"):
            return SQL("NULL::text")
        limits = score_model._get_own_thresholds()
        return SQL(
            "CASE WHEN %(points)s >= %(a)s THEN 'A' WHEN %(points)s >= %(b)s THEN 'B'"
            " WHEN %(points)s >= %(c)s THEN 'C' ELSE 'D' END",
            points=points,
            a=limits.a,
            b=limits.b,
            c=limits.c,
        )

    @api.model
    def _get_fit_sql(self, score_model):
        matches = score_model.fit_rule_ids.filtered("active")._get_matches_sql()
        if matches is None:
            return SQL("SELECT 0 AS profile_id, 0.0::float8 AS points WHERE FALSE")
        return SQL(
            "SELECT h.profile_id, SUM(r.points) AS points FROM (%s) h"
            " JOIN flywheel_fit_rule r ON r.id = h.rule_id GROUP BY h.profile_id",
            matches,
        )

    def _prepare_rows(self, kind, values, counts):
        """Return the rows of a matrix from now to then.

        :param values: what it may be, best first
        :param counts: list of (now, then, how many)
        """
        totals = {}
        for now, then, people in counts:
            totals[now, then] = totals.get((now, then), 0) + people
        return [
            {
                "preview_id": self.id,
                "kind": kind,
                "value": now or "none",
                **{
                    f"to_{place}": totals.get((now, then), 0)
                    for place, then in enumerate((*values, None)[:5], 1)
                },
                "now_count": sum(totals.get((now, then), 0) for then in values),
                "then_count": sum(totals.get((then, now), 0) for then in values),
            }
            for now in values
        ]

    # ------------------------------------------------------------------
    # Behind the numbers
    # ------------------------------------------------------------------
    def _open_people(self, domain, title):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_preview_person_action"
        )
        action["domain"] = [("preview_id", "=", self.id), *domain]
        action["display_name"] = f"{self.display_name}: {title}"
        return action

    def action_open_all(self):
        """Open everybody, as things are now."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_profile_action"
        )

    def action_open_changed(self):
        """Open the people with another temperature or grade."""
        return self._open_people([], self.env._("Change"))

    def action_open_up(self):
        """Open the people who become hot."""
        return self._open_people([("move", "=", "up")], self.env._("Become hot"))

    def action_open_down(self):
        """Open the people who are no longer hot."""
        return self._open_people([("move", "=", "down")], self.env._("No longer hot"))
