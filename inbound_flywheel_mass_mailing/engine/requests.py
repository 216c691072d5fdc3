# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a request of a mail program tells, without telling who asked."""

import functools
import ipaddress
from typing import NamedTuple

# Characters kept of what a program says of itself.
MAX_AGENT = 250


class Agent(NamedTuple):
    """A program that is known by what it says of itself."""

    name: str
    pattern: str
    exact: bool
    kind: str


def network_of(address):
    """Return the network of an address: /24, for IPv6 /48; None if it is none.

    Enough to see that one machine is at work, too little to tell a person.
    """
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    ip = getattr(ip, "ipv4_mapped", None) or ip
    length = 24 if ip.version == 4 else 48
    return str(ipaddress.ip_network((ip, length), strict=False))


def clean_agent(text):
    """Return what a program says of itself, as it is kept."""
    return (text or "").replace("\x00", "").strip()[:MAX_AGENT]


@functools.lru_cache(maxsize=1_024)
def find_agent(text, agents):
    """Return the known program that says this of itself, or None.

    :param agents: tuple of :class:`Agent`, the first that fits is taken
    """
    words = (text or "").lower()
    for agent in agents:
        if words == agent.pattern if agent.exact else agent.pattern in words:
            return agent
    return None
