# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..fields import CELL_ZONES, DecayedFloat, ScoreBand, ScoreCell, ScoreLevel

# What people may set by hand. All else moves by what happens.
MANUAL_FIELDS = {
    "name",
    "persona_id",
    "persona_locked",
    "journey_stage_id",
    "lifecycle_stage_id",
    "preferred_channel_id",
    "no_profiling",
}
# Columns that the flow reads and writes by SQL, and the lines it writes.
FLOW_COLUMNS = (
    "momentum",
    "first_date",
    "last_date",
    "last_in_date",
    "last_out_date",
    "journey_stage_id",
    "lifecycle_stage_id",
)
HOT_COLUMNS = ("company_id", "no_profiling", *FLOW_COLUMNS)
HOT_FIELDS = (
    *HOT_COLUMNS,
    "award_ids",
    "touchpoint_ids",
    "interval_ids",
    "proposal_ids",
    "silence_check",
    "tenure_days",
)
# Odoo's colours of the zones of the matrix: green, blue, orange.
ZONE_COLORS = {"talk": 10, "nurture": 8, "check": 2}
TRACKS = {"journey": "journey_stage_id", "lifecycle": "lifecycle_stage_id"}


class FlywheelProfile(models.Model):
    """One person (or company) as all teams see them: the single truth that contacts,
    leads and cases show through related fields.

    The row is narrow on purpose: it changes with everything that happens. Columns with
    a handful of values (stage, grade, persona, company) have no index: reading all
    rows takes less than following one, and each would be written with every new score.
    """

    _name = "flywheel.profile"
    _description = "Person"
    _order = "momentum desc, id desc"
    _check_company_auto = True

    name = fields.Char(
        compute="_compute_name", store=True, readonly=False, index="trigram"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Contact", ondelete="set null", check_company=True
    )
    company_id = fields.Many2one(
        "res.company",
        help="The company of the contact or lead. Empty: shared by all companies.",
    )
    email = fields.Char(compute="_compute_addresses")
    phone = fields.Char(compute="_compute_addresses")

    # Score
    momentum = fields.Float(
        compute="_compute_flow",
        store=True,
        required=True,
        default=0.0,
        aggregator=None,
        help="The sum of all points, each grown to the score model's landmark. The "
        "score is this number times a factor that depends on the clock alone.",
    )
    engagement_score = DecayedFloat(
        momentum="momentum",
        digits=(16, 1),
        aggregator="avg",
        help="Points for what the person does, worth half after each half-life.",
    )
    score_band = ScoreBand(string="Temperature", momentum="momentum")
    fit_score = fields.Float(
        compute="_compute_evaluation",
        store=True,
        aggregator="avg",
        help="Points for who the person is.",
    )
    fit_grade = fields.Selection(
        [("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")],
        string="Grade",
        compute="_compute_evaluation",
        store=True,
    )
    score_level = ScoreLevel(
        momentum="momentum", help="1 hot, 2 warm, 3 cool, 4 cold: by the score."
    )
    score_cell = ScoreCell(
        string="Cell",
        momentum="momentum",
        grade="fit_grade",
        help="Grade and score together: A to D for how well the person fits, 1 (hot) "
        "to 4 (cold) for how engaged the person is.\n"
        "Green (A1, A2, B1): fits and is engaged, talk now.\n"
        "Blue (other A and B): fits, win the interest first.\n"
        "Orange (C1, C2, D1, D2): engaged, check whether it fits.\n"
        "Grey: neither.",
    )
    score_color = fields.Integer(compute="_compute_score_color")
    no_profiling = fields.Boolean(
        string="Objects to Profiling",
        help="The person is neither scored nor graded, nor given a persona or moved to "
        "another stage by rule.",
    )

    # Persona and stages
    persona_id = fields.Many2one(
        "flywheel.persona",
        compute="_compute_evaluation",
        store=True,
        readonly=False,
        ondelete="set null",
        check_company=True,
    )
    persona_locked = fields.Boolean(
        string="Persona Chosen by Hand", help="Rules leave this persona alone."
    )
    persona_confidence = fields.Float(
        compute="_compute_evaluation",
        store=True,
        aggregator="avg",
        help="Share of the persona's criteria that the person meets.",
    )
    journey_stage_id = fields.Many2one(
        "flywheel.stage",
        compute="_compute_flow",
        store=True,
        readonly=False,
        domain=[("track", "=", "journey")],
        ondelete="restrict",
        group_expand="_group_expand_journey",
    )
    lifecycle_stage_id = fields.Many2one(
        "flywheel.stage",
        compute="_compute_flow",
        store=True,
        readonly=False,
        domain=[("track", "=", "lifecycle")],
        ondelete="restrict",
        group_expand="_group_expand_lifecycle",
    )

    # Contact
    preferred_channel_id = fields.Many2one("flywheel.channel", ondelete="set null")
    last_date = fields.Datetime(
        string="Last Touchpoint", compute="_compute_flow", store=True
    )
    last_in_date = fields.Datetime(
        string="Last Incoming", compute="_compute_flow", store=True
    )
    last_out_date = fields.Datetime(
        string="Last Outgoing", compute="_compute_flow", store=True
    )

    identity_ids = fields.One2many("flywheel.identity", "profile_id")
    touchpoint_ids = fields.One2many("flywheel.touchpoint", "profile_id")
    award_ids = fields.One2many("flywheel.award", "profile_id")
    interval_ids = fields.One2many("flywheel.stage.interval", "profile_id")
    lead_ids = fields.One2many("crm.lead", "flywheel_profile_id", string="Leads")
    lead_count = fields.Integer(compute="_compute_counts")
    touchpoint_count = fields.Integer(compute="_compute_counts")

    _partner_uniq = models.UniqueIndex(
        "(partner_id) WHERE partner_id IS NOT NULL",
        "This contact already is another person of the flywheel.",
    )
    _momentum_idx = models.Index("(momentum DESC, id DESC)")
    _no_profiling_idx = models.Index("(id) WHERE no_profiling")

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------
    @api.depends("momentum", "fit_grade")
    def _compute_score_color(self):
        for profile in self:
            profile.score_color = ZONE_COLORS.get(CELL_ZONES.get(profile.score_cell), 0)

    @api.depends("partner_id.name", "partner_id")
    def _compute_name(self):
        for profile in self:
            # sudo: the name of a person is shown wherever the person is
            profile.name = profile.partner_id.sudo().name or profile.name

    def _is_shared(self, record):
        """Tell whether other records than this one are this person's."""
        self.ensure_one()
        return any(
            model.sudo()
            .with_context(active_test=False)
            .search_count(
                [("flywheel_profile_id", "=", self.id)]
                + ([("id", "!=", record.id)] if model._name == record._name else []),
                limit=1,
            )
            for model in self.env["flywheel.profile.mixin"]._get_concrete_models()
        )

    def _await_flow(self):
        """Have what the transaction recorded applied before anybody reads it."""
        for name in FLOW_COLUMNS:
            self.env.add_to_compute(self._fields[name], self)
        self.env["flywheel.profile.mixin"]._invalidate_picture()

    def _compute_flow(self):
        """Apply what the transaction recorded; the columns are written by SQL."""
        self.env["flywheel.touchpoint"]._flush_queue()
        for draft in self.filtered(lambda profile: not profile._origin == profile):
            for name in FLOW_COLUMNS:
                draft[name] = draft._origin[name]

    @api.depends("identity_ids.value", "identity_ids.kind")
    def _compute_addresses(self):
        self.email = self.phone = False
        for identity in self.sudo().identity_ids.sorted("id", reverse=True):
            if identity.kind in ("email", "phone"):
                identity.profile_id[identity.kind] = identity.value

    @api.depends("touchpoint_ids", "lead_ids")
    def _compute_counts(self):
        counts = {}
        for model, name, link in (
            ("flywheel.touchpoint", "touchpoint_count", "profile_id"),
            ("crm.lead", "lead_count", "flywheel_profile_id"),
        ):
            Model = self.env[model].with_context(active_test=False)
            if Model.has_access("read"):
                domain = [(link, "in", self.ids)]
                groups = Model._read_group(domain, [link], ["__count"])
                counts[name] = {profile.id: count for profile, count in groups}
        for profile in self:
            for name in ("touchpoint_count", "lead_count"):
                profile[name] = counts.get(name, {}).get(profile.id, 0)

    @api.depends("name")
    def _compute_display_name(self):
        for profile in self:
            profile.display_name = (
                profile.name or profile.email or profile.phone or self.env._("Unknown")
            )

    @api.model
    def _group_expand_journey(self, _stages, _domain):
        return self.env["flywheel.stage"].search([("track", "=", "journey")])

    @api.model
    def _group_expand_lifecycle(self, _stages, _domain):
        return self.env["flywheel.stage"].search([("track", "=", "lifecycle")])

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    @api.model
    def _get_manual_fields(self):
        """Return the names of the fields that people may set by hand."""
        return MANUAL_FIELDS

    def write(self, vals):
        foreign = vals.keys() - self._get_manual_fields()
        if not self.env.su and foreign:
            raise AccessError(
                self.env._(
                    "%(fields)s of a person move by what happens, not by hand.",
                    fields=", ".join(sorted(foreign)),
                )
            )
        stages = {track: vals[name] for track, name in TRACKS.items() if name in vals}
        if stages:
            self.check_access("write")
            vals = {k: v for k, v in vals.items() if k not in TRACKS.values()}
        if "persona_id" in vals and "persona_locked" not in vals:
            # A choice by hand stays; taking it back lets the rules choose again.
            vals = dict(
                vals, persona_locked=bool(vals["persona_id"]), persona_confidence=0.0
            )
        chosen = "persona_id" in vals and {p.id: p.persona_id.id for p in self}
        result = super().write(vals) if vals else True
        if chosen:
            self._log_choice(chosen)
        for track, stage_id in stages.items():
            # sudo: the history of stages is written by the flow alone
            self.sudo()._choose_stage(track, stage_id)
        if "no_profiling" in vals:
            self.sudo()._profiling_changed()
        if "persona_id" in vals and not vals["persona_locked"]:
            self._evaluate()
        self._watch(vals)
        return result

    def _log_choice(self, earlier):
        """Note the personas that somebody chose.

        :param earlier: {profile id: persona id before}
        """
        changes = [
            (profile.id, earlier[profile.id], profile.persona_id.id, 0.0)
            for profile in self
            if profile.persona_id.id != earlier[profile.id]
        ]
        # sudo: the report is written by the flow alone
        self.env["flywheel.persona.change"].sudo()._log(changes, "manual")

    @api.model
    def _create_bare(self, people):
        """Create profiles in bulk.

        :param people: list of dicts with ``name``, ``company_id``, ``partner_id``
        :return: their ids, in the same order
        """
        if not people:
            return []
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO flywheel_profile
                       (name, company_id, partner_id, momentum, fit_score,
                        persona_confidence, persona_locked, no_profiling,
                        create_uid, create_date, write_uid, write_date)
                SELECT name, company_id, partner_id, 0, 0, 0, FALSE, FALSE,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM unnest(%(names)s::text[], %(companies)s::int[],
                              %(partners)s::int[]) WITH ORDINALITY
                       AS t (name, company_id, partner_id, place)
              ORDER BY place
             RETURNING id
                """,
                names=[person.get("name") or None for person in people],
                companies=[person.get("company_id") or None for person in people],
                partners=[person.get("partner_id") or None for person in people],
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        # The sequence hands out ids in the order of the rows.
        ids = sorted(row[0] for row in rows)
        self.browse(ids)._evaluate()
        return ids

    def _invalidate_picture(self):
        """Forget cached values of people, and what other models show of them."""
        self.env["flywheel.profile"].invalidate_model(HOT_FIELDS)
        self.env["flywheel.profile.mixin"]._invalidate_picture()

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def _open_lines(self, xmlid):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = [("profile_id", "=", self.id)]
        action["display_name"] = self.env._(
            "%(person)s: %(list)s", person=self.display_name, list=action["name"]
        )
        return action

    def action_explain(self):
        """Open the explanation of the score."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_profile_explain_action"
        )
        action["res_id"] = self.id
        return action

    def action_explain_persona(self):
        """Open the personas that the person may be, and why."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_profile_candidates_action"
        )
        action["res_id"] = self.id
        return action

    def action_explain_lines(self):
        """Open the lines that add up to the score."""
        action = self._open_lines("inbound_flywheel.flywheel_award_action")
        action["context"] = {"search_default_group_rule": 1}
        return action

    def action_timeline(self):
        """Open everything that happened between the person and the company."""
        action = self._open_lines("inbound_flywheel.flywheel_touchpoint_action")
        action["context"] = {"flywheel_person": True, "default_profile_id": self.id}
        return action

    def action_open_leads(self):
        """Open the person's leads and opportunities."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm.crm_lead_all_leads")
        action["domain"] = [("flywheel_profile_id", "=", self.id)]
        action["context"] = {"active_test": False}
        return action

    def action_open_partner(self):
        """Open the contact."""
        self.ensure_one()
        return self.partner_id._get_records_action()
