# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

OUTCOMES = [
    ("qualified", "Qualified"),
    ("nurture", "To Nurture"),
]


class FlywheelChat(models.Model):
    """One live chat, as it is remembered: who, about what, what came of it.

    Kept apart from the conversation itself, which visitors and operators see, and
    which may be deleted.
    """

    _name = "flywheel.chat"
    _description = "Chat with a Person"
    _order = "date desc, id desc"

    name = fields.Char(
        string="About", readonly=True, help="The first words of the visitor."
    )
    channel_id = fields.Many2one(
        "discuss.channel",
        string="Conversation",
        readonly=True,
        ondelete="set null",
    )
    origin_id = fields.Integer(
        readonly=True,
        aggregator=None,
        help="Tells the conversation apart, even when it is deleted.",
    )
    profile_id = fields.Many2one(
        "flywheel.profile",
        string="Person",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    known_by = fields.Selection(
        [
            ("login", "Logged in"),
            ("browser", "Same browser as before"),
            ("typed", "Address that was typed"),
            ("staff", "Told by a colleague"),
        ],
        readonly=True,
        help="An address that somebody types, now or before at the same browser, "
        "proves nothing: what colleagues have noted is never changed by it.",
    )
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    guest_id = fields.Many2one(
        "mail.guest", readonly=True, ondelete="set null", index="btree_not_null"
    )
    script_id = fields.Many2one(
        "chatbot.script", string="Chatbot", readonly=True, ondelete="set null"
    )
    user_id = fields.Many2one(
        "res.users", string="Operator", readonly=True, ondelete="set null"
    )
    date = fields.Datetime(string="Started", readonly=True, required=True)
    date_end = fields.Datetime(string="Ended", readonly=True)
    message_count = fields.Integer(
        string="Words of the Visitor",
        readonly=True,
        help="Messages that the visitor wrote.",
    )
    transcript = fields.Html(readonly=True, sanitize_attributes=True)
    rating = fields.Float(readonly=True, aggregator="avg", help="1 to 5; 0: none.")
    rating_text = fields.Text(string="Comment on the Rating", readonly=True)
    outcome = fields.Selection(OUTCOMES, string="Decided", readonly=True)
    outcome_text = fields.Text(
        string="Why", readonly=True, help="What the decision was based on."
    )
    lead_id = fields.Many2one(
        "crm.lead", readonly=True, ondelete="set null", index="btree_not_null"
    )
    handover_id = fields.Many2one(
        "flywheel.handover", string="Hand-Over", readonly=True, ondelete="set null"
    )
    word_left = fields.Boolean(
        string="Waits for an Answer",
        readonly=True,
        help="Nobody was there; the visitor was promised an answer.",
    )
    answer_by = fields.Datetime(string="Promised Until", readonly=True)
    wants_person = fields.Boolean(readonly=True)
    unfinished = fields.Boolean(
        readonly=True, help="To be read once more by the scheduled action."
    )
    answer_ids = fields.One2many("flywheel.chat.answer", "chat_id", readonly=True)

    _origin_uniq = models.UniqueIndex(
        "(origin_id)", "This conversation is remembered already."
    )
    _channel_idx = models.Index("(channel_id) WHERE channel_id IS NOT NULL")
    _unfinished_idx = models.Index("(id) WHERE unfinished")

    @api.depends("name", "date")
    def _compute_display_name(self):
        for chat in self:
            chat.display_name = chat.name or self.env._(
                "Chat of %(date)s", date=fields.Date.to_string(chat.date)
            )

    @api.model
    def _of(self, channel):
        """Return what is remembered of a conversation, with full rights; made when it
        is missing. Empty if another request makes it this very moment.

        :param channel: a live chat
        """
        # sudo: the flow remembers, whoever talks
        chats = self.sudo()
        channel = channel.sudo()
        if channel.channel_type != "livechat":
            return chats.browse()
        chat = chats.search([("origin_id", "=", channel.id)])
        if chat:
            return chat
        script = channel.chatbot_current_step_id.chatbot_script_id
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO flywheel_chat (origin_id, channel_id, company_id, script_id,
                            guest_id, date, unfinished, create_uid, create_date,
                            write_uid, write_date)
                VALUES (%(channel)s, %(channel)s, %(company)s, %(script)s, %(guest)s,
                        %(date)s, FALSE, %(uid)s, %(now)s, %(uid)s, %(now)s)
                ON CONFLICT DO NOTHING
                RETURNING id
                """,
                channel=channel.id,
                company=channel._flywheel_company().id,
                script=script.id or None,
                guest=channel.livechat_customer_guest_ids[:1].id or None,
                date=channel.create_date or fields.Datetime.now(),
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        return chats.browse(rows[0] if rows else ())

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_open_channel(self):
        """Open the conversation in Discuss."""
        self.ensure_one()
        self.channel_id.check_access("read")
        return {
            "type": "ir.actions.client",
            "tag": "mail.action_discuss",
            "params": {"active_id": f"discuss.channel_{self.channel_id.id}"},
        }

    def action_open_person(self):
        """Open the person's contact, or the person."""
        self.ensure_one()
        person = self.profile_id
        return (person.partner_id or person)._get_records_action()
