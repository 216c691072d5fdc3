# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import ValidationError

from .common import ChatCase

EMAIL = "wang@example.com"


class TestChatFacts(ChatCase):
    """What visitors answer becomes known, once, of the right person."""

    def setUp(self):
        super().setUp()
        self.hello = self.step("text", "Hello")
        self.need = self.step(
            "free_input_single", "Need?", flywheel_question_id=self.question("need").id
        )
        self.budget = self.step(
            "question_selection",
            "Budget?",
            answers=[
                ("Small", {"flywheel_value": "1000"}),
                ("Big", {"flywheel_value": "20000", "flywheel_points": 7}),
            ],
            flywheel_question_id=self.question("budget").id,
        )
        self.timing = self.step(
            "question_selection",
            "When?",
            answers=[("Soon", {"flywheel_value": "+30"})],
            flywheel_question_id=self.question("timing").id,
        )
        self.email = self.step("question_email", "Email?")
        self.bye = self.step("text", "Bye")

    def talk(self, channel, *words):
        return [self.say(channel, word) for word in words][-1]

    def test_answers_become_facts(self):
        channel = self.chat()
        self.talk(channel, "A new CRM", "Big", "Soon")
        self.assertFalse(self.person(EMAIL))
        answers = self.remembered(channel).answer_ids
        self.assertEqual(set(answers.mapped("state")), {"waiting"})
        self.say(channel, EMAIL)
        person = self.person(EMAIL)
        facts = self.facts(person)
        self.assertEqual(facts["need"].answer, "A new CRM")
        self.assertEqual(facts["budget"].answer_number, 20000)
        self.assertEqual(str(facts["timing"].answer_date), "2026-07-15")
        self.assertEqual(facts["need"].channel_id.code, "chat")
        self.assertEqual(facts["need"].source, "asked")
        self.assertEqual(facts["need"].confidence, "medium")
        self.assertEqual(set(answers.mapped("state")), {"known"})
        self.assertEqual(self.remembered(channel).known_by, "typed")

    def test_points_through_the_ledger(self):
        channel = self.chat()
        self.talk(channel, "A new CRM", "Big", "Soon", EMAIL)
        self.finish(channel)
        line = self.lines(self.person(EMAIL), "chat_answer")
        self.assertEqual(line.mapped("value"), [7.0])
        self.finish(channel)
        self.assertEqual(len(self.lines(self.person(EMAIL), "chat_answer")), 1)

    def test_known_answers_are_not_asked(self):
        """The same browser is recognised, and spared what it has told."""
        guest = self.env["mail.guest"].create({"name": "Visitor"})
        channel = self.chat(guest=guest)
        self.talk(channel, "A new CRM", "Big", "Soon", EMAIL)
        self.finish(channel)
        again = self.chat(guest=guest)
        self.say(again, "Another need")
        self.assertEqual(again.sudo().chatbot_current_step_id, self.bye)
        self.assertEqual(self.remembered(again).profile_id, self.person(EMAIL))
        facts = self.facts(self.person(EMAIL))
        self.assertEqual(facts["need"].answer, "Another need")

    def test_asked_anyway(self):
        self.budget.flywheel_skip_known = False
        guest = self.env["mail.guest"].create({"name": "Visitor"})
        channel = self.chat(guest=guest)
        self.talk(channel, "A new CRM", "Big", "Soon", EMAIL)
        again = self.chat(guest=guest)
        self.say(again, "Another need")
        self.assertEqual(again.sudo().chatbot_current_step_id, self.budget)

    def test_typed_address_may_not_be_believed(self):
        """Who types an address does not find out what its owner has told us."""
        steps = self.hello + self.email + self.need + self.budget + self.timing
        for place, step in enumerate(steps + self.bye):
            step.sequence = place
        first = self.chat()
        self.talk(first, EMAIL, "A new CRM", "Big", "Soon")
        second = self.chat()
        self.say(second, EMAIL)
        self.assertEqual(second.sudo().chatbot_current_step_id, self.bye)
        self.script.flywheel_trust_typed = False
        third = self.chat()
        self.say(third, EMAIL)
        self.assertEqual(third.sudo().chatbot_current_step_id, self.need)

    def test_stranger_changes_nothing(self):
        """Somebody who types another one's address does not change what is known."""
        self.env["flywheel.profile"].with_user(self.mara).learn(
            [{"question": "budget", "answer": 500, "email": EMAIL, "source": "asked"}]
        )
        channel = self.chat()
        self.talk(channel, "A new CRM", "Big", "Soon", EMAIL)
        person = self.person(EMAIL)
        self.assertEqual(self.facts(person)["budget"].answer_number, 500)
        self.assertEqual(self.facts(person)["need"].answer, "A new CRM")
        answer = self.remembered(channel).answer_ids.filtered(
            lambda a: a.question_id.code == "budget"
        )
        self.assertEqual(answer.state, "differs")
        answer.with_user(self.mara).action_accept()
        self.assertEqual(self.facts(person)["budget"].answer_number, 20000)
        self.assertEqual(answer.state, "known")

    def test_stranger_comes_back(self):
        """A typed address does not become truer in the next chat."""
        self.env["flywheel.profile"].with_user(self.mara).learn(
            [{"question": "need", "answer": "Ours", "email": EMAIL, "source": "asked"}]
        )
        self.need.flywheel_skip_known = False
        guest = self.env["mail.guest"].create({"name": "Stranger"})
        for _turn in range(2):
            self.talk(self.chat(guest=guest), "Theirs")
            channel = self.chat(guest=guest)
            self.talk(channel, "Theirs", "Big", "Soon", EMAIL)
            self.assertEqual(self.facts(self.person(EMAIL))["need"].answer, "Ours")

    def test_logged_in(self):
        partner = self.pia.partner_id
        partner.email = "pia@example.com"
        channel = self.chat(user=self.pia)
        self.talk(channel, "A new CRM", "Big", "Soon")
        # The address is known: the script goes on.
        self.assertEqual(channel.sudo().chatbot_current_step_id, self.bye)
        chat = self.remembered(channel)
        self.assertEqual(chat.known_by, "login")
        self.assertEqual(chat.profile_id, partner.flywheel_profile_id)
        self.assertEqual(self.facts(chat.profile_id)["need"].confidence, "high")

    def test_colleagues_are_no_customers(self):
        channel = self.chat(user=self.rita)
        self.talk(channel, "A new CRM", "Big", "Soon")
        self.assertFalse(self.remembered(channel).profile_id)
        self.assertFalse(self.rita.partner_id.flywheel_profile_id)

    def test_anonymous_makes_no_person(self):
        before = self.env["flywheel.profile"].search_count([])
        channel = self.chat()
        self.talk(channel, "A new CRM", "Big")
        chat = self.finish(channel)
        self.assertEqual(self.env["flywheel.profile"].search_count([]), before)
        self.assertIn("A new CRM", chat.transcript)
        self.assertEqual(chat.answer_ids.mapped("state"), ["waiting", "waiting"])

    def test_branch_goes_on_with_the_known_answer(self):
        """Steps that depend on a question that was not asked are shown as if its
        known answer had been chosen."""
        self.bye.triggering_answer_ids = self.budget.answer_ids[0]
        more = self.step(
            "text", "For big ones", triggering_answer_ids=self.budget.answer_ids[1].ids
        )
        guest = self.env["mail.guest"].create({"name": "Visitor"})
        self.talk(self.chat(guest=guest), "A new CRM", "Big", "Soon", EMAIL)
        again = self.chat(guest=guest)
        self.say(again, "Another need")
        self.assertEqual(again.sudo().chatbot_current_step_id, more)

    def test_words_that_are_no_number(self):
        self.budget.write({"step_type": "free_input_single", "answer_ids": [(5,)]})
        channel = self.chat()
        self.talk(channel, "A new CRM", "no idea", "Soon", EMAIL)
        chat = self.remembered(channel)
        self.assertNotIn("budget", self.facts(chat.profile_id))
        unclear = chat.answer_ids.filtered(lambda a: a.state == "unclear")
        self.assertEqual(unclear.words, "no idea")
        other = self.chat()
        self.talk(other, "A new CRM", "about 20k", "Soon", "li@example.com")
        facts = self.facts(self.person("li@example.com"))
        self.assertEqual(facts["budget"].answer_number, 20000)

    def test_long_and_hostile_words(self):
        channel = self.chat()
        self.say(channel, "<script>alert(1)</script><b>bold</b> " + "x" * 10_000)
        self.talk(channel, "Big", "Soon", EMAIL)
        chat = self.finish(channel)
        need = self.facts(chat.profile_id)["need"].answer
        self.assertLessEqual(len(need), 500)
        self.assertNotIn("<", need)
        self.assertNotIn("<script", chat.transcript)

    def test_persona_of_an_answer(self):
        persona = self.env["flywheel.persona"].create({"name": "Buyer"})
        self.budget.answer_ids[1].flywheel_persona_id = persona
        channel = self.chat()
        self.talk(channel, "A new CRM", "Big", "Soon", EMAIL)
        self.assertEqual(self.person(EMAIL).persona_id, persona)
        other = self.env["flywheel.persona"].create({"name": "Maker"})
        self.budget.answer_ids[0].flywheel_persona_id = other
        second = self.chat()
        self.talk(second, "A new CRM", "Small", "Soon", EMAIL)
        self.assertEqual(self.person(EMAIL).persona_id, persona)

    def test_other_company(self):
        """A person of another company is neither found nor changed."""
        branch = self.env["flywheel.profile"].with_company(self.branch)
        branch = branch.with_context(allowed_company_ids=self.branch.ids)
        branch.sudo().learn([{"question": "budget", "answer": 500, "email": EMAIL}])
        theirs = self.person(EMAIL)
        channel = self.chat()
        self.talk(channel, "A new CRM", "Big", "Soon", EMAIL)
        ours = self.remembered(channel).profile_id
        self.assertNotEqual(ours, theirs)
        self.assertEqual(self.facts(theirs)["budget"].answer_number, 500)
        seen = self.env["flywheel.chat"].with_user(self.bea).sudo(False)
        self.assertFalse(seen.search([("origin_id", "=", channel.id)]))

    def test_answers_fit_their_question(self):
        with self.assertRaises(ValidationError):
            self.budget.answer_ids[0].flywheel_value = "much"
        self.env["chatbot.script.answer"].create(
            {"script_step_id": self.timing.id, "name": "2026-12-31"}
        )

    def test_asked_again_after_a_restart(self):
        channel = self.chat()
        self.talk(channel, "A new CRM", "Big")
        channel.sudo()._chatbot_restart(self.script)
        channel.sudo().chatbot_current_step_id = self.hello
        self.go_on(channel)
        self.talk(channel, "An ERP", "Small", "Soon", EMAIL)
        facts = self.facts(self.person(EMAIL))
        self.assertEqual(facts["need"].answer, "An ERP")
        self.assertEqual(facts["budget"].answer_number, 1000)
