"""Rows of the bank as contacts, leads and touchpoints: always the same ones."""

from collections import Counter
from datetime import date, datetime

import pytest

from demo import activity, bank, config, people, timeline

ANCHOR = date(2026, 11, 20)


@pytest.fixture(scope="module")
def rows():
    return bank.read_rows()


@pytest.fixture(scope="module")
def persons(rows):
    return people.make_people(rows)


@pytest.fixture(scope="module")
def line():
    return timeline.Timeline(ANCHOR)


@pytest.fixture(scope="module")
def places(rows):
    return timeline.positions(rows)


def all_items(rows, persons, line, places):
    for row in rows:
        number = int(row["row"])
        person = persons[number]
        yield from bank.touchpoints(row, person, line, places[number])
        yield from activity.made_up_touchpoints(row, person, line)


def test_people_are_the_same_each_time_and_nobody_twice(rows, persons):
    again = people.make_people(rows)
    assert again == persons
    assert len({person.email for person in persons.values()}) == len(rows)
    assert len({person.phone for person in persons.values()}) == len(rows)


def test_addresses_are_nobodys(persons):
    for person in persons.values():
        assert person.email.endswith((".example.com", "@example.com", "example.org"))
        assert " 555 01" in person.phone


def test_too_many_people_for_the_fictional_numbers(rows):
    with pytest.raises(ValueError, match="more cities"):
        people.make_people(rows * 2)


def test_items_are_the_same_each_time(rows, persons, line, places):
    some = rows[::50]
    first = list(all_items(some, persons, line, places))
    assert first == list(all_items(some, persons, line, places))


def test_no_key_is_used_twice(rows, persons, line, places):
    items = list(all_items(rows, persons, line, places))
    keys = Counter((item["type"], item["external_key"]) for item in items)
    assert max(keys.values()) == 1
    assert len(items) > 15000


def test_items_of_a_row_are_in_order_of_time(rows, persons, line, places):
    for row in rows:
        number = int(row["row"])
        items = bank.touchpoints(row, persons[number], line, places[number])
        dates = [item["date"] for item in items]
        assert dates == sorted(dates), items


def test_nothing_lies_after_the_anchor_day(rows, persons, line, places):
    newest = max(item["date"] for item in all_items(rows, persons, line, places))
    assert newest < "2026-11-21"


def test_each_call_of_the_row_is_one_touchpoint(rows, persons, line, places):
    for row in rows[::20]:
        number = int(row["row"])
        items = bank.touchpoints(row, persons[number], line, places[number])
        calls = [item for item in items if item["type"] == "call_out"]
        assert len(calls) == int(row["campaign"]) + int(row["previous"])


def test_outcome_of_an_open_row_changes_nothing(rows, persons, line, places):
    for row in rows[-40:]:
        number = int(row["row"])
        person, place = persons[number], places[number]
        turned = {**row, "y": "no" if row["y"] == "yes" else "yes"}
        for make in (
            lambda r, p=person, at=place: bank.touchpoints(r, p, line, at),
            lambda r, p=person: activity.made_up_touchpoints(r, p, line),
            lambda r, p=person, at=place: bank.lead_row(r, p, line, at, config.SELLERS),
            lambda r, p=person: bank.contact_row(r, p),
        ):
            assert make(turned) == make(row)


def test_subscribed_is_won_and_ends_with_an_order(rows, persons, line, places):
    row = next(row for row in rows if bank.is_won(row))
    number = int(row["row"])
    lead = bank.lead_row(row, persons[number], line, places[number], config.SELLERS)
    values = dict(zip(bank.LEAD_FIELDS + bank.CLOSED_FIELDS, lead, strict=True))
    assert values["stage_id/id"] == bank.WON_STAGE
    assert (values["active"], values["probability"]) == ("True", "100")
    last = bank.touchpoints(row, persons[number], line, places[number])[-1]
    assert (last["type"], last["value"]) == ("order", bank.deposit(row))


def test_open_lead_has_no_closing_values(rows, persons, line, places):
    row = rows[-1]
    number = int(row["row"])
    lead = bank.lead_row(row, persons[number], line, places[number], config.SELLERS)
    assert len(lead) == len(bank.LEAD_FIELDS)


def test_unknown_values_give_no_tag():
    row = {"age": "24", "education": "unknown", "marital": "unknown"}
    row |= {"housing": "unknown", "loan": "no"}
    assert bank.tags_of(row) == ["Under 25", "No personal loan"]


def test_every_tag_is_set_up(rows):
    known = {name for names in bank.TAG_GROUPS.values() for name in names}
    used = {name for row in rows for name in bank.tags_of(row)}
    assert used <= known


def test_rows_keep_their_order_on_the_timeline(rows, line, places):
    dates = [line.at(places[int(row["row"])]) for row in rows]
    assert dates == sorted(dates)
    assert dates[-1].date() == ANCHOR
    assert 500 < (dates[-1] - dates[0]).days < 560


def test_timeline_knows_working_days_and_office_hours(line):
    for step in range(60):
        moment = line.at(1, step / 7)
        assert moment.weekday() < 5
        assert 9 <= moment.hour <= 17
    assert line.at(1) == datetime(2026, 11, 20, 17)
    assert line.at(1, 1) == datetime(2026, 11, 19, 17)


@pytest.mark.parametrize("day", [21, 22, 23])
def test_weekend_and_monday_end_on_friday(day):
    assert timeline.last_workday_before(date(2026, 11, day)) == ANCHOR


class Parameters:
    """A client that knows system parameters only."""

    def __init__(self):
        self.values = {}

    def call(self, model, method, key, value=None):
        assert model == "ir.config_parameter"
        if method == "set_param":
            self.values[key] = value
        return self.values.get(key, False)


def test_anchor_is_set_once():
    client = Parameters()
    assert timeline.stored_anchor(client, date(2026, 11, 21)) == ANCHOR
    assert timeline.stored_anchor(client, date(2027, 3, 1)) == ANCHOR
