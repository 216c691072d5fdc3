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


class MomentumMixin:
    """What fields over a momentum column have in common.

    Nothing of them is stored: the value follows from the column and the clock. So
    they are searched, sorted, grouped and aggregated in SQL like stored fields, are
    right at every instant, and never rewritten.

    :param momentum: name of the stored float column that holds the momentum; a
        related field has none
    """

    momentum = None
    empty = None

    def __init__(self, *args, momentum=None, **kwargs):
        if momentum:
            kwargs.update(
                momentum=momentum,
                compute=self._compute_now,
                search=self._search_now,
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
            return self.empty
        record.ensure_one()
        if self.related:
            source = record.sudo() if self.compute_sudo else record
            target, field = self.traverse_related(source)
            return field.__get__(target)
        return self._get_now(record)

    def _compute_now(self, records):
        for record in records:
            record[self.name] = self._get_now(record)

    def _get_column(self, model, alias):
        field = model._fields[self.momentum]
        return SQL.identifier(alias, self.momentum, to_flush=field)


class DecayedFloat(MomentumMixin, fields.Float):
    """A number that decays with the half-life of the active score model."""

    empty = 0.0

    def _get_now(self, record):
        return record[self.momentum] * current_worth(record)

    def _search_now(self, records, operator, value):
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
        column = self._get_column(model, alias)
        return SQL("(%s * %s::float8)", column, current_worth(model))


class ScoreBand(MomentumMixin, fields.Selection):
    """Hot, warm or cold: the decayed score against the thresholds of the active
    score model."""

    empty = False

    def __init__(self, *args, momentum=None, **kwargs):
        if momentum:
            bands = [("hot", "Hot"), ("warm", "Warm"), ("cold", "Cold")]
            kwargs["selection"] = bands
        super().__init__(*args, momentum=momentum, **kwargs)

    def _get_bounds(self, model):
        """Return the momentum from which a person is hot, and warm, now."""
        worth = current_worth(model)
        thresholds = model.env["flywheel.score.model"]._get_thresholds()
        return thresholds.hot / worth, thresholds.warm / worth

    def _get_now(self, record):
        hot, warm = self._get_bounds(record)
        momentum = record[self.momentum]
        return "hot" if momentum >= hot else "warm" if momentum >= warm else "cold"

    def _search_now(self, records, operator, value):
        if operator != "in":
            return NotImplemented
        hot, warm = self._get_bounds(records)
        column = self.momentum
        ranges = {
            "hot": Domain(column, ">=", hot),
            "warm": Domain(column, ">=", warm) & Domain(column, "<", hot),
            "cold": Domain(column, "<", warm),
        }
        return Domain.OR(ranges[band] for band in value if band in ranges)

    def to_sql(self, model, alias):
        """Return the band as SQL over the momentum column."""
        hot, warm = self._get_bounds(model)
        return SQL(
            "CASE WHEN %(column)s >= %(hot)s::float8 THEN 'hot'"
            " WHEN %(column)s >= %(warm)s::float8 THEN 'warm' ELSE 'cold' END",
            column=self._get_column(model, alias),
            hot=hot,
            warm=warm,
        )
