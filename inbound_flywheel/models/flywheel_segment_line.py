# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.fields import Domain
from odoo.tools import formatLang

# Smaller chances look alike.
LEAST = 0.0001


class FlywheelSegmentLine(models.Model):
    """A trait, or two, that the best customers have more often than others; or a field
    that is left out, and why."""

    _name = "flywheel.segment.line"
    _description = "Suggested Segment"
    _order = "segment_id, kind, id"

    segment_id = fields.Many2one(
        "flywheel.segment", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="segment_id.company_id", store=True)
    kind = fields.Selection(
        [("found", "Found"), ("refused", "Left Out")], required=True, readonly=True
    )
    name = fields.Char(string="Who", required=True, readonly=True)
    model = fields.Selection(
        [("res.partner", "Contact"), ("crm.lead", "Lead")], readonly=True
    )
    traits = fields.Json(readonly=True)
    n = fields.Integer(string="Cases", readonly=True)
    good = fields.Integer(readonly=True)
    rate = fields.Float(string="Share", readonly=True, aggregator="avg")
    low = fields.Float(string="95 % From", readonly=True, aggregator=None)
    high = fields.Float(string="95 % To", readonly=True, aggregator=None)
    lift = fields.Float(
        readonly=True, aggregator="avg", help="Share of these, over that of all cases."
    )
    chance = fields.Float(
        readonly=True,
        digits=(4, 4),
        aggregator=None,
        help="Fisher's exact test, corrected for how many traits were tried.",
    )
    chance_text = fields.Char(string="By Chance", compute="_compute_text")
    text = fields.Char(string="In Words", compute="_compute_text")
    similar = fields.Char(
        string="Says Much the Same",
        compute="_compute_similar",
        help="Segments of much the same people.",
    )
    head_id = fields.Many2one(
        "flywheel.segment.line", ondelete="cascade", index="btree_not_null"
    )
    member_ids = fields.One2many("flywheel.segment.line", "head_id", readonly=True)
    persona_id = fields.Many2one(
        "flywheel.persona", readonly=True, ondelete="set null", index="btree_not_null"
    )
    reason = fields.Char(readonly=True)

    @api.depends("rate", "lift", "n", "low", "high", "segment_id.base_rate")
    @api.depends_context("lang")
    def _compute_text(self):
        for line in self:
            numbers = {
                name: formatLang(self.env, 100 * share, digits=0)
                for name, share in (
                    ("rate", line.rate),
                    ("base", line.segment_id.base_rate),
                    ("low", line.low),
                    ("high", line.high),
                )
            }
            line.chance_text = line.kind == "found" and (
                self.env._("< 0.01 %")
                if line.chance < LEAST
                else self.env._(
                    "%s %%", formatLang(self.env, 100 * line.chance, digits=2)
                )
            )
            numbers["lift"] = formatLang(self.env, line.lift, digits=1)
            line.text = line.kind == "found" and self.env._(
                "%(who)s: %(rate)s %% against %(base)s %% of all, lift %(lift)s, "
                "n %(n)s (95 %% interval %(low)s to %(high)s %%)",
                who=line.name,
                n=line.n,
                **numbers,
            )

    @api.depends("member_ids.name")
    def _compute_similar(self):
        for line in self:
            line.similar = "; ".join(line.member_ids.mapped("name"))

    # ------------------------------------------------------------------
    # Traits
    # ------------------------------------------------------------------
    @api.model
    def _get_trait_names(self, keys):
        """Return {(model, field, value): "Label: value"} in the reader's language."""
        Trait = self.env["flywheel.trait"]
        wanted = {}
        for model, name, text in keys:
            wanted.setdefault((model, name), []).append(text)
        names = {}
        for (model, name), texts in wanted.items():
            field = self.env[model]._fields[name]
            label = Trait._get_label(field)
            for text, value in Trait._get_value_names(field, texts).items():
                names[model, name, text] = self.env._(
                    "%(field)s: %(values)s", field=label, values=value
                )
        return names

    def _get_leaves(self):
        """Return [(model, name, leaf of a domain)] of the traits."""
        self.ensure_one()
        keys = [tuple(key) for key in self.traits or ()]
        names = self._get_trait_names(keys)
        return [
            (
                model,
                names[model, name, text],
                self.env["flywheel.trait"]._get_leaf(
                    self.env[model]._fields[name], text
                ),
            )
            for model, name, text in keys
        ]

    def _get_people_domain(self):
        """Return the domain of the people who have the traits."""
        domain = Domain.TRUE
        for model, _name, leaf in self._get_leaves():
            link = "partner_id" if model == "res.partner" else "lead_ids"
            domain &= Domain(link, "any", [leaf])
        return domain

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_open(self):
        """Open the cases behind the line, under the rights of the reader: leads where
        leads were counted and the reader may see leads, people otherwise."""
        self.ensure_one()
        self.check_access("read")
        if self.segment_id.best == "won" and self.env["crm.lead"].has_access("read"):
            domain = self.segment_id._get_lead_domain()
            for model, _name, leaf in self._get_leaves():
                if model == "crm.lead":
                    domain &= Domain([leaf])
                else:
                    domain &= Domain(
                        "flywheel_profile_id", "any", [("partner_id", "any", [leaf])]
                    )
            domain &= Domain("flywheel_profile_id.no_profiling", "=", False)
            return self._open("crm.lead", domain)
        return self._open(
            "flywheel.profile", Domain("flywheel_segment_line_id", "=", self.id)
        )

    def _open(self, model, domain):
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": model,
            "views": [[False, "list"], [False, "form"]],
            "domain": list(domain),
            "context": {"active_test": False, "create": False},
        }

    def action_start_persona(self):
        """Make a draft persona of people with these traits, or open the one made."""
        self.ensure_one()
        self.check_access("read")
        if not self.persona_id:
            persona = self.env["flywheel.persona"].create(self._prepare_persona())
            # sudo: whoever may make personas notes which one was made
            self.sudo().persona_id = persona
        return self.persona_id._get_records_action(name=self.env._("Persona"))

    def _prepare_persona(self):
        leaves = self._get_leaves()
        facts = Markup().join(
            Markup("<li>%s</li>") % name for _model, name, _leaf in leaves
        )
        values = [
            name.rpartition(": ")[2].rpartition(" / ")[2] for _m, name, _l in leaves
        ]
        return {
            "name": ", ".join(values),
            "demographics": Markup("<ul>%s</ul><p>%s</p>") % (facts, self.text),
            # Every criterion counts: half of them make somebody else.
            "min_confidence": 1.0,
            "rule_ids": [
                Command.create(
                    {"name": name, "model": model, "domain": repr([leaf]), "weight": 1}
                )
                for model, name, leaf in leaves
            ],
        }
