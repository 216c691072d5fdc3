"""Do the tests of Odoo and OCA still pass with our addons installed?

``.venv/bin/python -m tests.foreign [--only crm …] [--no-browser]`` runs them twice at
the same time, on a database without our addons and on one with them, and prints the
tests that fail with ours alone. Exit status 1 when there are any.

``--plain FOLDER`` compares with reports of an earlier run without our addons, one
``MODULE.xml`` each, and runs only with them.
"""

import argparse
import concurrent.futures
import importlib.util
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from bootstrap import install, settings
from bootstrap.console import Console
from bootstrap.database import Databases

ROOT = Path(__file__).resolve().parent.parent
PLAIN = "flywheel_foreign"
OURS = "flywheel_foreign_ours"
MODULES = (
    "crm",
    "helpdesk_mgmt",
    "helpdesk_mgmt_sla",
    "helpdesk_mgmt_rating",
    "document_page",
    "mass_mailing",
    "link_tracker",
    "website_crm",
    "website",
    "im_livechat",
    "crm_livechat",
    "website_livechat",
    "sale",
    "sale_crm",
    "survey",
    "survey_crm",
    "utm",
    "calendar",
)


def tests_of(module):
    """Return the folder of an installed addon's tests."""
    spec = importlib.util.find_spec(f"odoo.addons.{module}")
    return Path(spec.origin).parent / "tests"


def run(chosen, database, modules, console, browser=True):
    """Run the tests of addons on a database.

    :param browser: whether to run those that drive a browser, too
    :return: {test: ("passed" | "failed" | "skipped", message)}
    """
    outcomes = {}
    for module in modules:
        report = chosen.logs / f"foreign-{database}-{module}.xml"
        report.unlink(missing_ok=True)
        words = [chosen.venv_python, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        words += [f"--odoo-database={database}", "--odoo-http", "--color=no"]
        words += [] if browser else ["-p", "tests.no_browser"]
        words += [f"--rootdir={ROOT}", f"--junitxml={report}", tests_of(module)]
        env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        env["ODOO_RC"] = str(chosen.odoo_conf)
        with open(report.with_suffix(".log"), "wb") as log:
            subprocess.run(
                [str(word) for word in words],
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        found = read(report)
        failed = sum(state == "failed" for state, _message in found.values())
        console.say(f"        {database}: {module}: {len(found)} tests, {failed} fail")
        outcomes.update(found)
    return outcomes


def read(report):
    """Return the outcomes that a JUnit report holds."""
    outcomes = {}
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        state, message = "passed", ""
        for child in case:
            if child.tag in ("failure", "error"):
                state, message = "failed", child.text or child.get("message") or ""
            elif child.tag == "skipped":
                state = "skipped"
        # A class that fails to be set up is reported beside the test itself.
        if outcomes.get(name, ("",))[0] != "failed":
            outcomes[name] = (state, message)
    return outcomes


def earlier(folder, modules):
    """Return the outcomes that a folder of reports holds."""
    outcomes = {}
    for module in modules:
        outcomes.update(read(folder / f"{module}.xml"))
    return outcomes


def complaint(message):
    """Return the last line of a traceback that says what was wrong."""
    lines = [line[1:].strip() for line in message.splitlines() if line[:2] == "E "]
    return lines[0] if lines else message.strip()[-200:]


def compare(plain, ours):
    """Return {test: message} of what fails with our addons alone."""
    return {
        name: message
        for name, (state, message) in ours.items()
        if state == "failed" and plain.get(name, ("",))[0] != "failed"
    }


def main(argv=None):
    """Run and compare; return the exit status."""
    parser = argparse.ArgumentParser(prog="tests.foreign", description=__doc__)
    parser.add_argument("--only", nargs="+", default=MODULES, choices=MODULES)
    parser.add_argument("--keep", action="store_true", help="keep the databases")
    parser.add_argument(
        "--no-browser", action="store_true", help="skip tests that drive a browser"
    )
    parser.add_argument("--plain", type=Path, help="folder of earlier plain reports")
    arguments = parser.parse_args(argv)
    console = Console()
    chosen = settings.from_environment(os.environ, ROOT, sys.executable)
    chosen.prepare_folders()
    databases = Databases(chosen)
    names = [OURS] if arguments.plain else [PLAIN, OURS]
    install.ensure_template(chosen, console)
    if not arguments.plain:
        databases.drop(PLAIN)
        databases.copy(settings.TEMPLATE_DATABASE, PLAIN)
    install.rebuild(chosen, console, OURS)
    browser = not arguments.no_browser
    try:
        with console.step("Their tests, without and with our addons"):
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                jobs = [
                    pool.submit(run, chosen, name, arguments.only, console, browser)
                    for name in names
                ]
                *plain, ours = (job.result() for job in jobs)
            plain = plain[0] if plain else earlier(arguments.plain, arguments.only)
    finally:
        if not arguments.keep:
            for name in names:
                databases.drop(name)
    return report(console, plain, ours)


def report(console, plain, ours):
    """Print the difference of two runs; return the exit status."""
    new = compare(plain, ours)
    old = {
        name: message for name, (state, message) in plain.items() if state == "failed"
    }
    for name, message in sorted(old.items()):
        console.say(f"fails without ours: {name}\n    {complaint(message)}")
        with_ours = ours.get(name, ("missing", ""))
        if complaint(with_ours[1]) != complaint(message):
            console.say(f"    with ours ({with_ours[0]}): {complaint(with_ours[1])}")
    for name in sorted(plain.keys() - ours.keys()):
        console.say(f"not run with ours: {name}")
    for name, message in sorted(new.items()):
        console.say(f"FAILS WITH OURS: {name}\n{message}")
    console.say(f"{len(new)} new failures, {len(old)} without our addons")
    return 1 if new or plain.keys() - ours.keys() else 0


if __name__ == "__main__":
    sys.exit(main())
