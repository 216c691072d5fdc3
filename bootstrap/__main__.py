"""Command line: ``python3 -m bootstrap env``."""

import argparse
import os
import sys
from pathlib import Path

from . import commands
from .console import Console, StepError
from .settings import from_environment


def main(argv=None):
    """Run one command; return the exit status."""
    parser = argparse.ArgumentParser(prog="bootstrap", description=__doc__)
    parser.add_argument("command", choices=sorted(commands.ALL))
    arguments = parser.parse_args(argv)
    console = Console()
    root = Path(__file__).resolve().parent.parent
    try:
        settings = from_environment(os.environ, root, sys.executable)
        settings.prepare_folders()
        return commands.ALL[arguments.command](settings, console) or 0
    except StepError as error:
        console.failure(error)
        return 1
    except KeyboardInterrupt:
        console.say("Interrupted. Run the same command again to go on.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
