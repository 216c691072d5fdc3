"""Rebuild the two csv files of this folder from the published files.

    python data/prepare.py --bank bank-additional-full.csv --questions train.csv

Nothing here is random: the same files give the same rows. README.md says what is
taken and why.
"""

import argparse
import csv
import sys
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun"]
MONTHS += ["jul", "aug", "sep", "oct", "nov", "dec"]
FIRST_YEAR = 2008
# The newest rows are all kept; of the older ones every STEP-th.
NEWEST = 600
STEP = 8
QUESTIONS_PER_INTENT = 26

# ``duration`` is known only when the call is over, and the five economy indicators
# describe the month, not the client: neither belongs to a contact's history.
BANK_COLUMNS = (
    "age",
    "job",
    "marital",
    "education",
    "default",
    "housing",
    "loan",
    "contact",
    "month",
    "day_of_week",
    "campaign",
    "pdays",
    "previous",
    "poutcome",
    "y",
)


def read_rows(path, delimiter, columns):
    """Read a csv file and check that it has the columns that are needed.

    :raises ValueError: a column is missing; the message names it and the file.
    """
    with open(path, newline="", encoding="utf-8") as stream:
        reader = csv.DictReader(stream, delimiter=delimiter)
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            raise ValueError(f"{path}: no column {', '.join(missing)}")
        return list(reader)


def with_years(rows):
    """Yield (row number from 1, year, row) of the bank's file.

    The file is in order of date but names only the month: a month that comes
    before its predecessor starts another year.
    """
    year, last = FIRST_YEAR, 0
    for number, row in enumerate(rows, 1):
        month = MONTHS.index(row["month"])
        if month < last:
            year += 1
        last = month
        yield number, year, row


def choose_bank(rows, newest=NEWEST, step=STEP):
    """Return the chosen rows as dicts, still in order of date.

    :param rows: all rows of the published file, in its order
    :param newest: how many rows at the end are all taken (part ``newest``)
    :param step: of the rows before, every step-th is taken (part ``older``)
    """
    border = max(0, len(rows) - newest)
    chosen = []
    for number, year, row in with_years(rows):
        older = number <= border
        if older and (number - 1) % step:
            continue
        values = {name: row[name] for name in BANK_COLUMNS}
        part = "older" if older else "newest"
        chosen.append({"row": number, "part": part, "year": year, **values})
    return chosen


def choose_questions(rows, per_intent=QUESTIONS_PER_INTENT):
    """Return per_intent questions of each intent, evenly spaced, in file order."""
    by_intent = defaultdict(list)
    for number, row in enumerate(rows, 1):
        by_intent[row["category"]].append((number, row["text"].strip()))
    chosen = []
    for intent, questions in by_intent.items():
        count = min(per_intent, len(questions))
        for index in range(count):
            number, text = questions[index * len(questions) // count]
            chosen.append({"row": number, "text": text, "category": intent})
    return sorted(chosen, key=lambda question: question["row"])


def write_rows(path, rows):
    """Write dicts of equal keys as csv with a header."""
    with open(path, "w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{path.name}: {len(rows)} rows")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bank", required=True, help="bank-additional-full.csv")
    parser.add_argument("--questions", required=True, help="train.csv of Banking77")
    options = parser.parse_args(arguments)
    try:
        bank = read_rows(options.bank, ";", BANK_COLUMNS)
        questions = read_rows(options.questions, ",", ("text", "category"))
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    write_rows(HERE / "bank_marketing.csv", choose_bank(bank))
    write_rows(HERE / "banking77.csv", choose_questions(questions))
    return 0


if __name__ == "__main__":
    sys.exit(main())
