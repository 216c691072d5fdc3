# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import formatLang

from ..engine.drift import MODERATE, OTHER, find_mover, pool

CRITERIA = "criteria"
# What stands for "has it" of a criterion or a tag.
YES = "true"
SHOWN = 3


class FlywheelPersonaTrait(models.Model):
    """A trait of the people who hold a persona: how it was spread when the persona was
    approved, how it is now, and how among those who bought.

    Spreads are {value: people}; the empty text stands for not known, or not met.
    """

    _name = "flywheel.persona.trait"
    _description = "Trait of a Persona"
    _order = "drift desc, psi desc, psi_buyers desc, id"

    persona_id = fields.Many2one(
        "flywheel.persona", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="persona_id.company_id", store=True)
    model = fields.Selection(
        [("criteria", "Criteria"), ("res.partner", "Contact"), ("crm.lead", "Lead")],
        required=True,
        readonly=True,
    )
    key = fields.Char(
        required=True, readonly=True, help="A field, or the id of a criterion."
    )
    value = fields.Char(readonly=True, help="A tag; empty for all values of the field.")
    name = fields.Char(compute="_compute_name")
    reference = fields.Json(readonly=True)
    reference_date = fields.Datetime(
        string="Reference Of", readonly=True, default=fields.Datetime.now
    )
    current = fields.Json(readonly=True)
    buyers = fields.Json(readonly=True)
    psi = fields.Float(
        string="Since Then",
        readonly=True,
        aggregator="max",
        help="Population stability index of the people now against those at the "
        "reference: below 0.1 nothing differs, from 0.25 on much does.",
    )
    psi_buyers = fields.Float(
        string="Against Buyers",
        readonly=True,
        aggregator="max",
        help="Population stability index of those who bought in the last 12 months "
        "against all who hold the persona.",
    )
    drift = fields.Float(
        readonly=True,
        aggregator="max",
        help="The larger of both, where it is more than chance explains.",
    )
    then_text = fields.Char(string="Then", compute="_compute_texts")
    now_text = fields.Char(string="Now", compute="_compute_texts")
    buyers_text = fields.Char(string="Those Who Buy", compute="_compute_texts")
    text = fields.Char(string="In Words", compute="_compute_texts")
    chart = fields.Json(compute="_compute_chart")

    _trait_uniq = models.UniqueIndex(
        "(persona_id, model, key, COALESCE(value, ''))",
        "The persona has this trait already.",
    )

    # ------------------------------------------------------------------
    # Words
    # ------------------------------------------------------------------
    def _get_field(self):
        """Return the field that a trait is about, or None for a criterion, and for a
        field that is not there any more."""
        self.ensure_one()
        return (
            None
            if self.model == CRITERIA
            else self.env[self.model]._fields.get(self.key)
        )

    @api.depends("model", "key", "value")
    @api.depends_context("lang")
    def _compute_name(self):
        Trait = self.env["flywheel.trait"]
        # sudo: the name of a criterion is no secret to those who see the persona
        rules = self.env["flywheel.persona.rule"].sudo()
        rules = rules.browse(int(t.key) for t in self if t.key.isdigit())
        names = {str(rule.id): rule.name for rule in rules.exists()}
        for trait in self:
            field = trait._get_field()
            if trait.key == CRITERIA:
                trait.name = self.env._("Meets the criteria")
            elif field is None:
                trait.name = self.env._(
                    "Criterion: %(name)s", name=names.get(trait.key, trait.key)
                )
            elif trait.value:
                values = Trait._get_value_names(field, [trait.value])
                trait.name = self.env._(
                    "%(field)s: %(values)s",
                    field=Trait._get_label(field),
                    values=values[trait.value],
                )
            else:
                trait.name = Trait._get_label(field)

    def _get_names(self):
        """Return {value: its name} of the values of a trait."""
        self.ensure_one()
        values = set(self.reference or {}) | set(self.current or {})
        values = (values | set(self.buyers or {})) - {"", OTHER}
        field = self._get_field()
        names = {"": self.env._("not known"), OTHER: self.env._("others")}
        if field is None or self.value:
            return {"": self.env._("no"), YES: self.env._("yes")}
        return names | self.env["flywheel.trait"]._get_value_names(
            field, sorted(values)
        )

    @api.depends("reference", "current", "buyers", "psi", "psi_buyers")
    @api.depends_context("lang")
    def _compute_texts(self):
        for trait in self:
            names = trait._get_names()
            then, now, buyers = trait._get_spreads()
            trait.then_text = trait._describe(then, names)
            trait.now_text = trait._describe(now, names)
            trait.buyers_text = trait._describe(buyers, names)
            trait.text = trait._get_movement()

    def _get_spreads(self):
        return self.reference or {}, self.current or {}, self.buyers or {}

    @api.model
    def _percent(self, share):
        return self.env._("%s %%", formatLang(self.env, 100 * share, digits=0))

    def _describe(self, spread, names):
        """Return a spread in words: the share that has it, or the largest shares."""
        size = sum(spread.values())
        if not size:
            return False
        if set(names) == {"", YES}:
            return self._percent(spread.get(YES, 0) / size)
        largest = sorted(spread.items(), key=lambda row: (-row[1], row[0]))[:SHOWN]
        return ", ".join(
            f"{names.get(value, value)} {self._percent(count / size)}"
            for value, count in largest
        )

    def _get_movement(self):
        """Return what has moved most, in words."""
        self.ensure_one()
        then, now, buyers = self._get_spreads()
        if self.drift < MODERATE:
            return self.env._("No clear difference.")
        if self.drift == self.psi:
            texts = self.env._("%(value)s: %(one)s then, %(other)s now."), then, now
        else:
            texts = (
                self.env._("%(value)s: %(one)s of all, %(other)s of those who buy."),
                now,
                buyers,
            )
        value, one, other = find_mover(*texts[1:])
        if set(now) <= {"", YES}:
            value, one, other = (
                YES,
                *(
                    spread.get(YES, 0) / (sum(spread.values()) or 1)
                    for spread in texts[1:]
                ),
            )
        name = self._get_names().get(value, value) if value != YES else self.name
        return texts[0] % {
            "value": name,
            "one": self._percent(one),
            "other": self._percent(other),
        }

    @api.depends("reference", "current", "buyers")
    @api.depends_context("lang")
    def _compute_chart(self):
        for trait in self:
            names = trait._get_names()
            then, now, buyers = trait._get_spreads()
            pooled = pool(then, now)[1].keys() - {OTHER}
            values = sorted(pooled, key=lambda value: -now.get(value, 0))
            trait.chart = {
                "type": "bar",
                "labels": [names.get(value, value) for value in values],
                "y_title": self.env._("Percent of the people"),
                "datasets": [
                    {
                        "label": label,
                        "data": [
                            100 * spread.get(value, 0) / (sum(spread.values()) or 1)
                            for value in values
                        ],
                    }
                    for label, spread in (
                        (self.env._("Then"), then),
                        (self.env._("Now"), now),
                        (self.env._("Those who buy"), buyers),
                    )
                    if spread
                ],
            }
