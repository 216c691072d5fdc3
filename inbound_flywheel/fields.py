# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fields whose value changes with time while their column stays untouched."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Domain
from odoo.tools import SQL

from .engine.decay import epoch

EQUALITY = ("in", "not in")
INEQUALITY = ("<", ">", "<=", ">=")
# What to do about people, by the cell of the matrix that they are in: how well they
# fit (A to D) and how engaged they are (1 hot to 4 cold).
ZONE_CELLS = {
    "talk": ("A1", "A2", "B1"),
    "nurture": ("A3", "A4", "B2", "B3", "B4"),
    "check": ("C1", "C2", "D1", "D2"),
    "leave": ("C3", "C4", "D3", "D4"),
}
CELL_ZONES = {
    cell: zone
    for cell, zone in sorted(
        (cell, zone) for zone, cells in ZONE_CELLS.items() for cell in cells
    )
}


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
                readonly=True,
            )
            kwargs.setdefault("depends", (momentum,))
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


class ScoreRange(MomentumMixin, fields.Selection):
    """In which range the decayed score lies, by the thresholds of the active score
    model.

    Subclasses name the ranges, the highest first: ``ranges`` holds {value: label},
    ``limits`` the name of the threshold from which each but the last begins.
    """

    empty = False
    ranges = {}
    limits = ()

    def __init__(self, *args, momentum=None, **kwargs):
        if momentum:
            kwargs.setdefault("selection", list(self.ranges.items()))
        super().__init__(*args, momentum=momentum, **kwargs)

    @property
    def lowest(self):
        """The range that nothing limits from below."""
        return list(self.ranges)[-1]

    def _get_bounds(self, model):
        """Return the momentum from which each range but the last begins, now."""
        worth = current_worth(model)
        thresholds = model.env["flywheel.score.model"]._get_thresholds()
        return [getattr(thresholds, name) / worth for name in self.limits]

    def _get_now(self, record):
        momentum = record[self.momentum]
        bounds = self._get_bounds(record)
        place = sum(momentum < bound for bound in bounds)
        return list(self.ranges)[place]

    def _get_domains(self, records):
        """Return {value: domain on the momentum column} of all ranges."""
        column = self.momentum
        above = Domain.TRUE
        domains = {}
        for value, bound in zip(self.ranges, self._get_bounds(records), strict=False):
            domains[value] = Domain(column, ">=", bound) & above
            above = Domain(column, "<", bound)
        domains[self.lowest] = above
        return domains

    def _search_now(self, records, operator, value):
        if operator != "in":
            return NotImplemented
        domains = self._get_domains(records)
        return Domain.OR(domains[item] for item in value if item in domains)

    def to_sql(self, model, alias):
        """Return the range as SQL over the momentum column."""
        column = self._get_column(model, alias)
        return SQL(
            "CASE %s ELSE %s END",
            SQL(" ").join(
                SQL("WHEN %s >= %s::float8 THEN %s", column, bound, value)
                for value, bound in zip(
                    self.ranges, self._get_bounds(model), strict=False
                )
            ),
            self.lowest,
        )


class ScoreBand(ScoreRange):
    """Hot, warm or cold."""

    ranges = {"hot": "Hot", "warm": "Warm", "cold": "Cold"}
    limits = ("hot", "warm")


class ScoreLevel(ScoreRange):
    """1 to 4: the columns of the matrix of grade and score."""

    ranges = {"1": "1 Hot", "2": "2 Warm", "3": "3 Cool", "4": "4 Cold"}
    limits = ("hot", "warm", "cool")


class ScoreCell(ScoreLevel):
    """A1 to D4: the cell of the matrix of grade and score. Who has no grade has none.

    :param grade: name of the stored column with the grade, A to D; a related field
        has none
    """

    grade = None

    def __init__(self, *args, grade=None, **kwargs):
        if grade:
            cells = [(cell, cell) for cell in CELL_ZONES]
            depends = (kwargs["momentum"], grade)
            kwargs.update(grade=grade, selection=cells, depends=depends)
        super().__init__(*args, **kwargs)

    def _get_now(self, record):
        grade = record[self.grade]
        return grade and grade + super()._get_now(record)

    def _get_domains(self, records):
        levels = super()._get_domains(records)
        return {
            cell: Domain(self.grade, "=", cell[0]) & levels[cell[1]]
            for cell in CELL_ZONES
        } | {False: Domain(self.grade, "=", False)}

    def to_sql(self, model, alias):
        """Return the cell as SQL over the columns of grade and momentum."""
        field = model._fields[self.grade]
        grade = SQL.identifier(alias, self.grade, to_flush=field)
        # NULL and anything is NULL: without a grade there is no cell.
        return SQL("(%s || %s)", grade, super().to_sql(model, alias))


class ElapsedDays(fields.Integer):
    """Whole days since a stored date: grows with time while the column stays.

    Searched, sorted and aggregated in SQL, as the score is.

    :param since: name of the stored Datetime column; a related field has none
    """

    since = None

    def __init__(self, *args, since=None, **kwargs):
        if since:
            kwargs.update(
                since=since,
                compute=self._compute_days,
                search=self._search_days,
                readonly=True,
                depends=(since,),
            )
            kwargs.setdefault("aggregator", "avg")
        super().__init__(*args, **kwargs)

    def _compute_days(self, records):
        now = fields.Datetime.now()
        for record in records:
            start = record[self.since]
            record[self.name] = max((now - start).days, 0) if start else 0

    def _search_days(self, records, operator, value):
        if operator == "in":
            return Domain.OR(map(self._get_day_domain, value))
        if operator not in INEQUALITY:
            return NotImplemented
        # At least n days: began n days ago or earlier.
        days = value + 1 if operator in ("<=", ">") else value
        border = fields.Datetime.now() - timedelta(days=days)
        if operator in (">", ">="):
            return Domain(self.since, "<=", border)
        return Domain(self.since, ">", border)

    def _get_day_domain(self, days):
        if days is False:
            return Domain(self.since, "=", False)
        border = fields.Datetime.now() - timedelta(days=days)
        since = Domain(self.since, ">", border - timedelta(days=1))
        return since & Domain(self.since, "<=", border) if days else since

    def to_sql(self, model, alias):
        """Return the days as SQL over the column they count from."""
        field = model._fields[self.since]
        return SQL(
            "GREATEST(floor(extract(epoch FROM %s - %s) / 86400)::int, 0)",
            SQL("%s::timestamp", fields.Datetime.now()),
            SQL.identifier(alias, self.since, to_flush=field),
        )
