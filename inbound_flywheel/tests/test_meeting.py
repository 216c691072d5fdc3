# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields

from .common import NOW, FlywheelCase

AFTER = "2026-06-16 20:00:00"


class TestMeeting(FlywheelCase):
    """Meetings of the calendar count once they have taken place."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Partner = cls.env["res.partner"]
        cls.wang, cls.chen, cls.supplier = Partner.create(
            [
                {"name": "Wang", "email": "wang@example.com"},
                {"name": "Chen", "email": "chen@example.com"},
                {"name": "Supplier", "email": "sales@supplier.example"},
            ]
        )
        (cls.wang | cls.chen)._flywheel_ensure_profiles()
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Offer",
                "partner_id": cls.wang.id,
                "type": "opportunity",
                "user_id": cls.sam.id,
            }
        )

    def meet(self, partners=None, **values):
        start = fields.Datetime.to_datetime(NOW) + timedelta(hours=2)
        partners = self.wang if partners is None else partners
        values = {
            "name": "Demo",
            "start": start,
            "stop": start + timedelta(hours=1),
            "partner_ids": [(6, 0, (partners | self.sam.partner_id).ids)],
            "user_id": self.sam.id,
            **values,
        }
        return self.env["calendar.event"].with_user(self.sam).create(values)

    def run_cron(self, when=AFTER):
        with freeze_time(when), self.enter_registry_test_mode():
            self.env.ref("inbound_flywheel.cron_meetings").method_direct_trigger()
        self.env.invalidate_all()

    def met(self, *partners):
        people = self.env["res.partner"].concat(*(partners or (self.wang,)))
        return self.lines(people.flywheel_profile_id, "meeting")

    def test_everybody_who_came(self):
        event = self.meet(self.wang | self.chen | self.supplier)
        self.run_cron(NOW)
        self.assertFalse(self.met())
        self.run_cron()
        self.run_cron()
        self.assertRecordValues(
            self.met(self.wang, self.chen),
            2
            * [
                {
                    "date": event.start,
                    "summary": "Demo",
                    "user_id": self.sam.id,
                    "res_model": "calendar.event",
                    "res_id": event.id,
                }
            ],
        )
        self.assertFalse(self.supplier.flywheel_profile_id)
        self.assertFalse(self.sam.partner_id.flywheel_profile_id)

    def test_who_declined_did_not_come(self):
        event = self.meet(self.wang | self.chen)
        event.attendee_ids.filtered(
            lambda a: a.partner_id == self.wang
        ).state = "declined"
        self.run_cron()
        self.assertFalse(self.met())
        self.assertTrue(self.met(self.chen))

    def test_cancelled_archived_and_deleted_before(self):
        self.meet().unlink()
        self.meet().action_archive()
        self.run_cron()
        self.assertFalse(self.met())

    def test_deleted_afterwards(self):
        event = self.meet()
        self.run_cron()
        event.unlink()
        self.assertEqual(self.met().summary, "Demo")

    def test_moved_before_and_afterwards(self):
        event = self.meet()
        later = fields.Datetime.to_datetime("2026-06-20 10:00:00")
        event.write({"start": later, "stop": later + timedelta(hours=1)})
        self.run_cron()
        self.assertFalse(self.met())
        self.run_cron("2026-06-20 12:00:00")
        self.assertEqual(self.met().date, later)
        with freeze_time("2026-06-20 12:00:00"):
            much = later + timedelta(days=7)
            event.write({"start": much, "stop": much + timedelta(hours=1)})
        self.assertEqual(self.met().state, "quarantined")
        self.run_cron("2026-06-28 12:00:00")
        valid = self.met().filtered(lambda line: line.state == "valid")
        self.assertEqual(valid.date, much)

    def test_all_day(self):
        self.meet(allday=True, start_date="2026-06-16", stop_date="2026-06-16")
        self.run_cron("2026-06-16 12:00:00")
        self.assertFalse(self.met())
        self.run_cron("2026-06-16 23:59:00")
        self.assertEqual(len(self.met()), 1)

    def test_each_of_a_series_once(self):
        event = self.meet(
            recurrency=True,
            rrule_type="daily",
            interval=1,
            count=4,
            end_type="count",
            event_tz="UTC",
        )
        self.run_cron("2026-06-16 20:00:00")
        self.assertEqual(len(self.met()), 2)
        with freeze_time("2026-06-16 20:00:00"):
            event.write({"name": "New name", "recurrence_update": "all_events"})
        self.run_cron("2026-06-16 21:00:00")
        self.assertEqual(len(self.met()), 2)
        self.run_cron("2026-06-30 12:00:00")
        self.assertEqual(len(self.met()), 4)

    def test_about_an_opportunity_among_colleagues(self):
        self.meet(self.mara.partner_id, opportunity_id=self.lead.id)
        self.run_cron()
        self.assertEqual(len(self.met()), 1)

    def test_about_an_opportunity_with_others(self):
        self.meet(self.chen, opportunity_id=self.lead.id)
        self.run_cron()
        self.assertFalse(self.met())
        self.assertEqual(len(self.met(self.chen)), 1)

    def test_activity_and_calendar_count_once(self):
        for first in ("cron", "activity"):
            with self.subTest(first):
                before = len(self.met())
                activity = self.lead.activity_schedule(
                    "mail.mail_activity_data_meeting", user_id=self.sam.id
                )
                start = fields.Datetime.to_datetime(NOW) + timedelta(
                    hours=2 if first == "cron" else 3
                )
                event = self.meet(
                    opportunity_id=self.lead.id,
                    activity_ids=[(6, 0, activity.ids)],
                    start=start,
                    stop=start + timedelta(hours=1),
                )
                self.assertEqual(activity.calendar_event_id, event)
                if first == "cron":
                    self.run_cron()
                with freeze_time(AFTER):
                    activity.with_user(self.sam).action_feedback(feedback="Likes it")
                self.run_cron()
                self.assertEqual(len(self.met()), before + 1)
                if first == "activity":
                    line = self.met().sorted("id")[-1]
                    self.assertEqual(line.summary, "Demo: Likes it")

    def test_private_meetings_tell_nothing(self):
        event = self.meet(privacy="private")
        self.run_cron()
        self.assertEqual(self.met().summary, "Private meeting")
        shown = self.meet(self.chen)
        self.run_cron()
        self.assertEqual(self.met(self.chen).summary, "Demo")
        shown.privacy = "private"
        self.assertEqual(self.met(self.chen).summary, "Private meeting")
        self.assertEqual(event.name, "Demo")

    def test_points_once(self):
        self.meet()
        self.run_cron()
        self.assertEqual(self.met().points, 25.0)
        self.assert_scored(self.wang.flywheel_profile_id)

    def test_batch_costs_few_queries(self):
        events = self.env["calendar.event"].browse()
        for hour in range(20):
            start = fields.Datetime.to_datetime(NOW) + timedelta(hours=hour)
            events |= self.meet(start=start, stop=start + timedelta(minutes=30))
        self.env.flush_all()
        with freeze_time("2026-06-18 00:00:00"):

            def spent(group):
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                group._flywheel_note_held()
                self.env["flywheel.touchpoint"]._flush_queue()
                return self.env.cr.sql_log_count - before

            few = spent(events[:4])
            self.assertLessEqual(spent(events[4:]), few + 2)
        self.assertEqual(len(self.met()), 20)
