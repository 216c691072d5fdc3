# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api
from odoo.tests import new_test_user

from odoo.addons.inbound_flywheel.tests.common import FlywheelCase

SELLER = (
    "sales_team.group_sale_salesman_all_leads,im_livechat.im_livechat_group_user,"
    "base.group_partner_manager"
)
# Steps after which the bot goes on without waiting.
GOES_ON = ("text", "flywheel_qualify", "flywheel_case")


class ChatCase(FlywheelCase):
    """A bot on a channel, two salespeople and an operator; who of them is there, a
    test says by ``self.online``. Visitors speak as guests of a public request do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Script = cls.env["chatbot.script"]
        cls.script = Script.create({"title": "Test bot"})
        cls.public = cls.env.ref("base.public_user")
        people = {}
        for login, groups in {
            "olga": "im_livechat.im_livechat_group_user,base.group_user",
            "steve": SELLER,
            "susan": SELLER,
        }.items():
            people[login] = new_test_user(
                cls.env,
                f"chat_{login}",
                groups=groups,
                name=login.capitalize(),
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
        cls.olga, cls.steve, cls.susan = people.values()
        cls.channel_set = cls.env["im_livechat.channel"].create(
            {
                "name": "Test channel",
                "user_ids": [Command.set(cls.olga.ids)],
                "rule_ids": [Command.create({"chatbot_script_id": cls.script.id})],
            }
        )
        cls.env["crm.team"].search([]).action_archive()
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Chat team",
                "company_id": cls.company.id,
                "crm_team_member_ids": [
                    Command.create({"user_id": user.id, "assignment_max": 30})
                    for user in (cls.steve, cls.susan)
                ],
            }
        )

    def setUp(self):
        super().setUp()
        self.online = self.env["res.users"]
        case = self

        @api.model
        def available(records, users=None):
            return {
                record: (record.user_ids if users is None else users)
                & case.online.with_env(record.env)
                for record in records
            }

        Channel = type(self.env["im_livechat.channel"])
        self.patch(Channel, "_get_available_operators_by_livechat_channel", available)

    # ------------------------------------------------------------------
    # Making a script
    # ------------------------------------------------------------------
    def step(self, kind, message="Say", answers=(), **values):
        """Add a step; answers are names, or (name, values)."""
        named = [a if isinstance(a, tuple) else (a, {}) for a in answers]
        step = self.env["chatbot.script.step"].create(
            {
                "chatbot_script_id": self.script.id,
                "step_type": kind,
                "message": message,
                "answer_ids": [
                    Command.create({"name": name, "sequence": index, **more})
                    for index, (name, more) in enumerate(named)
                ],
                **values,
            }
        )
        return step

    def question(self, code):
        return self.env.ref(f"inbound_flywheel.question_{code}")

    # ------------------------------------------------------------------
    # Talking
    # ------------------------------------------------------------------
    def chat(self, user=None, guest=None):
        """Begin a conversation with the bot, and return its channel as the visitor
        sees it."""
        if not user and not guest:
            guest = self.env["mail.guest"].create({"name": "Visitor"})
        env = self.env(user=user or self.public, context={"guest": guest})
        bot = self.script.operator_partner_id
        visitor = (
            {"guest_id": guest.id} if guest else {"partner_id": user.partner_id.id}
        )
        channel = (
            self.env["discuss.channel"]
            .with_user(user or self.public)
            .sudo()
            .create(
                {
                    "name": "Chat",
                    "channel_type": "livechat",
                    "livechat_channel_id": self.channel_set.id,
                    "livechat_operator_id": bot.id,
                    "chatbot_current_step_id": self.script._get_welcome_steps()[-1].id,
                    "livechat_status": "in_progress",
                    "channel_member_ids": [
                        Command.create(
                            {"partner_id": bot.id, "livechat_member_type": "bot"}
                        ),
                        Command.create({**visitor, "livechat_member_type": "visitor"}),
                    ],
                }
            )
        )
        self.script._post_welcome_steps(channel)
        return env["discuss.channel"].browse(channel.id)

    def say(self, channel, words):
        """Post what the visitor says; a ready answer is chosen by its name. Return
        the bot's answer as text."""
        # Another request: who is there is looked up anew.
        self.channel_set.invalidate_recordset(["available_operator_ids"])
        step = channel.sudo().chatbot_current_step_id
        answer = step.answer_ids.filtered(lambda a: a.name == words)
        guest = channel.env.context.get("guest")
        author = {"author_guest_id": guest.id} if guest else {}
        speaking = channel.sudo().with_context(selected_answer_id=answer.id)
        speaking.message_post(
            body=words,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            **author,
        )
        return self.go_on(channel, words)

    def go_on(self, channel, words=""):
        """Let the bot answer, until it asks or ends, as its controller does."""
        while True:
            step = channel.sudo().chatbot_current_step_id
            bot = step.chatbot_script_id.operator_partner_id
            if step.is_forward_operator and channel.livechat_operator_id != bot:
                return None
            following = step._process_answer(channel, words)
            if not following:
                channel.sudo().livechat_end_dt = self.env.cr.now()
                return None
            channel.sudo().chatbot_current_step_id = following
            message = following._process_step(channel)
            if following.step_type not in GOES_ON:
                return message.body or ""
            words = ""

    def remembered(self, channel):
        return self.env["flywheel.chat"].search([("origin_id", "=", channel.id)])

    def finish(self, channel):
        """Let the visitor leave, and the scheduled action do its work."""
        channel.sudo()._close_livechat_session()
        chat = self.remembered(channel)
        chat._finish()
        self.env.flush_all()
        return chat.exists()

    def facts(self, person):
        return {fact.question_id.code: fact for fact in person._get_known()}
