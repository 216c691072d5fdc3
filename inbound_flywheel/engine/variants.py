# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which of several texts suits a person best."""

# A text that the person can read comes first, then one for the persona, for the stage,
# for the channel: each weighs more than all that follow it together.
WEIGHTS = {"lang": 8, "persona_id": 4, "stage_id": 2, "channel_id": 1}
# What a variant of the same language of another country is worth.
SAME_LANGUAGE = 0.95


def choose(variants, person):
    """Return the variant that suits a person, the most specific one first.

    A variant that is meant for somebody else is left out; if all are, first the
    language is disregarded, then the rest.

    :param variants: list of dicts with the keys of ``WEIGHTS``, empty: for all
    :param person: dict of the same keys; ``stage_id`` may be a list (one a track)
    :return: the variant, None if there is none
    """
    for ignored in ((), ("lang",), tuple(WEIGHTS)):
        scored = [
            (score, -place, variant)
            for place, variant in enumerate(variants)
            if (score := _score(variant, person, ignored)) is not None
        ]
        if scored:
            return max(scored, key=lambda item: item[:2])[2]
    return None


def _score(variant, person, ignored):
    total = 0.0
    for name, weight in WEIGHTS.items():
        wanted, own = variant.get(name), person.get(name)
        if not wanted:
            continue
        fit = _fit(name, wanted, own)
        if not fit and name not in ignored:
            return None
        total += weight * fit
    return total


def _fit(name, wanted, own):
    if isinstance(own, list | tuple | set):
        return float(wanted in own)
    if wanted == own:
        return 1.0
    if name == "lang" and own and wanted.split("_")[0] == own.split("_")[0]:
        return SAME_LANGUAGE
    return 0.0
