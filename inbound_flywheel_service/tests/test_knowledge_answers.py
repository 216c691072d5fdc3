# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import ALL, ServiceCommon

TEXT = "<p>We deliver within three working days, and Saturday is none.</p>"


@tagged("post_install", "-at_install")
class TestKnowledgeAnswers(ServiceCommon):
    """Approved answers on a case: the same for all, and who said something else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, flywheel_no_acknowledge=True))
        author = new_test_user(
            cls.env, "s_mara", groups=f"{ALL},inbound_flywheel.group_flywheel_marketing"
        )
        cls.answer = (
            cls.env["flywheel.approved.answer"]
            .with_user(author)
            .create(
                {
                    "name": "How long does delivery take?",
                    "aliases": "多久会送到货？",
                    "variant_ids": [Command.create({"body": TEXT})],
                }
            )
        )
        cls.answer._publish("First version")
        cls.answer = cls.answer.sudo()
        teams = cls.env["helpdesk.ticket.team"].create(
            [{"name": name} for name in ("North", "South", "West")]
        )
        cls.agents = [
            new_test_user(cls.env, f"s_{team.name}", groups=ALL) for team in teams
        ]
        for team, agent in zip(teams, cls.agents, strict=True):
            team.user_ids = agent
        cls.cases = [
            cls._case(
                "Delivery",
                "<p>How long does delivery take?</p>",
                team_id=team.id,
                partner_id=cls.customer.id,
            )
            for team in teams
        ]

    def _search(self, case, user, question):
        return (
            self.env["flywheel.approved.answer"]
            .with_user(user)
            .search_answers(question, "helpdesk.ticket", case.id)
        )

    def test_three_agents_of_three_teams_insert_the_same(self):
        bodies = set()
        for case, agent in zip(self.cases, self.agents, strict=True):
            [found] = self._search(case, agent, "how long will the delivery take")
            self.assertEqual((found["id"], found["version"]), (self.answer.id, 1))
            answer = self.answer.with_user(agent)
            bodies.add(answer.insert_answer("helpdesk.ticket", case.id)["body"])
        self.assertEqual(len(bodies), 1)
        uses = self.answer.use_ids
        self.assertEqual(len(set(uses.mapped("fingerprint"))), 1)

    def test_both_scripts_of_chinese(self):
        for question in ("多久會送到貨", "多久会送到货"):
            [found] = self._search(self.cases[0], self.agents[0], question)
            self.assertEqual(found["id"], self.answer.id)
            self.assertGreater(found["likeness"], 0.9)

    def test_an_expired_answer_needs_a_reason(self):
        yesterday = fields.Date.today() - timedelta(days=1)
        self.answer.review_date = yesterday
        [found] = self._search(self.cases[0], self.agents[0], "delivery")
        self.assertTrue(found["expired"])
        answer = self.answer.with_user(self.agents[0])
        with self.assertRaises(UserError):
            answer.insert_answer("helpdesk.ticket", self.cases[0].id)
        answer.insert_answer("helpdesk.ticket", self.cases[0].id, reason="Asked Mara")
        self.assertEqual(self.answer.use_ids.override_reason, "Asked Mara")

    def _say(self, number, body):
        return (
            self.cases[number]
            .with_user(self.agents[number])
            .message_post(
                body=body, message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        )

    def test_free_text_on_a_case_diverges(self):
        """The question stands in the description alone: nobody wrote a mail."""
        said = self._say(0, "It takes two weeks.") + self._say(1, "Nobody knows.")
        use = self.env["flywheel.approved.answer.use"]
        use._find_free_text(said)
        uses = self.answer.use_ids.sorted("id")
        self.assertEqual(uses.mapped("kind"), ["free", "free"])
        self.assertEqual(uses.mapped("res_id"), [case.id for case in self.cases[:2]])
        self.assertIn("diverged_others", self._codes(self.cases[1], "suggest"))
        report = self.env["flywheel.answer.consistency"].search(
            [("answer_id", "=", self.answer.id)]
        )
        self.assertEqual((report.different_count, report.free_count), (2, 2))
        line = self.cases[1].sudo().flywheel_trace_ids[-1]
        self.assertIn("How long does delivery take?", line.message)

    def test_the_approved_words_do_not_diverge(self):
        said = self._say(
            0, "We deliver within three working days, and Saturday is none."
        )
        self.env["flywheel.approved.answer.use"]._find_free_text(said)
        self.assertEqual(self.answer.use_ids.kind, "approved")
        self.assertFalse(self._codes(self.cases[0], "suggest"))

    def test_a_changed_answer_is_noted_at_once(self):
        agent = self.agents[0]
        self.answer.with_user(agent).insert_answer("helpdesk.ticket", self.cases[0].id)
        self._say(0, "We deliver within three working days, or later, or never.")
        self.assertEqual(self.answer.use_ids.kind, "edited")
        self.assertEqual(self._codes(self.cases[0], "suggest"), ["diverged"])
