"""What the loader makes up for the other sources: the same in every load, and of the
past."""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta

import pytest

from demo import bank, mailings, orders, responses, surveys, visits
from demo.chats import READY, TALKS
from demo.people import make_people
from demo.timeline import Timeline

ANCHOR = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 17)


@pytest.fixture(scope="module")
def rows():
    return bank.read_rows()


@pytest.fixture(scope="module")
def people(rows):
    return make_people(rows)


@pytest.fixture(scope="module")
def timeline():
    return Timeline(ANCHOR)


@pytest.fixture(scope="module")
def fates(rows, people, timeline):
    recipients = mailings.choose_recipients(rows, people)
    return {
        key: [
            responses.fate_of(
                key,
                people[int(row["row"])],
                timeline.at(1, days + 0.9) + timedelta(seconds=place),
            )
            for place, row in enumerate(recipients)
        ]
        for key, *_words, days in mailings.MAILINGS
    }


def test_each_recipient_gets_a_mailing_once(rows, people):
    recipients = mailings.choose_recipients(rows, people)
    numbers = {row["row"] for row in recipients}
    assert len(recipients) == len(numbers) > 1500
    assert numbers == {row["row"] for row in rows if row["job"] in mailings.JOBS}


def test_mails_are_opened_after_they_were_sent_and_before_the_load(fates):
    for group in fates.values():
        for fate in group:
            moments = [moment for _link, moment in fate.clicks]
            moments += [m for m in (fate.opened, fate.replied) if m]
            assert all(fate.sent < moment < NOW for moment in moments)
            links = [link for link, _moment in fate.clicks]
            assert len(links) == len(set(links))


def test_every_mailing_is_opened_clicked_answered_and_bounces(fates):
    for group in fates.values():
        statuses = Counter(fate.status for fate in group)
        assert all(statuses[name] for name in ("sent", "open", "reply", "bounce"))
        assert 5 < statuses["bounce"] < 60
        clicked = [f for f in group if f.clicks and f.clicks[0][1] > f.sent]
        assert len(clicked) > 100


def test_fate_of_a_mail_is_the_same_each_time(people):
    sent = datetime(2026, 9, 1, 9)
    person = people[max(people)]
    assert responses.fate_of("a", person, sent) == responses.fate_of("a", person, sent)


def test_visits_are_of_the_past_and_the_same_each_time(rows, people, timeline):
    visitors, tracks = visits.make_visits(rows, people, timeline)
    assert (visitors, tracks) == visits.make_visits(rows, people, timeline)
    assert len(visitors) == visits.KNOWN + visits.BY_FORM + visits.ANONYMOUS
    keys = [track[0] for track in tracks]
    assert len(keys) == len(set(keys))
    # Odoo forgets visitors who are nobody after 60 days.
    assert all(NOW - timedelta(days=58) < track[3] < NOW for track in tracks)


def test_nobody_reads_as_fast_as_a_machine(rows, people, timeline):
    _visitors, tracks = visits.make_visits(rows, people, timeline)
    seen = defaultdict(list)
    for _key, visitor, _page, moment in tracks:
        seen[visitor].append(moment)
    for moments in seen.values():
        pairs = zip(moments, moments[1:], strict=False)
        assert all(later - earlier >= timedelta(seconds=20) for earlier, later in pairs)


def test_orders_show_a_rhythm_and_who_is_overdue(rows, timeline):
    made = orders.make_orders(rows, timeline)
    assert made == orders.make_orders(rows, timeline)
    assert all(NOW - timedelta(days=731) < order[2] <= NOW for order in made)
    days = defaultdict(list)
    for _key, number, moment, _items, cancelled in made:
        if not cancelled:
            days[number].append(moment)
    assert len(days) == orders.CUSTOMERS
    regular = [moments for moments in days.values() if len(moments) >= 4]
    overdue = 0
    for moments in regular:
        pauses = sorted(b - a for a, b in zip(moments, moments[1:], strict=False))
        overdue += NOW - moments[-1] > 1.5 * pauses[len(pauses) // 2]
    assert len(regular) > 50
    assert 5 < overdue < len(regular) / 2
    assert any(order[-1] for order in made)


def test_an_order_of_several_lines_is_one_record(timeline):
    items = [("card", 1), ("box", 2)]
    first, second = orders.order_rows("order_7_0", 7, NOW, items, False)
    assert first[0] == "flywheel_bank.order_7_0"
    assert second[:5] == [""] * 5
    assert second[5:] == ["flywheel_bank.product_box", "2"]
    assert len(first) == len(second) == len(orders.FIELDS)


def test_answers_to_the_survey_are_whole(rows, people, timeline):
    answers = surveys.make_answers(rows, people, timeline)
    assert len(answers) == surveys.ANSWERS
    assert all(said < NOW for _key, _person, said, _values in answers)
    scores = [values["nps"] for *_who, values in answers]
    promoters = sum(score > 8 for score in scores)
    assert promoters > sum(score < 7 for score in scores) > 5
    for *_who, values in answers:
        assert set(values) == {key for key, *_words in surveys.QUESTIONS}


def test_visitors_of_the_chat_choose_what_the_bot_offers():
    for known, wish, *rest in TALKS:
        assert isinstance(known, bool)
        assert wish in READY
        assert not rest or [word in READY for word in rest] == [False, True, True]
