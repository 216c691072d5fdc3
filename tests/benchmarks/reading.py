"""Opening and listing leads as the web client does, with and without the flywheel."""

from lxml import etree

from odoo.tests import Form

from .harness import Row, measure

PAGE = 80
COUNT_LIMIT = 10_001
# A page takes milliseconds: many repetitions cost little.
REPETITIONS = 15


def list_specification(env):
    """Return what the web client asks for when it shows the list of leads."""
    Lead = env["crm.lead"]
    arch = etree.fromstring(Lead.get_view(view_type="list")["arch"])
    specification = {}
    for node in arch.iterfind("field"):
        field = Lead._fields[node.get("name")]
        shown = {"display_name": {}}
        if field.type == "many2many":
            shown["color"] = {}
        specification[field.name] = {"fields": shown} if field.relational else {}
    return specification


def form_specification(env):
    """Return what the web client asks for when it opens a lead."""
    lead = env["crm.lead"].search([], limit=1)
    return Form(lead)._view["fields_spec"]


def listing(specification, domain=(), order=None):
    """Return a function that lists the first page of leads in a world."""

    def call(world):
        world.env["crm.lead"].web_search_read(
            list(domain),
            specification[world.name],
            limit=PAGE,
            order=order,
            count_limit=COUNT_LIMIT,
        )

    return call


def grouping(field):
    """Return a function that groups the leads of a world."""

    def call(world):
        world.env["crm.lead"].web_read_group(
            [], [field], ["__count", "expected_revenue:sum"]
        )

    return call


def run(core, ours, size):
    """Return the rows of this benchmark."""
    lists = {world.name: list_specification(world.env) for world in (core, ours)}
    forms = {world.name: form_specification(world.env) for world in (core, ours)}
    ids = {
        w.name: w.env["crm.lead"].search([], limit=40).ids[::2] for w in (core, ours)
    }

    def opening(world):
        for lead_id in ids[world.name]:
            # Each one is a request of its own.
            world.env["crm.lead"].browse(lead_id).web_read(forms[world.name])

    score, revenue = thresholds(ours, size)
    richest = listing(lists, order="expected_revenue desc, id desc")
    above = listing(lists, [("expected_revenue", ">=", revenue)])
    cases = (
        ("open 20 leads", opening, opening, "core's form", 1.2),
        ("list 80 leads", listing(lists), listing(lists), "core's list", 1.2),
        (
            "list 80 by score",
            richest,
            listing(lists, order="engagement_score desc, id desc"),
            "by expected revenue",
            None,
        ),
        (
            "list 80 with score >= x",
            above,
            listing(lists, [("engagement_score", ">=", score)]),
            "revenue >= y, as many",
            None,
        ),
        (
            "group by journey stage",
            grouping("stage_id"),
            grouping("journey_stage_id"),
            "by core's stage",
            None,
        ),
        (
            "group by temperature",
            grouping("stage_id"),
            grouping("score_band"),
            "by core's stage",
            None,
        ),
    )
    rows = []
    for name, before, after, against, aim in cases:
        base, own = measure(
            lambda before=before: before(core),
            lambda after=after: after(ours),
            repetitions=REPETITIONS,
        )
        rows.append(Row(name, size, own, base, against, aim=aim))
    return rows


def thresholds(ours, size):
    """Return a score and a revenue that a hundredth of the leads reach."""
    env = ours.env
    place = size // 100
    last = env["flywheel.profile"].search(
        [], order="engagement_score desc", offset=place, limit=1
    )
    poorest = env["crm.lead"].search(
        [], order="expected_revenue desc", offset=place, limit=1
    )
    return last.engagement_score, poorest.expected_revenue
