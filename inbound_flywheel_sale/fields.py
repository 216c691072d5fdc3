# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Figures of orders that follow from others, and from the clock."""

import operator as op

from odoo import fields
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.inbound_flywheel.fields import EQUALITY, INEQUALITY

DAY = 86400.0
YEAR = 365.25
COMPARE = {"<": op.lt, "<=": op.le, ">": op.gt, ">=": op.ge}


def average(person, _now):
    """Return the average value of an order."""
    return person.order_value / person.order_count if person.order_count else None


def per_year(person, _now):
    """Return how many orders a year there were between the first and the last."""
    if person.order_count < 2:
        return None
    days = (person.order_last_date - person.order_first_date).total_seconds() / DAY
    return (person.order_count - 1) * YEAR / days if days > 0 else None


def stretch(person, now):
    """Return how many times the usual interval has passed since the last order."""
    if not person.order_interval or not person.order_last_date:
        return None
    days = (now - person.order_last_date).total_seconds() / DAY
    return max(days, 0.0) / person.order_interval


# What each formula reads, how it is worked out in Python and in SQL.
FORMULAS = {
    "average": (
        ("order_value", "order_count"),
        average,
        "(%(order_value)s / NULLIF(%(order_count)s, 0))",
    ),
    "per_year": (
        ("order_count", "order_first_date", "order_last_date"),
        per_year,
        "(CASE WHEN %(order_count)s > 1 THEN (%(order_count)s - 1) * 365.25::float8"
        " / NULLIF(extract(epoch FROM %(order_last_date)s - %(order_first_date)s)"
        "::float8 / 86400.0::float8, 0) END)",
    ),
    "stretch": (
        ("order_interval", "order_last_date"),
        stretch,
        "(GREATEST(extract(epoch FROM %(now)s::timestamp - %(order_last_date)s)"
        "::float8, 0) / 86400.0::float8 / NULLIF(%(order_interval)s, 0))",
    ),
}


class OrderFigure(fields.Float):
    """A figure that follows from the stored ones, and maybe from the clock: searched,
    sorted and aggregated in SQL, always right and never rewritten.

    :param formula: a key of ``FORMULAS``; a related field has none
    """

    formula = None

    def __init__(self, *args, formula=None, **kwargs):
        if formula:
            kwargs.update(
                formula=formula,
                compute=self._compute_figure,
                search=self._search_figure,
                readonly=True,
                depends=FORMULAS[formula][0],
            )
            kwargs.setdefault("aggregator", "avg")
        super().__init__(*args, **kwargs)

    def _compute_figure(self, records):
        now = fields.Datetime.now()
        work_out = FORMULAS[self.formula][1]
        for record in records:
            record[self.name] = work_out(record, now) or 0.0

    def _search_figure(self, records, operator, value):
        if operator in EQUALITY:
            numbers = [number for number in value if number is not False]
            empty = len(numbers) < len(set(value))
            return self._get_condition(operator, numbers, empty)
        if operator in INEQUALITY:
            return self._get_condition(operator, float(value or 0.0), False)
        return NotImplemented

    def _get_condition(self, operator, value, empty):
        """Return the condition on the figure.

        :param empty: whether people without the figure are among the values
        """

        def to_sql(model, alias, _query):
            figure = self.to_sql(model, alias)
            if operator not in EQUALITY:
                return SQL("%s %s %s::float8", figure, SQL(operator), value)
            found = SQL("COALESCE(%s = ANY(%s::float8[]), %s)", figure, value, empty)
            return found if operator == "in" else SQL("NOT %s", found)

        def predicate(record):
            number = FORMULAS[self.formula][1](record, fields.Datetime.now())
            if operator in EQUALITY:
                found = empty if number is None else number in value
                return found == (operator == "in")
            return number is not None and COMPARE[operator](number, value)

        return Domain.custom(to_sql=to_sql, predicate=predicate)

    def to_sql(self, model, alias):
        """Return the figure as SQL over the stored columns."""
        names, _work_out, code = FORMULAS[self.formula]
        columns = {
            name: SQL.identifier(alias, name, to_flush=model._fields[name])
            for name in names
        }
        return SQL(code, now=fields.Datetime.now(), **columns)
