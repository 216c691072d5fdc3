"""The bank's rows as contacts, leads and touchpoints.

Everything here is a plain function of a row, its made-up person and the timeline:
the same row gives the same records, with the same keys, in every load.
"""

import csv
import random
from datetime import timedelta
from pathlib import Path

from .client import external
from .timeline import text

ROWS = Path(__file__).resolve().parent.parent / "data" / "bank_marketing.csv"

JOBS = {
    "admin.": "Administrator",
    "blue-collar": "Blue-collar worker",
    "entrepreneur": "Entrepreneur",
    "housemaid": "Housekeeper",
    "management": "Manager",
    "retired": "Retired",
    "self-employed": "Self-employed",
    "services": "Service worker",
    "student": "Student",
    "technician": "Technician",
    "unemployed": "Unemployed",
}
# What a term deposit of somebody in this job comes to, in the company's currency.
DEPOSITS = {"management": 24000, "retired": 22000, "entrepreneur": 20000}
DEPOSITS |= {"self-employed": 18000, "student": 3000, "unemployed": 5000}
USUAL_DEPOSIT = 12000
EDUCATION = {
    "basic.4y": "Basic school",
    "basic.6y": "Basic school",
    "basic.9y": "Basic school",
    "high.school": "High school",
    "illiterate": "No school",
    "professional.course": "Professional course",
    "university.degree": "University degree",
}
AGE_BANDS = ((25, "Under 25"), (35, "25 to 34"), (45, "35 to 44"))
AGE_BANDS += ((55, "45 to 54"), (65, "55 to 64"), (200, "65 and over"))
MARITAL = ("Single", "Married", "Divorced")
LOANS = ("Housing loan", "No housing loan", "Personal loan", "No personal loan")
TAG_GROUPS = {
    "Age": [name for _limit, name in AGE_BANDS],
    "Education": sorted(set(EDUCATION.values())),
    "Marital status": list(MARITAL),
    "Loans": list(LOANS),
}
MEDIUMS = {"cellular": "Mobile phone", "telephone": "Landline"}
NEVER = 999
WON_STAGE = "crm.stage_lead4"
OPEN_STAGES = ("crm.stage_lead1", "crm.stage_lead2", "crm.stage_lead3")

CONTACT_FIELDS = ["id", "name", "email", "phone", "street", "zip", "city"]
CONTACT_FIELDS += ["state_id/id", "country_id/id", "function", "category_id/id"]
LEAD_FIELDS = ["id", "name", "type", "partner_id/id", "team_id/id", "user_id/id"]
LEAD_FIELDS += ["stage_id/id", "expected_revenue", "date_open", "source_id/id"]
LEAD_FIELDS += ["medium_id/id"]
# An open lead has no value here: Odoo works out its probability itself.
CLOSED_FIELDS = ["probability", "date_closed", "active", "lost_reason_id/id"]


def read_rows():
    """Return the rows of the bank's file, oldest first."""
    with open(ROWS, newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def slug(name):
    """Return a name as part of an external id."""
    return "".join(c if c.isalnum() else "_" for c in name.lower())


def tags_of(row):
    """Return the names of a row's tags; what is unknown gives none."""
    age = int(row["age"])
    tags = [next(name for limit, name in AGE_BANDS if age < limit)]
    if row["education"] in EDUCATION:
        tags.append(EDUCATION[row["education"]])
    if row["marital"].capitalize() in MARITAL:
        tags.append(row["marital"].capitalize())
    for column, kind in (("housing", "housing loan"), ("loan", "personal loan")):
        if row[column] in ("yes", "no"):
            name = kind if row[column] == "yes" else f"no {kind}"
            tags.append(name.capitalize())
    return tags


def is_open(row):
    """Tell whether the row is of the newest part, whose outcome is not used."""
    return row["part"] == "newest"


def is_won(row):
    """Tell whether the row is of the older part and subscribed."""
    return not is_open(row) and row["y"] == "yes"


def deposit(row):
    """Return the plausible amount of a row's term deposit, a multiple of 100."""
    usual = DEPOSITS.get(row["job"], USUAL_DEPOSIT)
    factor = random.Random(int(row["row"])).lognormvariate(0, 0.45)
    return round(usual * factor / 100) * 100


def contact_row(row, person):
    """Return a contact as a row for Odoo's import, see CONTACT_FIELDS."""
    return [
        f"contact_{row['row']}",
        person.name,
        person.email,
        person.phone,
        person.street,
        person.postcode,
        person.city,
        f"base.state_us_{person.state}",
        "base.us",
        JOBS.get(row["job"], ""),
        ",".join(external(f"tag_{slug(name)}") for name in tags_of(row)),
    ]


def lead_row(row, person, timeline, position, sellers):
    """Return a lead as a row for Odoo's import: LEAD_FIELDS, and for a row of the
    older part also CLOSED_FIELDS.

    :param position: where the row lies on the timeline, 0 to 1
    :param sellers: external ids of the users who sell, taken in turn
    """
    number, calls = int(row["row"]), int(row["campaign"])
    # Who was called only once is a lead; whoever was called again, a deal.
    kind = "lead" if is_open(row) and calls == 1 else "opportunity"
    values = [
        f"lead_{number}",
        f"Term deposit for {person.name}",
        kind,
        external(f"contact_{number}"),
        external("sales_team"),
        "" if kind == "lead" else sellers[number % len(sellers)],
        WON_STAGE if is_won(row) else OPEN_STAGES[min(calls, 3) - 1],
        str(deposit(row)),
        text(timeline.at(position, days_before=first_call_before(row))),
        external("source_call_centre"),
        external(f"medium_{row['contact']}"),
    ]
    if not is_open(row):
        won, decided = is_won(row), text(timeline.at(position))
        reason = "" if won else external("lost_declined")
        values += ["100" if won else "0", decided, str(won), reason]
    return values


def first_call_before(row):
    """Return how many working days before the last call the campaign began."""
    return call_gaps(row)[0]


def call_gaps(row):
    """Return the working days between each call of the campaign and the last one,
    the earliest call first."""
    chance = random.Random(f"calls {row['row']}")
    gaps, before = [], 0.0
    for _call in range(int(row["campaign"])):
        gaps.append(before)
        before += chance.uniform(0.4, 3.0)
    return gaps[::-1]


def touchpoints(row, person, timeline, position):
    """Return a row's history as items for ``flywheel.touchpoint.ingest``.

    The keys are ``bank:<row>:<n>`` with n from 1 in order of time.
    """
    moments = _earlier_calls(row, timeline, position)
    moments += _campaign_calls(row, timeline, position)
    if is_won(row):
        moments += _subscription(row, timeline, position)
    items = []
    for index, (kind, moment, more) in enumerate(moments, 1):
        items.append(
            {
                "type": kind,
                "date": text(moment),
                "email": person.email,
                "external_key": f"bank:{row['row']}:{index}",
                "utm_source": "Call centre",
                "utm_medium": MEDIUMS[row["contact"]],
                **more,
            }
        )
    return items


def _earlier_calls(row, timeline, position):
    """Calls of earlier campaigns, and what came of the last of them."""
    count = int(row["previous"])
    if not count:
        return []
    days = int(row["pdays"])
    chance = random.Random(f"earlier {row['row']}")
    # The file knows the distance of the last earlier call only where it was short.
    ago = max(days, 1) if days != NEVER else chance.randint(60, 150)
    last = timeline.at(position, first_call_before(row)) - timedelta(days=ago)
    steps = [timedelta()]
    for _call in range(count - 1):
        steps.append(steps[-1] + timedelta(days=chance.randint(2, 9)))
    success = row["poutcome"] == "success"
    moments = []
    for index, step in enumerate(reversed(steps), 1):
        summary = f"Earlier campaign, call {index} of {count}"
        if index == count:
            summary += ": subscribed" if success else ": declined"
        moments.append(("call_out", last - step, {"summary": summary}))
    if success:
        order = {"summary": "Earlier term deposit", "value": deposit(row) / 2}
        moments.append(("order", last + timedelta(hours=1), order))
    return moments


def _campaign_calls(row, timeline, position):
    gaps = call_gaps(row)
    moments = []
    for index, gap in enumerate(gaps, 1):
        summary = f"Term deposit, call {index} of {len(gaps)}"
        if index < len(gaps):
            summary += ": asked to be called again"
        elif is_open(row):
            summary += ": thinks it over"
        else:
            summary += ": agreed" if is_won(row) else ": declined"
        moments.append(("call_out", timeline.at(position, gap), {"summary": summary}))
    return moments


def _subscription(row, timeline, position):
    decided = timeline.at(position)
    amount = deposit(row)
    moments = []
    if amount >= USUAL_DEPOSIT:
        meeting = {"summary": "Advice at the branch about terms and interest"}
        moments.append(("meeting", decided + timedelta(minutes=20), meeting))
    order = {"summary": "Term deposit subscribed", "value": float(amount)}
    moments.append(("order", decided + timedelta(minutes=50), order))
    return moments
