# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ..engine import evaluation


class FlywheelProfile(models.Model):
    """Why somebody has this grade and this persona."""

    _inherit = "flywheel.profile"

    def get_candidates(self):
        """Say which personas a person may be, and why, and what makes up the grade.

        :return: a dict: ``candidates``, a list of dicts, the best first: ``id``,
            ``persona``, ``confidence`` and ``minimum`` (0 to 1), ``enough``,
            ``chosen`` (the one the person has), ``met`` and ``unmet`` (criteria as
            dicts with ``name`` and ``share`` of all weight, 0 to 1); ``fit``, a list
            of dicts with ``name`` and ``points``; ``locked``, ``no_profiling``
        :raise AccessError: the caller may not read this person
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: rules say the same of a person whoever asks
        held = self.sudo()._get_held_rules()
        candidates = [
            self._describe_candidate(persona, group, held)
            for persona, group in self._get_persona_rules()
            .grouped("persona_id")
            .items()
            if not persona.company_id or persona.company_id == self.company_id
        ]
        candidates.sort(key=lambda c: (not c["chosen"], -c["confidence"]))
        return {
            "candidates": [c for c in candidates if c["confidence"] or c["chosen"]],
            "others": sum(not (c["confidence"] or c["chosen"]) for c in candidates),
            "fit": [
                {"name": rule.name, "points": rule.points}
                for rule in self._get_fit_rules()
                if (rule._name, rule.id) in held
            ],
            "persona": self.persona_id.display_name or False,
            "locked": self.persona_locked,
            "no_profiling": self.no_profiling,
        }

    @api.model
    def _describe_candidate(self, persona, criteria, held):
        total = sum(criteria.mapped("weight"))
        met, unmet = [], []
        for rule in criteria.sorted(lambda rule: -rule.weight):
            where = met if (rule._name, rule.id) in held else unmet
            where.append({"name": rule.name, "share": rule.weight / total})
        confidence = sum(line["share"] for line in met)
        return {
            "id": persona.id,
            "persona": persona.name,
            "confidence": confidence,
            "minimum": persona.min_confidence,
            # As in the database: the sum of shares may be a hair below.
            "enough": confidence >= persona.min_confidence - 1e-9,
            "chosen": persona == self.persona_id,
            "met": met,
            "unmet": unmet,
        }

    def _get_held_rules(self):
        """Return the rules in force that hold for a person: {(model name, id)}."""
        plan = self._get_plan()
        rows = self.env.execute_query(
            SQL("SELECT * FROM (%s) m", evaluation.masks_sql(plan, self.ids))
        )
        return {
            rule
            for _profile_id, *words in rows
            for place, rule in enumerate(plan.rules)
            if words[place // evaluation.WORD] >> place % evaluation.WORD & 1
        }
