"""Three mailings that the bank sent in the past, and one that waits to be sent.

No mail leaves: what became of each is written down as Odoo would have noted it, see
:mod:`demo.responses`. Only some machines are real: they ask for links of the last
mailing today.
"""

import http.client
from datetime import timedelta
from urllib.parse import urlsplit

from . import crons
from .bank import JOBS as NAMES
from .client import LoadError, external
from .config import BANK, MAIL_DOMAIN
from .progress import Progress
from .responses import domain_of, fate_of
from .rights import join
from .timeline import text

ADDON = "inbound_flywheel_mass_mailing"
UTM = ("source", "medium", "campaign")
# Whom the mailings are for.
JOBS = ("admin.", "management", "retired")
BATCH = 1000
CAMPAIGN = "Savings letters"
LINKS = (
    ("/savings", "Compare the savings plans"),
    ("/pricing", "See the rates of today"),
    ("/contactus", "Ask for a call"),
)
# key, subject, first words, paragraph, working days ago
MAILINGS = (
    (
        "autumn",
        "What your savings earn this autumn",
        "Three plans, one table",
        "Rates have moved. Here is what a plan over two, five and ten years earns now.",
        58,
    ),
    (
        "deposit",
        "A term deposit that waits for you",
        "Your offer is kept until the end of the month",
        "Whoever fixes the rate this month keeps it for the whole term.",
        32,
    ),
    (
        "travel",
        "Before you travel: card, insurance, safe deposit box",
        "A list to go through in five minutes",
        "Raise the limit of your card, take the insurance, leave the jewels with us.",
        9,
    ),
)
DRAFT = "An hour of advice for {name}"
# Machines that look at links of the last mailing today, each at every so many mails.
# user agent, method
MACHINES = (
    ("Mozilla/5.0 (compatible; Mimecast URL Protection)", "GET"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "HEAD"),
)
EVERY = 40


def choose_recipients(rows, people):
    """Return the rows that get the mailings, in the order in which mails go out: a
    mail server sends to one domain after the other."""
    chosen = [row for row in rows if row["job"] in JOBS]

    def order(row):
        number = int(row["row"])
        return domain_of(people[number]), number

    return sorted(chosen, key=order)


# -- sending ---------------------------------------------------------------------


def load_mailings(client, rows, people, timeline):
    """Load the mailings and what became of them; what is there stays."""
    if not client.has_model("flywheel.mailing.hit"):
        return
    join(client, "user_max", "mass_mailing.group_mass_mailing_user")
    ids = _make_mailings(client, timeline)
    links = _make_links(client, ids)
    recipients = choose_recipients(rows, people)
    partners = client.known("res.partner")
    collect = crons.find(client, ADDON, "cron_collect")
    crons.let_run(client, collect, False)
    progress = Progress("Mailings sent in the past", len(MAILINGS) * len(recipients))
    for key, *_words, days in MAILINGS:
        start = timeline.at(1, days + 0.9)
        fates = {}
        for place, row in enumerate(recipients):
            person = people[int(row["row"])]
            partner = partners[f"contact_{row['row']}"]
            sent = start + timedelta(seconds=place)
            fates[partner] = (person.email, fate_of(key, person, sent))
        mailing = ids[f"mailing_{key}"]
        traces = _write_traces(client, mailing, fates)
        told = {traces[partner]: fate for partner, (_to, fate) in fates.items()}
        clicks = _write_clicks(client, mailing, links[key], told)
        _date(client, mailing, fates, traces, clicks)
        progress.add(len(recipients))
    _meddle(client, links[key], told, clicks)
    progress.close()
    crons.let_run(client, collect, True)


def _make_mailings(client, timeline):
    client.ensure("utm.campaign", ["id", "title"], [["campaign_savings", CAMPAIGN]])
    fields = ["id", "subject", "preview", "body_arch", "body_html", "state"]
    fields += ["sent_date", "campaign_id/id", "email_from", "reply_to"]
    fields += ["mailing_model_id/id", "mailing_domain"]
    sender = f"{BANK} <info@{MAIL_DOMAIN}>"
    whose = [external("campaign_savings"), sender, sender]
    chosen = repr([("function", "in", [NAMES[job] for job in JOBS])])
    rows = []
    for key, subject, preview, paragraph, days in MAILINGS:
        body = _body(subject, paragraph)
        sent = text(timeline.at(1, days + 0.5))
        row = [f"mailing_{key}", subject, preview, body, body, "done", sent, *whose]
        rows.append([*row, "base.model_res_partner", chosen])
    persona = client.known("flywheel.persona")["persona_gina"]
    subject = DRAFT.format(name="people who like certainty")
    body = _body(subject, "Bring your questions; we bring the figures.")
    domain = f"[('score_band', '=', 'hot'), ('persona_id', '=', {persona})]"
    row = ["mailing_advice", subject, "Choose a day", body, body, "draft", "", *whose]
    rows.append([*row, "base.model_res_partner", domain])
    return client.ensure("mailing.mailing", fields, rows, "Mailings")


def _body(subject, paragraph):
    links = "".join(f'<li><a href="{url}">{label}</a></li>' for url, label in LINKS)
    return f"<div><h2>{subject}</h2><p>{paragraph}</p><ul>{links}</ul></div>"


def _make_links(client, ids):
    """Return {key of the mailing: ids of its tracked links, in order}."""
    names = ("source_id", "medium_id", "campaign_id")
    keys = [key for key, *_words in MAILINGS]
    wanted = [ids[f"mailing_{key}"] for key in keys]
    found = client.search_read("mailing.mailing", [("id", "in", wanted)], names)
    utm = {row["id"]: [str(row[name][0]) for name in names] for row in found}
    fields = ["id", "url", "label", "title", "mass_mailing_id/.id"]
    fields += [f"{name}/.id" for name in names]
    rows = [
        [f"link_{key}_{n}", url, label, label, str(mailing), *utm[mailing]]
        for key, mailing in zip(keys, wanted, strict=True)
        for n, (url, label) in enumerate(LINKS)
    ]
    known = client.ensure("link.tracker", fields, rows)
    return {key: [known[f"link_{key}_{n}"] for n in range(len(LINKS))] for key in keys}


def _write_traces(client, mailing, fates):
    """Return {contact id: trace id} of a mailing; write those that are missing."""
    domain = [("mass_mailing_id", "=", mailing)]
    found = client.search_read("mailing.trace", domain, ["res_id"])
    traces = {row["res_id"]: row["id"] for row in found}
    missing = [partner for partner in fates if partner not in traces]
    for start in range(0, len(missing), BATCH):
        batch = missing[start : start + BATCH]
        values = [_trace(mailing, partner, *fates[partner]) for partner in batch]
        ids = client.call("mailing.trace", "create", vals_list=values)
        traces.update(zip(batch, ids, strict=True))
    return traces


def _trace(mailing, partner, email, fate):
    values = {
        "mass_mailing_id": mailing,
        "model": "res.partner",
        "res_id": partner,
        "email": email,
        "trace_status": fate.status,
        "sent_datetime": text(fate.sent),
    }
    clicked = max((click[1] for click in fate.clicks), default=None)
    moments = {"open_datetime": fate.opened, "reply_datetime": fate.replied}
    moments["links_click_datetime"] = clicked
    values.update({name: text(when) for name, when in moments.items() if when})
    if fate.status == "bounce":
        values["failure_type"] = "mail_bounce"
    return values


def _write_clicks(client, mailing, links, told):
    """Return {(trace id, number of the link): click id}; write those that are missing.

    Odoo dates a click itself: so that it does not count as one of today, it is tied to
    its mail only afterwards.

    :param told: {trace id: Fate}
    """
    model, domain = "link.tracker.click", [("link_id", "in", links)]
    found = client.search_read(model, domain, ["mailing_trace_id", "link_id"])
    loose = [row["id"] for row in found if not row["mailing_trace_id"]]
    if loose:
        client.call(model, "unlink", ids=loose)
    clicks = {
        (row["mailing_trace_id"][0], links.index(row["link_id"][0])): row["id"]
        for row in found
        if row["mailing_trace_id"]
    }
    wanted = [
        (trace, click[0]) for trace, fate in told.items() for click in fate.clicks
    ]
    missing = [place for place in wanted if place not in clicks]
    for start in range(0, len(missing), BATCH):
        batch = missing[start : start + BATCH]
        values = [
            {"link_id": links[link], "mass_mailing_id": mailing} for _t, link in batch
        ]
        ids = client.call(model, "create", vals_list=values)
        clicks.update(zip(batch, ids, strict=True))
        ties = [
            [str(key), str(trace)] for key, (trace, _l) in zip(ids, batch, strict=True)
        ]
        client.load(model, [".id", "mailing_trace_id/.id"], ties)
    return clicks


def _date(client, mailing, fates, traces, clicks):
    """Tell the ledger of clicks, bounces and opt-outs at the time when they came.

    Odoo dates them itself. The keys are those by which the ledger would know them, so
    that they count once.

    :raises LoadError: the server refused an item
    """
    names = ["subject", "source_id", "medium_id", "campaign_id"]
    found = client.search_read("mailing.mailing", [("id", "=", mailing)], names)[0]
    common = {f"utm_{name}": found[f"{name}_id"][1] for name in UTM}
    common.update(res_model="mailing.mailing", res_id=mailing)
    items = []
    for partner, (_email, fate) in fates.items():
        trace = traces[partner]
        events = [
            (
                "email_click",
                moment,
                f"click:{clicks[trace, link]}",
                f"{LINKS[link][1]} · {LINKS[link][0]} · {found['subject']}",
            )
            for link, moment in fate.clicks
        ]
        if fate.status == "bounce":
            moment = fate.sent + timedelta(minutes=3)
            events.append(("email_bounce", moment, "bounce", found["subject"]))
        if fate.left:
            events.append(("unsubscribe", fate.left, "leave", found["subject"]))
        for kind, moment, key, summary in events:
            item = {"type": kind, "date": text(moment), "partner_id": partner}
            item.update(common, summary=summary)
            items.append({**item, "external_key": f"mailing.trace:{trace}:{key}"})
    answer = client.call("flywheel.touchpoint", "ingest", items=items)
    if answer["errors"]:
        raise LoadError(f"mailing {mailing}: {answer['errors'][0]['error']}")


def _meddle(client, links, told, clicks):
    """Let machines ask for a link of mails that nobody has opened, once each."""
    codes = client.search_read(
        "link.tracker.code", [("link_id", "=", links[0])], ["code"], limit=1
    )
    address = urlsplit(client.url)
    kind = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
    quiet = [trace for trace, fate in told.items() if fate.status == "sent"]
    for place, trace in enumerate(sorted(quiet)[::EVERY]):
        if (trace, 0) in clicks:
            continue
        agent, method = MACHINES[place % len(MACHINES)]
        headers = {"User-Agent": agent, "X-Odoo-Database": client.database}
        connection = kind[address.scheme](address.netloc, timeout=client.timeout)
        path = f"{address.path}/r/{codes[0]['code']}/m/{trace}"
        connection.request(method, path, headers=headers)
        connection.getresponse().read()
        connection.close()
