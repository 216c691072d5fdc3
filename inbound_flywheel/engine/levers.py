# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What moved a win rate: better selling, or more filtering?

With junk left out the rate is ``won / (total - junk)``. Written as

    rate = share won * stretch    share won = won / total
                                  stretch   = total / (total - junk)

it has one factor that only wins move, however much is filtered, and one that only the
filter moves. How much each contributes to a change is its Shapley value (L. S. Shapley,
"A Value for n-Person Games", 1953), which for a product of two factors is the change of
one times the mean of the other, before and after. The two add up to the change, and
neither depends on which is looked at first.
"""

from typing import NamedTuple


class Counts(NamedTuple):
    """Opportunities of a period.

    :param total: all of them
    :param junk: those that were confirmed as junk
    :param won: those that were won and are not junk
    """

    total: float
    junk: float
    won: float

    @property
    def rate(self):
        """The win rate without junk; None where there is nothing to win."""
        counted = self.total - self.junk
        return self.won / counted if counted > 0 else None

    @property
    def share_won(self):
        return self.won / self.total

    @property
    def stretch(self):
        return self.total / (self.total - self.junk)


def contributions(before, after):
    """Return what wins and the filter contribute to the change of the win rate.

    :param before: :class:`Counts` of the period to compare with
    :param after: :class:`Counts` of the period
    :return: (win effect, filter effect), which add up to the change of the rate; None
        when one of the periods has no rate
    """
    if before.rate is None or after.rate is None:
        return None
    win = (after.share_won - before.share_won) * (after.stretch + before.stretch) / 2
    sieve = (after.stretch - before.stretch) * (after.share_won + before.share_won) / 2
    return win, sieve


class Simulation(NamedTuple):
    """What a stage that lets more through would do to the wins.

    :param moved: opportunities that would move on and did not
    :param wins: how many of them would be won
    """

    moved: float
    wins: float


def simulate(passed, lost, won, uplift):
    """Let more opportunities get through a stage.

    Those who move on in addition come from those that were lost in the stage, and are
    won as often as the others that got past it.

    :param passed: opportunities that got past the stage
    :param lost: opportunities that were lost in the stage
    :param won: opportunities won, all of which got past the stage
    :param uplift: how many more get past it, as a share: 0.1 for 10 %
    :return: :class:`Simulation`
    """
    if not passed:
        return Simulation(0.0, 0.0)
    moved = min(max(uplift, 0.0) * passed, lost)
    return Simulation(moved, moved * won / passed)
