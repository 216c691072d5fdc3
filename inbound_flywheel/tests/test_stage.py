# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time

from .common import FlywheelCase

# name: (stage, touchpoint type, only forward, only from these stages)
STAGE_RULES = {
    "reads": ("awareness", "page", True, ()),
    "asks": ("consideration", "form", True, ()),
    "talks": ("decision", "meeting", True, ()),
    "opens": ("subscriber", "email_open", True, ()),
    "calls": ("sql", "call_in", True, ()),
    "buys": ("customer", "order", True, ()),
    "recommends": ("advocate", "referral", True, ("customer",)),
    "leaves": ("lost", "unsubscribe", False, ("subscriber", "sql", "mql")),
}


class StageCase(FlywheelCase):
    """The stages as shipped, and only the rules of ``STAGE_RULES``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Rule = cls.env["flywheel.stage.rule"]
        Rule.search([]).active = False
        ref = cls.env.ref
        cls.rules = {
            name: Rule.create(
                {
                    "name": name,
                    "stage_id": ref(f"inbound_flywheel.stage_{stage}").id,
                    "type_ids": [
                        (6, 0, ref(f"inbound_flywheel.touchpoint_type_{code}").ids)
                    ],
                    "forward": forward,
                    "from_stage_ids": [
                        (6, 0, [ref(f"inbound_flywheel.stage_{s}").id for s in sources])
                    ],
                }
            )
            for name, (stage, code, forward, sources) in STAGE_RULES.items()
        }

    def score_rule(self, stage="mql", min_score=0.0):
        return self.env["flywheel.stage.rule"].create(
            {
                "name": "Hot",
                "stage_id": self.stage(stage).id,
                "trigger": "score",
                "min_score": min_score,
            }
        )

    def days(self, *codes, start=20, step=1):
        """Send one touchpoint a day, the first ``start`` days ago, one by one."""
        for number, code in enumerate(codes):
            self.ingest_all(self.item(code, date=self.ago(days=start - number * step)))
        return self.person()


class TestStage(StageCase):
    def test_forward(self):
        person = self.days("page", "form", "meeting")
        self.assert_history(
            person, "journey", ["awareness", "consideration", "decision"]
        )
        self.assert_history(person, "lifecycle", [None])

    def test_forward_only(self):
        person = self.days("page", "meeting", "form", "page")
        self.assert_history(person, "journey", ["awareness", "decision"])

    def test_straight_to_the_last(self):
        self.assert_history(self.days("meeting"), "journey", ["decision"])

    def test_intervals_tell_why(self):
        person = self.days("page", "form")
        interval = person.interval_ids.filtered(lambda i: not i.date_to)
        line = self.lines(person, "form")
        self.assertRecordValues(
            interval,
            [
                {
                    "source": "rule",
                    "rule_id": self.rules["asks"].id,
                    "touchpoint_id": line.id,
                    "date_from": line.date,
                    "track": "journey",
                }
            ],
        )

    def test_exit_and_back_in(self):
        person = self.days("email_open", "unsubscribe", "email_open", "call_in")
        self.assert_history(
            person, "lifecycle", ["subscriber", "lost", "subscriber", "sql"]
        )

    def test_only_from(self):
        person = self.days("referral", "order", "unsubscribe", "referral")
        self.assert_history(person, "lifecycle", ["customer", "advocate"])

    def test_condition_of_a_rule(self):
        self.rules["buys"].with_user(self.max).domain = "[('value', '>=', 100)]"
        self.ingest_all(self.item("order", value=99, date=self.ago(days=3)))
        self.assert_history(self.person(), "lifecycle", [None])
        self.ingest_all(self.item("order", value=100, date=self.ago(days=2)))
        self.assert_history(self.person(), "lifecycle", ["customer"])

    def test_bad_condition(self):
        for domain in ("nonsense", "[('nothing', '=', 1)]", "[('points', '>', 1)]"):
            with self.assertRaises(ValidationError, msg=domain):
                self.rules["buys"].with_user(self.max).domain = domain

    def test_archived_rule(self):
        self.rules["reads"].with_user(self.max).active = False
        self.assert_history(self.days("page"), "journey", [None])

    def test_without_any_rule(self):
        for rule in self.rules.values():
            rule.active = False
        person = self.days("page", "form", "order")
        self.assert_history(person, "journey", [None])

    def test_quarantined_evidence_moves_nobody(self):
        self.rules["opens"].type_ids = self.env.ref(
            "inbound_flywheel.touchpoint_type_email_click"
        )
        self.ingest_all(
            self.item("email_sent", date="2026-06-10 09:00:00"),
            self.item("email_click", date="2026-06-10 09:00:01"),
        )
        person = self.person()
        self.assert_history(person, "lifecycle", [None])
        self.lines(person).with_user(self.max).action_release()
        self.assert_history(person, "lifecycle", ["subscriber"])

    # ------------------------------------------------------------------
    # Score
    # ------------------------------------------------------------------
    def test_score_reaches_the_hot_threshold(self):
        self.score_rule()
        person = self.days("meeting", start=1)
        self.assert_history(person, "lifecycle", [None])
        self.ingest_all(*(self.item("meeting") for _n in range(2)))
        self.assert_history(person, "lifecycle", ["mql"])

    def test_score_of_the_rule(self):
        self.score_rule(min_score=24)
        self.assert_history(self.days("meeting", start=1), "lifecycle", ["mql"])

    def test_cold_person_is_not_moved(self):
        self.score_rule(min_score=24)
        self.assert_history(self.days("meeting", start=30), "lifecycle", [None])

    def test_one_who_objects_is_not_moved_by_score(self):
        self.score_rule(min_score=24)
        person = self.days("page", start=3)
        person.with_user(self.sam).no_profiling = True
        self.ingest_all(self.item("meeting"))
        self.assert_history(person, "lifecycle", [None])

    # ------------------------------------------------------------------
    # By hand
    # ------------------------------------------------------------------
    def test_by_hand(self):
        person = self.days("meeting")
        person.with_user(self.sam).journey_stage_id = self.stage("awareness")
        self.assert_history(person, "journey", ["decision", "awareness"])
        interval = person.interval_ids.filtered(lambda i: not i.date_to)
        self.assertEqual((interval.source, interval.user_id), ("manual", self.sam))

    def test_later_evidence_asks_about_a_choice_by_hand(self):
        person = self.days("meeting")
        person.with_user(self.sam).journey_stage_id = self.stage("awareness")
        with freeze_time("2026-06-16 12:00:00"):
            self.ingest_all(self.item("form"))
        self.assert_history(person, "journey", ["decision", "awareness"])
        self.assertRecordValues(
            person.proposal_ids,
            [{"state": "open", "stage_id": self.stage("consideration").id}],
        )
        person.proposal_ids.with_user(self.sam).action_accept()
        self.assert_history(
            person, "journey", ["decision", "awareness", "consideration"]
        )

    def test_older_evidence_does_not(self):
        person = self.days("page")
        person.with_user(self.sam).journey_stage_id = self.stage("awareness")
        person.with_user(self.sam).journey_stage_id = self.stage("consideration")
        self.ingest_all(self.item("meeting", date=self.ago(days=1)))
        self.assert_history(person, "journey", ["awareness", "consideration"])

    def test_the_same_stage_is_no_choice(self):
        person = self.days("page")
        person.with_user(self.sam).journey_stage_id = self.stage("awareness")
        self.assert_history(person, "journey", ["awareness"])
        self.assertEqual(person.interval_ids.source, "rule")

    def test_out_of_all(self):
        person = self.days("page")
        person.with_user(self.sam).journey_stage_id = False
        self.assert_history(person, "journey", ["awareness", None])

    def test_older_evidence_does_not_bring_back_who_was_taken_out(self):
        person = self.days("page")
        person.with_user(self.sam).journey_stage_id = False
        self.ingest_all(self.item("form", date=self.ago(days=3)))
        self.assert_history(person, "journey", ["awareness", None])
        with freeze_time("2026-06-16 12:00:00"):
            self.ingest_all(self.item("form"))
        intervals = person.interval_ids.sorted("date_from")
        self.assertEqual(
            intervals.mapped("stage_id.code"), ["awareness", "consideration"]
        )
        self.assertLessEqual(intervals[0].date_to, intervals[1].date_from)

    def test_stage_of_the_other_track(self):
        person = self.days("page")
        with self.assertRaises(ValidationError):
            person.with_user(self.sam).journey_stage_id = self.stage("customer")

    def test_through_contact_and_lead(self):
        partner, other = self.env["res.partner"].create([{"name": "A"}, {"name": "B"}])
        lead = self.env["crm.lead"].create({"name": "Offer"})
        for record in (partner, other + partner, lead):
            seen = record.with_user(self.sam)
            seen.write({"lifecycle_stage_id": self.stage("sql").id})
            for single in record:
                person = single.flywheel_profile_id
                self.assertEqual(single.lifecycle_stage_id.code, "sql")
                self.assertTrue(
                    person.interval_ids.filtered(
                        lambda i: i.source == "manual" and i.track == "lifecycle"
                    )
                )
        self.assert_history(partner.flywheel_profile_id, "lifecycle", ["sql"])

    def test_at_create(self):
        Partner, Lead = (
            self.env[model].with_user(self.sam) for model in ("res.partner", "crm.lead")
        )
        values = {
            "journey_stage_id": self.stage("decision").id,
            "preferred_channel_id": self.env.ref("inbound_flywheel.channel_sms").id,
        }
        for record in (
            Partner.create({"name": "New", **values}),
            Lead.create({"name": "New", **values}),
        ):
            self.assertEqual(record.journey_stage_id.code, "decision")
            self.assertEqual(record.preferred_channel_id.name, "SMS")
            self.assert_history(record.flywheel_profile_id, "journey", ["decision"])

    def test_one_open_interval(self):
        person = self.days("page")
        with self.assertRaises(IntegrityError), self.quiet(), self.cr.savepoint():
            self.env["flywheel.stage.interval"].create(
                {
                    "profile_id": person.id,
                    "track": "journey",
                    "stage_id": self.stage("decision").id,
                    "date_from": self.ago(days=1),
                }
            )

    def test_kanban_columns_are_those_of_the_track(self):
        """Every stage has a column, also in a list without anybody in one."""
        self.ingest_all(self.item("call_out"))
        domain = [("id", "=", self.person().id)]
        Profile = self.env["flywheel.profile"].with_user(self.sam)
        Profile = Profile.with_context(read_group_expand=True)
        for track in ("journey", "lifecycle"):
            column = f"{track}_stage_id"
            groups = Profile.web_read_group(domain, [column], ["__count"])["groups"]
            stages = self.env["flywheel.stage"].browse(
                [group[column][0] for group in groups if group[column]]
            )
            self.assertEqual(
                stages, self.env["flywheel.stage"].search([("track", "=", track)])
            )
