# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What colleagues said about a document, and what became of a solved case, as factors
of its place among the suggestions.

All factors are bounded, so that words decide first: nothing rises to the top that
has nothing to do with the question, and one click buries nothing for good.
"""

from math import tanh

# Most that links raise, and that dismissals lower, a score by.
RISE = 0.8
SINK = 0.7
# What one click says: on a case just like this one. Putting the text into the answer
# says more than noting that it belongs here.
VOTES = {"inserted": 1.5, "linked": 1.0, "dismissed": -1.0}
# The same on other cases, of the same category and of any.
SAME_CATEGORY_VOTE = 0.15
ANY_VOTE = 0.03

# Outcome of a solved case.
HAS_SOLUTION = 0.1
RATED_WELL = 0.12
RATED_BADLY = -0.2
REOPENED = -0.1
MOST_REOPENED = 2
# Ratings of Odoo go from 1 to 5; 0 is none. 4 and 5 are satisfied.
GOOD, BAD = 4, 2.5


def learned(votes):
    """Factor for what colleagues said.

    >>> [round(learned(votes), 2) for votes in (-9, -1, 0, 1, 9)]
    [0.3, 0.47, 1.0, 1.61, 1.8]
    """
    return 1 + (RISE if votes > 0 else SINK) * tanh(votes)


def outcome(has_solution, rating, reopened):
    """Factor for how a solved case ended.

    :param float rating: the last one, 1 to 5; 0: none
    :param int reopened: how often it was opened again

    >>> round(outcome(True, 5, 0), 2), round(outcome(False, 1, 3), 2)
    (1.22, 0.6)
    """
    factor = 1 + HAS_SOLUTION * bool(has_solution)
    if rating >= GOOD:
        factor += RATED_WELL
    elif 0 < rating <= BAD:
        factor += RATED_BADLY
    return factor + REOPENED * min(reopened, MOST_REOPENED)
