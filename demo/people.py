"""Made-up people: a name, an address, a phone number for each row of the bank.

Faker makes the names with a fixed seed per row, so row 17 is the same person in
every load. Phone numbers are from the range 555-0100 to 555-0199 that is kept for
fiction in each area, mail addresses from the domains that are kept for examples.
"""

import csv
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from faker import Faker

HERE = Path(__file__).resolve().parent
SEED = 20081105
MAIL_DOMAINS = ("example.com", "example.org", "mail.example.com", "post.example.org")
FICTION_RANGE = 100


@dataclass(frozen=True)
class Person:
    """A made-up person. ``state`` is the number in Odoo's ``base.state_us_<n>``."""

    row: int
    name: str
    email: str
    phone: str
    street: str
    postcode: str
    city: str
    state: str


def make_people(rows):
    """Return {row number: Person}, the same for the same rows.

    :raises ValueError: more rows than there are fictional phone numbers
    """
    with open(HERE / "cities.csv", newline="", encoding="utf-8") as stream:
        cities = list(csv.DictReader(stream))
    if len(rows) > len(cities) * FICTION_RANGE:
        raise ValueError(f"{len(rows)} rows need more cities for their phone numbers")
    fake = Faker("en_US")
    people, taken = {}, set()
    for index, row in enumerate(rows):
        number = int(row["row"])
        fake.seed_instance(SEED + number)
        first, last = fake.first_name(), fake.last_name()
        city = cities[index % len(cities)]
        line = 100 + index // len(cities)
        people[number] = Person(
            row=number,
            name=f"{first} {last}",
            email=_address(first, last, number, taken),
            phone=f"+1 {city['area']} 555 0{line}",
            street=fake.street_address(),
            postcode=fake.postcode(),
            city=city["city"],
            state=city["state"],
        )
    return people


def make_stranger(number):
    """Return (name, mail address) of somebody the bank has never met."""
    fake = Faker("en_US")
    fake.seed_instance(SEED - number)
    first, last = fake.first_name(), fake.last_name()
    return f"{first} {last}", f"{_plain(first)}.{_plain(last)}.{number}@example.net"


def _address(first, last, number, taken):
    domain = MAIL_DOMAINS[number % len(MAIL_DOMAINS)]
    address = f"{_plain(first)}.{_plain(last)}@{domain}"
    if address in taken:
        address = f"{_plain(first)}.{_plain(last)}.{number}@{domain}"
    taken.add(address)
    return address


def _plain(name):
    """Return a name as it can stand in a mail address."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore")
    return "".join(c for c in ascii_name.decode().lower() if c.isalnum())
