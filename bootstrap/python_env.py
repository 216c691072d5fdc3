"""The virtual environment: pinned requirements, and Odoo on its path."""

import hashlib
import shutil
from pathlib import Path

from . import process

BASE = ("requirements.txt",)
TEST = ("requirements.txt", "requirements-test.txt")
LINT = ("requirements.txt", "requirements-lint.txt")


def fingerprint(files, extra=""):
    """Return a digest of the files' contents and of ``extra``."""
    digest = hashlib.sha256(extra.encode())
    for path in files:
        digest.update(Path(path).read_bytes())
    return digest.hexdigest()


def ensure(settings, names):
    """Make the virtual environment and install the named requirement files.

    Requirement files list everything that is needed, exactly, so pip need not resolve.

    :raises StepError: when the environment cannot be made or a download fails
    """
    log = settings.logs / "pip.log"
    _ensure_venv(settings, log)
    for name in names:
        path = settings.root / name
        stamp = settings.venv / f"{path.stem}.installed"
        state = fingerprint([path])
        if stamp.is_file() and stamp.read_text() == state:
            continue
        pip = [settings.venv_python, "-m", "pip", "install", "--no-deps", "-r", path]
        remedy = "Check the network to the Python package index, then run it again"
        process.run([*pip, "--disable-pip-version-check", "-q"], log, remedy)
        stamp.write_text(state)


def _ensure_venv(settings, log):
    stamp = settings.venv / "made.stamp"
    # An environment cannot be moved, and its interpreter may have left the machine.
    state = f"{settings.venv}\n"
    made = stamp.is_file() and stamp.read_text() == state
    if made and settings.venv_python.exists():
        return
    # Without the stamp an earlier run was cut short: what it left may be anything.
    shutil.rmtree(settings.venv, ignore_errors=True)
    remedy = "Install Debian's python3-venv, then run it again"
    process.run([settings.python, "-m", "venv", settings.venv], log, remedy)
    stamp.write_text(state)


def add_odoo(settings, folder):
    """Put the folder that holds ``odoo`` on the virtual environment's path."""
    line = f"{folder}\n"
    pth = site_packages(settings) / "flywheel_odoo.pth"
    if not pth.is_file() or pth.read_text() != line:
        pth.write_text(line)


def site_packages(settings):
    """Return the virtual environment's folder of packages."""
    return next((settings.venv / "lib").glob("python3.*/site-packages"))
