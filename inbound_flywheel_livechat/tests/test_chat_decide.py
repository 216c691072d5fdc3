# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command

from .common import ChatCase

EMAIL = "wang@example.com"
BUY, LOOK = "I want something", "I am just looking"


class TestChatDecide(ChatCase):
    """What is said in a conversation decides, whatever is known from before."""

    def setUp(self):
        super().setUp()
        box = "inbound_flywheel.handover_box_"
        self.boxes = self.env.ref(f"{box}need") | self.env.ref(f"{box}budget")
        self.step("text", "Hello")
        self.wish = self.step("question_selection", "Why?", answers=[BUY, LOOK])
        buy = [Command.link(self.wish.answer_ids[0].id)]
        self.need = self.step(
            "free_input_single",
            "Need?",
            flywheel_question_id=self.question("need").id,
            triggering_answer_ids=buy,
        )
        self.budget = self.step(
            "question_selection",
            "Budget?",
            answers=[
                ("None", {"flywheel_value": "0"}),
                ("Big", {"flywheel_value": "20000"}),
            ],
            flywheel_question_id=self.question("budget").id,
            triggering_answer_ids=buy,
        )
        self.email = self.step("question_email", "Email?")
        self.qualify = self.step(
            "flywheel_qualify",
            "A colleague",
            flywheel_box_ids=[Command.set(self.boxes.ids)],
        )
        self.wait = self.step("free_input_single", "Wait", flywheel_branch="nurture")

    def talk(self, *words, **who):
        channel = self.chat(**who)
        for word in words:
            self.say(channel, word)
        return self.remembered(channel)

    def known(self, **facts):
        """Make pia somebody whose answers are known."""
        partner = self.pia.partner_id
        partner.email = EMAIL
        ids = partner._get_profile_ids()
        person = self.env["flywheel.profile"].browse(ids.get(partner.id) or ())
        if not person:
            partner._flywheel_ensure_profiles()
            person = partner.flywheel_profile_id
        learned = person.learn(
            [
                {"question": self.question(code).id, "answer": answer}
                for code, answer in facts.items()
            ]
        )
        self.assertFalse(learned["errors"])
        self.assertTrue(person)
        return person

    def lead(self, **values):
        return self.env["crm.lead"].create(
            {
                "name": "Old",
                "partner_id": self.pia.partner_id.id,
                "expected_revenue": 5000,
                "description": "<p>Wants a lot</p>",
                "user_id": self.steve.id,
                "company_id": self.company.id,
                **values,
            }
        )

    def test_just_looking(self):
        """Unknown or known, with a lead or without, qualified before or not."""
        self.online = self.steve | self.olga
        stranger = self.talk(LOOK, "li@example.com")
        self.assertEqual(stranger.outcome, "nurture")
        self.known()
        self.assertEqual(self.talk(LOOK, user=self.pia).outcome, "nurture")
        self.known(need="A CRM", budget="20000")
        chat = self.talk(LOOK, user=self.pia)
        self.assertEqual(chat.outcome, "nurture")
        self.assertIn("Need was not talked about", chat.outcome_text)
        lead = self.lead()
        chat = self.talk(LOOK, user=self.pia)
        self.assertEqual((chat.outcome, chat.lead_id), ("nurture", lead))
        bot = self.script.operator_partner_id
        self.assertEqual(chat.channel_id.livechat_operator_id, bot)
        self.assertEqual(lead.user_id, self.steve)
        # Whoever types the address, too.
        self.assertEqual(self.talk(LOOK, EMAIL).outcome, "nurture")

    def test_qualified_before(self):
        self.online = self.steve
        self.known()
        first = self.talk(BUY, "A CRM", "Big", user=self.pia)
        self.assertEqual(first.outcome, "qualified")
        handover = first.handover_id
        self.finish(first.channel_id)
        again = self.talk(LOOK, user=self.pia)
        self.assertEqual(again.outcome, "nurture")
        # What was handed over stays handed over.
        self.assertEqual((handover.state, handover.user_id), ("assigned", self.steve))
        third = self.talk(BUY, user=self.pia)
        self.assertEqual(third.outcome, "qualified")
        self.assertEqual(third.lead_id, first.lead_id)

    def test_known_and_spared(self):
        """What need not be asked counts, where the visitor comes by the question."""
        self.known(need="A CRM", budget="20000")
        chat = self.talk(BUY, user=self.pia)
        self.assertFalse(chat.answer_ids)
        self.assertEqual(chat.outcome, "qualified")
        self.assertIn("A CRM", chat.lead_id.name)
        self.assertTrue(chat.lead_id.name.endswith("(chat)"))

    def test_no_budget_any_more(self):
        """Neither an older lead nor what is known for sure stands for a budget that
        the visitor says there is none of."""
        self.budget.flywheel_skip_known = False
        self.known(need="A CRM", budget="20000")
        self.lead()
        chat = self.talk(BUY, "None", user=self.pia)
        self.assertEqual(chat.outcome, "nurture")
        self.assertIn("Budget is empty", chat.outcome_text)
        typed = self.talk(BUY, "Something", "None", EMAIL)
        self.assertEqual(typed.answer_ids[-1].state, "known")
        self.assertEqual(typed.outcome, "nurture")

    def test_differs_from_what_is_known(self):
        """Somebody who types an address is judged by what he says."""
        self.known(need="A CRM", budget="0")
        chat = self.talk(BUY, "A shop", "Big", EMAIL)
        self.assertEqual(set(chat.answer_ids.mapped("state")), {"differs"})
        self.assertEqual(chat.outcome, "qualified")

    def test_other_boxes(self):
        """A box that the script asks nothing about counts by what is known."""
        background = self.env.ref("inbound_flywheel.handover_box_background")
        self.qualify.flywheel_box_ids = background
        self.pia.partner_id.function = "Director"
        self.known()
        self.assertEqual(self.talk(LOOK, user=self.pia).outcome, "qualified")

    def test_new_start(self):
        """Whoever begins again is judged by the last answers."""
        self.known()
        channel = self.chat(user=self.pia)
        for word in (BUY, "A CRM", "None"):
            self.say(channel, word)
        self.assertEqual(self.remembered(channel).outcome, "nurture")
        channel._chatbot_restart(self.script)
        channel.sudo().chatbot_current_step_id = self.wish
        self.wish._process_step(channel)
        self.say(channel, LOOK)
        self.assertIn("not talked about", self.remembered(channel).outcome_text)

    def test_names_of_leads(self):
        """Sales recognises who it is and what about."""
        self.qualify.flywheel_box_ids = self.boxes[:1]
        company = self.env["res.partner"].create({"name": "Acme", "is_company": True})
        self.pia.partner_id.parent_id = company
        self.known()
        name = self.pia.name
        chat = self.talk(BUY, "A CRM", "None", user=self.pia)
        self.assertEqual(chat.lead_id.name, f"Acme, {name}: A CRM (chat)")
        chat = self.talk(LOOK, "li@example.com")
        self.assertEqual(chat.lead_id.name, "li@example.com (chat)")
        chat = self.talk(BUY, "x" * 600, "Big", "xu@example.com")
        self.assertLessEqual(len(chat.lead_id.name), 200)
        self.assertTrue(chat.lead_id.name.endswith("(chat)"))

    def test_not_whose_customer(self):
        """Whoever types an address learns neither the salesperson nor the address of
        whom it belongs to."""
        self.known()
        self.pia.partner_id.phone = "+32499123456"
        self.lead()
        chat = self.talk(BUY, "A CRM", "Big", EMAIL)
        self.assertEqual(chat.lead_id.user_id, self.steve)
        words = " ".join(chat.channel_id.message_ids.mapped("body"))
        self.assertNotIn("Steve", words)
        self.email.step_type = "question_phone"
        self.qualify.step_type = "flywheel_human"
        chat = self.talk(BUY, "A CRM", "Big", "+32499123456")
        self.assertEqual(chat.profile_id, self.pia.partner_id.flywheel_profile_id)
        words = " ".join(chat.channel_id.message_ids.mapped("body"))
        self.assertIn("will answer by", words)
        self.assertNotIn(EMAIL, words)

    def test_promise_has_somebody(self):
        """A qualified customer of a salesperson who is not there: the promised answer
        is a task."""
        self.known()
        lead = self.lead()
        chat = self.talk(BUY, "A CRM", "Big", user=self.pia)
        self.assertEqual((chat.outcome, chat.lead_id), ("qualified", lead))
        task = lead.activity_ids
        self.assertEqual((len(task), task.user_id), (1, self.steve))
        self.assertEqual(task.date_deadline, chat.answer_by.date())
        words = " ".join(chat.channel_id.message_ids.mapped("body"))
        self.assertIn("Steve takes care", words)
        # Whoever is handed over has the queue for that.
        other = self.talk(BUY, "A CRM", "Big", "li@example.com")
        self.assertTrue(other.handover_id)
        self.assertFalse(other.lead_id.activity_ids)
