# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time

from .common import SCANNER, MailingCase

LATER = "2026-06-15 12:20:00"


class TestResults(MailingCase):
    """Results of a mailing by who the people were when they got it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.persona = cls.env["flywheel.persona"].create({"name": "Purchaser"})

    def run_campaign(self):
        """Wang clicks, a scanner is at Lee's mail, Chou's bounces."""
        self.chou = self.env["mailing.contact"].create(
            {"name": "Chou", "email": "chou@example.com"}
        )
        self.wang.persona_id = self.persona
        traces = self.sent(self.wang, self.lee, self.chou)
        self.collect()
        with freeze_time(LATER):
            self.click(traces[0])
            self.click(traces[1], agent=SCANNER)
            traces[2].set_bounced()
            subscription = self.env["mailing.subscription"].create(
                {"contact_id": self.wang.id, "list_id": self.mailing_list.id}
            )
            subscription.with_context(
                flywheel_mailing_id=self.mailing.id
            ).opt_out = True
        self.collect()
        self.env.flush_all()

    def results(self, *groups):
        measures = (
            "sent",
            "delivered",
            "opened",
            "opened_people",
            "clicked",
            "clicked_people",
            "replied",
            "bounced",
            "unsubscribed",
        )
        rows = (
            self.env["flywheel.mailing.report"]
            .with_user(self.mel)
            ._read_group(
                [("mailing_id", "=", self.mailing.id)],
                groups,
                [f"{name}:sum" for name in measures],
            )
        )
        return {row[: len(groups)]: tuple(row[len(groups) :]) for row in rows}

    def test_the_form_tells_people_from_machines(self):
        self.run_campaign()
        mailing = self.mailing.with_user(self.mel)
        self.assertEqual(mailing.flywheel_opened_people, 1)
        self.assertEqual(mailing.flywheel_clicked_people, 1)
        self.assertEqual(mailing.flywheel_machine_count, 1)
        self.assertEqual(mailing.clicked, 2, "the app counts the scanner, too")

    def test_by_persona(self):
        self.run_campaign()
        none = self.env["flywheel.persona"]
        self.assertEqual(
            self.results("persona_id"),
            {
                (self.persona,): (1, 1, 1, 1, 1, 1, 0, 0, 1),
                (none,): (2, 1, 1, 0, 1, 0, 0, 1, 0),
            },
        )
        self.assertEqual(self.results(), {(): (3, 2, 2, 1, 2, 1, 0, 1, 1)})

    def test_as_they_were(self):
        self.run_campaign()
        self.wang.persona_id = self.env["flywheel.persona"].create({"name": "Late"})
        self.env.flush_all()
        self.assertIn((self.persona,), self.results("persona_id"))
        stage = self.person().journey_stage_id
        before = self.results("journey_stage_id")
        self.person().journey_stage_id = self.stage("decision")
        self.env.flush_all()
        self.assertNotEqual(self.person().journey_stage_id, stage)
        self.assertEqual(self.results("journey_stage_id"), before)

    def test_numbers_lead_to_their_events(self):
        self.run_campaign()
        row = (
            self.env["flywheel.mailing.report"]
            .with_user(self.mel)
            .search([("mailing_id", "=", self.mailing.id), ("persona_id", "!=", False)])
        )
        action = row.action_open_touchpoints()
        lines = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(
            sorted(line.type_id.code for line in lines),
            ["email_click", "email_sent", "unsubscribe"],
        )
        self.assertEqual(row.action_open_mails()["res_model"], "mailing.trace")

    def test_buttons_of_a_mailing(self):
        self.run_campaign()
        self.mailing.state = "done"
        with Form(self.mailing.with_user(self.mel)) as form:
            self.assertEqual(form.flywheel_machine_count, 1)
        action = self.mailing.with_user(self.mel).action_flywheel_results()
        self.assertEqual(action["domain"], [("mailing_id", "in", self.mailing.ids)])
        action = self.mailing.with_user(self.mel).action_flywheel_machines()
        rows = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(rows.profile_id, self.person("lee@example.com"))

    def test_who_may(self):
        self.run_campaign()
        report = self.env["flywheel.mailing.report"]
        self.assertTrue(report.with_user(self.mel).search([]))
        for user in (self.rita, self.sam, self.ian, self.pia):
            with self.assertRaises(AccessError):
                report.with_user(user).search([])
        for model in ("flywheel.mailing.hit", "flywheel.mailing.recipient"):
            for operation in ("write", "create", "unlink"):
                self.assertFalse(
                    self.env[model].with_user(self.max).has_access(operation)
                )
