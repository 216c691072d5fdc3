"""How well whole points suggested from history rank records that were held back.

Any table of closed records will do, a column of it being the outcome:

    python -m tests.benchmarks.accuracy data/bank_marketing.csv --delimiter ";" \\
        --outcome y --positive yes --leave-out duration

What the points are measured against is gradient boosting on the same columns, the
best of several settings.
"""

import argparse
import csv
import importlib.util
import sys
import time
from pathlib import Path

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

ENGINE = Path(__file__).resolve().parents[2] / "inbound_flywheel" / "engine"
NOTHING = {"", "na", "n/a", "nan", "null", "none", "?", "select"}
YES = {"yes", "true", "1", "won", "y", "t"}
HISTOGRAM = (
    {},
    {"learning_rate": 0.05, "max_iter": 200, "max_leaf_nodes": 15},
    {
        "learning_rate": 0.04,
        "max_iter": 250,
        "max_leaf_nodes": 8,
        "min_samples_leaf": 40,
        "l2_regularization": 5.0,
    },
)
PLAIN = {"n_estimators": 200, "max_depth": 3, "learning_rate": 0.06, "subsample": 0.7}
# Records by which the slower kind of boosting is fitted at most.
PLAIN_RECORDS = 30_000
AIM = 0.98


def load_engine():
    """Return the modules of the engine; they need no Odoo."""
    name = "inbound_flywheel_engine"
    spec = importlib.util.spec_from_file_location(
        name, ENGINE / "__init__.py", submodule_search_locations=[str(ENGINE)]
    )
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])
    return {
        module: importlib.import_module(f"{name}.{module}")
        for module in ("suggest", "suggest_card", "suggest_columns")
    }


def read_table(path, delimiter=None):
    """Return {column: list of text, or None where nothing is known}."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        sample = file.read(65_536)
        file.seek(0)
        delimiter = delimiter or csv.Sniffer().sniff(sample, ",;\t|").delimiter
        rows = list(csv.DictReader(file, delimiter=delimiter))
    return {
        name: [
            None if (row[name] or "").strip().lower() in NOTHING else row[name].strip()
            for row in rows
        ]
        for name in rows[0]
        if name
    }


def guess_column(engine, name, texts):
    """Return a column of the kind that its values look like."""
    columns = engine["suggest_columns"]
    try:
        numbers = [None if text is None else float(text) for text in texts]
    except ValueError:
        return columns.Column(name, columns.CATEGORY, texts)
    return columns.Column(name, columns.NUMBER, numbers)


def guess_positive(values):
    """Return which value of an outcome means won."""
    distinct = sorted(set(values) - {None})
    for value in distinct:
        if value.lower() in YES:
            return value
    if len(distinct) == 2:
        return min(distinct, key=values.count)
    raise SystemExit(f"Say with --positive which of {distinct[:9]} means won.")


def boost(x, y, kinds, tests):
    """Return the predictions of gradient boosting for ``tests``, one list for each
    of the settings."""
    predictions = []
    for settings in HISTOGRAM:
        model = HistGradientBoostingClassifier(
            categorical_features=kinds, random_state=0, **settings
        )
        predictions.append(model.fit(x, y).predict_proba(tests)[:, 1])
    rows = np.random.RandomState(0).permutation(len(y))[:PLAIN_RECORDS]
    model = GradientBoostingClassifier(random_state=0, **PLAIN)
    model.fit(np.nan_to_num(x[rows], nan=-1e9), y[rows])
    known = np.nan_to_num(tests, nan=-1e9)
    return [*predictions, model.predict_proba(known)[:, 1]]


def make_splits(engine, y, folds, ordered):
    """Return (train, test) masks."""
    if ordered:
        later = np.arange(len(y)) >= len(y) * (1 - ordered)
        return [(~later, later)]
    if len(y) < 5_000:
        # Few records: ten repetitions tell more than one.
        numbers = [engine["suggest"].folds_of(y, folds, seed=s) for s in range(3)]
    else:
        numbers = [engine["suggest"].folds_of(y, folds)]
    return [(n != fold, n == fold) for n in numbers for fold in range(folds)]


def judge(engine, columns, y, splits, include=()):
    """Return the figures of points and boosting on records that were held back."""
    suggest, card = engine["suggest"], engine["suggest_card"]
    points, boosting, refused, seconds, rules = [], [], {}, 0.0, []
    for train, test in splits:
        started = time.perf_counter()
        kept, refusals = suggest.sift(
            [column.take(train) for column in columns], y[train], include
        )
        fitted = card.fit_card(kept, y[train])
        seconds += time.perf_counter() - started
        names = {column.name for column in kept}
        held = [c.take(test) for c in columns if c.name in names]
        points.append(roc_auc_score(y[test], fitted.evaluate(held)))
        x, kinds = suggest.to_matrix([c for c in columns if c.name in names])
        boosting.append(
            [
                roc_auc_score(y[test], predicted)
                for predicted in boost(x[train], y[train], kinds, x[test])
            ]
        )
        rules.append(len(fitted.conditions))
        for refusal in refusals:
            refused[refusal.column] = (refusal.code, refusal.figures.get("auc"))
    best = float(np.mean(boosting, axis=0).max())
    auc = float(np.mean(points))
    return {
        "points": auc,
        "boosting": best,
        "ratio": auc / best,
        "rules": float(np.mean(rules)),
        "seconds": seconds / len(splits),
        "refused": refused,
    }


def main(argv=None):
    """Measure one table; return the exit status: 0 when the aim is reached."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("--outcome", required=True, help="column of the outcome")
    parser.add_argument("--positive", help="its value that means won")
    parser.add_argument("--leave-out", nargs="+", default=[], metavar="COLUMN")
    parser.add_argument("--include", nargs="+", default=[], metavar="SUSPECT")
    parser.add_argument("--delimiter")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--records", type=int, help="so many of them, by chance")
    parser.add_argument(
        "--ordered",
        type=float,
        nargs="?",
        const=0.3,
        help="hold back the last records in the file, this share (0.3)",
    )
    given = parser.parse_args(argv)
    engine = load_engine()
    table = read_table(given.file, given.delimiter)
    for name in [given.outcome, *given.leave_out, *given.include]:
        if name not in table:
            parser.error(f"There is no column {name!r}; there are {list(table)}.")
    outcome = table.pop(given.outcome)
    positive = given.positive or guess_positive(outcome)
    rows = [n for n, value in enumerate(outcome) if value is not None]
    if given.records and given.records < len(rows):
        chosen = np.random.RandomState(0).permutation(len(rows))[: given.records]
        rows = [rows[n] for n in sorted(chosen)]
    y = np.array([int(outcome[n] == positive) for n in rows])
    columns = [
        guess_column(engine, name, [texts[n] for n in rows])
        for name, texts in table.items()
        if name not in given.leave_out
    ]
    splits = make_splits(engine, y, given.folds, given.ordered)
    with threadpool_limits(1):
        found = judge(engine, columns, y, splits, given.include)
    sys.stdout.write(
        f"{Path(given.file).name}: {len(y):,} records, {100 * y.mean():.1f} % won, "
        f"{len(columns)} columns, "
        f"{'the last held back' if given.ordered else f'{given.folds} folds'}\n"
        f"  AUC of whole points      {found['points']:.4f}  "
        f"({found['rules']:.0f} rules, {found['seconds']:.1f} s)\n"
        f"  AUC of gradient boosting {found['boosting']:.4f}\n"
        f"  ratio                    {found['ratio']:.4f}\n"
    )
    for name, (code, auc) in found["refused"].items():
        alone = f", alone AUC {auc:.3f}" if auc else ""
        sys.stdout.write(f"  left out: {name} ({code}{alone})\n")
    return 0 if found["ratio"] >= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
