"""The demo's Odoo server in the background: started, warmed, found again, stopped."""

import http.cookiejar
import re
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

from . import odoo_conf, process
from .console import StepError
from .settings import DEFAULT_PORT, DEMO_DATABASE

HOST = "127.0.0.1"
START_PATIENCE = 90
ASSET = re.compile(r'(?:href|src)="(/web/assets/[^"]+)"')
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def url(port):
    """Return the address of a server on this machine."""
    return f"http://{HOST}:{port}"


def port_is_free(port):
    """Whether nobody listens on a port of this machine."""
    with socket.socket() as probe:
        # As Odoo does: a port that a stopped server still lingers on is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


class Server:
    """The server whose process id stands in the run folder."""

    def __init__(self, settings):
        self.settings = settings
        self.pid_file = settings.run / "server.pid"
        self.log = settings.logs / "server.log"

    def is_ours(self, pid):
        """Whether a process is this checkout's server, not a later user of its id."""
        words = process.command_line(pid)
        return str(self.settings.odoo_conf) in words and "--http-port" in words

    def pid(self):
        """Return the running server's process id, or None."""
        pid = process.read_pid(self.pid_file)
        return pid if pid and self.is_ours(pid) else None

    def port(self):
        """Return the running server's port, or None."""
        pid = self.pid()
        words = process.command_line(pid) if pid else []
        if "--http-port" not in words:
            return None
        return int(words[words.index("--http-port") + 1])

    def start(self, port):
        """Start the server in the background and wait until it answers.

        :raises StepError: when it ends or does not answer in time
        """
        words = ["-d", DEMO_DATABASE, "--http-port", str(port), "--logfile", self.log]
        self.log.unlink(missing_ok=True)
        command = [str(word) for word in odoo_conf.command(self.settings, *words)]
        with open(self.settings.logs / "server.out.log", "wb") as output:
            child = subprocess.Popen(
                command,
                cwd=self.settings.root,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Ctrl-C in the terminal is meant for us, not for the server.
                start_new_session=True,
            )
        self.pid_file.write_text(f"{child.pid}\n")
        deadline = time.monotonic() + START_PATIENCE
        while time.monotonic() < deadline:
            if child.poll() is not None:
                raise StepError("Odoo ended at once", "Read the log", self.log)
            if answers(port):
                return
            time.sleep(0.3)
        self.stop()
        raise StepError(
            f"Odoo did not answer within {START_PATIENCE} s", "Read the log", self.log
        )

    def stop(self):
        """Stop the server if it runs; tell whether it did."""
        pid = self.pid()
        if pid:
            process.terminate(pid, self.is_ours)
        self.pid_file.unlink(missing_ok=True)
        return bool(pid)


def answers(port):
    """Whether an Odoo answers on a port."""
    try:
        with urllib.request.urlopen(f"{url(port)}/web/health", timeout=5) as reply:
            return reply.status == 200
    except OSError:
        return False


def warm(port, login, password):
    """Open the web client once, so that its assets are built before a person does.

    :raises StepError: when it does not open
    """
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    try:
        page = _read(opener, f"{url(port)}/web/login")
        token = TOKEN.search(page)
        fields = {"login": login, "password": password, "redirect": "/odoo"}
        fields["csrf_token"] = token[1] if token else ""
        form = urllib.parse.urlencode(fields).encode()
        client = _read(opener, f"{url(port)}/web/login", form)
        for path in sorted(set(ASSET.findall(page + client))):
            _read(opener, url(port) + path)
    except (urllib.error.URLError, OSError) as error:
        raise StepError(
            f"The web client does not open: {error}", "Read .run/log/server.log"
        ) from error


def _read(opener, address, data=None):
    with opener.open(address, data=data, timeout=180) as reply:
        return reply.read().decode(errors="replace")


def choose_port(settings, console):
    """Return the port for the demo: the one asked for, or the first that is free.

    :raises StepError: when the port that was asked for is busy
    """
    if settings.port:
        if not port_is_free(settings.port):
            raise StepError(
                f"Port {settings.port} is busy: another program listens on it",
                f"Take another one: make demo PORT={settings.port + 1}",
            )
        return settings.port
    for port in range(DEFAULT_PORT, DEFAULT_PORT + 30):
        if port_is_free(port):
            if port != DEFAULT_PORT:
                console.say(
                    f"        Port {DEFAULT_PORT} is busy: another program listens on "
                    f"it. Taking {port}; choose with make demo PORT=…"
                )
            return port
    raise StepError("No free port found", "Name one: make demo PORT=9000")
