"""Made-up traces of the people in the open pipeline: mail, web, chat.

The published data knows phone calls only. Each open lead gets, by a chance that is
fixed by its row and never looks at the outcome, more or less of the other channels,
so that scores differ and a timeline shows what a timeline can show.
"""

import random
from datetime import timedelta

from .bank import is_open
from .timeline import text

CAMPAIGN = "Term deposit newsletter"
PAGES = ("Term deposits", "Interest rates", "Deposit calculator", "Deposit insurance")
PAGES += ("Opening hours", "Terms and conditions")
FORMS = ("Deposit calculator sent", "Callback requested", "Guide to saving downloaded")
CHATS = ("Asked how long the money is tied up", "Asked what happens at the end of term")
CHATS += ("Asked whether interest is paid monthly",)
REPLIES = ("Please call after six", "Which documents do you need?", "Not now, thanks")


def made_up_touchpoints(row, person, timeline):
    """Return the made-up items of an open row, keys ``made-up:<row>:<n>``."""
    if not is_open(row):
        return []
    chance = random.Random(f"activity {row['row']}")
    # Most people hardly look, a few look at everything.
    interest = chance.betavariate(0.8, 2.2)
    moments = _mailings(chance, timeline, interest)
    moments += _visits(chance, timeline, interest)
    moments.sort(key=lambda moment: moment[1])
    return [
        {
            "type": kind,
            "date": text(moment),
            "email": person.email,
            "external_key": f"made-up:{row['row']}:{index}",
            "summary": summary,
            **source,
        }
        for index, (kind, moment, summary, source) in enumerate(moments, 1)
    ]


def _mailings(chance, timeline, interest):
    """Three newsletters, ten working days apart, and what they led to."""
    source = {"utm_source": "Newsletter", "utm_medium": "Email"}
    source["utm_campaign"] = CAMPAIGN
    moments = []
    for number in (1, 2, 3):
        subject = f"Newsletter {number}: what your savings earn"
        # All go out on one day, spread over an hour as a mail queue does it.
        sent = timeline.at(1, 32 - 10 * number + chance.random() / 8)
        moments.append(("email_sent", sent, subject, source))
        if chance.random() < 0.25 + 0.7 * interest:
            opened = sent + timedelta(minutes=chance.randint(5, 900))
            moments.append(("email_open", opened, subject, source))
            if chance.random() < interest:
                clicked = opened + timedelta(minutes=chance.randint(1, 9))
                moments.append(("email_click", clicked, PAGES[0], source))
                if chance.random() < 0.2:
                    replied = clicked + timedelta(minutes=chance.randint(5, 60))
                    reply = chance.choice(REPLIES)
                    moments.append(("email_reply", replied, reply, source))
        elif chance.random() < 0.02:
            left = sent + timedelta(minutes=chance.randint(5, 900))
            moments.append(("unsubscribe", left, subject, source))
            break
    return moments


def _visits(chance, timeline, interest):
    """Visits of the website within the last 30 working days."""
    source = {"utm_source": "Website", "utm_medium": "Website"}
    moments = []
    for _visit in range(int(interest * 8)):
        moment = timeline.at(1, chance.uniform(0.1, 30))
        for page in chance.sample(PAGES, chance.randint(1, 3)):
            moments.append(("page", moment, page, source))
            moment += timedelta(minutes=chance.randint(1, 4))
        if chance.random() < 0.25 * interest:
            moments.append(("form", moment, chance.choice(FORMS), source))
        elif chance.random() < 0.2 * interest:
            moments.append(("chat", moment, chance.choice(CHATS), source))
    return moments
