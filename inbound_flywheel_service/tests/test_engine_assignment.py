# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import BaseCase, tagged

from ..engine.assignment import Case, Member, Policy, can_take_any, choose

NOW = 1_000.0
CONTRACTS, HARDWARE = 1, 2


def pick(case, *members, **policy):
    """Return the choice for one case."""
    return choose([case], list(members), Policy(**policy), NOW)[case.id]


@tagged("post_install", "-at_install")
class TestLoad(BaseCase):
    def test_least_open_work_then_longest_idle(self):
        members = [
            Member(1, load=2),
            Member(2, load=1, idle_since=50),
            Member(3, load=1, idle_since=9),
        ]
        choice = pick(Case(7), *members)
        self.assertEqual((choice.user, choice.load, choice.mode), (3, 1, "load"))
        self.assertEqual(choice.candidates, [(3, 1), (2, 1), (1, 2)])

    def test_loads_count_as_it_goes(self):
        members = [Member(1), Member(2, load=3)]
        chosen = choose([Case(n) for n in range(10)], members, Policy(), NOW)
        users = [choice.user for choice in chosen.values()]
        # 0 + 6.5 and 3 + 3.5: both end with the same load, give or take one.
        self.assertEqual(sorted((users.count(1), users.count(2) + 3)), [6, 7])

    def test_ties_alternate(self):
        members = [Member(1, idle_since=5), Member(2, idle_since=5)]
        chosen = choose([Case(n) for n in range(4)], members, Policy(), NOW)
        self.assertEqual([c.user for c in chosen.values()], [1, 2, 1, 2])

    def test_work_without_weight_goes_round(self):
        cases = [Case(n, weight=0) for n in range(4)]
        chosen = choose(cases, [Member(1), Member(2)], Policy(), NOW)
        self.assertEqual([c.user for c in chosen.values()], [1, 2, 1, 2])

    def test_heavy_cases_weigh_more(self):
        cases = [Case(1, weight=3), Case(2), Case(3), Case(4)]
        chosen = choose(cases, [Member(1), Member(2)], Policy(), NOW)
        self.assertEqual([c.user for c in chosen.values()], [1, 2, 2, 2])

    def test_the_absent_get_nothing(self):
        choice = pick(
            Case(7), Member(1, "out_of_office", until=99.0), Member(2, "archived")
        )
        self.assertFalse(choice.user)
        self.assertEqual(
            choice.excluded, {1: ("out_of_office", 99.0), 2: ("archived", 0.0)}
        )
        self.assertFalse(pick(Case(7)).user)

    def test_capacity(self):
        members = [Member(1, load=1, capacity=2), Member(2, load=5)]
        chosen = choose([Case(n) for n in range(3)], members, Policy(), NOW)
        self.assertEqual([c.user for c in chosen.values()], [1, 2, 2])
        self.assertEqual(chosen[2].excluded, {1: ("full", (2, 2))})

    def test_who_gave_it_back_does_not_get_it_again(self):
        case = Case(7, declined=frozenset([1]))
        self.assertEqual(pick(case, Member(1), Member(2, load=9)).user, 2)
        self.assertEqual(pick(case, Member(1)).excluded, {1: ("declined", None)})

    def test_another_company(self):
        members = (Member(1, companies=frozenset([5])), Member(2, load=3))
        choice = pick(Case(7, company=6), *members)
        self.assertEqual(choice.user, 2)
        self.assertEqual(choice.excluded, {1: ("company", None)})

    def test_the_same_facts_give_the_same_answer(self):
        members = [Member(n, load=n % 3) for n in range(1, 30)]
        cases = [Case(n) for n in range(100)]
        first = choose(cases, members, Policy(), NOW)
        again = choose(cases, members[::-1], Policy(), NOW)
        self.assertEqual(
            {i: c.user for i, c in first.items()}, {i: c.user for i, c in again.items()}
        )


@tagged("post_install", "-at_install")
class TestDemands(BaseCase):
    def setUp(self):
        super().setUp()
        self.expert = Member(
            1, load=9, skills=frozenset([CONTRACTS]), langs=frozenset(["en", "zh"])
        )
        self.other = Member(2, langs=frozenset(["en"]))
        self.case = Case(7, skills=frozenset([CONTRACTS]), lang="en")

    def test_skill_before_load(self):
        choice = pick(self.case, self.expert, self.other)
        self.assertEqual(choice.user, 1)
        self.assertEqual(choice.excluded, {2: ("skill", [CONTRACTS])})

    def test_language(self):
        choice = pick(Case(7, lang="zh"), self.expert, self.other)
        self.assertEqual(choice.user, 1)
        self.assertEqual(choice.excluded, {2: ("lang", "zh")})

    def test_what_nobody_has_is_dropped_at_once(self):
        case = self.case._replace(skills=frozenset([HARDWARE]), lang="fr")
        choice = pick(case, self.expert, self.other)
        self.assertEqual(choice.user, 2)
        self.assertEqual(
            choice.dropped, [("skill", HARDWARE, "nobody"), ("lang", "fr", "nobody")]
        )

    def test_who_is_archived_holds_no_skill(self):
        gone = self.expert._replace(absence="archived")
        self.assertEqual(pick(self.case, gone, self.other).user, 2)

    def test_the_skill_waits_for_who_is_away(self):
        away = self.expert._replace(absence="out_of_office")
        choice = pick(self.case, away, self.other, relax_minutes=15)
        self.assertFalse(choice.user)
        self.assertEqual(choice.dropped, [])

    def test_demands_are_dropped_in_the_order_of_the_team(self):
        away = self.expert._replace(absence="out_of_office")
        case = self.case._replace(lang="zh", waited=15)
        policy = {"relax_minutes": 15, "relax_order": ("lang", "skill")}
        choice = pick(case, away, self.other, **policy)
        self.assertFalse(choice.user)
        self.assertEqual(choice.dropped, [("lang", "zh", "waited")])
        choice = pick(case._replace(waited=30), away, self.other, **policy)
        self.assertEqual(choice.user, 2)
        self.assertEqual(
            choice.dropped, [("lang", "zh", "waited"), ("skill", CONTRACTS, "waited")]
        )

    def test_nothing_is_dropped_while_somebody_has_it_all(self):
        choice = pick(
            self.case._replace(waited=999), self.expert, self.other, relax_minutes=15
        )
        self.assertEqual((choice.user, choice.dropped), (1, []))

    def test_never_dropped_when_the_team_says_so(self):
        away = self.expert._replace(absence="out_of_office")
        self.assertFalse(pick(self.case._replace(waited=9e9), away, self.other).user)


@tagged("post_install", "-at_install")
class TestFamiliar(BaseCase):
    def test_before_load(self):
        choice = pick(Case(7, familiar=1), Member(1, load=9), Member(2))
        self.assertEqual((choice.user, choice.mode, choice.load), (1, "familiar", 9))

    def test_not_when_full_absent_or_unable(self):
        case = Case(7, familiar=1, skills=frozenset([CONTRACTS]))
        able = Member(1, skills=case.skills)
        other = Member(2, load=5, skills=case.skills)
        for member, code in (
            (able._replace(load=2, capacity=2), "full"),
            (able._replace(absence="out_of_office"), "out_of_office"),
            (able._replace(outside=True), "outside"),
            (able._replace(skills=frozenset()), "skill"),
        ):
            choice = pick(case, member, other)
            self.assertEqual((choice.user, choice.mode), (2, "load"))
            self.assertEqual(choice.excluded[1][0], code)

    def test_not_a_member(self):
        self.assertEqual(pick(Case(7, familiar=99), Member(2)).user, 2)

    def test_named_among_many_candidates(self):
        members = [Member(n, load=n) for n in range(1, 40)]
        choice = pick(Case(7, familiar=39), *members)
        self.assertEqual(choice.candidates[-1], (39, 39))
        self.assertEqual(choice.others, 30)


@tagged("post_install", "-at_install")
class TestNight(BaseCase):
    def setUp(self):
        super().setUp()
        self.early = Member(1, outside=True, until=8.0, load=5)
        self.late = Member(2, outside=True, until=9.0)
        self.unknown = Member(3, outside=True)

    def test_cases_wait(self):
        choice = pick(Case(7), self.early, self.late)
        self.assertFalse(choice.user)
        self.assertEqual(choice.excluded[1], ("outside", 8.0))
        self.assertFalse(can_take_any([self.early, self.late], Policy()))

    def test_who_starts_next(self):
        choice = pick(Case(7), self.unknown, self.late, self.early, night="next")
        self.assertEqual((choice.user, choice.mode), (1, "next"))

    def test_who_is_there_comes_before_who_starts_next(self):
        there = Member(4, load=50)
        choice = pick(Case(7), self.early, there, night="next")
        self.assertEqual((choice.user, choice.mode), (4, "load"))

    def test_top_priority_goes_to_who_is_online(self):
        online = self.early._replace(online=True)
        choice = pick(Case(7, urgent=True), online, self.late)
        self.assertEqual((choice.user, choice.mode), (1, "online"))
        self.assertFalse(pick(Case(7), online, self.late).user)
        self.assertFalse(pick(Case(7, urgent=True), self.early, self.late).user)


@tagged("post_install", "-at_install")
class TestLastResort(BaseCase):
    def test_who_is_back_first(self):
        members = [
            Member(1, "out_of_office", until=900.0),
            Member(2, "out_of_office"),
            Member(3, "out_of_office", until=90.0, load=7),
            Member(4, "archived"),
        ]
        choice = pick(Case(7), *members, last_resort=True)
        self.assertEqual((choice.user, choice.mode), (3, "last_resort"))
        self.assertFalse(pick(Case(7), *members).user)

    def test_never_the_archived_nor_the_full(self):
        members = [Member(1, "archived"), Member(2, load=2, capacity=2)]
        choice = pick(Case(7), *members, last_resort=True)
        self.assertFalse(choice.user)
