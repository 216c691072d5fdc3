"""What the addons beside Odoo's other apps take in: mailings, visits, orders, answers
to surveys, chats. Each is loaded where its addon is."""

from . import chats, crons, mailings, orders, outside, surveys, visits

# Scheduled actions that digest what was written, in this order. addon, names
DIGEST = (
    (
        "inbound_flywheel_mass_mailing",
        ("cron_collect", "cron_link_contacts"),
    ),
    ("inbound_flywheel_website", ("cron_pull_visits",)),
    ("inbound_flywheel_sale", ("cron_book_orders", "cron_measure_orders")),
    ("inbound_flywheel_survey", ("cron_learn",)),
    ("inbound_flywheel_livechat", ("cron_chat",)),
    (
        "inbound_flywheel",
        ("cron_apply_touchpoints", "cron_evaluate", "cron_refresh_statistics"),
    ),
)
# Runs after which what is still pending is left to the scheduled actions.
MOST = 10


def load_sources(client, rows, people, timeline):
    """Load what the installed addons can take, and let it be digested."""
    orders.load_orders(client, rows, timeline)
    mailings.load_mailings(client, rows, people, timeline)
    visits.load_visits(client, rows, people, timeline)
    surveys.load_survey(client, rows, people, timeline)
    chats.load_chats(client, rows, people)
    if not client.known("flywheel.follow.up"):
        digest(client)
    visits.mark_pages(client)
    outside.set_up(client)


def digest(client):
    """Run the scheduled actions until nothing waits to be taken in."""
    for addon, names in DIGEST:
        crons.run(client, crons.find(client, addon, *names))
    apply = crons.find(client, "inbound_flywheel", "cron_apply_touchpoints")
    waiting = [("pending", "=", True)]
    for _run in range(MOST):
        if not client.call("flywheel.touchpoint", "search_count", domain=waiting):
            break
        crons.run(client, apply)
