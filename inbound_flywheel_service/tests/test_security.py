# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ALL, ServiceCommon


@tagged("post_install", "-at_install")
class TestSecurity(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(cls.env, "s_portal", groups="base.group_portal")
        cls.employee = new_test_user(cls.env, "s_employee", groups="base.group_user")
        cls.case = cls._case(partner_id=cls.portal.partner_id.id, user_id=cls.ann.id)

    def test_public_cannot_write_stages(self):
        access = self.env.ref("helpdesk_mgmt.access_helpdesk_ticket_stage_public")
        self.assertFalse(access.perm_write)
        public = self.env.ref("base.public_user")
        with self.assertRaises(AccessError):
            self.stage_done.with_user(public).name = "Hacked"

    def test_portal_and_employees_see_none_of_it(self):
        for user in (self.portal, self.employee, self.env.ref("base.public_user")):
            for model in (
                "flywheel.case.trace",
                "flywheel.case.link",
                "flywheel.text.index",
                "flywheel.text.term",
                "flywheel.routing.rule",
            ):
                with self.assertRaises(AccessError, msg=f"{user.login} {model}"):
                    self.env[model].with_user(user).search([])

    def test_portal_still_reads_its_case(self):
        case = self.case.with_user(self.portal)
        self.assertTrue(case.read(["name", "stage_id"]))
        for name in ("solution", "flywheel_trace_ids", "mail_evidence", "persona_id"):
            self.assertNotIn(name, case.fields_get())
            with self.assertRaises(AccessError):
                case.read([name])

    def test_agents_read_decisions_and_cannot_change_them(self):
        line = self.case.flywheel_trace_ids[0].with_user(self.ann)
        self.assertTrue(line.message)
        for act in (lambda: line.write({"code": "x"}), line.unlink):
            with self.assertRaises(AccessError):
                act()

    def test_own_agents_see_the_decisions_of_their_cases(self):
        trace = self.env["flywheel.case.trace"].with_user(self.bob)
        self.assertFalse(trace.search([("ticket_id", "=", self.case.id)]))
        self.case.user_id = self.bob
        self.assertTrue(trace.search([("ticket_id", "=", self.case.id)]))

    def test_whoever_opens_a_case_reads_its_decisions(self):
        """Whatever rule shows the case: here the one for cases without a team."""
        case = self._case(team_id=False, user_id=False).with_user(self.bob)
        self.assertTrue(case.name)
        self.assertTrue(case.flywheel_trace_ids.mapped("message"))
        self.case.message_subscribe(self.bob.partner_id.ids)
        self.assertTrue(self.case.with_user(self.bob).flywheel_trace_ids)

    def test_other_company(self):
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "s_stranger",
            groups=ALL,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self._solved("My card was stolen at night", "<p>Stolen card</p>", "<p>x</p>")
        self.env["flywheel.routing.rule"].create({"name": "Ours"})
        for model in ("flywheel.case.trace", "flywheel.routing.rule"):
            found = self.env[model].with_user(stranger).search([])
            self.assertFalse(found.filtered(lambda r: r.company_id == self.company))
        theirs = (
            self.env["helpdesk.ticket"]
            .with_user(stranger)
            .create({"name": "My card was stolen", "description": "Stolen card"})
        )
        self.assertFalse(theirs.flywheel_suggestions()["cases"])

    def test_only_managers_edit_rules(self):
        with self.assertRaises(AccessError):
            self.env["flywheel.routing.rule"].with_user(self.ann).create({"name": "x"})
        rule = self.env["flywheel.routing.rule"].with_user(self.mia)
        self.assertTrue(rule.create({"name": "x", "words": "y"}))

    def test_links_need_write_on_the_case_and_read_on_the_document(self):
        solved = self._solved("Card", "<p>x</p>", user_id=self.ann.id)
        with self.assertRaises(AccessError):
            self.case.with_user(self.portal).flywheel_set_link(
                "helpdesk.ticket", solved.id, "linked"
            )
        own = self._case(user_id=self.bob.id)
        with self.assertRaises(AccessError):
            own.with_user(self.bob).flywheel_set_link(
                "helpdesk.ticket", solved.id, "linked"
            )
        own.with_user(self.ann).flywheel_set_link(
            "helpdesk.ticket", solved.id, "linked"
        )
        link = own.with_user(self.bob).flywheel_link_ids
        self.assertEqual(link.document_name, "Not visible")
        self.assertNotIn(
            solved.name, str(own.with_user(self.bob).flywheel_suggestions())
        )
