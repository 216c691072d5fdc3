"""The addon comes and goes: beside crm alone, into leads that were there first."""

import subprocess

import pytest

from bootstrap import install, odoo_conf
from bootstrap.database import Databases

from . import served

NAME = "flywheel_test_install"
ADDON = "inbound_flywheel"
LEADS = 30
TRACES = {
    "tables": "SELECT table_name FROM information_schema.tables"
    " WHERE table_name LIKE '%flywheel%'",
    "columns": "SELECT table_name || '.' || column_name"
    " FROM information_schema.columns WHERE column_name LIKE '%flywheel%'",
    "constraints": "SELECT conname FROM pg_constraint WHERE conname LIKE '%flywheel%'",
    "indexes": "SELECT indexname FROM pg_indexes WHERE indexname LIKE '%flywheel%'",
    "sequences": "SELECT sequencename FROM pg_sequences"
    " WHERE sequencename LIKE '%flywheel%'",
    "external ids": f"SELECT name FROM ir_model_data WHERE module = '{ADDON}'",
    # Addons that extend the chatter note who inherits it, and Odoo leaves the notes.
    "external ids of theirs": "SELECT module || '.' || name FROM ir_model_data"
    " WHERE name LIKE '%flywheel%' AND name NOT LIKE 'model_inherit__%'"
    " AND module <> 'base'",
    "models": "SELECT model FROM ir_model WHERE model LIKE 'flywheel.%'",
    "fields": "SELECT model || '.' || name FROM ir_model_fields"
    " WHERE name LIKE 'flywheel%' OR relation LIKE 'flywheel.%'",
    "views": "SELECT name FROM ir_ui_view"
    " WHERE arch_db::text LIKE '%flywheel%' OR arch_fs LIKE '%flywheel%'",
    "menus": "SELECT name FROM ir_ui_menu WHERE name::text LIKE '%lywheel%'",
    "actions": "SELECT name FROM ir_act_window WHERE res_model LIKE 'flywheel.%'",
    "scheduled actions": "SELECT cron_name FROM ir_cron"
    " WHERE cron_name LIKE '%lywheel%'",
    "groups": "SELECT name FROM res_groups WHERE name::text LIKE '%lywheel%'",
    "rights": "SELECT name FROM ir_model_access WHERE name LIKE '%flywheel%'",
    "rules": "SELECT name FROM ir_rule WHERE domain_force LIKE '%flywheel%'",
    "parameters": "SELECT key FROM ir_config_parameter WHERE key LIKE '%flywheel%'",
    "attachments": "SELECT name FROM ir_attachment WHERE res_model LIKE 'flywheel.%'",
    "messages": "SELECT id FROM mail_message WHERE model LIKE 'flywheel.%'",
    "privileges": "SELECT name FROM res_groups_privilege"
    " WHERE name::text LIKE '%lywheel%'",
}

MAKE_LEADS = f"""
stages = env["crm.stage"].search([])
env["crm.lead"].create([
    {{
        "name": f"Old lead {{number}}",
        "type": "lead" if number % 3 else "opportunity",
        "email_from": f"old{{number % 20}}@example.com" if number % 5 else False,
        "contact_name": f"Person {{number % 20}}",
        "active": number % 7 > 0,
    }}
    for number in range({LEADS})
])
env["crm.lead"].search([("type", "=", "opportunity")], limit=2).action_set_won()
env.cr.commit()
"""
ADOPT = f"""
env.ref("{ADDON}.cron_adopt_leads").method_direct_trigger()
env.cr.commit()
"""
# One record of most kinds, each held on to by others.
USE = f"""
persona = env["flywheel.persona"].create({{"name": "Saver"}})
question = env.ref("{ADDON}.question_search")
env["flywheel.persona.answer"].create({{
    "persona_id": persona.id,
    "question_id": question.id,
    "answer": "At the counter",
    "source": "guess",
}})
person = env["flywheel.profile"].search([], limit=1)
person.persona_id = persona
assert not person.learn([{{"question": "need", "answer": "Sleep well"}}])["errors"]
play = env["flywheel.play"].create({{"name": "Hello", "kind": "talk"}})
person.use_play(play.id, "copy")
interview = env["flywheel.interview"].create({{
    "persona_id": persona.id, "profile_id": person.id, "person_name": "Wang",
}})
interview.action_add_questions()
env["flywheel.consent"].create({{
    "profile_id": person.id, "purpose": "recording", "kind": "given",
    "method": "spoken", "evidence": "On the phone",
}})
answer = env["flywheel.approved.answer"].create({{
    "name": "Is it safe?", "variant_ids": [(0, 0, {{"body": "<p>It is.</p>"}})],
}})
publish = {{"answer_id": answer.id, "reason": "Agreed"}}
env["flywheel.answer.publish"].create(publish).action_publish()
env["flywheel.persona.trigger"].create({{"kind": "size", "description": "We grew"}})
env.cr.commit()
"""
UNINSTALL = f"""
env["ir.module.module"].search([("name", "=", "{ADDON}")]).button_immediate_uninstall()
env.cr.commit()
"""


class Scratch:
    """A database of our own.

    :param name: its name
    """

    def __init__(self, name=NAME):
        self.name = name
        self.settings = served.chosen_settings()
        self.settings.prepare_folders()
        self.databases = Databases(self.settings)

    def rows(self, statement):
        """Return the rows of an SQL statement, one text each."""
        return self.databases.ask(statement, self.name).splitlines()

    def install(self, names, upgrade="-i"):
        """Install or update addons; return what may be ours of its log's complaints."""
        log = self.settings.logs / "test-install.log"
        install.run_odoo(self.settings, log, "-d", self.name, upgrade, names)
        return install.complaints(log.read_text())

    def shell(self, script):
        """Run Python in Odoo's shell; return the complaints of its log.

        :raises subprocess.CalledProcessError: when the script fails
        """
        log = self.settings.logs / "test-install-shell.log"
        log.unlink(missing_ok=True)
        words = odoo_conf.command(self.settings)
        words = [*words[:3], "shell", *words[3:], "-d", self.name, "--logfile", log]
        done = subprocess.run(
            [str(word) for word in [*words, "--no-http"]],
            cwd=self.settings.root,
            # An exception in a piped script does not end the shell with an error.
            input=f"{script}\nprint('the' + ' end')\n",
            text=True,
            capture_output=True,
        )
        assert "the end" in done.stdout, done.stdout + done.stderr
        return install.complaints(log.read_text())


@pytest.fixture(scope="module")
def scratch():
    """Return a database with crm alone and leads in it."""
    made = Scratch()
    made.databases.drop(NAME)
    made.databases.copy("template0", NAME)
    try:
        made.install("crm")
        made.shell(MAKE_LEADS)
        yield made
    finally:
        made.databases.drop(NAME)


def traces(scratch):
    """Return {kind: names} of everything in the database that is ours."""
    found = {kind: scratch.rows(query) for kind, query in TRACES.items()}
    return {kind: names for kind, names in found.items() if names}


def test_install_use_uninstall_install(scratch):
    assert not traces(scratch)
    columns = "SELECT table_name, column_name FROM information_schema.columns"
    before = set(scratch.rows(columns))

    assert scratch.install(ADDON) == []
    helpdesk = "SELECT state FROM ir_module_module WHERE name = 'helpdesk_mgmt'"
    assert scratch.rows(helpdesk) != ["installed"]
    check_absence(scratch)
    check_adoption(scratch)
    assert scratch.install(ADDON, "-u") == []

    assert scratch.shell(USE) == []
    assert scratch.shell(UNINSTALL) == []
    assert traces(scratch) == {}
    assert set(scratch.rows(columns)) == before
    leads = "SELECT count(*) FROM crm_lead WHERE name LIKE 'Old lead%'"
    assert scratch.rows(leads) == [str(LEADS)]

    assert scratch.install(ADDON) == []
    check_adoption(scratch)


def check_absence(scratch):
    """Nothing is there of our addons that stand beside apps which are not."""
    states = "SELECT DISTINCT state FROM ir_module_module WHERE name LIKE '%s'"
    assert scratch.rows(states % f"{ADDON}\\_%") == ["uninstalled"]
    names = "SELECT name FROM ir_model_data WHERE module LIKE '%s'"
    assert scratch.rows(names % f"{ADDON}\\_%") == []


def check_adoption(scratch):
    """Leads that were there first have people and a history after the cron."""
    assert scratch.shell(ADOPT) == []
    orphans = "SELECT count(*) FROM crm_lead WHERE flywheel_profile_id IS NULL"
    assert scratch.rows(orphans) == ["0"]
    # The same address, the same person; without one, each lead a person of its own.
    people = "SELECT count(DISTINCT flywheel_profile_id) FROM crm_lead"
    assert scratch.rows(people) == [str(16 + LEADS // 5)]
    for code, count in (("lead_created", LEADS), ("lead_won", 2)):
        lines = (
            "SELECT count(*) FROM flywheel_touchpoint t JOIN flywheel_touchpoint_type k"
            f" ON k.id = t.type_id WHERE k.code = '{code}'"
        )
        assert scratch.rows(lines) == [str(count)], code
    pending = "SELECT count(*) FROM flywheel_touchpoint WHERE pending"
    assert scratch.rows(pending) == ["0"]
