"""The customers' questions: as mails through the gateway, the older ones answered.

A question becomes a case exactly as a customer's mail does: its RFC 822 text is
handed to Odoo's mail gateway. The Message-ID is made of the question's number, so
a mail that is there is never sent again.
"""

import csv
import json
import random
from bisect import bisect_left
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta, timezone
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from pathlib import Path

from .bank import is_open, is_won
from .client import LoadError
from .config import MAIL_DOMAIN
from .people import make_stranger
from .progress import Progress
from .timeline import positions, text

HERE = Path(__file__).resolve().parent
ROWS = HERE.parent / "data" / "banking77.csv"
MODEL = "helpdesk.ticket"
SUPPORT = f"support@{MAIL_DOMAIN}"
# How many are the solved past; the others are open.
SOLVED = 1700
SHUFFLE_SEED = 77
# Working days before the anchor between which the past, and the open part, lies.
PAST_DAYS = (200.0, 8.0)
OPEN_DAYS = (1.3, 0.02)
# The server has as many cores as this in the smallest machine it is made for.
SENDERS = 2
STRANGERS = 0.05
CUSTOMERS = 0.4
SUBJECT_LENGTH = 60


@dataclass(frozen=True)
class Question:
    """A question of a customer. ``intent`` is None where none is published;
    ``sent`` is a naive UTC datetime."""

    key: str
    intent: str | None
    sender: str
    address: str
    subject: str
    text: str
    sent: object
    solved: bool

    @property
    def message_id(self):
        return f"<question.{self.key}@mail.{MAIL_DOMAIN}>"


def make_questions(rows, people, timeline):
    """Return the questions in order of time: the solved past, then the open ones.

    :param rows: the bank's rows, whose people ask
    :param people: {row number: Person}
    """
    with open(ROWS, newline="", encoding="utf-8") as stream:
        published = list(csv.DictReader(stream))
    random.Random(SHUFFLE_SEED).shuffle(published)
    askers = _Askers(rows, people, timeline)
    count = len(published)
    questions = []
    for index, row in enumerate(published):
        solved = index < SOLVED
        place, size = (index, SOLVED) if solved else (index - SOLVED, count - SOLVED)
        sent = _moment(timeline, PAST_DAYS if solved else OPEN_DAYS, place, size)
        name, address = askers.choose(int(row["row"]), sent)
        questions.append(
            Question(
                key=row["row"],
                intent=row["category"],
                sender=name,
                address=address,
                subject=subject_of(row["text"]),
                text=row["text"],
                sent=sent,
                solved=solved,
            )
        )
    questions += _chinese(timeline)
    return sorted(questions, key=lambda question: question.sent)


def _moment(timeline, days, place, size):
    first, last = days
    return timeline.at(1, first + (last - first) * place / max(1, size - 1))


def _chinese(timeline):
    """Return the made-up questions in Chinese, all of them open."""
    entries = json.loads((HERE / "questions_zh.json").read_text(encoding="utf-8"))
    return [
        Question(
            key=entry["key"],
            intent=None,
            sender=entry["name"],
            address=entry["email"],
            subject=entry["subject"],
            text=entry["text"],
            sent=_moment(timeline, OPEN_DAYS, index + 0.5, len(entries) + 1),
            solved=False,
        )
        for index, entry in enumerate(entries)
    ]


class _Askers:
    """Chooses who asks: customers more often than others, now and then a stranger."""

    def __init__(self, rows, people, timeline):
        self.everybody = [people[int(row["row"])] for row in rows]
        self.open = [people[int(row["row"])] for row in rows if is_open(row)]
        places = positions(rows)
        won = [int(row["row"]) for row in rows if is_won(row)]
        won.sort(key=places.get)
        self.customers = [people[number] for number in won]
        self.since = [timeline.at(places[number]) for number in won]

    def choose(self, number, moment):
        """Return (name, address) for a question, the same for the same number.

        :param moment: when it is asked; nobody asks as a customer before being one
        """
        chance = random.Random(f"asker {number}")
        dice = chance.random()
        if dice < STRANGERS:
            return make_stranger(number)
        group = self.everybody
        if dice < STRANGERS + CUSTOMERS:
            customers = self.customers[: bisect_left(self.since, moment)]
            group = chance.choice((customers or self.open, self.open))
        person = chance.choice(group)
        return person.name, person.email


def subject_of(words):
    """Return the first words of a question, as people write a subject."""
    line = " ".join(words.split())
    if len(line) <= SUBJECT_LENGTH:
        return line
    return line[:SUBJECT_LENGTH].rsplit(" ", 1)[0] + "…"


def as_mail(question):
    """Return a question as the text of a mail (RFC 822)."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = formataddr((question.sender, question.address))
    mail["To"] = SUPPORT
    mail["Subject"] = question.subject
    mail["Date"] = format_datetime(question.sent.replace(tzinfo=timezone.utc))
    mail["Message-ID"] = question.message_id
    mail.set_content(question.text + "\n")
    return mail.as_string()


def intake_context(question):
    """Return the context of a mail: when it came, that nobody of the staff gets a mail
    about it, and that a mail of the past is not acknowledged today."""
    context = {"flywheel_event_date": text(question.sent)}
    context["mail_auto_subscribe_no_notify"] = True
    if question.solved:
        context["flywheel_no_acknowledge"] = True
    return context


def find_cases(client, questions, batch=500):
    """Return {question key: ticket id} of the questions that are there already."""
    by_message_id = {question.message_id: question.key for question in questions}
    wanted, cases = list(by_message_id), {}
    for start in range(0, len(wanted), batch):
        domain = [
            ("message_id", "in", wanted[start : start + batch]),
            ("model", "=", MODEL),
        ]
        found = client.search_read("mail.message", domain, ["message_id", "res_id"])
        for row in found:
            cases[by_message_id[row["message_id"]]] = row["res_id"]
    return cases


def send_questions(client, questions, title):
    """Send what is not there yet and return {question key: ticket id} of all.

    :param title: names the progress bar
    :raises LoadError: the gateway took a mail without making a case of it
    """
    cases = find_cases(client, questions)
    missing = [question for question in questions if question.key not in cases]
    progress = Progress(title, len(questions), done=len(cases))

    def send(question):
        case = client.call(
            "mail.thread",
            "message_process",
            context=intake_context(question),
            model=MODEL,
            message=as_mail(question),
        )
        if not case:
            raise LoadError(f"no case was made of mail {question.message_id}")
        progress.add()
        return question.key, case

    # The first mail alone: it settles what all cases share, such as the alias.
    cases.update(map(send, missing[:1]))
    with ThreadPoolExecutor(SENDERS) as pool:
        try:
            cases.update(pool.map(send, missing[1:]))
        except LoadError:
            pool.shutdown(cancel_futures=True)
            raise
    progress.close()
    return cases


def solved_after(question):
    """Return when a solved question was answered: some hours later."""
    chance = random.Random(f"solved {question.key}")
    return question.sent + timedelta(hours=chance.uniform(0.3, 30))
