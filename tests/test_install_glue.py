"""Addons beside an app come with the app and go without taking the history along.

One database is made with all apps; each addon is taken out of it and put back.
"""

import re

import pytest

from bootstrap import addons, install
from bootstrap.console import Console
from bootstrap.settings import TEMPLATE_DATABASE

from .test_install import Scratch

CORE = "inbound_flywheel"
NAME = "flywheel_test_glue"

# Addon beside an app: what is done with the app before the addon is taken out. What
# is here works with Odoo alone: the addon notes of it what it will.
SAMPLES = {
    "inbound_flywheel_livechat": """
bot = env.user.partner_id
channel = env["discuss.channel"].create({
    "name": "Chat", "channel_type": "livechat", "livechat_operator_id": bot.id,
    "livechat_channel_id": env["im_livechat.channel"].create({"name": "Help"}).id,
    "channel_member_ids": [
        (0, 0, {"partner_id": bot.id, "livechat_member_type": "agent"}),
        (0, 0, {"partner_id": partner.id, "livechat_member_type": "visitor"}),
    ],
})
channel.message_post(
    body="Hello", author_id=partner.id, message_type="comment",
    subtype_xmlid="mail.mt_comment",
)
channel._close_livechat_session()
""",
    "inbound_flywheel_mass_mailing": """
mailing = env["mailing.mailing"].create({
    "subject": "Spring", "mailing_model_id": env["ir.model"]._get_id("res.partner"),
    "mailing_domain": [("id", "=", partner.id)],
})
trace = env["mailing.trace"].create({
    "mass_mailing_id": mailing.id, "model": "res.partner", "res_id": partner.id,
    "email": partner.email, "trace_status": "sent",
})
trace.set_opened()
""",
    "inbound_flywheel_sale": """
product = env["product.product"].create({"name": "Card", "list_price": 10.0})
order = env["sale.order"].create({
    "partner_id": partner.id, "order_line": [(0, 0, {"product_id": product.id})],
})
order.action_confirm()
""",
    "inbound_flywheel_survey": """
survey = env["survey.survey"].create({"title": "How was it?"})
answer = survey._create_answer(partner=partner)
answer._mark_done()
""",
    "inbound_flywheel_website": """
visitor = env["website.visitor"].create({"access_token": str(partner.id)})
env["website.track"].create({"visitor_id": visitor.id, "url": "/prices"})
""",
}
# A ledger as the addons write it, and a score that rests on it.
FILL = f"""
partner = env["res.partner"].create({{"name": "Wang", "email": "wang@example.com"}})
partner._flywheel_ensure_profiles()
person = partner.flywheel_profile_id
sources = [
    ("email_open", "mailing.trace"), ("page", "website.visitor"), ("chat",
    "discuss.channel"), ("order", "sale.order"), ("survey", "survey.user_input"),
    ("form", "crm.lead"),
]
env["flywheel.touchpoint"]._record([
    {{
        "type": code, "profile_id": person.id, "summary": f"{{code}} {{number}}",
        "external_key": f"{{model}}:{{number}}:test", "res_model": model,
        "res_id": 1_000_000 + number,
    }}
    for code, model in sources for number in range(5)
])
env.cr.commit()
env.ref("{CORE}.cron_adopt_leads").method_direct_trigger()
env.cr.commit()
"""
# All crons of addons, and what is pending.
SETTLE = f"""
ids = env["ir.model.data"].search(
    [("module", "in", {{addons}}), ("model", "=", "ir.cron")]
).mapped("res_id")
for cron in env["ir.cron"].browse(ids) | env.ref("{CORE}.cron_apply_touchpoints"):
    cron.method_direct_trigger()
    env.cr.commit()
"""
# Look at every line in every way.
READ = """
from odoo.exceptions import UserError
lines = env["flywheel.touchpoint"].search([])
assert all(line.type_id.name and line.summary for line in lines if line.res_model)
lines.export_data(["summary", "type_id", "profile_id", "res_model", "res_id"])
for line in lines:
    try:
        line.action_open_source()
    except UserError:
        pass
for person in lines.profile_id:
    person.get_timeline()
    person.explain()
    person.get_candidates()
"""
UNINSTALL = """
env["ir.module.module"].search([("name", "=", "{addon}")]).button_immediate_uninstall()
env.cr.commit()
"""
INSTALL = """
env["ir.module.module"].search([("name", "in", {addons})]).button_immediate_install()
env.cr.commit()
"""
LEDGER = (
    "SELECT 'lines', count(*), md5(string_agg(concat_ws('|', id, type_id, profile_id,"
    " date, content, value, external_key, state, pending), '/' ORDER BY id))"
    " FROM flywheel_touchpoint",
    "SELECT 'links', count(*), md5(string_agg(concat_ws('|', id, res_model, res_id),"
    " '/' ORDER BY id)) FROM flywheel_touchpoint WHERE {kept}",
    "SELECT 'people', count(*), md5(string_agg(concat_ws('|', id, momentum,"
    " journey_stage_id, lifecycle_stage_id, last_date), '/' ORDER BY id))"
    " FROM flywheel_profile",
    "SELECT 'types', count(*), md5(string_agg(concat_ws('|', id, code), '/'"
    " ORDER BY id)) FROM flywheel_touchpoint_type",
    "SELECT 'rules', count(*), md5(string_agg(concat_ws('|', id, key, points), '/'"
    " ORDER BY id)) FROM flywheel_score_rule",
)
# What an addon has put into the database, alone or with those that go along: what
# others share stays.
OWN = """
SELECT d.model || ' ' || CASE d.model
       WHEN 'ir.model.fields' THEN
            (SELECT model || '.' || name FROM ir_model_fields WHERE id = d.res_id)
       WHEN 'ir.model' THEN (SELECT model FROM ir_model WHERE id = d.res_id)
       ELSE d.name END
  FROM ir_model_data d
 WHERE d.module = '{addon}'
   AND NOT EXISTS (SELECT FROM ir_model_data o WHERE o.model = d.model
                      AND o.res_id = d.res_id AND o.module NOT IN ({going}))
   AND d.model IN ('ir.model.fields', 'ir.model', 'ir.ui.view', 'ir.ui.menu',
                   'ir.cron', 'ir.actions.act_window', 'ir.model.access', 'ir.rule',
                   'res.groups')
"""
STATES = "SELECT name, state FROM ir_module_module WHERE name LIKE 'inbound_flywheel_%'"


def glue():
    """Return {addon: addons that it stands beside}."""
    found = {}
    root = Scratch().settings.root
    for name, manifest in addons.manifests(root).items():
        if manifest.get("auto_install"):
            others = set(manifest["depends"]) - {CORE}
            found[name] = others
    return found


def states(scratch):
    """Return {addon: state} of our addons."""
    return dict(row.split("|") for row in scratch.rows(STATES))


def ledger(scratch, gone=()):
    """Return the sums of the history, one line a table.

    :param gone: models that go: lines lose their link to these
    """
    names = ", ".join(f"'{name}'" for name in ("", *sorted(gone)))
    kept = f"res_model NOT IN ({names})"
    return [scratch.rows(statement.format(kept=kept))[0] for statement in LEDGER]


@pytest.fixture(scope="module")
def full():
    """Return a database with all apps, into which our addons came later, and things
    done in it."""
    made = Scratch(NAME)
    install.ensure_template(made.settings, Console())
    made.databases.drop(NAME)
    made.databases.copy(TEMPLATE_DATABASE, NAME)
    try:
        assert made.install(",".join(chosen())) == []
        samples = "".join(SAMPLES[name] for name in sorted(SAMPLES))
        settle = SETTLE.format(addons=sorted(glue()))
        assert made.shell(f"{FILL}{samples}env.cr.commit()\n{settle}") == []
        yield made
    finally:
        made.databases.drop(NAME)


def chosen():
    """Return the addons of ours that nothing brings along."""
    ours = addons.manifests(Scratch().settings.root)
    return sorted(ours.keys() - glue().keys())


def test_each_comes_with_its_app(full):
    found = states(full)
    missing = {name for name in glue() if found.get(name) != "installed"}
    assert not missing


def test_what_is_done_is_noted(full):
    sources = set(full.rows("SELECT DISTINCT res_model FROM flywheel_touchpoint"))
    noted = {"flywheel.chat", "flywheel.page", "mailing.mailing", "sale.order"}
    assert noted | {"survey.user_input"} <= sources


@pytest.mark.parametrize("addon", sorted(glue()))
def test_goes_without_the_history_and_comes_back(full, addon):
    along = {addon} | {name for name, beside in glue().items() if addon in beside}
    going = ", ".join(f"'{name}'" for name in along)
    own = full.rows(OWN.format(addon=addon, going=going))
    models = {row.split()[1] for row in own if row.startswith("ir.model ")}
    before = ledger(full, models)
    kept = {name for name, state in states(full).items() if state == "installed"}
    assert full.shell(UNINSTALL.format(addon=addon)) == []
    assert ledger(full, models) == before
    check_gone(full, addon, own)
    # What stands beside this addon may go along, nothing else.
    gone = {name for name in kept if states(full)[name] != "installed"}
    assert gone <= along

    # Another process, which knows nothing of the addon until it comes back.
    back = INSTALL.format(addons=sorted(gone))
    settle = SETTLE.format(addons=sorted(gone))
    assert full.shell(f"{READ}\nenv.cr.commit()\n{back}{settle}") == []
    found = states(full)
    assert {name for name, state in found.items() if state == "installed"} == kept
    assert ledger(full, models) == before


def check_gone(scratch, addon, own):
    """Nothing is left that the addon alone had put into the database."""
    rows = f"SELECT model, name FROM ir_model_data WHERE module = '{addon}'"
    assert scratch.rows(rows) == []
    fields = {row.split()[1] for row in own if row.startswith("ir.model.fields ")}
    models = {row.split()[1] for row in own if row.startswith("ir.model ")}
    left = set(scratch.rows("SELECT model || '.' || name FROM ir_model_fields"))
    assert not fields & left
    assert not models & set(scratch.rows("SELECT model FROM ir_model"))
    # A number of a record that is gone would be another one's later.
    links = "SELECT DISTINCT res_model FROM flywheel_touchpoint"
    assert not models & set(scratch.rows(links))
    tables = {re.sub(r"\W", "_", model) for model in models}
    query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    assert not tables & set(scratch.rows(query))
