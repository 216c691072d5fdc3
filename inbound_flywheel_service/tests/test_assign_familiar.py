# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from .common import OWN
from .test_assign_choice import AssignCommon


@tagged("post_install", "-at_install")
class TestFamiliar(AssignCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Bob would have less to do.
        cls._case(user_id=cls.ann.id)
        cls.former = cls._theirs("The first time", user_id=cls.ann.id)
        cls.former.write(
            {"solution": "<p>Turn it off and on</p>", "stage_id": cls.stage_done.id}
        )

    @classmethod
    def _theirs(cls, name="Again", **values):
        return cls._case(name, **{"partner_id": cls.customer.id, **values})

    def _notes(self, case):
        notes = case.message_ids.filtered(lambda m: "knows this customer" in m.body)
        return notes.mapped("body")

    def test_who_solved_the_last_case(self):
        case = self._theirs()
        self.assertEqual(case.user_id, self.ann)
        line = self._assigned(case)
        self.assertEqual(line.code, "assign_familiar")
        self.assertIn(self.former.number, line.message)
        self.assertEqual((case.familiar_user_id, case.familiar_kept), (self.ann, 1))
        self.assertFalse(self._notes(case))

    def test_who_answered_last_comes_before_who_owned_it(self):
        case = self._theirs("Second", user_id=self.ann.id)
        case.with_user(self.mia).message_post(
            body="I help", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(case.last_answer_user_id, self.mia)
        self.team.user_ids += self.mia
        self.assertEqual(self._theirs("Third").user_id, self.mia)

    def test_by_mail_address_alone(self):
        former = self._case(partner_email="dora@x.example", user_id=self.ann.id)
        former.stage_id = self.stage_done
        case = self._case(partner_email="Dora@x.example")
        self.assertEqual(case.user_id, self.ann)

    def test_a_colleague_of_the_customer(self):
        firm = self.customer.create({"name": "Firm", "is_company": True})
        first, second = self.customer.create(
            [
                {"name": name, "parent_id": firm.id, "email": f"{name}@firm.example"}
                for name in ("one", "two")
            ]
        )
        self._theirs(partner_id=first.id, user_id=self.ann.id)
        case = self._theirs(partner_id=second.id)
        self.assertEqual(case.user_id, self.ann)

    def test_the_own_case_counts_more_than_that_of_the_company(self):
        firm = self.customer.create({"name": "Firm", "is_company": True})
        self.customer.parent_id = firm
        self.former.invalidate_recordset()
        other = self.customer.create({"name": "Two", "parent_id": firm.id})
        self._theirs(partner_id=other.id, user_id=self.bob.id)
        self.assertEqual(self._theirs().user_id, self.ann)

    def test_not_after_too_long(self):
        old = fields.Datetime.now() - timedelta(days=181)
        self.former.write({"closed_date": old, "assigned_date": old})
        case = self._theirs()
        self.assertEqual(case.user_id, self.bob)
        self.assertFalse(case.familiar_user_id)

    def test_not_when_the_team_does_not_want_it(self):
        self.team.flywheel_familiar_days = 0
        self.assertEqual(self._theirs().user_id, self.bob)

    def test_what_nobody_solved_makes_nobody_familiar(self):
        self.former.stage_id = self.stage_cancelled
        self.assertEqual(self._theirs().user_id, self.bob)

    def test_absent_so_the_next_one_gets_a_note(self):
        self._away(self.ann)
        case = self._theirs()
        self.assertEqual(case.user_id, self.bob)
        self.assertEqual((case.familiar_user_id, case.familiar_kept), (self.ann, 0))
        detail = self._assigned(case).detail
        self.assertIn(f"Ann knows the customer from case {self.former.number}", detail)
        self.assertIn("out of office until", detail)
        [note] = self._notes(case)
        self.assertIn("Ann knows this customer", note)

    def test_the_note_tells_nothing_that_its_reader_may_not_read(self):
        self._away(self.ann)
        # Bob sees his own cases only.
        [note] = self._notes(self._theirs())
        self.assertNotIn("off and on", note)
        self.assertNotIn("The first time", note)

    def test_the_note_tells_what_its_reader_may_read(self):
        self._away(self.ann)
        reader = new_test_user(
            self.env, "s_all", groups="helpdesk_mgmt.group_helpdesk_user", name="Al"
        )
        self.team.user_ids = reader + self.ann
        [note] = self._notes(self._theirs())
        self.assertIn("off and on", note)
        self.assertIn(f"/odoo/helpdesk-tickets/{self.former.id}", note)

    def test_full(self):
        self.team.flywheel_capacity = 1
        case = self._theirs()
        self.assertEqual(case.user_id, self.bob)
        self.assertIn("but: full, 1 of 1", self._assigned(case).detail)

    def test_in_another_team(self):
        dan = new_test_user(self.env, "s_dan", groups=OWN, name="Dan")
        self.other_team.write({"flywheel_auto_assign": True, "user_ids": dan.ids})
        self.other_team.flywheel_night = "any"
        case = self._theirs(team_id=self.other_team.id)
        self.assertEqual(case.user_id, dan)
        self.assertIn("but: not in the team", self._assigned(case).detail)

    def test_archived(self):
        self.ann.active = False
        case = self._theirs()
        self.assertEqual(case.user_id, self.bob)
        self.assertFalse(case.familiar_user_id)

    def test_share_of_those_who_got_whom_they_know(self):
        cases = self._theirs() + self._theirs()
        self._away(self.ann)
        cases += self._theirs()
        # By now Bob is who knows the customer.
        cases += self._theirs()
        [[share]] = self.env["helpdesk.ticket"]._read_group(
            [("familiar_user_id", "!=", False), ("id", "in", cases.ids)],
            aggregates=["familiar_kept:avg"],
        )
        self.assertEqual(share, 0.75)
