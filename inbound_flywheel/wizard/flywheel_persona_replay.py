# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import evaluation


class FlywheelPersonaReplay(models.TransientModel):
    """Who would get another persona if the drafts of some personas came into force.

    Everybody is evaluated; nobody is changed. Choices by hand, and people who object
    to profiling, are left alone, as they will be then.
    """

    _name = "flywheel.persona.replay"
    _description = "Replay of Persona Criteria"

    persona_ids = fields.Many2many(
        "flywheel.persona", string="Personas", required=True, readonly=True
    )
    rule_ids = fields.Many2many(
        "flywheel.persona.rule",
        string="Changes",
        compute="_compute_rule_ids",
        context={"active_test": False},
        help="Drafts, and criteria that leave.",
    )
    reason = fields.Char(help="Why the criteria change. Kept with the personas.")
    people_count = fields.Integer(string="People", readonly=True)
    moved_count = fields.Integer(string="Would Move", readonly=True)
    gained_count = fields.Integer(string="Get a First Persona", readonly=True)
    lost_count = fields.Integer(string="Lose Theirs", readonly=True)
    locked_count = fields.Integer(
        string="Chosen by Hand", readonly=True, help="People whom no rule moves."
    )
    row_ids = fields.One2many("flywheel.persona.replay.row", "replay_id", readonly=True)

    @api.depends("persona_ids")
    def _compute_rule_ids(self):
        for replay in self:
            rules = replay.persona_ids.with_context(active_test=False).rule_ids
            replay.rule_ids = rules.filtered(lambda r: not r.active or r.leaving)

    @api.depends("persona_ids")
    def _compute_display_name(self):
        for replay in self:
            replay.display_name = self.env._(
                "Replay: %(personas)s",
                personas=", ".join(replay.persona_ids.mapped("name")),
            )

    # ------------------------------------------------------------------
    # Replaying
    # ------------------------------------------------------------------
    @api.model
    def _open(self, personas):
        """Return the action that shows what the drafts of personas would do."""
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM flywheel_persona_replay WHERE create_uid = %s", [self.env.uid]
        )
        replay = self.create({"persona_ids": personas.ids})
        replay._fill()
        return {
            "type": "ir.actions.act_window",
            "name": replay.display_name,
            "res_model": self._name,
            "res_id": replay.id,
            "views": [(False, "form")],
        }

    def _get_criteria(self):
        """Return the criteria that would be in force then, with full rights."""
        # sudo: rules say the same of everybody, whoever asks
        held = self.env["flywheel.profile"].sudo()._get_persona_rules()
        rules = self.rule_ids.sudo()
        drafts = rules.filtered(lambda rule: not rule.active)
        return held - rules.filtered("leaving") - drafts.replaces_id | drafts

    def _fill(self):
        """Evaluate everybody by the drafts; keep those who would move."""
        # sudo: as above
        Profile = self.env["flywheel.profile"].sudo()
        nothing = self.env["flywheel.fit.rule"].sudo()
        plan = Profile._make_plan(nothing, self._get_criteria())
        own = SQL(
            "(p.company_id IS NULL OR p.company_id = ANY(%s))", self.env.companies.ids
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO flywheel_persona_replay_person
                       (replay_id, profile_id, earlier_id, persona_id, confidence,
                        write_date)
                SELECT %(replay)s, p.id, p.persona_id, e.persona_id,
                       COALESCE(e.confidence, 0), %(now)s
                  FROM flywheel_profile p
             LEFT JOIN (%(evaluation)s) e ON e.profile_id = p.id
                 WHERE NOT p.no_profiling AND NOT p.persona_locked AND %(own)s
                   AND p.persona_id IS DISTINCT FROM e.persona_id
                """,
                replay=self.id,
                now=self.env.cr.now(),
                evaluation=evaluation.evaluation_sql(plan),
                own=own,
            )
        )
        self.env["flywheel.persona.replay.person"].invalidate_model()
        self._count(own)

    def _count(self, own):
        """Write how many people would move, from what to what."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO flywheel_persona_replay_row
                       (replay_id, earlier_id, persona_id, people_count, write_date)
                SELECT replay_id, earlier_id, persona_id, COUNT(*), %s
                  FROM flywheel_persona_replay_person WHERE replay_id = %s
              GROUP BY replay_id, earlier_id, persona_id
              ORDER BY COUNT(*) DESC
                """,
                self.env.cr.now(),
                self.id,
            )
        )
        self.invalidate_recordset(["row_ids"])
        [(people, locked)] = self.env.execute_query(
            SQL(
                "SELECT COUNT(*), COUNT(*) FILTER (WHERE persona_locked)"
                " FROM flywheel_profile p WHERE %s",
                own,
            )
        )
        rows = self.row_ids
        self.write(
            {
                "people_count": people,
                "locked_count": locked,
                "moved_count": sum(rows.mapped("people_count")),
                "gained_count": sum(
                    rows.filtered(lambda r: not r.earlier_id).mapped("people_count")
                ),
                "lost_count": sum(
                    rows.filtered(lambda r: not r.persona_id).mapped("people_count")
                ),
            }
        )

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_put_in_force(self):
        """Put the drafts into force and give everybody the persona they find."""
        self.ensure_one()
        self.persona_ids.check_access("write")
        reason = self.reason or self.env._("Criteria changed")
        self.rule_ids._put_in_force()
        for persona in self.persona_ids:
            persona._keep_version(reason)
        return self.persona_ids.action_assign()

    def _open_people(self, domain, title):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_persona_replay_person_action"
        )
        action["domain"] = [("replay_id", "=", self.id), *domain]
        action["display_name"] = f"{self.display_name}: {title}"
        return action

    def action_open_moved(self):
        """Open the people who would get another persona."""
        return self._open_people([], self.env._("Would move"))

    def action_open_gained(self):
        """Open the people who would get a first persona."""
        return self._open_people(
            [("earlier_id", "=", False)], self.env._("Get a first persona")
        )

    def action_open_lost(self):
        """Open the people who would lose their persona."""
        return self._open_people(
            [("persona_id", "=", False)], self.env._("Lose theirs")
        )
