# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_list

from odoo.addons.inbound_flywheel.engine.busy import gives_way

from ..words import TIER_FACTS


class FlywheelProfileTier(models.Model):
    """How far a person is heard, and how we serve him."""

    _inherit = "flywheel.profile"

    reach = fields.Integer(
        help="How many people read what this person publishes: followers, readers of "
        "a blog, members of a group.",
    )
    reach_url = fields.Char(
        string="Publishes At", help="Address of the blog, the channel or the profile."
    )
    tier_id = fields.Many2one(
        "flywheel.tier",
        string="Service Tier",
        ondelete="set null",
        index="btree_not_null",
    )
    tier_locked = fields.Boolean(
        string="Tier Chosen by Hand", help="Conditions do not move this person."
    )
    tier_facts = fields.Json(readonly=True)
    tier_reason = fields.Char(string="Why This Tier", compute="_compute_tier_reason")
    tier_change_ids = fields.One2many("flywheel.tier.change", "profile_id")

    @api.depends("tier_id", "tier_locked", "tier_facts")
    @api.depends_context("lang")
    def _compute_tier_reason(self):
        for profile in self:
            facts = profile._get_tier_facts()
            profile.tier_reason = profile.tier_id and self._get_tier_words(facts)

    def _get_tier_facts(self):
        """What led to the tier of a person: dict of figures, see :data:`TIER_FACTS`."""
        return {"hand": 1} if self.tier_locked else self.tier_facts or {}

    @api.model
    def _get_tier_words(self, facts):
        """The facts that led to a tier, in the reader's language."""
        templates = {name: self.env._(TIER_FACTS[name]) for name in facts or {}}
        words = [
            template % {"value": f"{facts[name]:,}"}
            for name, template in templates.items()
        ]
        return format_list(self.env, words) if words else ""

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    @api.model
    def _get_manual_fields(self):
        names = {"reach", "reach_url", "tier_id", "tier_locked"}
        return super()._get_manual_fields() | names

    def write(self, vals):
        earlier = {}
        if "tier_id" in vals:
            # A choice by hand stays; taking it back lets the conditions choose again.
            vals = {"tier_locked": bool(vals["tier_id"]), **vals}
            earlier = {profile: profile.tier_id for profile in self}
        result = super().write(vals)
        if earlier:
            self._log_tiers(earlier)
        if {"reach", "tier_id", "tier_locked"} & vals.keys():
            # sudo: conditions say the same of everybody, whoever saves
            self.sudo()._evaluate_tiers(self.ids)
        return result

    def _log_tiers(self, earlier):
        # sudo: the history is written by the system alone
        self.env["flywheel.tier.change"].sudo().create(
            [
                {
                    "profile_id": profile.id,
                    "company_id": profile.company_id.id,
                    "earlier_id": tier.id,
                    "tier_id": profile.tier_id.id,
                    "user_id": self.env.uid,
                }
                for profile, tier in earlier.items()
                if tier != profile.tier_id
            ]
        )

    def _merge_values(self, other):
        result = super()._merge_values(other)
        values = {}
        if other.reach > self.reach:
            values.update(reach=other.reach, reach_url=other.reach_url)
        if other.tier_locked and not self.tier_locked:
            values.update(tier_id=other.tier_id.id)
        if values:
            self.write(values)
        return result

    # ------------------------------------------------------------------
    # By conditions
    # ------------------------------------------------------------------
    @api.model
    def _evaluate_tiers(self, ids=None):
        """Give people the tier that they are in by the conditions, in one statement.

        Choices by hand stay.

        :param ids: of the people to look at; None for everybody
        :return: how many people are in another tier now
        """
        tiers = self.env["flywheel.tier"].sudo().search(Domain.TRUE)
        conditions = {tier: tier._get_conditions() for tier in tiers}
        conditions = {tier: asked for tier, asked in conditions.items() if asked}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH wanted AS (%(wanted)s), changed AS (
                    UPDATE flywheel_profile p
                       SET tier_id = w.tier_id, tier_facts = w.facts
                      FROM wanted w
                     WHERE p.id = w.id AND (p.tier_id IS DISTINCT FROM w.tier_id
                                            OR p.tier_facts IS DISTINCT FROM w.facts)
                 RETURNING p.id, p.company_id, w.earlier_id, w.tier_id, w.facts
                )
                INSERT INTO flywheel_tier_change
                       (profile_id, company_id, earlier_id, tier_id, facts, date,
                        create_date, create_uid, write_date, write_uid)
                SELECT id, company_id, earlier_id, tier_id, facts, %(now)s,
                       %(now)s, %(uid)s, %(now)s, %(uid)s
                  FROM changed WHERE earlier_id IS DISTINCT FROM tier_id
             RETURNING profile_id
                """,
                wanted=self._get_tiers_sql(conditions, ids),
                now=self.env.cr.now(),
                uid=self.env.uid,
            )
        )
        self.invalidate_model(["tier_id", "tier_facts", "tier_reason"], flush=False)
        self.env["flywheel.tier.change"].invalidate_model(flush=False)
        for model in self.env["flywheel.profile.mixin"]._get_concrete_models():
            if "tier_id" in model._fields:
                model.invalidate_model(["tier_id"], flush=False)
        return len(rows)

    @api.model
    def _get_tiers_sql(self, conditions, ids):
        """SQL of rows (id, earlier_id, tier_id, facts) of the people in ``ids``."""
        cases, facts = [], []
        for tier, asked in conditions.items():
            glue = " OR " if tier.match == "any" else " AND "
            met = SQL("(%s)", SQL(glue).join(asked.values()))
            if tier.company_id:
                met = SQL("(%s AND p.company_id = %s)", met, tier.company_id.id)
            cases.append(SQL("WHEN %s THEN %s", met, tier.id))
            facts.append(SQL("WHEN %s THEN %s", met, self._get_facts_sql(asked)))
        case = SQL("CASE %s END", SQL(" ").join(cases)) if cases else SQL("NULL::int")
        told = SQL("CASE %s END", SQL(" ").join(facts)) if cases else SQL("NULL::jsonb")
        return SQL(
            """
            SELECT p.id, p.tier_id AS earlier_id, %(case)s AS tier_id,
                   %(facts)s AS facts
              FROM flywheel_profile p %(won)s
             WHERE p.tier_locked IS NOT TRUE AND %(scope)s
            """,
            case=case,
            facts=told,
            won=self._get_won_sql()
            if any("won" in a for a in conditions.values())
            else SQL(""),
            scope=SQL("TRUE") if ids is None else SQL("p.id = ANY(%s)", list(ids)),
        )

    @api.model
    def _get_facts_sql(self, asked):
        """SQL of the facts that are met, with the person's own figures."""
        figures = {
            "reach": SQL("p.reach"),
            "won": SQL("round(w.won)"),
            "tenure": SQL(
                "(extract(epoch FROM %s - p.first_date) / 2629746)::int",
                fields.Datetime.now(),
            ),
            "domain": SQL("1"),
        }
        pairs = [
            SQL("%s::text, CASE WHEN %s THEN %s END", name, condition, figures[name])
            for name, condition in asked.items()
        ]
        return SQL("jsonb_strip_nulls(jsonb_build_object(%s))", SQL(", ").join(pairs))

    @api.model
    def _get_won_sql(self):
        """SQL of the join that adds ``w.won``: the company's revenue, else the
        person's own."""
        return SQL(
            """
            LEFT JOIN res_partner r ON r.id = p.partner_id
            LEFT JOIN LATERAL (
                SELECT sum(l.expected_revenue) AS won
                  FROM crm_lead l JOIN res_partner c ON c.id = l.partner_id
                 WHERE c.commercial_partner_id = r.commercial_partner_id
                   AND l.won_status = 'won') k ON TRUE
            LEFT JOIN LATERAL (
                SELECT sum(l.expected_revenue) AS won
                  FROM crm_lead l
                 WHERE l.flywheel_profile_id = p.id AND l.partner_id IS NULL
                   AND l.won_status = 'won') o ON TRUE
            LEFT JOIN LATERAL (
                SELECT coalesce(k.won, 0) + coalesce(o.won, 0) AS won) w ON TRUE
            """
        )

    @api.model
    @gives_way
    def _cron_tiers(self):
        """Give everybody his tier: time passes, opportunities are won."""
        self._evaluate_tiers()
