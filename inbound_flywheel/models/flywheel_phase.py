# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .flywheel_stage_interval_next import DAY

# Moves of this many days, and stays that ended within this many months, are told.
MOVE_DAYS = 30
MONTHS = 12


class FlywheelPhase(models.AbstractModel):
    """The whole journey in four phases side by side: attract, convert, nurture, retain.

    Stages of the lifecycle belong to a phase. A stay in a phase goes on while the
    stages change within it.
    """

    _name = "flywheel.phase"
    _description = "Phases of the Whole Journey"

    @api.model
    @api.readonly
    def get_overview(self, persona_id=None):
        """Return what each phase holds now, and how people move through it.

        :param persona_id: only people of this persona, and its content; None: all
        :return: a dict: ``personas`` to choose from, ``days`` of the moves, and
            ``phases``: a list of dicts with ``code``, ``name``, ``stages`` (id, name,
            people), ``people``, ``came`` and ``left`` in the last 30 days, ``median``
            days of the stays that ended in the last 12 months (False: none) and how
            many ``ended``, ``content``, ``without_content`` (names of personas), and
            ``flags``: what to look at, as texts
        :raise AccessError: the caller may not read the history of stages
        """
        self.env["flywheel.stage.interval"].check_access("read")
        self.env["flywheel.touchpoint"]._flush_queue()
        for model in ("flywheel.stage.interval", "flywheel.profile", "flywheel.stage"):
            self.env[model].flush_model()
        Stage = self.env["flywheel.stage"]
        stages = Stage.search([("track", "=", "lifecycle"), ("phase", "!=", False)])
        personas = self.env["flywheel.persona"].search_fetch([], ["name"])
        chosen = personas.filtered(lambda persona: persona.id == persona_id)
        measured = self._measure(persona_id)
        people = self._count_people(persona_id)
        phases = [
            self._describe_phase(code, name, chosen or personas)
            | {
                "stages": [
                    {
                        "id": stage.id,
                        "name": stage.name,
                        "people": people.get(stage.id, 0),
                        "is_exit": stage.is_exit,
                    }
                    for stage in stages.filtered(lambda s, c=code: s.phase == c)
                ],
                **measured.get(code, self._get_measure()),
            }
            for code, name in Stage._fields["phase"]._description_selection(self.env)
        ]
        for phase in phases:
            phase["people"] = sum(stage["people"] for stage in phase["stages"])
            phase["flags"] = self._get_flags(phase)
        return {
            "phases": phases,
            "personas": [[persona.id, persona.name] for persona in personas],
            "days": MOVE_DAYS,
        }

    @api.model
    def _count_people(self, persona_id):
        """Count the people now by stage: {stage id: people}."""
        domain = [("lifecycle_stage_id", "!=", False)]
        if persona_id:
            domain.append(("persona_id", "=", persona_id))
        groups = self.env["flywheel.profile"]._read_group(
            domain, ["lifecycle_stage_id"], ["__count"]
        )
        return {stage.id: count for stage, count in groups}

    @api.model
    def _get_measure(self, came=0, left=0, ended=0, median=None):
        return {
            "came": came,
            "left": left,
            "ended": ended,
            "median": False if median is None else median,
        }

    @api.model
    def _measure(self, persona_id):
        """Measure the stays in phases, in one pass: {phase: dict}.

        Stages that follow each other in one phase are one stay: a run of the window
        in which the phase does not change.
        """
        now = fields.Datetime.now()
        domain = [("persona_id", "=", persona_id)] if persona_id else []
        people = self.env["flywheel.profile"]._search(domain)
        rows = self.env.execute_query(
            SQL(
                """
                WITH line AS (
                    SELECT i.id, i.profile_id, i.date_from, i.date_to, s.phase,
                           (LAG(s.phase) OVER w IS DISTINCT FROM s.phase)::int AS fresh
                      FROM flywheel_stage_interval i
                      JOIN flywheel_stage s ON s.id = i.stage_id
                     WHERE i.track = 'lifecycle'
                    WINDOW w AS (PARTITION BY i.profile_id
                                 ORDER BY i.date_from, i.date_to, i.id)
                ), numbered AS (
                    SELECT *, SUM(fresh) OVER (
                               PARTITION BY profile_id
                               ORDER BY date_from, date_to, id) AS run
                      FROM line
                ), stay AS (
                    SELECT profile_id, phase, MIN(date_from) AS start,
                           CASE WHEN bool_and(date_to IS NOT NULL)
                                THEN MAX(date_to) END AS stop
                      FROM numbered WHERE phase IS NOT NULL
                     GROUP BY profile_id, run, phase
                )
                SELECT phase, COUNT(*) FILTER (WHERE start >= %(moves)s),
                       COUNT(*) FILTER (WHERE stop >= %(moves)s),
                       COUNT(*) FILTER (WHERE stop >= %(since)s),
                       percentile_cont(0.5) WITHIN GROUP (
                           ORDER BY date_part('epoch', stop - start) / %(day)s)
                           FILTER (WHERE stop >= %(since)s)
                  FROM stay WHERE profile_id IN %(people)s
                 GROUP BY phase
                """,
                moves=now - relativedelta(days=MOVE_DAYS),
                since=now - relativedelta(months=MONTHS),
                day=DAY,
                people=people.subselect(),
            )
        )
        return {phase: self._get_measure(*numbers) for phase, *numbers in rows}

    @api.model
    def _describe_phase(self, code, name, personas):
        """Return what there is for a phase, as part of :meth:`get_overview`: content
        for its stages, of either track."""
        plays = self.env["flywheel.play"].search([("stage_ids.phase", "=", code)])
        general = plays.filtered(lambda play: not play.persona_ids)
        mine = plays.filtered(lambda play: play.persona_ids & personas) | general
        without = personas - mine.persona_ids if not general else personas.browse()
        return {
            "code": code,
            "name": name,
            "content": len(mine),
            "without_content": without.mapped("name"),
        }

    @api.model
    def _get_flags(self, phase):
        """Return what to look at in a phase, as texts.

        :param phase: dict as of :meth:`get_overview`
        """
        flags = []
        if not phase["stages"]:
            return [self.env._("No stage belongs to this phase.")]
        if not phase["content"]:
            flags.append(self.env._("Nothing is made for this phase."))
        elif phase["without_content"]:
            flags.append(
                self.env._(
                    "Nothing is made for %(personas)s.",
                    personas=", ".join(phase["without_content"]),
                )
            )
        return flags
