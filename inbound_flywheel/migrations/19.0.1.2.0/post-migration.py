# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from lxml import etree

from odoo import SUPERUSER_ID, api
from odoo.tools.misc import file_open

STAGES = "inbound_flywheel/data/flywheel_stage_data.xml"


def migrate(cr, version):
    """Give the stages and rules that are there what is new about them, and look once
    for silence. What users have changed stays."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    with file_open(STAGES, "rb") as source:
        records = etree.parse(source).iterfind("record")
    for record in records:
        stage = env.ref(f"inbound_flywheel.{record.get('id')}", False)
        if not stage:
            continue
        for name in ("phase", "entry_check", "next_step"):
            node = record.find(f"field[@name='{name}']")
            if node is not None and not stage[name]:
                stage[name] = node.text
    # The texts came after the translations of the module were read.
    module = env["ir.module.module"].search([("name", "=", "inbound_flywheel")])
    module._update_translations()
    bought = env.ref("inbound_flywheel.stage_rule_customer", False)
    if bought:
        bought.firm = True
    env["flywheel.profile"]._look_for_silence()
