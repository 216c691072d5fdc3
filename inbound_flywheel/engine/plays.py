# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which content helps whom, and whether it does. No environment needed."""

from typing import NamedTuple

# Days within which somebody has to move on for it to count as an effect.
WINDOW_DAYS = 30
# Uses below which a share says too little to be shown.
ENOUGH = 20
# How well a play fits a person: the lower, the better.
EXACT, STAGE, PERSONA, GENERAL = range(4)


class Candidate(NamedTuple):
    """What the ranking has to know of a play.

    :param id: of the play
    :param personas: ids of its personas; empty for all
    :param stages: ids of its stages; empty for any
    :param team: the team it is made for, or None
    :param lang: code of its language, or None
    :param sequence: the order that people gave
    :param used: uses that are old enough to be judged
    :param moved: those of them after which the person moved on
    """

    id: int
    personas: frozenset
    stages: frozenset
    team: str | None
    lang: str | None
    sequence: int
    used: int
    moved: int


def fit(candidate, persona_id, stage_ids):
    """Return how well a play fits: EXACT, STAGE, PERSONA, GENERAL, or None.

    :param persona_id: the persona of the person, or None
    :param stage_ids: the stages that the person is in, on all tracks
    """
    if candidate.personas and persona_id not in candidate.personas:
        return None
    if candidate.stages and not candidate.stages & set(stage_ids):
        return None
    if candidate.stages:
        return EXACT if candidate.personas else STAGE
    return PERSONA if candidate.personas else GENERAL


def speaks(candidate, lang):
    """Return 0 if a play is in the language of a person or in none, 1 for another
    variety of it (zh_TW for zh_CN), 2 for another language."""
    if not lang or not candidate.lang or candidate.lang == lang:
        return 0
    return 1 if candidate.lang.split("_")[0] == lang.split("_")[0] else 2


def share(moved, used):
    """Return the share that moved on, or None below ``ENOUGH`` uses."""
    return moved / used if used >= ENOUGH else None


def rank(candidates, persona_id, stage_ids, lang=None, teams=()):
    """Return the plays that fit a person as (candidate, fit), the best first.

    Another language comes after everything in the right one; then the better fit, the
    team of the reader, and the greater share of people who moved on. Where too few
    uses are known, a play counts as the average of those that are known.

    :param teams: the teams of the reader; empty for any
    """
    fitting = [
        (candidate, level)
        for candidate in candidates
        if (level := fit(candidate, persona_id, stage_ids)) is not None
    ]
    known = [
        value
        for candidate, _level in fitting
        if (value := share(candidate.moved, candidate.used)) is not None
    ]
    average = sum(known) / len(known) if known else 0.0

    def key(entry):
        candidate, level = entry
        effect = share(candidate.moved, candidate.used)
        own_team = not teams or not candidate.team or candidate.team in teams
        return (
            speaks(candidate, lang) == 2,
            level,
            speaks(candidate, lang),
            not own_team,
            -(average if effect is None else effect),
            candidate.sequence,
            candidate.id,
        )

    return sorted(fitting, key=key)


def cell_state(own, general):
    """Return what a cell of the matrix is: ``filled``, ``general`` (only what is made
    for everybody or for any stage) or ``gap``."""
    return "filled" if own else "general" if general else "gap"
