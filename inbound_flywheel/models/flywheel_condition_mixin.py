# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, mute_logger
from odoo.tools.query import Query


def check_domain(model, text):
    """Return the domain in ``text``, valid for ``model``.

    :param model: an empty recordset of the model the domain is for
    :param text: a domain as text, without variables
    :raise ValueError: it does not parse, or names what the model does not have
    """
    domain = Domain(literal_eval(text or "[]"))
    domain.validate(model.sudo())
    return domain


def probe_domain(model, text):
    """Check a domain that somebody wants to save: have the database plan it.

    A condition that no query can express would stop the whole flow later.

    :param model: as for :func:`check_domain`
    :param text: as for :func:`check_domain`
    :raise Exception: whatever is wrong with it
    """
    model = model.sudo().with_context(active_test=False)
    query = model._search(check_domain(model, text), bypass_access=True)
    with model.env.cr.savepoint(flush=False), mute_logger("odoo.sql_db"):
        model.env.cr.execute(SQL("EXPLAIN %s", query.select()))


def touchpoint_condition(env, text):
    """Return a touchpoint domain as an SQL condition on the alias ``t``.

    :param text: the domain as text
    :return: an :class:`SQL`, or None when the domain is always true
    """
    # sudo: a rule says the same of a touchpoint whoever asks
    Touchpoint = env["flywheel.touchpoint"].sudo().with_context(active_test=False)
    domain = check_domain(Touchpoint, text)
    if domain.is_true():
        return None
    query = Query(env, "t", SQL.identifier(Touchpoint._table))
    condition = domain.optimize_full(Touchpoint)._to_sql(Touchpoint, "t", query)
    if len(query.from_clause.params) or " JOIN " in query.from_clause.code:
        # The condition needs tables of its own: keep them in a sub-select.
        matches = Touchpoint._search(Domain(domain), bypass_access=True)
        return SQL("t.id IN %s", matches.subselect())
    return condition


def watched_fields(model, texts):
    """Return the names of the fields that domains read, and of those that these are
    worked out from.

    :param model: an empty recordset of the model the domains are for
    :param texts: the domains as text
    """
    todo = {
        condition.field_expr.split(".")[0]
        for text in texts
        for condition in check_domain(model, text).iter_conditions()
    }
    names = set()
    while todo:
        name = todo.pop()
        names.add(name)
        depends, _context = model._fields[name].get_depends(model)
        todo |= {path.split(".")[0] for path in depends} - names
    return frozenset(names)


class FlywheelConditionMixin(models.AbstractModel):
    """A rule with a condition, in its field ``domain``."""

    _name = "flywheel.condition.mixin"
    _description = "Rule with a Condition"
    _inherit = ["flywheel.cached.mixin"]

    @api.constrains("domain")
    def _check_domain(self):
        for rule in self:
            try:
                probe_domain(rule._get_condition_model(), rule.domain)
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        'The condition of "%(rule)s" cannot be used: %(domain)s\n'
                        "%(error)s",
                        rule=rule.name,
                        domain=rule.domain,
                        error=error,
                    )
                ) from error

    def _get_condition_model(self):
        """Return an empty recordset of what the condition is about."""
        return self.env["flywheel.touchpoint"]
