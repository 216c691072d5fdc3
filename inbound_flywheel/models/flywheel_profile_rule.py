# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.tools import SQL
from odoo.tools.query import Query

from .flywheel_condition_mixin import check_domain, watched_fields


class FlywheelProfileRule(models.AbstractModel):
    """A condition on a contact, a lead or a person that holds for a profile.

    Fit rules and persona rules are such conditions. Their domains compile to SQL
    and unite in one statement, whether for one person or for all.
    """

    _name = "flywheel.profile.rule"
    _description = "Condition on a Person"
    _inherit = ["flywheel.condition.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    model = fields.Selection(
        [
            ("res.partner", "Contact"),
            ("crm.lead", "Lead"),
            ("flywheel.profile", "Person"),
        ],
        required=True,
        default="res.partner",
        string="Applies To",
    )
    domain = fields.Char(
        required=True,
        default="[]",
        string="Condition",
        help="Which contacts, leads or people it holds for. For leads: at least one "
        "lead of the person, archived ones included.",
    )

    @api.constrains("domain", "model")
    def _check_domain(self):
        return super()._check_domain()

    def _get_condition_model(self):
        return self.env[self.model]

    def _get_matches_sql(self, profile_ids=None):
        """Return a query of (profile_id, rule_id), a row for every match.

        :param profile_ids: limit to these people; None for all
        :return: an :class:`SQL`, or None when there is no rule
        """
        parts = [rule._get_match_sql(profile_ids) for rule in self.sudo()]
        return SQL(" UNION ALL ").join(parts) if parts else None

    def _get_match_sql(self, profile_ids):
        self.ensure_one()
        # sudo: a rule says the same of a person whoever asks
        Model = self.env[self.model].sudo().with_context(active_test=False)
        query = Model._search(check_domain(Model, self.domain), bypass_access=True)
        link = "id" if self.model == "flywheel.profile" else "flywheel_profile_id"
        column = SQL.identifier(
            Model._table, link, to_flush=Model._fields[link] if link != "id" else None
        )
        if profile_ids is None:
            query.add_where(SQL("%s IS NOT NULL", column))
        else:
            query.add_where(SQL("%s = ANY(%s)", column, list(profile_ids)))
        selected = query.select(
            SQL("DISTINCT %s AS profile_id", column), SQL("%s AS rule_id", self.id)
        )
        return SQL("(%s)", selected)

    def _get_row_condition(self):
        """Return (condition on a row under the alias ``t``, whether it reads nothing
        but the row), as SQL and bool.

        Whatever the language of who saves: a rule says the same of everybody.
        """
        self.ensure_one()
        # sudo: as above
        Model = self.env[self.model].sudo()
        Model = Model.with_context(active_test=False, lang=None)
        domain = check_domain(Model, self.domain)
        if domain.is_true():
            return SQL("TRUE"), True
        if domain.is_false():
            return SQL("FALSE"), True
        query = Query(self.env, "t", SQL.identifier(Model._table))
        condition = domain.optimize_full(Model)._to_sql(Model, "t", query)
        if query.from_clause.params or " JOIN " in query.from_clause.code:
            # The condition needs tables of its own: keep them in a sub-select.
            matches = Model._search(domain, bypass_access=True)
            condition = SQL("t.id IN %s", matches.subselect())
        return condition, "SELECT" not in condition.code

    @api.model
    @tools.ormcache("model_name")
    def _get_watched_fields(self, model_name):
        """Return the names of the fields of a model that rules of this kind read,
        and of those that these are worked out from."""
        rules = self.sudo().browse(self._get_ids_in_force())
        rules = rules.filtered(lambda rule: rule.model == model_name)
        return watched_fields(self.env[model_name], rules.mapped("domain"))

    @api.model
    @tools.ormcache()
    def _get_ids_in_force(self):
        """Return the ids of the rules that apply now."""
        return tuple(self.sudo().search(self._get_force_domain()).ids)

    @api.model
    def _get_force_domain(self):
        """Return the domain of the rules that apply now."""
        return []
