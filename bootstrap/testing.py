"""The tests: a freshly installed database, then pytest with Odoo in its process."""

import os
import shlex
import subprocess

from . import addons, install
from .database import Databases, lock
from .settings import TEST_DATABASE


def folders(root):
    """Return the folders that hold tests, as paths relative to ``root``."""
    candidates = [f"{name}/tests" for name in addons.manifests(root)]
    found = [name for name in (*candidates, "tests") if (root / name).is_dir()]
    return [name for name in found if any((root / name).rglob("test_*.py"))]


def command(settings, environ):
    """Return the pytest command.

    :param environ: mapping that may hold K, an expression to choose tests by name, and
        ARGS, further words for pytest (paths among them replace the default folders)
    """
    extra = shlex.split(environ.get("ARGS", ""))
    if environ.get("K"):
        extra += ["-k", environ["K"]]
    chosen = [word for word in extra if (settings.root / word.split("::")[0]).exists()]
    pytest = [str(settings.venv_python), "-m", "pytest", "--odoo-http"]
    options = [f"--odoo-database={TEST_DATABASE}", *extra]
    return [*pytest, *options, *([] if chosen else folders(settings.root))]


def run(settings, console, environ):
    """Install when the sources changed, run the tests, and return pytest's status."""
    with lock(settings, console, TEST_DATABASE):
        names = sorted(addons.manifests(settings.root))
        mark = Databases(settings).mark(TEST_DATABASE) or {}
        if mark.get("sources") != addons.digest(settings.root, names):
            install.rebuild(settings, console, TEST_DATABASE)
        env = {key: text for key, text in os.environ.items() if key != "PYTHONPATH"}
        env["ODOO_RC"] = str(settings.odoo_conf)
        words = command(settings, environ)
        console.say(f"        {shlex.join(words)}")
        return subprocess.run(words, cwd=settings.root, env=env).returncode
