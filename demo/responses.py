"""What became of one mail of a mailing: drawn by a chance that is fixed by the mailing
and the row, so that the same mail has the same fate in every load."""

import random
from dataclasses import dataclass, field
from datetime import timedelta

# All mail to this domain passes a gateway that tries every link before it lets it in.
GATEWAY_DOMAIN = "post.example.org"
SCANNED_AFTER = (2, 45)
LINKS = 3


@dataclass
class Fate:
    """Moments are naive UTC datetimes. ``clicks`` are (number of the link, moment),
    one a link."""

    sent: object
    status: str = "sent"
    opened: object = None
    replied: object = None
    left: object = None
    clicks: list = field(default_factory=list)


def domain_of(person):
    return person.email.split("@")[1]


def fate_of(key, person, sent):
    """Return what becomes of the mail of a mailing to a person.

    :param key: of the mailing
    :param sent: when it went out
    """
    chance = random.Random(f"mailing {key} {person.row}")
    interest = random.Random(f"interest {person.row}").betavariate(0.8, 2.2)
    fate = Fate(sent)
    if chance.random() < 0.012:
        fate.status = "bounce"
        return fate
    if chance.random() < 0.18 + 0.6 * interest:
        _open(fate, chance, interest)
        if not fate.clicks and chance.random() < 0.015:
            fate.left = fate.opened + timedelta(minutes=1)
    if domain_of(person) == GATEWAY_DOMAIN:
        _scan(fate, chance.choice(SCANNED_AFTER))
    return fate


def _open(fate, chance, interest):
    """Let a person open the mail, and perhaps do more, within a week."""
    hours = min(chance.expovariate(1 / 15), 150)
    fate.opened = fate.sent + timedelta(minutes=5, hours=hours)
    fate.status = "open"
    moment = fate.opened
    for link in chance.sample(range(LINKS), LINKS):
        if chance.random() > 0.12 + 0.6 * interest:
            return
        moment += timedelta(minutes=chance.choice((1, 2, 4, 9, 600)), seconds=7)
        fate.clicks.append((link, moment))
    if chance.random() < 0.3:
        fate.replied = moment + timedelta(minutes=chance.randint(5, 60))
        fate.status = "reply"


def _scan(fate, seconds):
    """Let the gateway try the links that the person does not, so long after the mail
    was sent. What is quick looks to Odoo as if the mail had been opened, too."""
    moment = fate.sent + timedelta(seconds=seconds)
    if not fate.opened and seconds == SCANNED_AFTER[0]:
        fate.opened, fate.status = moment, "open"
    theirs = {link for link, _moment in fate.clicks}
    fate.clicks += [(link, moment) for link in range(LINKS) if link not in theirs]
