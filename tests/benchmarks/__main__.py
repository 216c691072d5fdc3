"""Command line: ``make bench``, or ``python -m tests.benchmarks --only ingest``."""

import argparse
import sys

from bootstrap.console import Console

from . import (
    assign,
    backtest,
    classify,
    create,
    desk,
    escalate,
    friction,
    handover,
    harness,
    ingest,
    insight,
    mailing,
    month,
    order,
    page,
    reading,
    route,
    score,
    silence,
    suggest,
    timeline,
)
from .worlds import Worlds

BENCHMARKS = {
    "reading": reading,
    "month": month,
    "create": create,
    "ingest": ingest,
    "score": score,
    "assign": assign,
    "backtest": backtest,
    "handover": handover,
    "timeline": timeline,
    "friction": friction,
    "silence": silence,
    "insight": insight,
    "desk": desk,
    "route": route,
    "escalate": escalate,
    "suggest": suggest,
    "classify": classify,
    "mailing": mailing,
    "page": page,
    "order": order,
}
# These make databases of their own.
ALONE = {"mailing", "order"}
SIZES = (10_000, 100_000)


def main(argv=None):
    """Run the benchmarks; return the exit status."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks", description=__doc__)
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES, metavar="LEADS")
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, default=[*BENCHMARKS])
    arguments = parser.parse_args(argv)
    console = Console()
    worlds = Worlds(console)
    rows = []
    console.say(f"        {harness.machine()}")
    try:
        for size in sorted(arguments.sizes):
            for name in arguments.only:
                if name in ALONE:
                    with console.step(f"{name}, {size:,}"):
                        rows += BENCHMARKS[name].run(worlds, size)
            names = [name for name in arguments.only if name not in ALONE]
            if not names:
                continue
            core, ours = worlds.make(size)
            try:
                for name in names:
                    with console.step(f"{name}, {size:,} leads"):
                        rows += BENCHMARKS[name].run(core, ours, size)
            finally:
                core.close()
                ours.close()
    finally:
        worlds.drop()
    console.say()
    console.say(harness.table(rows))
    console.say(f"{harness.machine()}, {console.elapsed()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
