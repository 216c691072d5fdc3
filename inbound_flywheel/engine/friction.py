# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where time and people are lost between stages. No environment needed."""

from typing import NamedTuple

# Passes below which a median says too little.
ENOUGH = 20
# What is taken of the days of a way: the fastest quarter, the middle, and the time
# after which somebody who is still there is stuck.
QUANTILES = (0.25, 0.5, 0.9)
ON, BACK, OUT, RETURN, STUCK = "on", "back", "out", "return", "stuck"


class Measure(NamedTuple):
    """People who went a way, and their days in the stage before."""

    n: int
    fastest: float
    median: float
    late: float
    mean: float


class Way(NamedTuple):
    """From one stage to another; no other: out of the track, or still there."""

    from_id: int
    to_id: int | None
    kind: str


def way_of(source, target):
    """Return the :class:`Way` between two stages.

    :param source: ``engine.journey.Stage`` that somebody left
    :param target: the one that followed, or None
    """
    if target is None or target.is_exit:
        kind = OUT
    elif source.is_exit:
        kind = RETURN
    else:
        kind = ON if target.sequence > source.sequence else BACK
    return Way(source.id, target and target.id, kind)


def days_lost(way, measure, fastest, from_exit=False):
    """Return the days that people lost on a way.

    Who got to another stage lost what the median takes longer than the fastest quarter
    of all who went that way. Who dropped out or is stuck lost all the days. Time spent
    away (after an exit) is not lost in a stage.

    :param measure: the :class:`Measure` of these people
    :param fastest: days of the fastest quarter of all who went that way
    """
    if way.kind == RETURN or from_exit:
        return 0.0
    if way.kind in (OUT, STUCK):
        return measure.n * measure.median
    return measure.n * max(measure.median - fastest, 0.0)


def late_after(ways):
    """Return the days after which somebody is stuck in a stage: nine in ten had left by
    then on the slowest way on, of the ways that at least ``ENOUGH`` took. None where
    too few got on to say.

    :param ways: {:class:`Way`: :class:`Measure`} of the ways out of the stage
    """
    return max(
        (
            measure.late
            for way, measure in ways.items()
            if way.kind == ON and measure.n >= ENOUGH
        ),
        default=None,
    )


def dropout(counts):
    """Return the share of a stage's people who dropped out or are stuck, among those
    who left it or are stuck; None if there are none.

    :param counts: {kind: people} of the ways out of the stage
    """
    total = sum(counts.get(kind, 0) for kind in (ON, BACK, OUT, STUCK))
    return (counts.get(OUT, 0) + counts.get(STUCK, 0)) / total if total else None
