"""The demo: database, server, data sent through the doors that customers use."""

import subprocess

from . import addons, install, server
from .console import StepError, format_seconds
from .database import Databases, lock
from .settings import DEMO_DATABASE

LOGIN = PASSWORD = "admin"  # the demo's own, on this machine only
LOADED_FROM = ("demo", "data")
WORTH_SEEING = (
    (
        "Leads, best first",
        "/odoo/flywheel-leads",
        "open one: Why this score shows the lines that add up to it",
    ),
    (
        "People by journey stage",
        "/odoo/flywheel-people",
        "persona, stage, score and the timeline behind them",
    ),
    (
        "Cases from customers",
        "/odoo/action-helpdesk_mgmt.helpdesk_ticket_action",
        "open one: how it was routed, and which answers fit",
    ),
)


def run(settings, console):
    """Have the demo running with its data, and say where."""
    databases = Databases(settings)
    with lock(settings, console, DEMO_DATABASE):
        running = server.Server(settings)
        names = sorted(addons.manifests(settings.root))
        sources = addons.digest(settings.root, names)
        mark = databases.mark(DEMO_DATABASE) or {}
        if mark.get("sources") != sources and running.stop():
            console.say("        The server is stopped: the addons have changed")
        mark = install.ensure(settings, console, DEMO_DATABASE)
        port = _serve(settings, console, running)
        _load(settings, console, databases, mark, port)
    _tell(console, port)


def _serve(settings, console, running):
    port = running.port()
    if port and settings.port not in (None, port):
        running.stop()
        port = None
    if port and server.answers(port):
        console.say(f"        The server is running already, on port {port}")
        return port
    running.stop()
    port = server.choose_port(settings, console)
    with console.step(f"Odoo server on port {port}"):
        running.start(port)
    with console.step("Web client, opened once"):
        server.warm(port, LOGIN, PASSWORD)
    return port


def _load(settings, console, databases, mark, port):
    loader = settings.root / "demo" / "load.py"
    if not loader.is_file():
        return
    wanted = addons.digest(settings.root, LOADED_FROM)
    if mark.get("loaded") == wanted:
        return
    command = [settings.venv_python, "-m", "demo.load", "--url", server.url(port)]
    command += ["--db", DEMO_DATABASE, "--login", LOGIN, "--password", PASSWORD]
    # The loader draws a progress bar of its own: it writes to the terminal itself.
    console.say("... Demo data")
    started = console.clock()
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=settings.root, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise StepError(
            "The demo data could not be loaded",
            "Run it again: it goes on where it stopped. The server's log may say more",
            settings.logs / "server.log",
        )
    databases.set_mark(DEMO_DATABASE, **{**mark, "loaded": wanted})
    console.say(f"    ok  Demo data ({format_seconds(console.clock() - started)})")


def _tell(console, port):
    console.say()
    console.say(f"Inbound Flywheel runs: {server.url(port)}")
    console.say(f"Login: {LOGIN}   Password: {PASSWORD}   ({console.elapsed()})")
    console.say()
    console.say("Worth looking at:")
    for number, (title, path, why) in enumerate(WORTH_SEEING, 1):
        console.say(f"  {number}. {title}: {why}")
        console.say(f"     {server.url(port)}{path}")
    console.say()
    console.say("make stop ends it; make demo brings it back with its data.")


def stop(settings, console, cluster):
    """Stop the server, then the cluster if it is ours."""
    if server.Server(settings).stop():
        console.say("Stopped: Odoo server")
    if cluster and cluster.running():
        cluster.stop()
        console.say("Stopped: PostgreSQL")
