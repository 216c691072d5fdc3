# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import OWN, ServiceCommon

PAST = datetime(2025, 3, 3, 9, 0)


@tagged("post_install", "-at_install")
class TestHistory(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = f"base.group_system,{OWN}"
        cls.admin = new_test_user(cls.env, "s_admin", groups=groups)

    def _bring(self, user):
        cases = self.env["helpdesk.ticket"].with_user(user)
        return cases.with_context(flywheel_event_date="2025-03-03 09:00:00").create(
            {
                "name": "Old case",
                "description": "<p>x</p>",
                "team_id": self.team.id,
                "user_id": user.id,
                "partner_id": self.customer.id,
            }
        )

    def test_a_case_of_the_past_keeps_its_date(self):
        self.team.user_ids += self.admin
        case = self._bring(self.admin)
        self.assertEqual(case.create_date, PAST)
        self.assertEqual(case.sudo().waiting_since, PAST)
        case.write({"first_response_date": PAST, "waiting_since": False})
        self.assertFalse(case.waiting_since)

    def test_agents_make_no_history(self):
        case = self._bring(self.bob)
        self.assertGreater(case.create_date, PAST)
        with self.assertRaises(AccessError):
            case.first_response_date = PAST
