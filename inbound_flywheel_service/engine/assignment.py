# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who takes which case, and why.

The choice among the members of a team, in this order:

1. Whoever is away, outside working hours, full, lacks a skill or the language, or gave
   the case back, is left out.
2. Of the others, who knows the customer takes the case.
3. Else whoever has the least open work; among equals, who has been idle longest.

A case for which nobody is left asks for less: at once for what nobody in the team has,
after a while in the order that the team has set.
"""

import heapq
from typing import NamedTuple

# Who is away for good is no measure of what a team can do.
GONE = ("archived", "external", "left")
# Candidates that an explanation names.
SHOWN = 8


class Member(NamedTuple):
    """One member of a team, as the choice needs him.

    :param int id: of the user
    :param str absence: why he cannot take any case ("" = he can): "archived",
        "external", "left", "out_of_office"
    :param float until: time stamp of the end of the absence, or of the next working
        hours; 0 = unknown
    :param bool outside: whether it is outside his working hours
    :param bool online: whether he is at the screen all the same
    :param float load: weight of the cases that wait for him, over all teams
    :param float capacity: most of that at one time; 0 = no limit
    :param float idle_since: time stamp of his last assignment; 0 = never
    :param frozenset skills: ids
    :param frozenset langs: codes such as "zh"
    :param frozenset companies: ids; empty = all
    """

    id: int
    absence: str = ""
    until: float = 0.0
    outside: bool = False
    online: bool = False
    load: float = 0.0
    capacity: float = 0.0
    idle_since: float = 0.0
    skills: frozenset = frozenset()
    langs: frozenset = frozenset()
    companies: frozenset = frozenset()


class Case(NamedTuple):
    """What a case asks for.

    :param int id: of the case
    :param int company: id; 0 = any
    :param frozenset skills: ids
    :param str lang: code such as "zh"; "" = any
    :param float weight: how much work it is
    :param float waited: minutes in the queue
    :param bool urgent: of top priority: does not wait for working hours
    :param int familiar: user who knows the customer; 0 = nobody
    :param frozenset declined: users who gave it back
    """

    id: int
    company: int = 0
    skills: frozenset = frozenset()
    lang: str = ""
    weight: float = 1.0
    waited: float = 0.0
    urgent: bool = False
    familiar: int = 0
    declined: frozenset = frozenset()


class Policy(NamedTuple):
    """What a team has set.

    :param str night: cases outside working hours: "wait" for them, go to who starts
        "next", or to "any" member; in the last case nobody counts as outside
    :param float relax_minutes: after so many minutes in the queue the first demand is
        dropped, after twice as many the second; 0 = never
    :param tuple relax_order: of "skill" and "lang"
    :param bool last_resort: rather to somebody absent than to nobody
    """

    night: str = "wait"
    relax_minutes: float = 0.0
    relax_order: tuple = ("skill", "lang")
    last_resort: bool = False


class Choice(NamedTuple):
    """Who takes a case, and why.

    :param int user: 0 = nobody
    :param str mode: "load", "familiar", "online", "next", "last_resort"; "" = nobody
    :param float load: of the chosen before this case
    :param list candidates: (user, load) of those who could, the best first
    :param int others: how many more could
    :param dict excluded: user -> (reason, argument): "archived", "external", "left",
        "out_of_office" and "outside" with a time stamp (0 = unknown), "company",
        "declined", "full" with (load, capacity), "skill" with ids, "lang" with a code
    :param list dropped: (kind, what, why) with kind "skill" or "lang" and why "nobody"
        (in the team has it) or "waited"
    """

    user: int
    mode: str
    load: float
    candidates: list
    others: int
    excluded: dict
    dropped: list


def choose(cases, members, policy, now):
    """Give each case to the member who fits best; loads grow as cases are given.

    The same facts always give the same answer.

    :param list cases: of :class:`Case`, who goes first comes first
    :param list members: of :class:`Member`
    :param Policy policy: of the team
    :param float now: time stamp that counts as the moment of these assignments
    :return: dict case id -> :class:`Choice`
    """
    team = _Team(members, policy)
    return {
        # Microseconds keep the order within one batch.
        case.id: team.choose(case, now + position * 1e-6)
        for position, case in enumerate(cases)
    }


def can_take_any(members, policy):
    """Whether there is a member to whom a case could go at all."""
    return policy.last_resort or any(
        not m.absence and not _is_full(m.load, m) and not _sleeps(m, policy)
        for m in members
    )


def _is_full(load, member):
    return bool(member.capacity) and load >= member.capacity


def _sleeps(member, policy):
    return member.outside and not member.online and policy.night == "wait"


class _Team:
    """The members while cases are given to them."""

    def __init__(self, members, policy):
        self.members = {m.id: m for m in members}
        self.policy = policy
        self.load = {m.id: m.load for m in members}
        self.idle = {m.id: m.idle_since for m in members}
        there = [m for m in members if m.absence not in GONE]
        self.skills = frozenset().union(*(m.skills for m in there))
        self.langs = frozenset().union(*(m.langs for m in there))
        self.fixed = {}

    def choose(self, case, moment):
        dropped, skills, lang = self._drop_unknown(case)
        levels = list(self._levels(case, skills, lang))
        excluded = {}
        for mode in self._modes(case):
            for skills, lang, waited in levels:
                able, excluded = self._able(case, skills, lang, mode)
                if able:
                    return self._take(
                        case, mode, able, excluded, dropped + waited, moment
                    )
        # Why nobody, with as little asked as is allowed by now.
        skills, lang, waited = levels[-1]
        _able, excluded = self._able(case, skills, lang, "load")
        return Choice(0, "", 0.0, [], 0, excluded, dropped + waited)

    def _modes(self, case):
        yield "load"
        if self.policy.night == "next":
            yield "next"
        elif self.policy.night == "wait" and case.urgent:
            yield "online"
        if self.policy.last_resort:
            yield "last_resort"

    def _drop_unknown(self, case):
        dropped = [
            ("skill", skill, "nobody") for skill in sorted(case.skills - self.skills)
        ]
        lang = case.lang
        if lang and lang not in self.langs:
            dropped.append(("lang", lang, "nobody"))
            lang = ""
        return dropped, case.skills & self.skills, lang

    def _levels(self, case, skills, lang):
        """Yield (skills, language, what was dropped), from all that is asked for to
        what is left of it after the time that the case has waited."""
        dropped = []
        yield skills, lang, dropped
        if not self.policy.relax_minutes:
            return
        steps = int(case.waited // self.policy.relax_minutes)
        for kind in self.policy.relax_order[:steps]:
            if kind == "skill" and skills:
                dropped = dropped + [("skill", s, "waited") for s in sorted(skills)]
                skills = frozenset()
            elif kind == "lang" and lang:
                dropped = [*dropped, ("lang", lang, "waited")]
                lang = ""
            else:
                continue
            yield skills, lang, dropped

    def _able(self, case, skills, lang, mode):
        """Return (ids of those who can take the case, why the others cannot)."""
        free, reasons = self._fixed(case.company, skills, lang, mode)
        excluded = dict(reasons)
        able = []
        for user in free:
            member = self.members[user]
            if user in case.declined:
                excluded[user] = ("declined", None)
            elif _is_full(self.load[user], member):
                excluded[user] = ("full", (self.load[user], member.capacity))
            else:
                able.append(user)
        return able, excluded

    def _fixed(self, company, skills, lang, mode):
        """As :meth:`_able`, without what changes from case to case."""
        key = (company, skills, lang, mode)
        if key not in self.fixed:
            reasons = {
                m.id: self._reason(m, company, skills, lang, mode)
                for m in self.members.values()
            }
            free = [user for user, reason in reasons.items() if not reason]
            excluded = {user: reason for user, reason in reasons.items() if reason}
            self.fixed[key] = free, excluded
        return self.fixed[key]

    def _reason(self, member, company, skills, lang, mode):
        if member.absence and (mode != "last_resort" or member.absence in GONE):
            return (member.absence, member.until)
        if company and member.companies and company not in member.companies:
            return ("company", None)
        if member.outside and (
            mode == "load" or mode == "online" and not member.online
        ):
            return ("outside", member.until)
        if skills - member.skills:
            return ("skill", sorted(skills - member.skills))
        if lang and lang not in member.langs:
            return ("lang", lang)
        return None

    def _take(self, case, mode, able, excluded, dropped, moment):
        best = heapq.nsmallest(SHOWN, able, key=lambda u: self._rank(u, mode))
        user = best[0]
        if mode == "load" and case.familiar in able:
            user, mode = case.familiar, "familiar"
        load = self.load[user]
        candidates = [(u, self.load[u]) for u in best]
        if user not in best:
            candidates.append((user, load))
        choice = Choice(
            user,
            mode,
            load,
            candidates,
            len(able) - len(candidates),
            excluded,
            dropped,
        )
        self.load[user] += case.weight
        self.idle[user] = moment
        return choice

    def _rank(self, user, mode):
        member = self.members[user]
        start = 0.0
        if mode in ("next", "last_resort"):
            # Who comes back nobody knows when comes last.
            start = member.until or float("inf") if self._is_away(member) else 0.0
        return (start, self.load[user], self.idle[user], user)

    def _is_away(self, member):
        return bool(member.absence) or member.outside
