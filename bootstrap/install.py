"""Installing our addons into databases, and judging what the installation logged."""

import re

from . import addons, odoo_conf, process, python_env
from .console import StepError
from .database import Databases, lock
from .settings import TEMPLATE_DATABASE

ENTRY = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ ([A-Z]+) ")
COMPLAINTS = {"WARNING", "ERROR", "CRITICAL"}
# Not of our making: Odoo's own use of a deprecated library.
ALLOWED = (re.compile(r"PyPDF2"),)


def complaints(log):
    """Return the warnings and errors in the text of an Odoo log that may be ours.

    Each comes with the lines that belong to it, such as a traceback.
    """
    found = []
    current = None
    for line in log.splitlines():
        match = ENTRY.match(line)
        if match:
            current = [line] if match[1] in COMPLAINTS else None
            if current:
                found.append(current)
        elif current and line.strip():
            current.append(line)
    texts = ["\n".join(lines) for lines in found]
    return [text for text in texts if not any(rule.search(text) for rule in ALLOWED)]


def run_odoo(settings, log, *words):
    """Run Odoo to its end with a fresh log file.

    :raises StepError: when it fails
    """
    log.unlink(missing_ok=True)
    output = log.with_suffix(".out.log")
    output.unlink(missing_ok=True)
    command = odoo_conf.command(settings, *words, "--stop-after-init")
    try:
        process.run([*command, "--logfile", log], output, cwd=settings.root)
    except StepError as error:
        text = log.read_text(errors="replace") if log.exists() else ""
        shown = complaints(text)
        reason = shown[-1].splitlines()[-1] if shown else str(error)
        remedy = "Read the log; a fault in an addon must be mended before going on"
        raise StepError(reason, remedy, log if text else output) from error


def ensure_template(settings, console):
    """Make the database that all others are copied from, unless it is there.

    It holds what our addons depend on: that does not change from day to day, and
    installing it takes longest.

    :raises StepError: when the installation fails
    """
    databases = Databases(settings)
    wanted = addons.foreign_dependencies(addons.manifests(settings.root)) or ["base"]
    pinned = python_env.fingerprint([settings.root / "requirements.txt"])
    state = {"template": f"{','.join(wanted)} {pinned[:16]}"}
    with lock(settings, console, TEMPLATE_DATABASE):
        if databases.mark(TEMPLATE_DATABASE) == state:
            return
        with console.step("Odoo database with what our addons need") as note:
            databases.drop(TEMPLATE_DATABASE)
            databases.copy("template0", TEMPLATE_DATABASE)
            log = settings.logs / "template.log"
            run_odoo(settings, log, "-d", TEMPLATE_DATABASE, "-i", ",".join(wanted))
            databases.set_mark(TEMPLATE_DATABASE, **state)
            note(", ".join(wanted))


def rebuild(settings, console, name):
    """Make a database anew from the template with all our addons in it.

    Its log must hold no warning and no error of ours.

    :param name: name of the database
    :raises StepError: when the installation fails or complains
    """
    names = sorted(addons.manifests(settings.root))
    databases = Databases(settings)
    ensure_template(settings, console)
    sources = addons.digest(settings.root, names)
    with console.step(f"Database {name} with our addons") as note:
        databases.drop(name)
        databases.copy(TEMPLATE_DATABASE, name)
        if names:
            _install(settings, name, "-i", names)
        databases.set_mark(name, sources=sources)
        note(", ".join(names))


def ensure(settings, console, name):
    """Have a database with our addons as they are now, keeping the data in it.

    :param name: name of the database
    :return: its mark
    :raises StepError: when the installation fails or complains
    """
    databases = Databases(settings)
    names = sorted(addons.manifests(settings.root))
    mark = databases.mark(name)
    if not mark or "sources" not in mark:
        rebuild(settings, console, name)
        return databases.mark(name)
    sources = addons.digest(settings.root, names)
    if mark["sources"] != sources:
        with console.step(f"Update our addons in the database {name}"):
            # New addons are installed, those that are there are updated.
            _install(settings, name, "-u", names, "-i", ",".join(names))
            mark["sources"] = sources
            databases.set_mark(name, **mark)
    return mark


def _install(settings, name, option, names, *more):
    log = settings.logs / f"install-{name}.log"
    run_odoo(settings, log, "-d", name, option, ",".join(names), *more)
    found = complaints(log.read_text(errors="replace"))
    if found:
        shown = "\n".join(found[:10])
        raise StepError(
            f"{len(found)} warnings or errors while installing our addons:\n{shown}",
            "Mend what they name: a clean installation logs neither",
            log,
        )
