"""What each command of the Makefile does, step by step."""

import os
import shutil
import subprocess

from . import demo as demo_steps
from . import install, odoo_conf, odoo_source, postgres, python_env, system, testing
from . import lint as lint_steps
from .console import StepError
from .database import Databases, lock


def env(settings, console, requirements=python_env.TEST, packages=()):
    """Leave a working ``.venv/bin/python -m odoo -c .run/odoo.conf`` behind."""
    database = system.SERVER if settings.own_cluster else system.CLIENT
    with lock(settings, console, "environment"):
        system.check_python()
        system.ensure(settings, [system.VENV, database, *packages], console)
        with console.step("Odoo 19") as note:
            folder = odoo_source.ensure(settings, note)
        with console.step("Python packages and OCA addons"):
            python_env.ensure(settings, requirements)
            python_env.add_odoo(settings, folder)
        with console.step("PostgreSQL") as note:
            postgres.ensure(settings, note)
            Databases(settings).ask("SELECT 1")
            odoo_conf.ensure(settings)


def demo(settings, console):
    """Have the demo running, from nothing or from what an earlier run left."""
    env(settings, console)
    demo_steps.run(settings, console)


def test(settings, console):
    """Run all tests on a database with a clean installation."""
    env(settings, console, packages=[system.BROWSER])
    return testing.run(settings, console, os.environ)


def lint(settings, console):
    """Check the style of all tracked files, as OCA does."""
    _lint_environment(settings, console)
    return lint_steps.check(settings)


def format(settings, console):
    """Rewrite the files as the formatters want them, and the addons' README.rst."""
    _lint_environment(settings, console)
    return lint_steps.rewrite(settings)


def _lint_environment(settings, console):
    with lock(settings, console, "environment"):
        system.check_python()
        system.ensure(settings, [system.VENV], console)
        with console.step("Python packages"):
            python_env.ensure(settings, python_env.LINT)
        with console.step("Node packages") as note:
            lint_steps.ensure_node(settings, note)


def bench(settings, console):
    """Run the benchmarks."""
    env(settings, console)
    words = [str(settings.venv_python), "-m", "tests.benchmarks"]
    variables = {**os.environ, "ODOO_RC": str(settings.odoo_conf)}
    return subprocess.run(words, cwd=settings.root, env=variables).returncode


def db(settings, console):
    """Make the database that DB names anew, with all our addons, for a developer."""
    name = os.environ.get("DB")
    if not name:
        raise StepError("No database named", "make db DB=mine")
    env(settings, console)
    install.rebuild(settings, console, name)


def stop(settings, console):
    """Stop what runs in the background."""
    demo_steps.stop(settings, console, _cluster(settings))


def clean(settings, console):
    """Stop everything and remove all that was made: .run, .venv, node_modules."""
    cluster = _cluster(settings)
    demo_steps.stop(settings, console, cluster)
    folders = [settings.run, settings.venv, settings.root / "node_modules"]
    if cluster:
        # Outside the checkout when its path is too long or closed for the server.
        cluster.remove()
        folders.append(postgres.socket_folder(settings))
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    console.say("Removed: .run, .venv and node_modules")


def _cluster(settings):
    return postgres.Cluster(settings) if settings.own_cluster else None


ALL = {
    function.__name__: function
    for function in (env, demo, test, lint, format, bench, db, stop, clean)
}
