# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime

from odoo.tests import tagged

from .common import ServiceCommon

FIELDS = ("waiting_since", "first_response_date", "last_answer_date")


@tagged("post_install", "-at_install")
class TestTakeover(ServiceCommon):
    """A database that was at work before the clock was there."""

    def _old_case(self, *words, **values):
        """A case as it was stored before: its conversation, and no times.

        :param words: (author, "2026-01-02 03:04:05") of each message
        """
        case = self._case(partner_id=self.customer.id, **values)
        for author, date in words:
            case.message_post(
                body="Word",
                author_id=author.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            ).date = date
        case.write(dict.fromkeys(FIELDS, False))
        return case

    def _take_over(self):
        self.env.flush_all()
        self.env["helpdesk.ticket"]._flywheel_take_over_waits()
        self.env.invalidate_all()

    def test_who_waits_is_read_from_the_conversation(self):
        ann, carl = self.ann.partner_id, self.customer
        silent = self._old_case()
        answered = self._old_case((ann, "2026-01-02 08:00:00"))
        asked = self._old_case(
            (ann, "2026-01-02 08:00:00"),
            (carl, "2026-01-03 08:00:00"),
            (carl, "2026-01-04 08:00:00"),
        )
        self._take_over()
        self.assertEqual(silent.waiting_since, silent.create_date)
        self.assertFalse(silent.first_response_date)
        self.assertFalse(answered.waiting_since)
        self.assertEqual(answered.first_response_date, datetime(2026, 1, 2, 8))
        self.assertEqual(asked.waiting_since, datetime(2026, 1, 3, 8))
        self.assertEqual(asked.last_answer_date, datetime(2026, 1, 2, 8))

    def test_nobody_waits_on_closed_cases_and_machines(self):
        closed = self._old_case(stage_id=self.stage_done.id)
        machine = self._old_case()
        machine.mail_verdict = "out_of_office"
        self._take_over()
        self.assertFalse(closed.waiting_since)
        self.assertFalse(machine.waiting_since)

    def test_notes_answer_nobody_and_clocks_at_work_stay(self):
        noted = self._old_case()
        noted.message_post(body="Note", author_id=self.ann.partner_id.id)
        running = self._old_case()
        running.waiting_since = "2026-01-05 08:00:00"
        self._take_over()
        self.assertEqual(noted.waiting_since, noted.create_date)
        self.assertEqual(running.waiting_since, datetime(2026, 1, 5, 8))
