"""How well and how fast cases are sorted, through the addon's own methods.

As one of the benchmarks it learns from four fifths of ``data/banking77.csv``; by
itself it takes any tables of texts and labels:

    python -m tests.benchmarks.classify train.csv --test test.csv --shots 10

Rows of the test table with an empty label, or with one that was not learned, are
out of scope: how many of them are left alone is told. Rows of the training table with
an empty label are cases of which a person said that no category fits: the threshold
learns from them. Nothing is chosen on the test table.
"""

import argparse
import csv
import os
import random
import sys
import time
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from bootstrap import install, settings
from bootstrap.console import Console
from bootstrap.database import Databases

from .harness import Row, measure
from .worlds import CRM, ROOT, World, Worlds

DATABASE = "flywheel_bench_classify"
DATA = ROOT / "data" / "banking77.csv"
BATCH = 1_000
PARTS = 5


def run(_core, _ours, size):
    """Return the rows of this benchmark: an eighth of ``size`` cases are learned."""
    rows = read_table(DATA)
    random.Random(7).shuffle(rows)
    tests, train = rows[::PARTS], [row for n, row in enumerate(rows) if n % PARTS]
    train = train[: max(size // 8, BATCH)]
    world = make_world()
    try:
        classifier = fill(world, train)
        figures = judge(classifier, train, tests)
        sys.stdout.write(f"        {in_words(figures)}\n")
        return speed(world, classifier, train, tests)
    finally:
        world.close()
        drop_world()


def speed(world, classifier, train, tests):
    """Rows of learning and sorting, beside the same features of scikit-learn."""
    texts, labels = zip(*train, strict=True)
    base = make_pipeline(
        make_union(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
            TfidfVectorizer(
                analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2
            ),
        ),
        LinearSVC(),
    )
    questions = [text for text, _label in tests[:BATCH]]

    def learn():
        classifier.train()
        world.cr.commit()

    learning = measure(learn, lambda: base.fit(texts, labels), repetitions=2)
    sorting = measure(
        lambda: classifier.predict(questions), lambda: base.predict(questions)
    )
    one = measure(lambda: classifier.predict(questions[:1]))
    step = measure(lambda: create(world, questions), repetitions=2)
    size = len(train)
    sklearn = "scikit-learn's own"
    return [
        Row("classify: learn", size, *learning, against=sklearn, units=size),
        Row("classify: 1,000 texts", size, *sorting, against=sklearn, units=BATCH),
        Row("classify: one text", size, *one, [], units=1),
        Row("classify: 1,000 cases come in", size, *step, [], units=BATCH),
    ]


def create(world, texts):
    """Put cases through the whole intake; undone afterwards."""
    env = world.env
    tickets = env["helpdesk.ticket"].with_context(
        flywheel_source="portal", tracking_disable=True
    )
    with world.cr.savepoint() as savepoint:
        started = time.perf_counter()
        tickets.create(
            [
                {"name": text[:80], "description": text, "partner_name": str(n)}
                for n, text in enumerate(texts)
            ]
        )
        env.flush_all()
        took = time.perf_counter() - started
        savepoint.rollback()
    return took


# ----------------------------------------------------------------------
# A database with sorted cases
# ----------------------------------------------------------------------
def _databases():
    found = settings.from_environment(os.environ, ROOT, sys.executable)
    found.prepare_folders()
    return found, Databases(found)


def make_world():
    """A database with the service addon; made from that of crm alone."""
    found, databases = _databases()
    databases.drop(DATABASE)
    databases.copy(CRM, DATABASE)
    log = found.logs / "bench-classify.log"
    install.run_odoo(found, log, "-d", DATABASE, "-i", "inbound_flywheel_service")
    return World(DATABASE)


def drop_world():
    """Drop it again."""
    _databases()[1].drop(DATABASE)


def fill(world, rows):
    """Closed cases whose category a person chose; returns the trained classifier.

    Rows without a label are cases of which a person said that no category fits.
    """
    env = world.env
    env["helpdesk.ticket"].search([]).unlink()
    names = sorted({label for _text, label in rows if label})
    categories = {
        category.name: category.id
        for category in env["helpdesk.ticket.category"].create(
            [{"name": name} for name in names]
        )
    }
    closed = env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done").id
    tickets = env["helpdesk.ticket"].with_context(tracking_disable=True)
    for start in range(0, len(rows), BATCH):
        tickets.create(
            [
                {
                    "name": text[:80] or "?",
                    "description": text,
                    "stage_id": closed,
                    "category_id": categories.get(label, False),
                    "category_source": "person" if label else "confirmed",
                }
                for text, label in rows[start : start + BATCH]
            ]
        )
        world.cr.commit()
        env.invalidate_all()
    classifier = env["flywheel.classifier"].search(
        [("target", "=", "category"), ("company_id", "=", env.company.id)]
    )
    classifier.train()
    world.cr.commit()
    return classifier


# ----------------------------------------------------------------------
# Quality
# ----------------------------------------------------------------------
def judge(classifier, train, tests):
    """Figures on texts that the classifier has never seen."""
    known = {label for _text, label in train if label}
    found = classifier.predict([text for text, _label in tests])
    inside = [n for n, (_text, label) in enumerate(tests) if label in known]
    outside = [n for n in range(len(tests)) if tests[n][1] not in known]
    names = [[one["name"] for one in each["top"]] for each in found]
    right = {n for n in inside if names[n][:1] == [tests[n][1]]}
    given = {n for n in range(len(tests)) if found[n]["decided"]}
    figures = {
        "learned": len(train),
        "tested": len(inside),
        "accuracy": len(right) / len(inside),
        "top3": sum(tests[n][1] in names[n] for n in inside) / len(inside),
        "coverage": len(given.intersection(inside)) / len(inside),
        "precision": len(given & right) / max(len(given.intersection(inside)), 1),
    }
    if outside:
        figures["in scope"] = len(given & right) / len(inside)
        figures["left alone"] = 1 - len(given.intersection(outside)) / len(outside)
    return figures


def in_words(figures):
    """The figures in one line."""
    return ", ".join(
        f"{name} {value:,}" if isinstance(value, int) else f"{name} {value:.3f}"
        for name, value in figures.items()
    )


def read_table(path, text="text", label="category"):
    """List of (text, label) of a CSV file."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        return [(row[text].strip(), row[label].strip()) for row in csv.DictReader(file)]


def some_of_each(rows, count):
    """``count`` texts of each label, by chance."""
    rows = random.Random(7).sample(rows, len(rows))
    taken = {}
    for text, label in rows:
        if len(taken.setdefault(label, [])) < count:
            taken[label].append((text, label))
    return [row for own in taken.values() for row in own]


def main(argv=None):
    """Measure tables; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("train", type=Path)
    parser.add_argument("--test", type=Path, help="else a fifth of the first table")
    parser.add_argument("--text", default="text", help="column of the text")
    parser.add_argument("--label", default="category", help="column of the label")
    parser.add_argument("--shots", type=int, help="so many texts of each label only")
    given = parser.parse_args(argv)
    train = read_table(given.train, given.text, given.label)
    if given.test:
        tests = read_table(given.test, given.text, given.label)
    else:
        random.Random(7).shuffle(train)
        tests, train = train[::PARTS], [r for n, r in enumerate(train) if n % PARTS]
    if given.shots:
        train = some_of_each(train, given.shots)
    console = Console()
    Worlds(console).ensure_crm()
    with console.step("A database with these cases"):
        world = make_world()
        classifier = fill(world, train)
    try:
        sys.stdout.write(in_words(judge(classifier, train, tests)) + "\n")
    finally:
        world.close()
        drop_world()
    return 0


if __name__ == "__main__":
    sys.exit(main())
