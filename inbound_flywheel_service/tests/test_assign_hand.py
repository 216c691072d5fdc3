# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .test_assign_choice import AssignCommon


@tagged("post_install", "-at_install")
class TestByHand(AssignCommon):
    def setUp(self):
        super().setUp()
        self.case = self._case()
        self.case.user_id = self.bob

    def _wizard(self, user, action, **values):
        context = getattr(self.case.with_user(user), action)()["context"]
        form = Form(
            self.env["flywheel.case.reassign"].with_user(user).with_context(**context)
        )
        for name, value in values.items():
            form[name] = value
        return form.save()

    def test_taking_it(self):
        self._away(self.ann)
        self._away(self.bob)
        case = self._case()
        self._away(self.bob, hours=-0.5)
        case.with_user(self.bob).assign_to_me()
        self.assertEqual(self._assigned(case).message, "Bob took the case.")

    def test_giving_it_to_a_colleague(self):
        wizard = self._wizard(
            self.bob,
            "action_flywheel_reassign",
            user_id=self.ann,
            reason="Ann knows locks",
        )
        self.assertIn("Present", wizard.standing)
        action = wizard.action_confirm()
        self.assertEqual(self.case.user_id, self.ann)
        message = self._assigned(self.case).message
        self.assertEqual(message, "Bob gave it to Ann: Ann knows locks")
        self.assertEqual(self._assigned(self.case).user_id, self.bob)
        self.assertIn("Handed over by Bob", self.case.message_ids[0].body)
        # He follows the case, and still sees it.
        self.assertTrue(action)

    def test_colleagues_of_the_team_only(self):
        wizard = self._wizard(
            self.bob, "action_flywheel_reassign", user_id=self.mia, reason="x"
        )
        with self.assertRaisesRegex(UserError, "not a member"):
            wizard.action_confirm()

    def test_giving_it_back(self):
        self._case(user_id=self.ann.id)
        wizard = self._wizard(
            self.bob, "action_flywheel_give_back", reason="Not my subject"
        )
        wizard.action_confirm()
        self.assertFalse(self.case.user_id)
        self.assertIn("Not my subject", self._assigned(self.case).message)
        self.assertNotIn(self.bob.partner_id, self.case.message_partner_ids)
        self._run_queue()
        # Ann has more to do, but Bob does not get it again.
        self.assertEqual(self.case.user_id, self.ann)
        self.assertIn("Bob (gave it back)", self._assigned(self.case).detail)

    def test_no_queue_to_give_it_back_to(self):
        self.team.flywheel_auto_assign = False
        wizard = self._wizard(self.bob, "action_flywheel_give_back", reason="x")
        with self.assertRaisesRegex(UserError, "assigns by hand"):
            wizard.action_confirm()

    def test_a_change_in_the_form(self):
        self.case.with_user(self.mia).user_id = self.ann
        self.assertEqual(self._assigned(self.case).message, "Mia gave it to Ann.")
        self.case.with_user(self.mia).user_id = False
        self.assertEqual(self._assigned(self.case).message, "Mia took it from Ann.")

    def test_manual_assignment_may_exceed_the_limit(self):
        self.team.flywheel_capacity = 1
        other = self._case(user_id=self.bob.id)
        self.assertEqual(other.user_id, self.bob)

    def test_who_runs_a_program_is_not_the_agent(self):
        self.company.helpdesk_mgmt_ticket_auto_assign = True
        self.team.user_ids += self.mia
        self._case(user_id=self.mia.id)
        values = {"name": "x", "description": "y", "team_id": self.team.id}
        case = self.env["helpdesk.ticket"].with_user(self.mia).create(values)
        self.assertNotEqual(case.user_id, self.mia)
        self.assertEqual(self._assigned(case).code, "assign")
