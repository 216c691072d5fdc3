# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import Form

from .test_preference import PreferenceCase


class TestMismatch(PreferenceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Offer", "partner_id": cls.partner.id, "user_id": cls.sam.id}
        )
        cls.call, cls.email, cls.todo = (
            cls.env.ref(f"mail.mail_activity_data_{name}")
            for name in ("call", "email", "todo")
        )

    def plan(self, kind=None, record=None, user=None):
        record = (record or self.lead).with_user(user or self.sam)
        return record.activity_schedule(activity_type_id=(kind or self.call).id)

    def rows(self):
        return self.env["flywheel.mismatch"].search([], order="id")

    def test_call_for_low_touch(self):
        self.low_touch()
        activity = self.plan()
        self.assertRecordValues(
            self.rows(),
            [
                {
                    "profile_id": self.wang.id,
                    "persona_id": self.persona.id,
                    "kind": "low_touch",
                    "channel_id": self.channels["phone"].id,
                    "activity_id": activity.id,
                    "activity_type_id": self.call.id,
                    "user_id": self.sam.id,
                    "team": "sales",
                    "res_model": "crm.lead",
                    "res_id": self.lead.id,
                }
            ],
        )
        self.assertIn("Immigrants", self.rows().reason)
        self.assertIn("10% human", self.rows().reason)
        self.plan(record=self.partner)
        self.assertEqual(self.rows()[1].res_model, "res.partner")

    def test_what_suits(self):
        self.low_touch()
        self.plan(self.email)
        self.plan(self.todo)
        self.note("channel", "phone")
        self.plan()
        self.assertFalse(self.rows())

    def test_other_people(self):
        self.wang.persona_id = self.persona
        self.plan()
        self.partner.activity_schedule(activity_type_id=self.call.id)
        self.assertFalse(self.rows())

    def test_own_word(self):
        self.note("channel", "email")
        self.plan()
        self.assertEqual(self.rows().kind, "own_word")
        self.assertIn("Asked for Email (Said on", self.rows().reason)

    def test_switch(self):
        self.persona.single_touchpoint = True
        self.wang.persona_id = self.persona
        self.contact("chat", 3)
        self.plan(self.email)
        self.assertEqual(self.rows().kind, "switch")
        self.assertIn("Chat (last on", self.rows().reason)
        self.contact("email_reply", 1)
        self.plan(self.email)
        self.assertEqual(len(self.rows()), 1)

    def test_type_of_its_own_channel(self):
        self.low_touch()
        kind = self.env["mail.activity.type"].create({"name": "Visit"})
        self.plan(kind)
        self.assertFalse(self.rows())
        kind.flywheel_channel_id = self.channels["meeting"]
        activity = self.plan(kind)
        self.assertEqual(len(self.rows()), 1)
        # Turned into something else, and back.
        activity.write({"activity_type_id": self.todo.id})
        self.assertEqual(len(self.rows()), 1)
        activity.write({"activity_type_id": self.call.id})
        self.assertEqual(len(self.rows()), 2)

    def test_popup_warns(self):
        self.low_touch()
        activity = self.plan(self.todo)
        with Form(
            activity.with_user(self.sam), "mail.mail_activity_view_form_popup"
        ) as form:
            self.assertFalse(form.flywheel_warning)
            form.activity_type_id = self.call
            self.assertIn("prefer digital", form.flywheel_warning)

    def _wizard(self, records, user=None):
        return Form(
            self.env["mail.activity.schedule"]
            .with_user(user or self.sam)
            .with_context(active_model=records._name, active_ids=records.ids)
        )

    def test_wizard_warns(self):
        self.low_touch()
        form = self._wizard(self.lead)
        form.activity_type_id = self.todo
        self.assertFalse(form.flywheel_warning)
        form.activity_type_id = self.call
        self.assertIn("prefer digital", form.flywheel_warning)
        form.save().action_schedule_activities()
        self.assertEqual(len(self.rows()), 1)

    def test_wizard_names_people(self):
        self.low_touch()
        leads = self.lead
        for number in range(5):
            leads |= self.lead.create(
                {"name": f"Offer {number}", "email_from": f"x{number}@example.com"}
            )
        leads.flywheel_profile_id.persona_id = self.persona
        form = self._wizard(leads)
        form.activity_type_id = self.call
        lines = form.flywheel_warning.splitlines()
        self.assertEqual(len(lines), 4)
        self.assertEqual(lines[-1], "and 3 more")
        form.save().action_schedule_activities()
        self.assertEqual(len(self.rows()), 6)

    def test_those_without_the_flywheel(self):
        self.low_touch()
        form = self._wizard(self.partner, self.ian)
        form.activity_type_id = self.call
        form.save().action_schedule_activities()
        self.assertEqual(self.rows().user_id, self.ian)
        activity = self.partner.activity_ids.with_user(self.ian)
        self.assertNotIn("flywheel_warning", activity.fields_get())

    def test_no_query_for_other_records(self):
        user = self.sam.with_user(self.sam)
        activities = self.env["mail.activity"].create(
            {
                "activity_type_id": self.call.id,
                "user_id": self.sam.id,
                "summary": "Personal",
            }
        )
        Mismatch = user.env["flywheel.mismatch"]
        activities.read(["res_model", "activity_type_id"])
        with self.assertQueryCount(0):
            Mismatch._note(activities)

    def test_bulk(self):
        self.low_touch()
        leads = self.lead.create(
            [
                {"name": f"Offer {n}", "email_from": f"b{n}@example.com"}
                for n in range(60)
            ]
        )
        leads.flywheel_profile_id.persona_id = self.persona
        Mismatch = self.env["flywheel.mismatch"].with_user(self.sam)

        def count(records):
            activities = self.env["mail.activity"].browse(
                [r.activity_schedule(activity_type_id=self.call.id).id for r in records]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Mismatch._note(activities)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(leads[:2])
        few, many = count(leads[2:5]), count(leads[5:])
        self.assertLessEqual(many, few + 3)

    def test_merge_and_company(self):
        self.low_touch()
        self.plan()
        other = self.env["res.partner"].create({"name": "Other"})
        person = self.wang.browse(other._get_profile_ids()[other.id])
        person._merge(self.wang)
        self.assertEqual(self.rows().profile_id, person)
        other.company_id = self.branch
        Mismatch = self.env["flywheel.mismatch"]
        self.assertFalse(Mismatch.with_user(self.sam).search([]))
        self.assertTrue(Mismatch.with_user(self.bea).search([]))
