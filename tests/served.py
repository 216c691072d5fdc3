"""Odoo servers in processes of their own, on a copy of a database, for tests of what
several clients do to several workers at once."""

import contextlib
import itertools
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import xmlrpc.client
from pathlib import Path

import psycopg2

from bootstrap import odoo_conf, settings
from bootstrap.database import Databases

ROOT = Path(__file__).resolve().parent.parent
LOGIN = PASSWORD = "admin"
PATIENCE = 90


def chosen_settings():
    """Return the settings of this checkout and the caller's environment."""
    return settings.from_environment(os.environ, ROOT, sys.executable)


def free_port():
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def duplicate(databases, source, name):
    """Copy a database that others are connected to; drop the copy at the end.

    ``CREATE DATABASE … TEMPLATE`` refuses a source that is in use, as the test
    database always is while the tests run.
    """
    databases.drop(name)
    databases.copy("template0", name)
    try:
        env = databases.environment()
        with subprocess.Popen(
            ["pg_dump", "-Fc", "-Z0", source], env=env, stdout=subprocess.PIPE
        ) as dump:
            words = ["pg_restore", "--no-owner", "--exit-on-error", "-d", name]
            subprocess.run(words, env=env, stdin=dump.stdout, check=True)
        assert dump.returncode == 0
        if databases.filestore(source).is_dir():
            shutil.copytree(databases.filestore(source), databases.filestore(name))
        yield name
    finally:
        databases.drop(name)


class Server:
    """Odoo processes on free ports of this machine that serve one database, as
    several hosts would. The first runs the scheduled actions; calls take turns.

    :param database: name of the database that they serve
    :param processes: how many there are
    """

    def __init__(self, chosen, database, processes=2):
        self.chosen = chosen
        self.database = database
        self.ports = [free_port() for _ in range(processes)]
        self.processes = {}
        self.uid = None
        self._turn = itertools.cycle(self.ports)

    def __enter__(self):
        try:
            for port in self.ports:
                self.start(port)
            for port in self.ports:
                self._await(port)
            self.uid = self.proxy("common").authenticate(
                self.database, LOGIN, PASSWORD, {}
            )
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exception):
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def url(self):
        """Return the address of the process whose turn it is."""
        return f"http://127.0.0.1:{next(self._turn)}"

    def start(self, port):
        """Start the process of a port."""
        words = ["-d", self.database, "--db-filter", f"^{self.database}$"]
        words += ["--http-port", port, "--logfile", self._log(port)]
        words += ["--max-cron-threads", int(port == self.ports[0])]
        words += ["--log-handler", "odoo.addons.rpc.controllers.xmlrpc:ERROR"]
        command = [str(word) for word in odoo_conf.command(self.chosen, *words)]
        env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        self._log(port).unlink(missing_ok=True)
        self.processes[port] = subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL
        )

    def kill(self, port):
        """Kill the process of a port as a crash would."""
        self.processes[port].kill()
        self.processes[port].wait()

    def restart(self, port):
        """Start the process of a port again after a kill."""
        self.start(port)
        self._await(port)

    def log(self):
        """Return all that the processes have logged since they were started."""
        return "\n".join(self._log(port).read_text() for port in self.ports)

    def _log(self, port):
        number = self.ports.index(port) + 1
        return self.chosen.logs / f"{self.database}-{number}.log"

    def _await(self, port):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.processes[port].poll() is not None:
                raise AssertionError(f"Odoo ended at once: {self._log(port)}")
            with contextlib.suppress(OSError):
                address = f"http://127.0.0.1:{port}/web/login"
                with urllib.request.urlopen(address, timeout=PATIENCE):
                    return
            time.sleep(0.3)
        raise AssertionError(f"Odoo does not answer: {self._log(port)}")

    # -- calls ------------------------------------------------------------------

    def proxy(self, service, port=None):
        """Return a fresh XML-RPC proxy; one serves one thread at a time."""
        url = f"http://127.0.0.1:{port}" if port else self.url()
        return xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/{service}", allow_none=True)

    def call(self, model, method, *args, user=None, port=None, **kwargs):
        """Call a method by XML-RPC.

        :param user: (uid, password) of the caller, the administrator by default
        :param port: which process to call, the next one by default
        :raises xmlrpc.client.Fault: with the server's words
        """
        uid, password = user or (self.uid, PASSWORD)
        return self.proxy("object", port).execute_kw(
            self.database, uid, password, model, method, args, kwargs
        )

    def ingest(self, items, **where):
        """Send touchpoints by XML-RPC and return the server's answer."""
        return self.call("flywheel.touchpoint", "ingest", items, **where)

    def ref(self, module, name):
        """Return the id of the record with an external id."""
        domain = [("module", "=", module), ("name", "=", name)]
        found = self.call("ir.model.data", "search_read", domain, fields=["res_id"])
        return found[0]["res_id"]

    # -- the database -------------------------------------------------------------

    def connect(self):
        """Return a connection to the database, beside those of Odoo."""
        env = Databases(self.chosen).environment()
        return psycopg2.connect(
            dbname=self.database,
            host=env["PGHOST"],
            port=env["PGPORT"],
            user=env["PGUSER"],
            password=env.get("PGPASSWORD"),
        )

    def ask(self, statement):
        """Return the rows of an SQL statement as tuples of texts."""
        text = Databases(self.chosen).ask(statement, self.database)
        return [tuple(line.split("|")) for line in text.splitlines()]

    def number(self, statement):
        """Return the one number that an SQL statement yields."""
        return float(self.ask(statement)[0][0])

    def apply_pending(self):
        """Run the scheduled action that applies what is pending, to the end."""
        cron = self.ref("inbound_flywheel", "cron_apply_touchpoints")
        deadline = time.monotonic() + PATIENCE
        pending = "SELECT count(*) FROM flywheel_touchpoint WHERE pending"
        while self.number(pending) and time.monotonic() < deadline:
            # A fault says that a cron worker is at it already.
            with contextlib.suppress(xmlrpc.client.Fault):
                self.call("ir.cron", "method_direct_trigger", [cron])
            time.sleep(0.2)
        assert not self.number(pending), "touchpoints stay pending"
