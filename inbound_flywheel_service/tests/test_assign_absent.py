# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .test_assign_choice import AssignCommon


@tagged("post_install", "-at_install")
class TestAbsent(AssignCommon):
    def setUp(self):
        super().setUp()
        self.case = self._case(
            "It rings", "<p>My phone rings</p>", partner_id=self.customer.id
        )
        self.case.user_id = self.ann

    def _post(self, user_or_partner, body):
        partner = user_or_partner
        if user_or_partner._name == "res.users":
            partner = user_or_partner.partner_id
        self.case.message_post(
            body=body,
            author_id=partner.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _handed_over(self):
        notes = self.case.message_ids.filtered(lambda m: "Handed over by" in m.body)
        return notes.mapped("body")

    def test_waiting_cases_come_back_with_a_note(self):
        self._post(self.customer, "It still rings")
        self.case.activity_schedule(
            "mail.mail_activity_data_todo", summary="Call on Monday"
        )
        self._away(self.ann, hours=48)
        self._run_queue()
        self.assertEqual(self.case.user_id, self.bob)
        codes = self._codes(self.case, "assign")
        self.assertEqual(codes[-2:], ["assign_away", "assign"])
        lines = self.case.sudo().flywheel_trace_ids
        away = lines.filtered(lambda t: t.code == "assign_away")
        self.assertIn("from Ann: out of office until", away.message)
        [note] = self._handed_over()
        self.assertIn("It still rings", note)
        self.assertIn("Call on Monday", note)

    def test_without_a_message_the_text_of_the_case_is_quoted(self):
        self._away(self.ann)
        self._run_queue()
        [note] = self._handed_over()
        self.assertIn("My phone rings", note)

    def test_the_former_agent_hears_no_more_of_it(self):
        self.case.message_subscribe(self.ann.partner_id.ids)
        self._away(self.ann)
        self._run_queue()
        self.assertNotIn(self.ann.partner_id, self.case.message_partner_ids)
        self.assertIn(self.bob.partner_id, self.case.message_partner_ids)

    def test_the_next_agent_is_told_once(self):
        self._away(self.ann)
        self._run_queue()
        self._run_queue()
        told = self.env["mail.message"].search(
            [
                ("model", "=", "helpdesk.ticket"),
                ("res_id", "=", self.case.id),
                ("partner_ids", "in", self.bob.partner_id.ids),
            ]
        )
        self.assertLessEqual(len(told), 1)

    def test_who_waits_for_the_customer_stays_until_he_answers(self):
        self._post(self.ann, "Have you turned it off and on?")
        self.assertFalse(self.case.waiting_since)
        self._away(self.ann)
        self._run_queue()
        self.assertEqual(self.case.user_id, self.ann)
        self._post(self.customer, "I have")
        self._run_queue()
        self.assertEqual(self.case.user_id, self.bob)
        [note] = self._handed_over()
        self.assertIn("off and on", note)
        self.assertIn("I have", note)

    def test_archived(self):
        self.ann.active = False
        self._run_queue()
        self.assertEqual(self.case.user_id, self.bob)

    def test_left_the_team(self):
        self.team.user_ids -= self.ann
        self._run_queue()
        self.assertEqual(self.case.user_id, self.bob)
        lines = self.case.sudo().flywheel_trace_ids
        away = lines.filtered(lambda t: t.code == "assign_away")
        self.assertIn("no longer in the team", away.message)

    def test_a_window_that_begins_later(self):
        now = fields.Datetime.now()
        start = now + timedelta(days=1)
        triggers = self.env["ir.cron.trigger"].search([])
        self.ann.write(
            {"out_of_office_from": start, "out_of_office_to": now + timedelta(days=2)}
        )
        new = self.env["ir.cron.trigger"].search([]) - triggers
        self.assertIn(start, new.mapped("call_at"))
        self._run_queue()
        self.assertEqual(self.case.user_id, self.ann)

    def test_nobody_else_is_there(self):
        self._away(self.ann)
        self._away(self.bob)
        self._run_queue()
        self.assertFalse(self.case.user_id)
        self.assertEqual(self.case.team_id, self.team)

    def test_reopened_while_the_agent_is_away(self):
        self.case.stage_id = self.stage_done
        self._away(self.ann)
        self.case.stage_id = self.stage_new
        self.assertFalse(self.case.user_id)
        self._run_queue()
        self.assertEqual(self.case.user_id, self.bob)

    def test_who_was_chosen_by_hand_though_away_keeps_it(self):
        self._away(self.bob)
        self.case.user_id = self.bob
        self._run_queue()
        self.assertEqual(self.case.user_id, self.bob)
        self.bob.write({"out_of_office_from": False, "out_of_office_to": False})
        self._run_queue()
        self.assertFalse(self.case.chosen_absent)
        self._away(self.bob)
        self._run_queue()
        self.assertEqual(self.case.user_id, self.ann)

    def test_a_team_that_assigns_by_hand(self):
        self.team.flywheel_auto_assign = False
        self._away(self.ann)
        self._run_queue()
        self.assertEqual(self.case.user_id, self.ann)
