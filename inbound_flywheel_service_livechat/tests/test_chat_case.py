# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from odoo.addons.inbound_flywheel_livechat.tests.common import ChatCase

EMAIL = "wang@example.com"


class TestChatCase(ChatCase):
    """Conversations become cases, with all that was said."""

    def setUp(self):
        super().setUp()
        self.step("text", "Hello")
        self.wish = self.step("free_input_single", "What is wrong?")
        self.email = self.step("question_email", "Email?")
        self.case = self.step("flywheel_case", "I am opening a case.")
        self.more = self.step("free_input_single", "Anything else?")
        self.desk = self.env["helpdesk.ticket.team"].create(
            {"name": "Desk", "company_id": self.company.id}
        )

    def talk(self, *words, channel=None):
        channel = channel or self.chat()
        for word in words:
            self.say(channel, word)
        return channel

    def case_of(self, channel):
        return self.remembered(channel).ticket_id

    def bot_words(self, channel):
        return " ".join(channel.sudo().message_ids.mapped("body"))

    def test_bot_opens_a_case(self):
        self.case.flywheel_case_team_id = self.desk
        channel = self.talk("My invoice is <b>wrong</b>", EMAIL)
        ticket = self.case_of(channel)
        self.assertEqual(ticket.intake_source, "chat")
        self.assertEqual(ticket.team_id, self.desk)
        self.assertEqual(ticket.partner_email, EMAIL)
        self.assertEqual(ticket.flywheel_profile_id, self.person(EMAIL))
        self.assertEqual(ticket.channel_id.name, "Chat")
        self.assertIn("What is wrong?", ticket.description)
        self.assertIn("My invoice is", ticket.description)
        self.assertIn(ticket.number, self.bot_words(channel))
        self.assertTrue(ticket.flywheel_trace_ids)
        self.assertEqual(len(self.lines(self.person(EMAIL), "case_opened")), 1)

    def test_once(self):
        channel = self.talk("It is broken", EMAIL)
        ticket = self.case_of(channel)
        channel.sudo().chatbot_current_step_id = self.email
        self.talk(EMAIL, channel=channel)
        self.assertEqual(self.case_of(channel), ticket)
        cases = self.env["helpdesk.ticket"].search(
            [("flywheel_profile_id", "=", self.person(EMAIL).id)]
        )
        self.assertEqual(cases, ticket)

    def test_what_is_said_later(self):
        channel = self.talk("It is broken", EMAIL, "And it smokes")
        self.finish(channel)
        ticket = self.case_of(channel)
        notes = " ".join(ticket.message_ids.mapped("body"))
        self.assertIn("And it smokes", notes)
        count = len(ticket.message_ids)
        self.finish(channel)
        self.assertEqual(len(ticket.message_ids), count)

    def send_file(self, channel, name):
        file = channel.sudo().env["ir.attachment"]
        file = file.create(
            {
                "name": name,
                "raw": b"picture",
                "res_model": "mail.compose.message",
                "res_id": 0,
            }
        )
        guest = channel.env.context["guest"]
        channel.sudo().message_post(
            body="See the picture",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_guest_id=guest.id,
            attachment_ids=file.ids,
        )

    def test_files(self):
        """What the visitor has sent comes along, and stays when the chat goes."""
        channel = self.chat()
        self.send_file(channel, "scale.png")
        self.talk("It is broken", EMAIL, channel=channel)
        ticket = self.case_of(channel)
        Files = self.env["ir.attachment"]
        domain = [("res_model", "=", ticket._name), ("res_id", "=", ticket.id)]
        self.assertEqual(Files.search(domain).mapped("name"), ["scale.png"])
        self.send_file(channel, "later.png")
        self.finish(channel)
        self.assertEqual(
            set(Files.search(domain).mapped("name")), {"scale.png", "later.png"}
        )
        self.assertEqual(Files.search(domain)[0].raw, b"picture")
        channel.sudo().unlink()
        self.assertEqual(len(Files.search(domain)), 2)
        self.assertEqual(len(ticket.message_ids.attachment_ids), 2)

    def test_address_comes_later(self):
        self.email.sequence = 50
        channel = self.talk("It is broken")
        ticket = self.case_of(channel)
        self.assertFalse(ticket.partner_email)
        self.assertIn("write your email address", self.bot_words(channel))
        self.talk("Nothing", EMAIL, channel=channel)
        self.assertEqual(ticket.partner_email, EMAIL)
        self.assertEqual(ticket.flywheel_profile_id, self.person(EMAIL))

    def test_typed_address_is_not_the_contact(self):
        """Only who is logged in is known: the case does not show up with the contact
        whose address somebody has typed."""
        partner = self.env["res.partner"].create({"name": "Wang", "email": EMAIL})
        channel = self.talk("It is broken", EMAIL)
        given = self.case_of(channel).intake_values["given"]
        self.assertNotIn("user_id", given)
        values = self.remembered(channel)._prepare_case(self.company)
        self.assertFalse(values["partner_id"])
        self.pia.partner_id.email = "pia@example.com"
        mine = self.talk("It is broken", channel=self.chat(user=self.pia))
        self.assertEqual(self.case_of(mine).partner_id, self.pia.partner_id)
        self.assertTrue(partner)

    def test_operator(self):
        """An operator who may open cases does it in the chat."""
        agent = self.env.ref("helpdesk_mgmt.group_helpdesk_user")
        self.steve.group_ids = [Command.link(agent.id)]
        self.online = self.steve
        channel = self.talk("human")
        mine = channel.with_user(self.steve).sudo(False)
        mine.execute_command_case(body="/case")
        self.assertFalse(self.case_of(channel))
        mine.execute_command_case(body="/case The invoice is wrong")
        ticket = self.case_of(channel)
        self.assertEqual(ticket.name, "The invoice is wrong")
        self.assertIn("human", ticket.description)
        self.assertEqual(ticket.create_uid, self.steve)
        with self.assertRaises(AccessError):
            mine.with_user(self.olga).execute_command_case(body="/case Something")

    def test_conversation_of_others(self):
        """Whoever may open cases does not read foreign conversations by it."""
        agent = new_test_user(
            self.env,
            "desk_alone",
            groups="base.group_user,helpdesk_mgmt.group_helpdesk_user",
        )
        channel = self.talk("My secret", EMAIL).with_user(agent).sudo(False)
        with self.assertRaises(AccessError):
            channel.execute_command_case(body="/case Let me see")

    def test_nobody_there(self):
        """The script may make a case of a wish that nobody is there for."""
        self.script.flywheel_fallback = "case"
        channel = self.talk("human", EMAIL)
        ticket = self.case_of(channel)
        self.assertTrue(ticket)
        self.assertIn(ticket.number, self.bot_words(channel))
        self.assertFalse(self.remembered(channel).lead_id)

    def test_not_without_end(self):
        guest = self.env["mail.guest"].create({"name": "Visitor"})
        for _turn in range(8):
            channel = self.chat(guest=guest)
            self.talk("It is broken", EMAIL, channel=channel)
        cases = self.env["helpdesk.ticket"].search_count(
            [("flywheel_profile_id", "=", self.person(EMAIL).id)]
        )
        self.assertEqual(cases, 5)
        self.assertIn("Many cases", self.bot_words(channel))

    def test_strip(self):
        channel = self.talk("It is broken", EMAIL)
        helpdesk = self.env.ref("helpdesk_mgmt.group_helpdesk_manager")
        self.steve.group_ids = [Command.link(helpdesk.id)]
        channel.sudo()._add_members(users=self.steve)
        strip = self.env["flywheel.chat"].with_user(self.steve).get_strip(channel.id)
        models = {group["model"] for group in strip["records"]}
        self.assertIn("helpdesk.ticket", models)
