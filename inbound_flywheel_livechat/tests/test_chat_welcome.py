# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .common import ChatCase

EMAIL = "wang@example.com"


class TestChatWelcome(ChatCase):
    """The first question is spared, too, when its answer is known."""

    def setUp(self):
        super().setUp()
        self.hello = self.step("text", "Hello")
        self.email = self.step("question_email", "Email?")
        self.need = self.step(
            "free_input_single", "Need?", flywheel_question_id=self.question("need").id
        )
        self.more = self.step("free_input_single", "More?")
        self.pia.partner_id.email = EMAIL

    def welcome(self, user=None, guest=None):
        env = self.env(user=user or self.public, context={"guest": guest})
        return self.script.with_env(env).sudo()._get_welcome_steps().with_env(self.env)

    def learn(self, **answers):
        ids = self.pia.partner_id._get_profile_ids()
        person = self.env["flywheel.profile"].browse(ids[self.pia.partner_id.id])
        items = [
            {"question": self.question(code).id, "answer": answer}
            for code, answer in answers.items()
        ]
        self.assertFalse(person.learn(items)["errors"])

    def test_nobody(self):
        self.assertEqual(self.welcome(), self.hello | self.email)
        guest = self.env["mail.guest"].create({"name": "Visitor"})
        self.assertEqual(self.welcome(guest=guest), self.hello | self.email)

    def test_logged_in(self):
        """The address of somebody who is logged in, a need that was told last week."""
        self.assertEqual(self.welcome(self.pia), self.hello | self.need)
        self.learn(need="A CRM")
        self.assertEqual(self.welcome(self.pia), self.hello | self.more)
        # Colleagues who try the script see it as it is written.
        self.assertEqual(self.welcome(self.steve), self.hello | self.email)

    def test_the_whole_way(self):
        """The conversation begins where the visitor saw it begin."""
        self.learn(need="A CRM")
        env = self.env(user=self.pia)
        script = self.script.with_env(env).sudo()
        channel = self.chat(user=self.pia)
        channel.sudo().chatbot_current_step_id = script._get_welcome_steps()[-1]
        channel.sudo().message_ids.unlink()
        script._post_welcome_steps(channel.sudo())
        words = " ".join(channel.sudo().message_ids.mapped("body"))
        self.assertIn("More?", words)
        self.assertNotIn("Need?", words)
        self.assertNotIn("Email?", words)

    def test_a_branch(self):
        """A choice that is known leads on as if it had been made."""
        self.email.sequence = 90
        self.need.sequence = 91
        budget = self.step(
            "question_selection",
            "Budget?",
            answers=[
                ("Small", {"flywheel_value": "1000"}),
                ("Big", {"flywheel_value": "20000"}),
            ],
            flywheel_question_id=self.question("budget").id,
            sequence=10,
        )
        small, big = (
            self.step(
                "free_input_single",
                answer.name,
                triggering_answer_ids=answer.ids,
                sequence=20,
            )
            for answer in budget.answer_ids
        )
        self.more.sequence = 99
        self.hello.sequence = 1
        self.assertEqual(self.welcome(self.pia), self.hello | budget)
        self.learn(budget="20000")
        self.assertEqual(self.welcome(self.pia), self.hello | big)
        self.assertTrue(small)

    def test_nothing_left_to_ask(self):
        """A conversation needs a first word of the visitor."""
        self.learn(need="A CRM")
        self.more.unlink()
        self.step("flywheel_qualify", "Thanks")
        self.assertEqual(self.welcome(self.pia), self.hello | self.email)

    def test_browser(self):
        """A browser at which somebody has said who it is; not where typed addresses
        are not believed."""
        guest = self.env["mail.guest"].create({"name": "Visitor"})
        channel = self.chat(guest=guest)
        self.say(channel, EMAIL)
        self.say(channel, "A CRM")
        self.assertEqual(self.welcome(guest=guest), self.hello | self.more)
        self.script.flywheel_trust_typed = False
        self.assertEqual(self.welcome(guest=guest)[-1], self.need)
        other = self.env["mail.guest"].create({"name": "Visitor"})
        self.assertEqual(self.welcome(guest=other)[-1], self.email)

    def test_other_scripts(self):
        """Scripts that ask for no facts are as they were."""
        self.need.flywheel_question_id = False
        self.assertEqual(self.welcome(self.pia), self.hello | self.email)
