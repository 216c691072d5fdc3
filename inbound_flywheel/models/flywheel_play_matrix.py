# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..engine import plays as engine

# The effect of content is told from the stays of this many months.
MONTHS = 12


class FlywheelPlay(models.Model):
    _inherit = "flywheel.play"

    use_count = fields.Integer(string="Uses", compute="_compute_use_count")
    effect = fields.Char(
        compute="_compute_use_count",
        help="After how many of its uses the person got to a later stage, or a lead "
        "was won, within 30 days.",
    )
    review_due = fields.Boolean(compute="_compute_review_due")

    @api.depends_context("lang", "allowed_company_ids")
    def _compute_use_count(self):
        effects = self.env["flywheel.play.use"]._get_effects(
            [("play_id", "in", self.ids)]
        )
        for play in self:
            uses, judged, moved = effects.get(play._origin.id, (0, 0, 0))
            play.use_count = uses
            play.effect = play._describe_effect(judged, moved)

    @api.depends("review_date")
    def _compute_review_due(self):
        today = fields.Date.context_today(self)
        for play in self:
            play.review_due = bool(play.review_date and play.review_date <= today)

    @api.model
    def _describe_effect(self, judged, moved):
        """Return after how many uses people moved on, in words."""
        share = engine.share(moved, judged)
        if share is None:
            return self.env._(
                "%(moved)s of %(judged)s moved on: too few to tell",
                moved=moved,
                judged=judged,
            )
        return self.env._(
            "%(moved)s of %(judged)s moved on (%(share).0f %%)",
            moved=moved,
            judged=judged,
            share=100 * share,
        )

    def _get_warnings(self, candidate, lang):
        """Return what to mind before the play is used, as texts.

        :param candidate: the play as an ``engine.plays.Candidate``
        :param lang: the language of the person
        """
        self.ensure_one()
        warnings = []
        if engine.speaks(candidate, lang):
            names = dict(self.env["res.lang"].get_installed())
            warnings.append(
                self.env._(
                    "In %(own)s; the person reads %(wanted)s.",
                    own=names.get(self.lang, self.lang),
                    wanted=names.get(lang, lang),
                )
            )
        if self.persona_changed:
            warnings.append(self.env._("Made for an earlier version of the persona."))
        if self.review_due:
            warnings.append(self.env._("Its review is overdue: check that it holds."))
        return warnings

    # ------------------------------------------------------------------
    # Matrix
    # ------------------------------------------------------------------
    @api.model
    def get_matrix(self, track="journey", team=None, kind=None, lang=None):
        """Return which content there is for each persona in each stage.

        A cell is ``filled`` when something is made for that persona in that stage,
        ``general`` when there is only something for all personas in that stage, or for
        that persona in any stage, else a ``gap``: what is for everybody in any stage
        fills no cell. The filters narrow what counts; what is for all teams or in no
        language counts for each.

        :param track: ``journey`` or ``lifecycle``
        :param team: only what this team uses, and what is for all
        :param kind: only content of this kind
        :param lang: only what is in this language, and what is in none
        :return: a dict: ``stages``, ``rows`` (a persona each, the last one for all)
            with ``cells`` by stage id, ``plays`` by id, ``totals``, ``kinds``,
            ``langs``, ``can_edit``
        :raise AccessError: the caller may not read content
        """
        self.check_access("read")
        stages = self.env["flywheel.stage"].search([("track", "=", track)])
        personas = self.env["flywheel.persona"].search_fetch([], ["name"])
        domain = self._get_matrix_domain(team, kind, lang)
        plays = self.search(domain)
        people = self._get_matrix_people(track)
        asked = self._get_matrix_requests()
        rows = [
            {
                "id": persona.id,
                "name": persona.name or self.env._("For all personas"),
                "tagline": persona.tagline or "",
                "cells": self._get_cells(persona, stages, plays, people, asked),
                "any_stage": self._get_placed(plays, persona, None).ids,
                "people": sum(people.get((persona.id, s.id), 0) for s in stages),
            }
            for persona in [*personas, personas.browse()]
        ]
        return {
            "stages": stages.read(["name", "definition"]),
            "rows": rows,
            "plays": {play.id: play._describe_in_matrix() for play in plays},
            "totals": self._get_matrix_totals(rows),
            "kinds": self._fields["kind"]._description_selection(self.env),
            "teams": self._fields["team"]._description_selection(self.env),
            "langs": self.env["res.lang"].get_installed(),
            "can_edit": self.has_access("create"),
        }

    @api.model
    def _get_matrix_domain(self, team, kind, lang):
        domain = Domain.TRUE
        if team:
            domain &= Domain("team", "in", [team, False])
        if kind:
            domain &= Domain("kind", "=", kind)
        if lang:
            domain &= Domain("lang", "in", [lang, False])
        return domain

    @api.model
    def _get_matrix_people(self, track):
        """Count the people now by persona and stage: {(persona id, stage id): n}."""
        name = f"{track}_stage_id"
        groups = self.env["flywheel.profile"]._read_group(
            [(name, "!=", False)], ["persona_id", name], ["__count"]
        )
        return {(persona.id, stage.id): count for persona, stage, count in groups}

    @api.model
    def _get_matrix_requests(self):
        """Count the open requests: {(persona id, stage id): n}."""
        groups = self.env["flywheel.play.request"]._read_group(
            [("play_id", "=", False)], ["persona_id", "stage_id"], ["__count"]
        )
        return {(persona.id, stage.id): count for persona, stage, count in groups}

    @api.model
    def _get_placed(self, plays, persona, stage):
        """Return the plays that are made for a persona in a stage; no persona: for
        all; no stage: for any."""
        return plays.filtered(
            lambda play: (
                persona in play.persona_ids if persona else not play.persona_ids
            )
            and (stage in play.stage_ids if stage else not play.stage_ids)
        )

    @api.model
    def _get_cells(self, persona, stages, plays, people, asked):
        """Return the cells of a row: {stage id: dict}."""
        cells = {}
        for stage in stages:
            own = self._get_placed(plays, persona, stage)
            general = plays.filtered(
                lambda play, stage=stage: (
                    (not play.persona_ids and stage in play.stage_ids)
                    or (persona in play.persona_ids and not play.stage_ids)
                )
            )
            cells[stage.id] = {
                "plays": own.ids,
                "state": engine.cell_state(own, general),
                "general": len(general - own),
                "people": people.get((persona.id, stage.id), 0),
                "asked": asked.get((persona.id, stage.id), 0),
            }
        return cells

    @api.model
    def _get_matrix_totals(self, rows):
        """Count the cells of personas: all, gaps, and those with general content only,
        and the people in them."""
        cells = [cell for row in rows if row["id"] for cell in row["cells"].values()]

        def of(*states):
            return [cell for cell in cells if cell["state"] in states]

        return {
            "cells": len(cells),
            "gaps": len(of("gap")),
            "general": len(of("general")),
            "people": sum(cell["people"] for cell in cells),
            "people_in_gaps": sum(cell["people"] for cell in of("gap")),
            "asked": sum(cell["asked"] for cell in cells),
        }

    def _describe_in_matrix(self):
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "team": self.team or "",
            "lang": self.lang or "",
            "changed": self.persona_changed,
            "review_due": self.review_due,
        }

    @api.model
    def get_matrix_effects(self, track="journey"):
        """Return use and effect of the content in every cell, of the last 12 months.

        :param track: ``journey`` or ``lifecycle``
        :return: list of dicts, one a persona and stage with any use: ``persona_id``
            (False: none), ``stage_id``; ``plays``: {play id: dict with ``uses``,
            ``judged`` and ``moved``}; ``judged``, ``moved`` of all of them; ``stays``
            and ``stays_moved``: of the people there without any use; ``text`` says
            both
        :raise AccessError: the caller may not read content
        """
        self.check_access("read")
        Use = self.env["flywheel.play.use"]
        since = fields.Datetime.now() - relativedelta(months=MONTHS)
        effects = Use._get_effects(
            [("stage_id.track", "=", track), ("date", ">=", since)],
            ("persona_id", "stage_id", "play_id"),
        )
        if not effects:
            return []
        baseline = Use._get_baseline(track, since)
        cells = {}
        for (persona_id, stage_id, play_id), numbers in effects.items():
            cell = cells.setdefault((persona_id, stage_id), {})
            cell[play_id] = dict(zip(("uses", "judged", "moved"), numbers, strict=True))
        return [
            self._describe_cell_effect(key, cell, baseline.get(key, (0, 0)))
            for key, cell in cells.items()
        ]

    @api.model
    def _describe_cell_effect(self, key, plays, baseline):
        persona_id, stage_id = key
        stays, stays_moved = baseline
        judged = sum(play["judged"] for play in plays.values())
        moved = sum(play["moved"] for play in plays.values())
        without = engine.share(stays_moved, stays)
        return {
            "persona_id": persona_id or False,
            "stage_id": stage_id,
            "plays": plays,
            "uses": sum(play["uses"] for play in plays.values()),
            "judged": judged,
            "moved": moved,
            "stays": stays,
            "stays_moved": stays_moved,
            "enough": engine.share(moved, judged) is not None,
            "with": self._describe_effect(judged, moved),
            "without": self.env._("too few without use (%(n)s)", n=stays)
            if without is None
            else self.env._(
                "without: %(share).0f %% of %(n)s", share=100 * without, n=stays
            ),
        }
