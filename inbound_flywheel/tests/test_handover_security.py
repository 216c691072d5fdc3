# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import Form

from .common_handover import HandoverCase

CONFIGURATION = (
    "flywheel.handover.definition",
    "flywheel.handover.box",
    "flywheel.handover.box.rule",
    "flywheel.return.reason",
)


class TestHandoverSecurity(HandoverCase):
    def seen(self, user):
        return self.env["flywheel.handover"].with_user(user).search([])

    def test_who_sees_what(self):
        east = self.assign("e@example.com")
        west = self.assign("w@example.com", city="West")
        waiting = self.qualify("n@example.com", city="Nowhere")
        for user in (self.anna, self.ben):
            self.assertEqual(self.seen(user) & (east + west + waiting), east)
        self.assertEqual(self.seen(self.cora) & (east + west + waiting), west)
        for user in (self.lena, self.sue, self.sam, self.mara, self.max):
            self.assertLessEqual(east + west + waiting, self.seen(user))
        for user in (self.rita, self.sid, self.ian, self.pia):
            with self.assertRaises(AccessError):
                self.seen(user)

    def test_other_company(self):
        handover = self.assign()
        handover.company_id = self.company
        self.assertNotIn(handover, self.seen(self.bea))
        self.assertIn(handover, self.seen(self.sam))
        own = self.definition.copy({"company_id": self.company.id})
        Definition = self.env["flywheel.handover.definition"]
        self.assertNotIn(own, Definition.with_user(self.bea).search([]))

    def test_nobody_writes_a_handover(self):
        handover = self.assign()
        for user in (self.anna, self.sam, self.sue, self.mara, self.max):
            mine = handover.with_user(user)
            with self.assertRaises(AccessError):
                mine.write({"state": "accepted"})
            with self.assertRaises(AccessError):
                mine.unlink()
            with self.assertRaises(AccessError):
                mine.create({"profile_id": handover.profile_id.id})

    def test_marketing_cannot_answer(self):
        handover = self.assign()
        with self.assertRaises(AccessError):
            handover.with_user(self.mara).action_accept()
        wizard = self.env["flywheel.handover.return"]
        with self.assertRaises(AccessError):
            wizard.with_user(self.mara).create({"reason_id": self.reason.id})
        # The dialogue checks again what it is told.
        other = (self.anna + self.ben) - handover.user_id
        forged = wizard.with_user(other).create(
            {"reason_id": self.reason.id, "handover_ids": [(6, 0, handover.ids)]}
        )
        with self.assertRaises(AccessError):
            forged.action_return()
        self.assertEqual(handover.state, "assigned")

    def test_who_configures(self):
        for model in CONFIGURATION:
            record = self.env[model].search([], limit=1)
            self.assertTrue(record)
            for user in (self.anna, self.sue, self.mara, self.rita):
                record.with_user(user).read(["display_name"])
                with self.assertRaises(AccessError):
                    record.with_user(user).write({"name": "Mine"})
            record.with_user(self.max).write({"name": "Better"})
            for user in (self.ian, self.pia):
                with self.assertRaises(AccessError):
                    record.with_user(user).read(["name"])

    def test_used_reason_stays(self):
        handover = self.assign()
        self.give_back(handover)
        with self.assertRaises(IntegrityError), self.quiet():
            self.reason.with_user(self.max).unlink()

    def test_no_flywheel_no_fields(self):
        handover = self.assign()
        fields = self.env["crm.lead"].with_user(self.ian).fields_get()
        for name in ("flywheel_handover_id", "mql_definition", "handover_box_text"):
            self.assertNotIn(name, fields)
        partner = self.env["res.partner"].with_user(self.ian)
        self.assertNotIn("mql_definition", partner.fields_get())
        self.assertTrue(handover)

    def test_forms(self):
        handover = self.assign()
        for user in (handover.user_id, self.lena, self.sam, self.mara, self.max):
            Form(handover.with_user(user))
        for user in (handover.user_id, self.sam):
            Form(handover.lead_id.with_user(user))
        for model in CONFIGURATION[:2]:
            Form(self.env[model].with_user(self.max))
            Form(self.env[model].search([], limit=1).with_user(self.max))
