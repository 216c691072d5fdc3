# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which cases no article answers, and which of them ask the same.

Works on the tokens of the text index, each text reduced to its rarest ones, so that a
hundred thousand cases are done in about a minute.
"""

from collections import Counter, defaultdict
from math import sqrt

from . import ranking
from .stopwords import is_reason

# Rarest telling tokens by which a text is compared.
TELLING = 12
# A token of so few texts is a name or a slip; of so large a share, it tells nothing.
LEAST_TEXTS = 2
MOST_SHARE = 0.1
# An article answers a case from this cosine on.
ANSWERED = 0.4
# A case joins the group that is at least this much like it.
SAME = 0.45
# Groups that are looked at for one case, of those that share a token with it.
LOOKED_AT = 40
# Groups that are met on the way to these.
MET = 400
# Words in the title of a group.
TITLE = 4


def signature(tokens, frequencies, documents):
    """The rarest telling tokens of a text, as a vector of length 1.

    :param dict frequencies: token -> number of texts
    :return: dict token -> weight; empty when nothing tells
    """
    most = max(documents * MOST_SHARE, 50)
    counted = sorted(
        (frequencies[token], token)
        for token in tokens
        if LEAST_TEXTS <= frequencies.get(token, 0) <= most and is_reason(token)
    )
    weights = {
        token: ranking.idf(documents, count) for count, token in counted[:TELLING]
    }
    norm = sqrt(sum(weight * weight for weight in weights.values()))
    return {token: weight / norm for token, weight in weights.items()} if norm else {}


def alike(one, other):
    """Cosine of two signatures."""
    if len(one) > len(other):
        one, other = other, one
    return sum(weight * other.get(token, 0.0) for token, weight in one.items())


class Articles:
    """Finds whether one of some articles answers a case."""

    def __init__(self):
        self.texts = []
        self.holders = defaultdict(list)

    def add(self, company, tokens):
        """Know an article of a company, 0 for one of all."""
        self.texts.append((company, tokens))
        for token in tokens:
            self.holders[token].append(len(self.texts) - 1)

    def best(self, company, case):
        """How well the best article answers: the share of the case's signature that
        it holds, from 0 to 1."""
        total = sum(weight * weight for weight in case.values())
        held = Counter()
        for token, weight in case.items():
            for place in self.holders.get(token, ()):
                held[place] += weight * weight
        return max(
            (
                share / total
                for place, share in held.items()
                if self.texts[place][0] in (0, company)
            ),
            default=0.0,
        )


class Groups:
    """Cases that ask the same, found one after the other."""

    def __init__(self):
        self.members = []
        self.sums = []
        self.lengths = []
        self.holders = defaultdict(list)

    def add(self, case, tokens):
        """Put a case to the group that is most like it, or to one of its own.

        :param case: its id
        :param dict tokens: its :func:`signature`
        """
        shared = Counter()
        met = 0
        # The token of the fewest groups first; what many share adds little.
        for token in sorted(tokens, key=lambda token: len(self.holders[token])):
            met += len(self.holders[token])
            if met > MET and shared:
                break
            for place in self.holders[token][-MET:]:
                shared[place] += tokens[token]
        best, found = 0.0, None
        for place, _shared in shared.most_common(LOOKED_AT):
            cosine = alike(tokens, self.sums[place]) / self.lengths[place]
            if cosine > best:
                best, found = cosine, place
        if best < SAME:
            found = len(self.members)
            self.members.append([])
            self.sums.append({})
            self.lengths.append(1.0)
        self._join(found, case, tokens)

    def _join(self, place, case, tokens):
        total = self.sums[place]
        for token, weight in tokens.items():
            if token not in total:
                self.holders[token].append(place)
            total[token] = total.get(token, 0.0) + weight
        self.members[place].append(case)
        self.lengths[place] = sqrt(sum(w * w for w in total.values()))

    def found(self, least):
        """Pairs (cases, centre) of the groups with at least ``least`` cases."""
        return [
            (members, centre)
            for members, centre in zip(self.members, self.sums, strict=True)
            if len(members) >= least
        ]


def title(centre, written):
    """Words that name a group: those that its cases share.

    :param list written: for some of its cases, token -> how the question writes it
    """
    words = []
    for token in sorted(centre, key=lambda t: (-centre[t], t)):
        found = [case[token] for case in written if token in case]
        if len(found) < min(2, len(written)):
            continue
        word = found[0]
        if not any(word in known or known in word for known in words):
            words.append(word)
        if len(words) == TITLE:
            break
    return ", ".join(words)
