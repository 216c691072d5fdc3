# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.exceptions import AccessError

from .common import FlywheelCase


class TestActivityDone(FlywheelCase):
    """Activities that are done are touchpoints, by what their type says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create(
            {"name": "Wang", "email": "wang@example.com"}
        )
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Offer", "partner_id": cls.partner.id, "user_id": cls.sam.id}
        )
        cls.custom = cls.env["mail.activity.type"].create({"name": "Send a brochure"})

    def plan(self, kind="call", record=None, **values):
        xmlid = f"mail.mail_activity_data_{kind}" if isinstance(kind, str) else None
        if not xmlid:
            values["activity_type_id"] = kind.id
        return (record or self.lead).activity_schedule(
            xmlid or "", user_id=self.sam.id, **values
        )

    def done(self, person=None):
        person = person or self.lead.flywheel_profile_id
        found = self.lines(person, "call_out", "meeting", "activity", "mail_out")
        return found.sorted("id")

    def test_defaults_of_the_types(self):
        ref = self.env.ref
        expected = {
            "email": "mail_out",
            "call": "call_out",
            "meeting": "meeting",
            "todo": False,
            "upload_document": False,
            "warning": False,
        }
        for name, code in expected.items():
            kind = ref(f"mail.mail_activity_data_{name}", raise_if_not_found=False)
            if kind:
                self.assertEqual(kind.flywheel_touchpoint_type_id.code, code, name)
        self.assertEqual(self.custom.flywheel_touchpoint_type_id.code, "activity")
        # What an app brings along is our own work.
        verify = ref("inbound_flywheel.mail_activity_type_verify")
        verify._compute_flywheel_touchpoint_type_id()
        self.assertFalse(verify.flywheel_touchpoint_type_id)
        made = self.env["mail.activity.type"].with_context(install_mode=True)
        self.assertFalse(made.create({"name": "App"}).flywheel_touchpoint_type_id)

    def test_done_with_feedback(self):
        activity = self.plan(summary="Ask for the size")
        activity.with_user(self.sam).action_feedback(feedback="Wants\n the  blue one")
        self.assertRecordValues(
            self.done(),
            [
                {
                    "direction": "out",
                    "summary": "Ask for the size: Wants the blue one",
                    "user_id": self.sam.id,
                    "date": fields.Datetime.now(),
                    "res_model": "crm.lead",
                    "res_id": self.lead.id,
                }
            ],
        )

    def test_several_at_once_on_several_models(self):
        activities = self.plan() | self.plan("meeting") | self.plan(self.custom)
        activities |= self.plan(record=self.partner)
        activities.with_user(self.sam).action_done()
        self.assertEqual(
            sorted(line.type_id.code for line in self.done()),
            ["activity", "call_out", "call_out", "meeting"],
        )
        self.assertEqual(
            set(self.done().mapped("res_model")), {"crm.lead", "res.partner"}
        )

    def test_twice_is_once(self):
        activity = self.plan()
        activity._action_done()
        activity._action_done(feedback="Again")
        self.assertEqual(len(self.done()), 1)

    def test_cancelled_and_planned_never(self):
        self.plan()
        self.plan().action_cancel()
        self.plan().unlink()
        self.assertFalse(self.done())

    def test_own_work_never(self):
        (self.plan("todo") | self.plan("upload_document")).action_done()
        self.assertFalse(self.done())

    def test_the_setting_of_a_type(self):
        todo = self.env.ref("mail.mail_activity_data_todo")
        todo.flywheel_touchpoint_type_id = self.env.ref(
            "inbound_flywheel.touchpoint_type_activity"
        )
        self.custom.flywheel_touchpoint_type_id = False
        (self.plan("todo") | self.plan(self.custom)).action_done()
        self.assertEqual(self.done().mapped("type_id.code"), ["activity"])

    def test_a_mail_activity_is_the_mail_that_was_sent(self):
        self.plan("email").action_done()
        self.assertEqual(len(self.done()), 1)
        activity = self.plan("email", summary="Send prices")
        # Rows are dated by the database, which no frozen clock stops.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_activity SET create_date = %s WHERE id = %s",
            [self.ago(minutes=1), activity.id],
        )
        activity.invalidate_recordset(["create_date"])
        self.lead.with_user(self.sam).message_post(
            body="Prices",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.partner.ids,
        )
        activity.action_done()
        self.assertEqual(self.done().mapped("summary"), ["Email", "Prices"])

    def test_suppliers_and_deleted_records(self):
        supplier = self.env["res.partner"].create({"name": "Supplier"})
        self.plan(record=supplier).action_done()
        self.assertFalse(supplier.flywheel_profile_id)
        activity = self.plan()
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM crm_lead WHERE id = %s", [self.lead.id])
        self.env.invalidate_all()
        person = self.partner.flywheel_profile_id
        activity.action_done()
        self.assertFalse(self.done(person))

    def test_who_may_set_what_a_type_counts_as(self):
        with self.assertRaises(AccessError):
            self.custom.with_user(self.rita).flywheel_touchpoint_type_id = False

    def test_a_thousand_in_a_few_queries(self):
        leads = self.env["crm.lead"].create(
            [{"name": f"L{i}", "partner_id": self.partner.id} for i in range(60)]
        )
        activities = self.env["mail.activity"].concat(
            *(self.plan(record=lead) for lead in leads)
        )
        self.env.flush_all()
        self.env.invalidate_all()
        few, many = activities[:10], activities[10:]

        def spent(group):
            before = self.env.cr.sql_log_count
            people = group._flywheel_get_people()
            group._flywheel_note_done(people, False)
            self.env.flush_all()
            self.env["flywheel.touchpoint"]._flush_queue()
            return self.env.cr.sql_log_count - before

        self.assertLessEqual(spent(many), spent(few) + 3)
        self.assertEqual(len(self.done()), 60)
