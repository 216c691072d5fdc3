# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ALL, TEAM
from .test_tell_satisfaction import SatisfactionCommon

MODELS = (
    "flywheel.case.mail",
    "flywheel.nps",
    "flywheel.recovery",
    "flywheel.satisfaction.report",
)


@tagged("post_install", "-at_install")
class TestTellSecurity(SatisfactionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.user_id = cls.ann

    def setUp(self):
        super().setUp()
        self.case = self._solved_case(user_id=self.ann.id)
        self._rate(self.case, 1, "Secret words")
        self._nps(self.case)._answer(2)
        self.env.flush_all()

    def _seen(self, user):
        profile = self.case.flywheel_profile_id
        return {
            model: self.env[model]
            .with_user(user)
            .search_count([("profile_id", "=", profile.id)])
            for model in MODELS
        }

    def test_customers_and_employees_see_none_of_it(self):
        portal = new_test_user(self.env, "t_portal", groups="base.group_portal")
        employee = new_test_user(self.env, "t_employee", groups="base.group_user")
        for user in (portal, employee, self.env.ref("base.public_user")):
            for model in MODELS:
                with self.assertRaises(AccessError, msg=f"{user.login} {model}"):
                    self.env[model].with_user(user).search([])

    def test_as_visible_as_the_case(self):
        self.assertTrue(all(self._seen(self.ann).values()))
        self.assertFalse(any(self._seen(self.bob).values()), "own cases only")
        other = new_test_user(self.env, "t_other", groups=TEAM)
        self.other_team.user_ids = other
        self.assertFalse(any(self._seen(other).values()), "of another team")
        mate = new_test_user(self.env, "t_mate", groups=TEAM)
        self.team.user_ids += mate
        self.assertTrue(all(self._seen(mate).values()))

    def test_other_company(self):
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "t_stranger",
            groups=ALL,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        for model in MODELS:
            found = self.env[model].with_user(stranger).search([])
            self.assertFalse(found.filtered(lambda r: r.company_id == self.company))

    def test_nobody_writes_the_logs_or_makes_up_results(self):
        for model in ("flywheel.case.mail", "flywheel.nps"):
            record = self.env[model].with_user(self.mia).search([], limit=1)
            with self.assertRaises(AccessError):
                record.write({"email": "x@y.example"})
        recovery = self.case.recovery_id
        with self.assertRaises(AccessError):
            recovery.with_user(self.bob).action_kept()
        for values in ({"state": "kept"}, {"profile_id": False}, {"value": 5}):
            with self.assertRaises(AccessError):
                recovery.with_user(self.ann).write(values)
        recovery.with_user(self.ann).write({"reason": "Called"})

    def test_tokens_are_for_the_customer_alone(self):
        nps = self.env["flywheel.nps"].search([], limit=1)
        with self.assertRaises(AccessError):
            nps.with_user(self.mia).read(["access_token"])
