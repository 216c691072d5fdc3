# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter, defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL, formatLang

from ..engine.busy import gives_way
from ..engine.contrast import FEW
from ..engine.drift import LARGE, MODERATE, OTHER, RARE, by_chance, psi
from .flywheel_persona_trait import CRITERIA, YES

# Values of a field that are kept; the others are one.
KEPT = 40
# Traits in the chart.
CHARTED = 8
BUYING_MONTHS = 12
# What tells traits apart.
KEYS = ("persona_id", "model", "key", "value")


class FlywheelPersona(models.Model):
    """Whether the people who hold a persona are still those it was made of, and
    whether those who buy are."""

    _inherit = "flywheel.persona"

    drift = fields.Float(
        readonly=True,
        copy=False,
        aggregator="max",
        help="The largest population stability index of a trait, among those that "
        "chance does not explain: below 0.1 nothing differs, from 0.25 on much does.",
    )
    drift_date = fields.Datetime(string="Measured On", readonly=True, copy=False)
    drift_limit = fields.Float(
        string="Ask for a Review From",
        default=LARGE,
        help="From this drift on the owner is asked to review the persona. 0: never.",
    )
    drift_alert_date = fields.Datetime(
        string="Review Asked For", readonly=True, copy=False
    )
    drift_text = fields.Char(string="Drift in Words", compute="_compute_drift_text")
    drift_chart = fields.Json(compute="_compute_drift_chart")
    trait_ids = fields.One2many(
        "flywheel.persona.trait", "persona_id", string="Traits", readonly=True
    )

    _check_drift_limit = models.Constraint(
        "CHECK (drift_limit >= 0)", "The limit of the drift is zero or more."
    )

    @api.depends("drift", "drift_date", "trait_ids.drift")
    @api.depends_context("lang")
    def _compute_drift_text(self):
        for persona in self:
            if not persona.drift_date:
                text = self.env._("Not measured yet.")
            elif persona.drift < MODERATE:
                text = self.env._("Nothing differs clearly.")
            else:
                text = persona._get_drift_reason()
            persona.drift_text = text

    @api.depends("trait_ids.psi", "trait_ids.psi_buyers")
    @api.depends_context("lang")
    def _compute_drift_chart(self):
        for persona in self:
            traits = persona.trait_ids.sorted(lambda t: -max(t.psi, t.psi_buyers))
            traits = traits[:CHARTED]
            limits = (
                (self.env._("Something differs"), MODERATE),
                (self.env._("Much differs"), LARGE),
            )
            persona.drift_chart = {
                "type": "bar",
                "labels": traits.mapped("name"),
                "y_title": self.env._("Population stability index"),
                "empty": self.env._("Not measured yet."),
                "datasets": [
                    {"label": self.env._("Since then"), "data": traits.mapped("psi")},
                    {
                        "label": self.env._("Against those who buy"),
                        "data": traits.mapped("psi_buyers"),
                    },
                    *(
                        {
                            "label": label,
                            "type": "line",
                            "thin": True,
                            "data": [limit] * len(traits),
                        }
                        for label, limit in limits
                    ),
                ],
            }

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "approved":
            self._keep_reference()
        return result

    # ------------------------------------------------------------------
    # Measuring
    # ------------------------------------------------------------------
    def action_measure_drift(self):
        """Measure how far these personas have drifted, now."""
        self.check_access("write")
        self._measure_drift()

    def action_keep_reference(self):
        """Take the people of today as what the persona is measured against."""
        self.check_access("write")
        self._keep_reference()

    def _keep_reference(self):
        """Take the spread of today as the reference: the persona was approved or
        reviewed."""
        # sudo: figures are written by the flow alone
        personas = self.sudo()
        personas.trait_ids.unlink()
        personas.drift_alert_date = False
        personas._measure_drift()

    @api.model
    @gives_way
    def _cron_measure_drift(self):
        """Measure all personas; ask for a review of those that have drifted."""
        personas = self.search([("active", "=", True)])
        personas._measure_drift()
        for persona in personas.filtered(lambda p: p._needs_alert()):
            persona._schedule_review(persona._get_drift_reason())
            persona.drift_alert_date = fields.Datetime.now()

    def _needs_alert(self):
        """Tell whether the drift calls for a review that was not asked for yet."""
        self.ensure_one()
        return 0 < self.drift_limit <= self.drift and not self.drift_alert_date

    def _get_drift_reason(self):
        """Return why the persona should be reviewed: what moved, and how."""
        self.ensure_one()
        trait = self.trait_ids.sorted(lambda t: (-t.drift, t.id))[:1]
        return self.env._(
            "%(level)s (drift %(drift)s). %(trait)s: %(text)s",
            level=self.env._("Much differs")
            if self.drift >= LARGE
            else self.env._("Something differs"),
            drift=formatLang(self.env, self.drift, digits=2),
            trait=trait.name,
            text=trait.text,
        )

    def _measure_drift(self):
        """Count the traits of the people, set-based, and compare them."""
        # sudo: figures of all people, written by the flow alone
        personas = self.sudo()
        sizes = personas._fill_holders()
        found = personas._count_criteria(sizes)
        for field, stand_in in self.env["flywheel.trait"]._get_person_fields().items():
            found.update(personas._count_field(field, stand_in, sizes))
        personas._keep_traits(found, sizes)

    def _fill_holders(self):
        """Put who holds these personas, and who of them has bought lately, into a table
        of this transaction; people who object to profiling are left out.

        :return: {persona id: (people, buyers)}
        """
        self.env.flush_all()
        self.env.cr.execute(
            """
            CREATE TEMPORARY TABLE IF NOT EXISTS flywheel_holder (
                id int PRIMARY KEY, persona_id int, buyer bool) ON COMMIT DROP;
            TRUNCATE flywheel_holder;
            """
        )
        since = fields.Datetime.now() - relativedelta(months=BUYING_MONTHS)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO flywheel_holder
                SELECT p.id, p.persona_id, b.flywheel_profile_id IS NOT NULL
                  FROM flywheel_profile p
                  LEFT JOIN (SELECT DISTINCT flywheel_profile_id FROM crm_lead
                              WHERE won_status = 'won' AND date_closed >= %s) b
                    ON b.flywheel_profile_id = p.id
                 WHERE p.persona_id = ANY(%s) AND p.no_profiling IS NOT TRUE
                """,
                since,
                self.ids,
            )
        )
        self.env.cr.execute("ANALYZE flywheel_holder")
        rows = self.env.execute_query(
            SQL(
                "SELECT persona_id, COUNT(*), COUNT(*) FILTER (WHERE buyer)"
                " FROM flywheel_holder GROUP BY 1"
            )
        )
        return {persona_id: (people, buyers) for persona_id, people, buyers in rows}

    def _count_criteria(self, sizes):
        """Return {(persona id, model, key, value): (spread, spread of buyers)} of who
        meets the criteria, each and together."""
        rules = self.rule_ids.filtered("active")
        matches = rules._get_matches_sql()
        counts = {
            (rule.persona_id.id, CRITERIA, key, False): (0, 0)
            for rule in rules
            for key in (str(rule.id), CRITERIA)
            if rule.persona_id.id in sizes
        }
        if matches is not None:
            for persona_id, rule_id, people, buyers in self.env.execute_query(
                self._get_criteria_sql(matches)
            ):
                key = str(rule_id) if rule_id else CRITERIA
                counts[persona_id, CRITERIA, key, False] = people, buyers
        return {
            key: self._get_yes_spreads(both, sizes[key[0]])
            for key, both in counts.items()
        }

    def _get_criteria_sql(self, matches):
        """Return a query of (persona, criterion or empty for all together, people who
        meet it, buyers who do)."""
        return SQL(
            """
            WITH met AS (
                SELECT h.id, h.persona_id, h.buyer, r.id AS rule_id, r.weight
                  FROM (%(matches)s) m
                  JOIN flywheel_persona_rule r ON r.id = m.rule_id
                  JOIN flywheel_holder h
                    ON h.id = m.profile_id AND h.persona_id = r.persona_id)
            SELECT persona_id, rule_id, COUNT(*), COUNT(*) FILTER (WHERE buyer)
              FROM met GROUP BY 1, 2
             UNION ALL
            SELECT s.persona_id, NULL, COUNT(*), COUNT(*) FILTER (WHERE s.buyer)
              FROM (SELECT id, persona_id, buyer, SUM(weight) AS weight
                      FROM met GROUP BY 1, 2, 3) s
              JOIN (SELECT persona_id, SUM(weight) AS weight
                      FROM flywheel_persona_rule WHERE active GROUP BY 1) w
                ON w.persona_id = s.persona_id
              JOIN flywheel_persona p ON p.id = s.persona_id
             WHERE s.weight / w.weight >= p.min_confidence
             GROUP BY 1
            """,
            matches=matches,
        )

    @api.model
    def _get_yes_spreads(self, both, sizes):
        """Return the spreads of a yes-or-no trait: of all people and of buyers."""
        return tuple(
            {YES: count, "": size - count} if size else {}
            for count, size in zip(both, sizes, strict=True)
        )

    def _count_field(self, field, stand_in, sizes):
        """Return {(persona id, model, key, value): (spread, spread of buyers)} of a
        field: of its values, or of each of its tags.

        :param stand_in: the field of leads for people without a contact, or None
        """
        values = self.env["flywheel.trait"]._get_person_values_sql(field, stand_in)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT h.persona_id, v.value, COUNT(*),
                       COUNT(*) FILTER (WHERE h.buyer)
                  FROM flywheel_holder h JOIN (%s) v ON v.profile_id = h.id
                 WHERE v.value IS NOT NULL
                 GROUP BY 1, 2
                """,
                values,
            )
        )
        found, spreads = {}, defaultdict(lambda: ({}, {}))
        for persona_id, value, people, buyers in rows:
            if field.type == "many2many":
                key = (persona_id, field.model_name, field.name, value)
                both = self._get_yes_spreads((people, buyers), sizes[persona_id])
                found[key] = both
            else:
                key = (persona_id, field.model_name, field.name, False)
                spreads[key][0][value] = people
                spreads[key][1][value] = buyers
        for key, both in spreads.items():
            found[key] = tuple(
                self._trim(spread, size)
                for spread, size in zip(both, sizes[key[0]], strict=True)
            )
        return found

    @api.model
    def _trim(self, spread, size):
        """Return a spread with its rarer values as one, and with who has none."""
        ordered = sorted(spread.items(), key=lambda row: (-row[1], row[0]))
        trimmed = {value: count for value, count in ordered[:KEPT] if count}
        trimmed[OTHER] = sum(count for _value, count in ordered[KEPT:])
        trimmed[""] = size - sum(trimmed.values())
        return {value: count for value, count in trimmed.items() if count}

    # ------------------------------------------------------------------
    # Keeping
    # ------------------------------------------------------------------
    def _keep_traits(self, found, sizes):
        """Keep the spreads, and how far they are from the reference and from those of
        buyers."""
        Trait = self.env["flywheel.persona.trait"]
        known = {
            (trait.persona_id.id, trait.model, trait.key, trait.value or False): trait
            for trait in Trait.search([("persona_id", "in", self.ids)])
        }
        bases = {key[0]: sum(trait.reference.values()) for key, trait in known.items()}
        keys = sorted(known.keys() | found.keys(), key=str)
        trials = Counter(key[0] for key in keys)
        new, drifts, gone = [], defaultdict(float), Trait
        for key in keys:
            trait = known.get(key, Trait)
            spreads = found.get(key) or self._get_empty(key, sizes.get(key[0]))
            if spreads is None:
                gone += trait
                continue
            if not trait and not _is_worth_it(spreads):
                continue
            reference = trait.reference or self._get_first(key, bases, spreads[0])
            vals = self._compare(reference, *spreads, trials[key[0]])
            drifts[key[0]] = max(drifts[key[0]], vals["drift"])
            if trait:
                trait.write(vals)
            else:
                new.append({**dict(zip(KEYS, key, strict=True)), **vals})
        gone.unlink()
        Trait.create(new)
        for persona in self:
            persona.write(
                {"drift": drifts[persona.id], "drift_date": fields.Datetime.now()}
            )

    @api.model
    def _get_first(self, key, bases, current):
        """Return the reference of a trait that has none: the spread of today, or that
        nobody had it when the others were counted."""
        size = bases.get(key[0], 0)
        return {"": size} if size >= FEW and key[1] != CRITERIA else current

    @api.model
    def _get_empty(self, key, sizes):
        """Return the spreads of a trait that nobody has any more, or None for a
        criterion that is gone."""
        if key[1] == CRITERIA or not sizes:
            return None
        return tuple({"": size} if size else {} for size in sizes)

    @api.model
    def _compare(self, reference, current, buyers, trials):
        """Return the values of a trait: both indexes, and the larger one that chance
        does not explain. A reference of too few people gives way to the present."""
        vals = {"psi": 0.0, "psi_buyers": 0.0, "drift": 0.0}
        if sum(reference.values()) < FEW:
            reference = current
            vals["reference_date"] = fields.Datetime.now()
        for name, first, second in (
            ("psi", reference, current),
            ("psi_buyers", current, buyers),
        ):
            if min(sum(first.values()), sum(second.values())) < FEW:
                continue
            vals[name] = psi(first, second)
            if vals[name] > by_chance(first, second, trials):
                vals["drift"] = max(vals["drift"], vals[name])
        return {**vals, "reference": reference, "current": current, "buyers": buyers}


def _is_worth_it(spreads):
    """Tell whether enough people have a trait for it to be followed."""
    for spread in spreads:
        size = sum(spread.values())
        if any(count >= RARE * size for value, count in spread.items() if value):
            return True
    return False
