# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ALL
from .test_assign_choice import AssignCommon


@tagged("post_install", "-at_install")
class TestAssignSecurity(AssignCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.skill = cls._skill("Contracts", cls.ann)
        cls.agent = cls._agent(cls.ann)
        cls.portal = new_test_user(cls.env, "s_portal", groups="base.group_portal")
        cls.nobody = new_test_user(cls.env, "s_nobody", groups="base.group_user")

    def test_who_may_not_read(self):
        for user in (self.portal, self.nobody):
            for record in (self.agent, self.skill):
                with self.assertRaises(AccessError):
                    record.with_user(user).read(["name"])

    def test_agents_read_and_do_not_write(self):
        self.assertEqual(self.agent.with_user(self.bob).name, "Ann")
        with self.assertRaises(AccessError):
            self.agent.with_user(self.bob).capacity = 5
        with self.assertRaises(AccessError):
            # Not of oneself either.
            self._agent(self.bob).with_user(self.bob).capacity = 5
        with self.assertRaises(AccessError):
            self.skill.with_user(self.bob).name = "x"

    def test_leaders_write_the_agents_of_their_teams(self):
        self.team.user_id = self.bob
        self.agent.with_user(self.bob).capacity = 5
        stranger = self._agent(self.cat)
        with self.assertRaises(AccessError):
            stranger.with_user(self.bob).capacity = 5
        with self.assertRaises(AccessError):
            self.agent.with_user(self.bob).unlink()

    def test_managers_write(self):
        self.agent.with_user(self.mia).capacity = 5
        self.skill.with_user(self.mia).words = "lock"

    def test_other_companies(self):
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "s_stranger",
            groups=ALL,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        for record in (self.agent, self.skill):
            with self.assertRaises(AccessError):
                record.with_user(stranger).read(["name"])

    def test_customers_do_not_see_who_was_chosen_and_why(self):
        customer = self.portal.partner_id
        case = self._case(partner_id=customer.id).with_user(self.portal)
        self.assertTrue(case.name)
        for name in (
            "familiar_user_id",
            "familiar_kept",
            "last_answer_user_id",
            "declined_user_ids",
            "queued_since",
        ):
            with self.assertRaises(AccessError):
                case.read([name])

    def test_a_case_that_one_may_not_write_cannot_be_given_away(self):
        case = self._case()
        case.user_id = self.ann
        wizards = self.env["flywheel.case.reassign"].with_user(self.bob)
        values = {"user_id": self.bob.id, "reason": "Mine now"}
        with self.assertRaises(AccessError):
            wizards.create({"ticket_ids": case.ids, **values}).action_confirm()
        self.assertEqual(case.user_id, self.ann)
