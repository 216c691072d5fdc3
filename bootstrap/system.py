"""Debian packages that the machine lacks."""

import glob
import os
import shlex
import shutil
import subprocess
import sys

from . import process
from .console import StepError


def has_venv(settings):
    """Whether the interpreter can make virtual environments with pip."""
    if settings.venv_python.exists():
        return True
    command = [settings.python, "-c", "import ensurepip, venv"]
    return not subprocess.run(command, stderr=subprocess.DEVNULL).returncode


def has_server(_settings):
    """Whether a PostgreSQL server program is installed."""
    return bool(server_folders())


def has_client(_settings):
    """Whether PostgreSQL's ``psql`` is installed."""
    return bool(shutil.which("psql"))


def has_browser(_settings):
    """Whether a browser is installed that Odoo's tests find."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return any(shutil.which(name) for name in names)


def server_folders():
    """Return the program folders of the installed PostgreSQL servers, newest last."""
    found = glob.glob("/usr/lib/postgresql/*/bin/postgres")
    folders = [os.path.dirname(path) for path in found]
    return sorted(folders, key=lambda folder: float(folder.split("/")[-2]))


def check_python(version=sys.version_info):
    """Refuse an interpreter for which the pinned requirements have no packages.

    :raises StepError: when it is too old or too new
    """
    if not (3, 10) <= version[:2] <= (3, 11):
        raise StepError(
            f"Python {version[0]}.{version[1]} is not served by requirements.txt",
            "Name a Python 3.11 (Debian 12's): make demo PYTHON=/usr/bin/python3.11",
        )


VENV = ("python3-venv", "makes the virtual environment", has_venv)
SERVER = ("postgresql", "the database server", has_server)
CLIENT = ("postgresql-client", "talks to your PostgreSQL", has_client)
BROWSER = ("chromium", "the browser of the browser tests", has_browser)


def missing(settings, wanted):
    """Return those of the wanted packages that the machine lacks."""
    return [package for package in wanted if not package[2](settings)]


def ensure(settings, wanted, console):
    """Install the wanted packages that are missing, saying which and why.

    :raises StepError: when that needs rights that the caller lacks, or apt-get fails
    """
    lacking = missing(settings, wanted)
    if not lacking:
        return
    names = [name for name, _why, _found in lacking]
    for name, why, _found in lacking:
        console.say(f"        Debian package {name}: {why}")
    prefix = _privileges(names, settings.unattended)
    with console.step(f"Install {', '.join(names)} with apt-get"):
        _install(settings, prefix, names)
    still = [name for name, _why, _found in missing(settings, wanted)]
    if still:
        raise StepError(
            f"{', '.join(still)} is installed but not found",
            "Look at the log, then run the command again",
            settings.logs / "apt.log",
        )


def _privileges(names, unattended):
    by_hand = f"apt-get update && apt-get install {shlex.join(names)}"
    if not shutil.which("apt-get"):
        raise StepError(
            f"Missing: {', '.join(names)}, and there is no apt-get here",
            "Install what Debian has under these names, then run the command again",
        )
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        raise StepError(
            f"Missing: {', '.join(names)}; installing them needs root",
            f"As root, run: {by_hand}",
        )
    prefix = ["sudo"]
    if unattended or not sys.stdin.isatty():
        prefix.append("-n")
    # Ask for the password here, where the terminal is: the log file takes the rest.
    if subprocess.run([*prefix, "true"]).returncode:
        raise StepError("sudo was refused", f"As root, run: {by_hand}")
    return prefix


def _install(settings, prefix, names):
    log = settings.logs / "apt.log"
    quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    apt = [*quiet, "apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=120"]
    install = [*apt, "install", "--no-install-recommends", *names]
    remedy = f"Run by hand: apt-get update && apt-get install {shlex.join(names)}"
    try:
        process.run(install, log, remedy, outlives_us=True)
    except StepError:
        # A fresh machine has no package lists yet, an old one outdated lists; and an
        # interrupted installation wants to be finished first.
        process.run([*quiet, "dpkg", "--configure", "-a"], log, outlives_us=True)
        process.run([*apt, "update"], log, remedy)
        process.run(install, log, remedy, outlives_us=True)
