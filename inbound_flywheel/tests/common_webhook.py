# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import http.server
import threading
import time

from odoo.tests import freeze_time

from .common import NOW, FlywheelCase


class Receiver(http.server.BaseHTTPRequestHandler):
    """Answers as its server's ``script`` says: status codes, one after the other, the
    last one for ever; ``slow`` keeps the caller waiting."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            self.server.seen.append((self.path, dict(self.headers), body))
            script = self.server.script
            status = script.pop(0) if len(script) > 1 else script[0]
        if status == "slow":
            time.sleep(self.server.patience)
            status = 200
        self.send_response(status)
        if status in (301, 302, 307, 308):
            self.send_header("Location", self.server.elsewhere)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_args):
        """Keep silent."""


class Server(http.server.ThreadingHTTPServer):
    """A receiver on a free port of this machine."""

    daemon_threads = True

    def __init__(self, *script):
        super().__init__(("127.0.0.1", 0), Receiver)
        self.script = list(script or (200,))
        self.seen = []
        self.lock = threading.Lock()
        self.patience = 3
        self.elsewhere = ""
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/hook?key=1"

    def ids(self):
        """Return the event ids that came, in order."""
        return [headers["webhook-id"] for _path, headers, _body in self.seen]


@freeze_time(NOW)
class WebhookCase(FlywheelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["flywheel.webhook"].search([]).active = False
        params = cls.env["ir.config_parameter"]
        params.set_param("inbound_flywheel.webhook_private", "1")

    def receiver(self, *script):
        """Return a receiver that answers by a script of status codes."""
        server = Server(*script)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def hook(self, server=None, **values):
        """Make a webhook as a manager does."""
        return (
            self.env["flywheel.webhook"]
            .with_user(self.max)
            .create(
                {
                    "name": "Hook",
                    "url": server.url if server else "http://127.0.0.1:9/",
                    "company_id": self.company.id,
                    **values,
                }
            )
        )

    def deliveries(self, hook=None):
        """Return what was written down by now, the oldest first."""
        self.env.cr.flush()
        domain = [("webhook_id", "=", hook.id)] if hook else []
        return self.env["flywheel.webhook.delivery"].search(domain, order="id")

    def send(self):
        """Run the scheduled action."""
        self.env.cr.flush()
        cron = self.env.ref("inbound_flywheel.cron_webhook_send")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
