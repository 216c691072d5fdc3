# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields

from .common import FlywheelCase


class EvidenceCase(FlywheelCase):
    """A persona, a bank of three questions of its own, and somebody to interview."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Question = cls.env["flywheel.question"]
        Question.search([]).active = False
        cls.question, cls.second, cls.opening = Question.create(
            [
                {"name": "Which channels?", "team": "marketing"},
                {"name": "Who decides?", "team": "sales"},
                {"name": "How found?", "team": "interview", "for_persona": False},
            ]
        )
        cls.persona = cls.env["flywheel.persona"].create(
            {"name": "Carla", "owner_id": cls.max.id}
        )
        cls.partner = cls.env["res.partner"].create(
            {"name": "Chen", "email": "chen@example.com", "lang": "en_US"}
        )

    def answer(self, text="Mail", source="guess", user=None, **values):
        """Answer the question about the persona, as ``user`` (default mara)."""
        return (
            self.env["flywheel.persona.answer"]
            .with_user(user or self.mara)
            .create(
                {
                    "persona_id": self.persona.id,
                    "question_id": self.question.id,
                    "answer": text,
                    "source": source,
                    **values,
                }
            )
        )

    def backed(self, text="Phone", **values):
        """Answer with evidence."""
        return self.answer(text, "data", evidence="41 of 58 orders", **values)

    def interview(self, user=None, **values):
        """Plan an interview with the contact, tomorrow, as ``user`` (default sam)."""
        return (
            self.env["flywheel.interview"]
            .with_user(user or self.sam)
            .create(
                {
                    "persona_id": self.persona.id,
                    "partner_id": self.partner.id,
                    "date": fields.Datetime.now() + timedelta(days=1),
                    **values,
                }
            )
        )

    def consent(self, purpose="recording", kind="given", person=None, **values):
        """Log what a person says, by default the contact, as service."""
        person = person or self.partner.flywheel_profile_id
        return (
            self.env["flywheel.consent"]
            .with_user(self.sid)
            .create(
                {
                    "profile_id": person.id,
                    "purpose": purpose,
                    "kind": kind,
                    "method": "spoken",
                    **values,
                }
            )
        )
