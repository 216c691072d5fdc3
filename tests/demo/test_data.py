"""The files in data/ and the script that makes them."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from data import prepare
from demo import bank, questions


def test_bank_rows_are_in_order_of_date_and_say_their_part():
    rows = bank.read_rows()
    assert len(rows) == 4121
    numbers = [int(row["row"]) for row in rows]
    assert numbers == sorted(set(numbers))
    parts = Counter(row["part"] for row in rows)
    assert parts == {"older": 3521, "newest": prepare.NEWEST}
    assert [row["part"] for row in rows] == ["older"] * 3521 + ["newest"] * 600


def test_length_of_the_call_is_not_in_the_data():
    assert "duration" not in bank.read_rows()[0]


def test_every_intent_has_its_questions():
    with open(questions.ROWS, newline="", encoding="utf-8") as stream:
        counts = Counter(row["category"] for row in csv.DictReader(stream))
    assert len(counts) == 77
    assert set(counts.values()) == {prepare.QUESTIONS_PER_INTENT}


def bank_row(month, **values):
    return {**dict.fromkeys(prepare.BANK_COLUMNS, "x"), "month": month, **values}


def test_choice_takes_every_step_th_and_all_of_the_newest():
    rows = [bank_row("may") for _index in range(20)]
    chosen = prepare.choose_bank(rows, newest=4, step=8)
    assert [row["row"] for row in chosen] == [1, 9, 17, 18, 19, 20]
    assert [row["part"] for row in chosen] == ["older"] * 2 + ["newest"] * 4


def test_year_grows_when_the_months_begin_again():
    months = ["may", "nov", "dec", "mar", "mar", "may", "apr"]
    years = [year for _n, year, _row in prepare.with_years(map(bank_row, months))]
    assert years == [2008, 2008, 2008, 2009, 2009, 2009, 2010]


def test_questions_are_spaced_evenly_and_stay_in_order():
    rows = [{"text": f" {n} ", "category": "ab"[n % 2]} for n in range(12)]
    chosen = prepare.choose_questions(rows, per_intent=2)
    assert [row["row"] for row in chosen] == [1, 2, 7, 8]
    assert chosen[0]["text"] == "0"


def test_missing_column_is_named(tmp_path):
    path = tmp_path / "train.csv"
    path.write_text("text\nhello\n")
    with pytest.raises(ValueError, match="train.csv: no column category"):
        prepare.read_rows(path, ",", ("text", "category"))


def test_same_input_gives_the_same_files(tmp_path, monkeypatch):
    source = tmp_path / "bank.csv"
    with open(source, "w", newline="") as stream:
        writer = csv.DictWriter(stream, prepare.BANK_COLUMNS, delimiter=";")
        writer.writeheader()
        writer.writerows(bank_row("may", age=str(n)) for n in range(900))
    asked = tmp_path / "train.csv"
    asked.write_text("text,category\nHow?,a\nWhy?,b\n")
    target = tmp_path / "out"
    target.mkdir()
    monkeypatch.setattr(prepare, "HERE", target)
    arguments = ["--bank", str(source), "--questions", str(asked)]

    def build():
        assert prepare.main(arguments) == 0
        return {path.name: path.read_bytes() for path in Path(target).iterdir()}

    first = build()
    assert first == build()
    assert set(first) == {"bank_marketing.csv", "banking77.csv"}
