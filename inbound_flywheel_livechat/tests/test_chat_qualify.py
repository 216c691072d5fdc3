# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command

from .common import ChatCase

EMAIL = "wang@example.com"


class TestChatQualify(ChatCase):
    """The bot decides, and what follows happens once."""

    def setUp(self):
        super().setUp()
        box = "inbound_flywheel.handover_box_"
        self.boxes = self.env.ref(f"{box}need") | self.env.ref(f"{box}budget")
        self.step("text", "Hello")
        self.step(
            "free_input_single", "Need?", flywheel_question_id=self.question("need").id
        )
        self.budget = self.step(
            "question_selection",
            "Budget?",
            answers=[
                ("None", {"flywheel_value": "0"}),
                ("Big", {"flywheel_value": "20000", "flywheel_points": 7}),
            ],
            flywheel_question_id=self.question("budget").id,
        )
        self.email = self.step("question_email", "Email?")
        self.qualify = self.step(
            "flywheel_qualify",
            "A colleague is joining you",
            flywheel_box_ids=[Command.set(self.boxes.ids)],
            flywheel_nurture_message="<p>We will write to you</p>",
        )
        self.good = self.step("text", "Good", flywheel_branch="qualified")
        self.wait = self.step("free_input_single", "Wait", flywheel_branch="nurture")

    def talk(self, *words, channel=None):
        channel = channel or self.chat()
        for word in words:
            self.say(channel, word)
        return channel

    def bot_words(self, channel):
        return " ".join(channel.sudo().message_ids.mapped("body"))

    def handovers(self):
        return self.env["flywheel.handover"].search(
            [("profile_id", "=", self.person(EMAIL).id)]
        )

    def test_qualified(self):
        """The lead is made, handed over once, and the one who is there takes the
        chat."""
        self.online = self.steve
        channel = self.talk("A new CRM", "Big", EMAIL)
        chat = self.remembered(channel)
        self.assertEqual(chat.outcome, "qualified")
        self.assertEqual(channel.sudo().livechat_operator_id, self.steve.partner_id)
        self.assertIn("A colleague is joining you", self.bot_words(channel))
        handover = self.handovers()
        self.assertEqual((handover.state, handover.user_id), ("assigned", self.steve))
        lead = chat.lead_id
        self.assertEqual(handover.lead_id, lead)
        self.assertEqual((lead.user_id, lead.team_id), (self.steve, self.team))
        self.assertEqual(lead.type, "opportunity")
        self.assertEqual(lead.name, f"{EMAIL}: A new CRM (chat)")
        self.assertEqual(lead.expected_revenue, 20000)
        self.assertEqual(lead.email_from, EMAIL)
        self.assertEqual(lead.flywheel_profile_id, self.person(EMAIL))
        self.assertIn("A new CRM", lead.description)
        self.assertEqual(len(self.lines(self.person(EMAIL), "handover_assigned")), 1)
        self.assertEqual(chat.user_id, self.steve)

    def test_familiar_first(self):
        """Who knows the person comes first, whatever the turn."""
        for familiar in (self.susan, self.steve):
            address = f"{familiar.login}@example.com"
            self.env["res.partner"].create(
                {"name": "Known", "email": address, "user_id": familiar.id}
            )
            self.online = self.steve | self.susan | self.olga
            channel = self.talk("A new CRM", "Big", address)
            operator = channel.sudo().livechat_operator_id
            self.assertEqual(operator, familiar.partner_id)
            handover = self.remembered(channel).handover_id
            self.assertTrue(handover.familiar)

    def test_familiar_without_a_team(self):
        """The owner of the contact gets it though in no team."""
        self.env["res.partner"].create(
            {"name": "Known", "email": EMAIL, "user_id": self.olga.id}
        )
        self.online = self.steve | self.olga
        channel = self.talk("A new CRM", "Big", EMAIL)
        self.assertEqual(channel.sudo().livechat_operator_id, self.olga.partner_id)
        self.assertEqual(self.remembered(channel).lead_id.user_id, self.olga)

    def test_familiar_is_not_there(self):
        """Somebody who is there talks; the queue gives the lead to who knows."""
        self.env["res.partner"].create(
            {"name": "Known", "email": EMAIL, "user_id": self.susan.id}
        )
        self.online = self.olga
        channel = self.talk("A new CRM", "Big", EMAIL)
        self.assertEqual(channel.sudo().livechat_operator_id, self.olga.partner_id)
        self.assertEqual(self.handovers().state, "waiting")
        self.env["flywheel.handover"]._assign_all()
        self.assertEqual(self.handovers().user_id, self.susan)

    def test_nobody_there(self):
        """The visitor is told until when to hear; the queue goes on."""
        channel = self.talk("A new CRM", "Big", EMAIL)
        bot = self.script.operator_partner_id
        self.assertEqual(channel.sudo().livechat_operator_id, bot)
        self.assertEqual(self.handovers().state, "waiting")
        self.assertIn("will be in touch by", self.bot_words(channel))
        self.assertIn("Good", self.bot_words(channel))
        self.assertNotIn("Wait", self.bot_words(channel))

    def test_once(self):
        """Chatting again makes neither a second lead nor a second hand-over."""
        self.online = self.steve
        first = self.talk("A new CRM", "Big", EMAIL)
        second = self.talk("A new CRM again", "Big", EMAIL)
        self.assertEqual(len(self.handovers()), 1)
        self.assertEqual(
            self.remembered(second).lead_id, self.remembered(first).lead_id
        )
        self.assertEqual(second.sudo().livechat_operator_id, self.steve.partner_id)

    def test_nurture(self):
        self.online = self.steve
        channel = self.talk("A new CRM", "None", EMAIL)
        chat = self.remembered(channel)
        self.assertEqual(chat.outcome, "nurture")
        self.assertIn("Budget is empty", chat.outcome_text)
        self.assertEqual(chat.lead_id.type, "lead")
        self.assertFalse(chat.lead_id.user_id)
        self.assertFalse(self.handovers())
        self.assertIn("We will write to you", self.bot_words(channel))
        self.assertIn("Wait", self.bot_words(channel))
        self.assertEqual(chat.profile_id.journey_stage_id, self.stage("consideration"))

    def test_nothing_but_a_choice(self):
        steps = self.budget.chatbot_script_id.script_step_ids
        steps.filtered(lambda step: "Need?" in (step.message or "")).unlink()
        channel = self.talk("None", EMAIL)
        chat = self.remembered(channel)
        self.assertEqual(chat.outcome, "nurture")
        line = chat.profile_id.touchpoint_ids.filtered(
            lambda line: line.type_id.code == "chat"
        )
        self.assertEqual(line.content, "None")

    def test_unknown_person(self):
        self.email.unlink()
        channel = self.talk("A new CRM", "Big")
        chat = self.remembered(channel)
        self.assertEqual((chat.outcome, chat.lead_id.id), ("nurture", False))

    def test_score_and_grade(self):
        self.qualify.flywheel_min_score = 1000
        channel = self.talk("A new CRM", "Big", EMAIL)
        chat = self.remembered(channel)
        self.assertEqual(chat.outcome, "nurture")
        self.assertIn("1000", chat.outcome_text)
        chat.profile_id.no_profiling = True
        second = self.talk("A new CRM", "Big", EMAIL)
        self.assertEqual(self.remembered(second).outcome, "qualified")

    def test_points_count_in_the_decision(self):
        """What the visitor says right now is part of the score that decides."""
        types = self.env["flywheel.touchpoint.type"]._get_ids_by_code()
        model = self.score_model.copy()
        model.rule_ids = [
            Command.create(
                {
                    "name": "Answers",
                    "type_ids": [Command.set([types["chat_answer"]])],
                    "points": 1,
                    "per_value": True,
                }
            )
        ]
        model.action_activate()
        self.qualify.flywheel_min_score = 6
        channel = self.talk("A new CRM", "Big", EMAIL)
        self.assertEqual(self.remembered(channel).outcome, "qualified")
        self.qualify.flywheel_min_score = 8
        other = self.talk("A new CRM", "Big", "li@example.com")
        self.assertEqual(self.remembered(other).outcome, "nurture")

    def test_own_definition(self):
        """A step that names no boxes asks for those of the company's definition."""
        self.qualify.flywheel_box_ids = False
        Definition = self.env["flywheel.handover.definition"]
        definition = Definition._get_for(self.company)
        background = self.env.ref("inbound_flywheel.handover_box_background")
        definition.box_ids = self.boxes | background
        channel = self.talk("A new CRM", "Big", EMAIL)
        self.assertIn("Background is empty", self.remembered(channel).outcome_text)

    def test_returned_person_is_left_alone(self):
        """Whom sales gave back is not queued before the day they said."""
        self.online = self.steve
        channel = self.talk("A new CRM", "Big", EMAIL)
        self.finish(channel)
        reason = self.env.ref("inbound_flywheel.return_reason_no_budget")
        self.handovers()._return(reason, "2026-12-31")
        self.online = self.olga
        again = self.talk("A new CRM", "Big", EMAIL)
        self.assertEqual(len(self.handovers()), 1)
        self.assertEqual(again.sudo().livechat_operator_id, self.olga.partner_id)

    def test_logged_in(self):
        """A customer who is logged in is the lead's contact."""
        self.pia.partner_id.email = "pia@example.com"
        channel = self.talk("A new CRM", "Big", channel=self.chat(user=self.pia))
        lead = self.remembered(channel).lead_id
        self.assertEqual(lead.partner_id, self.pia.partner_id)
