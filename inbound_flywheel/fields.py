# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fields whose value falls with time while their column stays untouched."""

from odoo import fields
from odoo.fields import Domain
from odoo.tools import SQL

from .engine.decay import epoch

EQUALITY = ("in", "not in")
INEQUALITY = ("<", ">", "<=", ">=")


def current_worth(model):
    """Return what momentum 1.0 is worth now, under the active score model."""
    decay = model.env["flywheel.score.model"]._get_decay()
    return decay.worth(epoch(fields.Datetime.now()))


class DecayedFloat(fields.Float):
    """A number that decays with the half-life of the active score model.

    Nothing of it is stored: its value is a momentum column times one factor that
    depends on the clock alone. So it is searched, sorted, grouped and aggregated
    in SQL like a stored field, is right at every instant, and never rewritten.

    :param momentum: name of the stored float column that holds the momentum
    """

    momentum = None

    def __init__(self, *args, momentum=None, **kwargs):
        if momentum:
            kwargs.update(
                momentum=momentum,
                compute=self._compute_decayed,
                search=self._search_decayed,
                depends=(momentum,),
                readonly=True,
            )
        super().__init__(*args, **kwargs)

    def __get__(self, record, owner=None):
        # The clock is not a dependency that could invalidate a cached value, so
        # none is kept: one multiplication costs less than being wrong.
        if record is None:
            return self
        if not record:
            return 0.0
        record.ensure_one()
        if self.related:
            source = record.sudo() if self.compute_sudo else record
            target, field = self.traverse_related(source)
            return field.__get__(target)
        return record[self.momentum] * current_worth(record)

    def _compute_decayed(self, records):
        worth = current_worth(records)
        for record in records:
            record[self.name] = record[self.momentum] * worth

    def _search_decayed(self, records, operator, value):
        worth = current_worth(records)
        if operator in EQUALITY:
            value = [v / worth if v else v for v in value]
        elif operator in INEQUALITY:
            value = (value or 0.0) / worth
        else:
            return NotImplemented
        return Domain(self.momentum, operator, value)

    def to_sql(self, model, alias):
        """Return the decayed value as SQL over the momentum column."""
        column = SQL.identifier(
            alias, self.momentum, to_flush=model._fields[self.momentum]
        )
        return SQL("(%s * %s::float8)", column, current_worth(model))


class ScoreBand(fields.Selection):
    """Hot, warm or cold: the decayed score against the thresholds of the active
    score model. Computed on the fly, yet searchable and groupable in SQL.

    :param momentum: name of the stored float column that holds the momentum
    """

    momentum = None

    def __init__(self, *args, momentum=None, **kwargs):
        if momentum:
            kwargs.update(
                momentum=momentum,
                selection=[("hot", "Hot"), ("warm", "Warm"), ("cold", "Cold")],
                compute=self._compute_band,
                search=self._search_band,
                depends=(momentum,),
                readonly=True,
            )
        super().__init__(*args, **kwargs)

    def __get__(self, record, owner=None):
        if record is None:
            return self
        if not record:
            return False
        record.ensure_one()
        if self.related:
            source = record.sudo() if self.compute_sudo else record
            target, field = self.traverse_related(source)
            return field.__get__(target)
        hot, warm = self._bounds(record)
        momentum = record[self.momentum]
        return "hot" if momentum >= hot else "warm" if momentum >= warm else "cold"

    def _bounds(self, model):
        """Return the momentum from which a person is hot, and warm, now."""
        worth = current_worth(model)
        thresholds = model.env["flywheel.score.model"]._get_thresholds()
        return thresholds.hot / worth, thresholds.warm / worth

    def _compute_band(self, records):
        for record in records:
            record[self.name] = self.__get__(record)

    def _search_band(self, records, operator, value):
        if operator != "in":
            return NotImplemented
        hot, warm = self._bounds(records)
        column = self.momentum
        ranges = {
            "hot": Domain(column, ">=", hot),
            "warm": Domain(column, ">=", warm) & Domain(column, "<", hot),
            "cold": Domain(column, "<", warm),
        }
        return Domain.OR(ranges[band] for band in value if band in ranges)

    def to_sql(self, model, alias):
        """Return the band as SQL over the momentum column."""
        hot, warm = self._bounds(model)
        column = SQL.identifier(
            alias, self.momentum, to_flush=model._fields[self.momentum]
        )
        return SQL(
            "CASE WHEN %(column)s >= %(hot)s::float8 THEN 'hot'"
            " WHEN %(column)s >= %(warm)s::float8 THEN 'warm' ELSE 'cold' END",
            column=column,
            hot=hot,
            warm=warm,
        )
