# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from lxml import html

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestPortal(ServiceCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paul = new_test_user(
            cls.env, "s_paul", groups="base.group_portal", email="paul@x.example"
        )
        cls.pia = new_test_user(
            cls.env, "s_pia", groups="base.group_portal", email="pia@x.example"
        )
        cls.case = cls._case(partner_id=cls.paul.partner_id.id)

    def _close(self, login, **values):
        self.authenticate(login, login)
        token = Request.csrf_token(self)
        values = {"ticket_id": self.case.id, "stage_id": self.stage_done.id, **values}
        return self.url_open("/ticket/close", data={"csrf_token": token, **values})

    def test_get_closes_nothing(self):
        self.authenticate("s_paul", "s_paul")
        answer = self.url_open(
            f"/ticket/close?ticket_id={self.case.id}&stage_id={self.stage_done.id}"
        )
        self.assertEqual(answer.status_code, 405)
        self.assertFalse(self.case.closed)

    def test_without_token_closes_nothing(self):
        self.authenticate("s_paul", "s_paul")
        answer = self.url_open(
            "/ticket/close",
            data={"ticket_id": self.case.id, "stage_id": self.stage_done.id},
        )
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.case.closed)

    def test_another_customer_closes_nothing(self):
        self._close("s_pia")
        self.assertFalse(self.case.closed)

    def test_the_customer_closes_his_own_case(self):
        self._close("s_paul")
        self.assertEqual(self.case.stage_id, self.stage_done)

    def test_only_to_stages_that_the_portal_may_choose(self):
        rejected = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_rejected")
        self._close("s_paul", stage_id=rejected.id)
        self.assertEqual(self.case.stage_id, self.stage_new)
        for bad in ("", "x", "99999999"):
            self._close("s_paul", stage_id=bad)
        self._close("s_paul", ticket_id="99999999")
        self.assertFalse(self.case.closed)

    def test_the_button_of_the_portal_works(self):
        self.authenticate("s_paul", "s_paul")
        page = html.fromstring(self.url_open(f"/my/ticket/{self.case.id}").content)
        forms = page.xpath("//form[@action='/ticket/close']")
        self.assertTrue(forms)
        form = next(
            form for form in forms if form.fields["stage_id"] == str(self.stage_done.id)
        )
        self.assertEqual(form.method, "POST")
        self.url_open("/ticket/close", data=dict(form.fields))
        self.assertTrue(self.case.closed)

    def test_case_from_the_portal(self):
        self.authenticate("s_paul", "s_paul")
        self.url_open(
            "/submitted/ticket",
            data={
                "csrf_token": Request.csrf_token(self),
                "subject": "From the portal",
                "description": "<b>Help</b>",
            },
        )
        case = self.env["helpdesk.ticket"].search([("name", "=", "From the portal")])
        self.assertEqual(case.intake_source, "portal")
        self.assertTrue(case.flywheel_profile_id)
        self.assertTrue(case.acknowledged_date)
