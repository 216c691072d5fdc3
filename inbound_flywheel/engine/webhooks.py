# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Webhooks on the wire: addresses that may be called, signatures, one request.

Plain functions without an environment: they run in threads of their own.
"""

import base64
import hashlib
import hmac
import http.client
import ipaddress
import random
import secrets
import socket
import ssl
import threading
import time
from typing import NamedTuple
from urllib.parse import quote, urlsplit

PREFIX = "whsec_"
# Seconds that one request may take, all in all.
TIMEOUT = 10
# Seconds until the first repetition; doubled each time, up to the cap.
FIRST_PAUSE = 30
LONGEST_PAUSE = 4 * 3600
JITTER = 0.2
# What is kept of an answer.
MAX_ANSWER = 500
# What stays as it is in a path or query, beside letters and digits.
PLAIN = "/?:@!$&'()*+,;=-._~%[]"
# Where IPv6 addresses of the internet at large are. Beside it are old ways to write
# IPv4 addresses and those inside a network.
INTERNET = ipaddress.ip_network("2000::/3")


class RefusedError(ValueError):
    """An address that must not be called; the argument is a code:
    ``scheme``, ``host``, ``user``, ``port``, ``unknown`` or ``private``."""


class SecretError(ValueError):
    """A secret with which nothing can be signed."""


class Answer(NamedTuple):
    """What came of one request. ``status`` is 0 where there was no answer."""

    status: int
    error: str
    milliseconds: int

    @property
    def taken(self):
        return 200 <= self.status < 300


def new_secret():
    """Return a secret of 256 bits, as Standard Webhooks writes them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def read_secret(secret):
    """Return the bytes of a secret.

    :raise SecretError: it is not ``whsec_`` and 16 bytes or more in base64
    """
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (AttributeError, ValueError) as error:
        raise SecretError("secret") from error
    if not secret.startswith(PREFIX) or len(key) < 16:
        raise SecretError("secret")
    return key


def sign(secret, event_id, timestamp, body):
    """Return the signature header of a body.

    Standard Webhooks: HMAC-SHA256 over ``id.timestamp.body``, in base64, after ``v1,``.

    :param secret: as :func:`new_secret` makes them
    :param timestamp: seconds since 1970, whole
    :param body: bytes
    :raise SecretError: nothing can be signed with it
    """
    key = read_secret(secret)
    content = f"{event_id}.{timestamp}.".encode() + body
    digest = hmac.new(key, content, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def get_pause(attempts, chance=random.random):
    """Return the seconds until the next attempt, after so many that failed."""
    pause = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    return pause * (1 - JITTER + 2 * JITTER * chance())


def parse_url(url, private=False):
    """Return the parts of an address that may be called, as far as its text says.

    :param private: http and addresses inside the own network are allowed
    :raise RefusedError: it must not be called
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise RefusedError("host") from error
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise RefusedError("scheme")
    if not parts.hostname:
        raise RefusedError("host")
    if parts.username is not None or parts.password is not None:
        raise RefusedError("user")
    if any(ord(char) <= 32 or ord(char) == 127 for char in url.strip()):
        raise RefusedError("host")
    if port == 0:
        raise RefusedError("port")
    return parts


def is_public(address):
    """Tell whether an IP address is one of the internet at large.

    Addresses that wrap another one (IPv4 in IPv6, 6to4, NAT64) are what they wrap.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.version == 6:
        nat64 = ip in ipaddress.ip_network("64:ff9b::/96")
        inner = ip.ipv4_mapped or ip.sixtofour
        if nat64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if ip.teredo:
            return False
        if inner:
            ip = inner
        elif ip not in INTERNET:
            return False
    return ip.is_global and not ip.is_multicast


def resolve(host, port, private=False):
    """Return an IP address of a host, to which the connection is then made.

    :raise RefusedError: there is none, or one of them is not public
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise RefusedError("unknown") from error
    addresses = [entry[4][0] for entry in found]
    if not addresses:
        raise RefusedError("unknown")
    if not private and not all(is_public(address) for address in addresses):
        raise RefusedError("private")
    return addresses[0]


def connect(parts, private):
    """Return a connection whose name was resolved once and for all."""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    address = resolve(parts.hostname, port, private)
    connection = http.client.HTTPConnection(parts.hostname, port, timeout=TIMEOUT)
    connection.sock = socket.create_connection((address, port), timeout=TIMEOUT)
    if secure:
        # The certificate is asked for the name, whatever the address.
        connection.sock = ssl.create_default_context().wrap_socket(
            connection.sock, server_hostname=parts.hostname
        )
        connection.default_port = 443
    return connection


def post(url, body, headers, private=False):
    """Post a body; follow no redirect, ask no proxy.

    :param body: bytes
    :return: :class:`Answer`
    """
    start = time.monotonic()
    connection = watchdog = None
    late = threading.Event()
    try:
        parts = parse_url(url, private)
        connection = connect(parts, private)
        sock = connection.sock
        # A receiver that answers a byte at a time is held to the same limit.
        left = max(TIMEOUT - (time.monotonic() - start), 0.1)
        watchdog = threading.Timer(left, _cut, [sock, late])
        watchdog.daemon = True
        watchdog.start()
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        path = quote(path, safe=PLAIN)
        connection.request("POST", path, body=body, headers=headers)
        reply = connection.getresponse()
        text = reply.read(MAX_ANSWER).decode("utf-8", "replace").replace("\x00", "")
        status, error = reply.status, "" if 200 <= reply.status < 300 else text
    except RefusedError as refused:
        status, error = 0, refused.args[0]
    except (OSError, http.client.HTTPException, ValueError) as problem:
        if late.is_set() or isinstance(problem, TimeoutError):
            status, error = 0, "timeout"
        else:
            status, error = 0, str(problem) or type(problem).__name__
    finally:
        if watchdog:
            watchdog.cancel()
        if connection:
            connection.close()
    took = round((time.monotonic() - start) * 1000)
    return Answer(status, error[:MAX_ANSWER], took)


def _cut(sock, late):
    late.set()
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        # It has ended by itself.
        return


def send(url, secret, event_id, body, private=False):
    """Sign and post one event.

    :param body: text, JSON
    :return: :class:`Answer`
    """
    data = body.encode()
    timestamp = int(time.time())
    try:
        signature = sign(secret, event_id, timestamp, data)
    except SecretError as error:
        return Answer(0, error.args[0], 0)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Inbound-Flywheel/1",
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature,
    }
    return post(url, data, headers, private)


def send_in_turn(hook, budget):
    """Send the events of one webhook until one fails or the time is up.

    :param hook: (url, secret, private, [(delivery id, event id, body)])
    :param budget: seconds after which none is begun any more
    :return: {delivery id: Answer} of those that were tried
    """
    url, secret, private, events = hook
    end = time.monotonic() + budget
    answers = {}
    for delivery_id, event_id, body in events:
        if answers and time.monotonic() > end:
            break
        answers[delivery_id] = send(url, secret, event_id, body, private)
        if not answers[delivery_id].taken:
            break
    return answers
