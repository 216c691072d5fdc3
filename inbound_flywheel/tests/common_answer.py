# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import Command

from .common import FlywheelCase

DELIVERY = "How long does delivery take?"
TEXT = "<p>Dear {{ first_name ||| customer }}, we deliver within three days.</p>"


class AnswerCase(FlywheelCase):
    """An approved answer, and a lead of somebody who may ask for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Who may write contacts may post on them.
        cls.mara.group_ids |= cls.env.ref("base.group_partner_manager")
        cls.partner = cls.env["res.partner"].create(
            {"name": "Ann Wang", "email": "ann@example.com", "lang": "en_US"}
        )
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Sails", "partner_id": cls.partner.id, "user_id": cls.sam.id}
        )
        cls.answer = cls.make(
            DELIVERY, TEXT, aliases="When will my parcel arrive?\n多久會到貨？"
        )
        cls.publish(cls.answer)

    @classmethod
    def make(cls, name, *bodies, **values):
        """Return a draft; each body is markup, or the values of a text."""
        Answer = cls.env["flywheel.approved.answer"].with_user(cls.mara)
        return Answer.create(
            {
                "name": name,
                "variant_ids": [
                    Command.create(b if isinstance(b, dict) else {"body": b})
                    for b in bodies
                ],
                **values,
            }
        )

    @classmethod
    def publish(cls, answer, reason="First text", **kwargs):
        return answer.with_user(cls.mara)._publish(reason, **kwargs)

    def find(self, question, user=None, record=None):
        """Return what the picker shows."""
        record = record or self.lead
        Answer = self.env["flywheel.approved.answer"].with_user(user or self.sam)
        return Answer.search_answers(question, record._name, record.id)

    def insert(self, user=None, answer=None, record=None, **kwargs):
        record = record or self.lead
        answer = (answer or self.answer).with_user(user or self.sam)
        return answer.insert_answer(record._name, record.id, **kwargs)

    def use(self, answer):
        return self.env["flywheel.approved.answer.use"].browse(answer["use_id"])

    def post(self, body, user=None, record=None, **kwargs):
        record = (record or self.lead).with_user(user or self.sam)
        kwargs.setdefault("subtype_xmlid", "mail.mt_comment")
        kwargs.setdefault("message_type", "comment")
        return record.message_post(body=Markup(body), **kwargs)
