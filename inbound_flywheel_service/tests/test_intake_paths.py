# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import xmlrpc.client

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import OWN, GatewayCommon, ServiceCommon


@tagged("post_install", "-at_install", "mail_gateway")
class TestPaths(GatewayCommon):
    """Every path ends in the same pipeline."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.be")
        cls.customer.phone = "+32 470 12 34 56"
        cls.phone = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_phone")
        cls.email = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_email")

    def _assert_taken_in(self, case, source):
        self.assertEqual(case.intake_source, source)
        self.assertEqual(case.partner_id, self.customer)
        self.assertEqual(case.flywheel_profile_id.partner_id, self.customer)
        self.assertIn("person", self._codes(case))
        self.assertTrue(self._codes(case, "assign"))
        self.assertTrue(case.waiting_since)

    # ------------------------------------------------------------------
    # Mail
    # ------------------------------------------------------------------
    def test_alias(self):
        case = self._receive(self._mail())
        self._assert_taken_in(case, "mail")
        self.assertEqual(case.channel_id, self.email)

    def test_pipe(self):
        """As odoo-mailgate.py calls it."""
        with self.mock_mail_gateway():
            case_id = (
                self.env["mail.thread"]
                .with_user(self.env.ref("base.user_admin"))
                .message_process(False, xmlrpc.client.Binary(self._mail()))
            )
        self._assert_taken_in(self.env["helpdesk.ticket"].browse(case_id), "mail")

    def test_fetch(self):
        """A mailbox without alias, that opens cases by its model."""
        source = self._mail(To="help@elsewhere.example")
        with self.mock_mail_gateway():
            case_id = (
                self.env["mail.thread"]
                .with_context(
                    fetchmail_cron_running=True, default_fetchmail_server_id=1
                )
                .message_process("helpdesk.ticket", source, strip_attachments=True)
            )
        case = self.env["helpdesk.ticket"].browse(case_id)
        self._assert_taken_in(case, "mail")
        self.assertEqual(case.channel_id, self.email)

    def test_form_of_our_website(self):
        """It writes in our own name; the visitor is whom to answer."""
        domain = self.mail_alias_domain.name
        case = self._receive(
            self._mail(
                {"Reply-To": "Carl <carl@customer.example>"},
                From=f"Website <no-reply@{domain}>",
            )
        )
        self._assert_taken_in(case, "mail")
        self.assertEqual(case.sender_email, "carl@customer.example")
        self.assertTrue(case.acknowledged_date)

    def test_group_of_our_own(self):
        """Groups put themselves into From and make themselves a list."""
        domain = self.mail_alias_domain.name
        case = self._receive(
            self._mail(
                {
                    "List-Id": f"<help.{domain}>",
                    "Precedence": "list",
                    "X-Original-From": "Carl Customer <carl@customer.example>",
                },
                From=f"'Carl Customer' via Help <help@{domain}>",
            )
        )
        self._assert_taken_in(case, "mail")
        self.assertEqual(case.mail_verdict, "human")

    def test_others_do_not_choose_who_wrote(self):
        case = self._receive(
            self._mail(
                {
                    "Reply-To": "Carl <carl@customer.example>",
                    "X-Original-From": "Carl <carl@customer.example>",
                    "List-Id": "<x.evil.example>",
                },
                From="Mallory <no-reply@evil.example>",
            )
        )
        self.assertNotEqual(case.partner_id, self.customer)

    # ------------------------------------------------------------------
    # Phone
    # ------------------------------------------------------------------
    def _call(self, caller, **values):
        model = (
            self.env["helpdesk.ticket"]
            .with_user(self.ann)
            .with_context(
                default_channel_id=self.phone.id,
                default_team_id=self.team.id,
                flywheel_source="backend",
            )
        )
        form = Form(model)
        form.caller = caller
        form.name = "Call"
        form.description = "<p>On the phone</p>"
        for name, value in values.items():
            setattr(form, name, value)
        return form

    def test_caller_by_number_and_address(self):
        for caller in (
            "+32470123456",
            "0470 12 34 56",
            "0470/12.34.56",
            "+32 (0)470 12 34 56",
            "carl@customer.example",
            "Carl <CARL@customer.example>",
        ):
            form = self._call(caller)
            self.assertEqual(form.partner_id, self.customer, caller)
            self.assertEqual(form.partner_name, "Carl Customer")
        self._assert_taken_in(form.save(), "backend")

    def test_open_cases_of_the_caller_are_named(self):
        case = self._case(partner_id=self.customer.id)
        self.assertIn(case.number, self._call("0470123456").caller_known)

    def test_unknown_caller_becomes_a_contact(self):
        form = self._call("0470 99 88 77")
        self.assertFalse(form.partner_id)
        self.assertIn("Nobody", form.caller_known)
        form.partner_name = "Nora"
        case = form.save()
        self.assertEqual(case.partner_id.name, "Nora")
        self.assertEqual(case.partner_id.phone, "+32470998877")
        self.assertEqual(case.flywheel_profile_id.partner_id, case.partner_id)
        self.assertIn("contact", self._codes(case))
        self.assertEqual(self._call("0470 99 88 77").partner_id, case.partner_id)

    def test_caller_of_another_company_is_unknown(self):
        self.customer.company_id = self.env["res.company"].create({"name": "Other"})
        self.assertFalse(self._call("0470123456").partner_id)

    def test_nonsense_finds_nobody(self):
        for caller in ("hello", "12", "%", "'; DROP TABLE", "@", "+"):
            form = self._call(caller)
            self.assertFalse(form.partner_id, caller)
            self.assertTrue(form.caller_known, caller)

    # ------------------------------------------------------------------
    # Other systems
    # ------------------------------------------------------------------
    def _api(self, vals_list, user=None):
        model = self.env["helpdesk.ticket"].with_user(user or self.ann)
        return model.with_context(flywheel_source="api").create(vals_list)

    def test_a_call_with_an_address_only(self):
        case = self._api(
            {
                "name": "By API",
                "team_id": self.team.id,
                "partner_email": "Carl <carl@customer.example>",
            }
        )
        self._assert_taken_in(case, "api")
        self.assertEqual(case.partner_name, "Carl Customer")
        self.assertTrue(case.acknowledged_date)

    def test_contact_by_rule(self):
        self.company.flywheel_contact_rule = "human"
        case = self._api({"name": "x", "partner_email": "zed@api.example"})
        self.assertEqual(case.partner_id.email, "zed@api.example")

    def test_a_repeated_call_opens_no_second_case(self):
        values = {
            "name": "Once",
            "team_id": self.team.id,
            "partner_email": "carl@customer.example",
            "external_key": "shop-17",
        }
        case = self._api(values)
        lines = len(case.flywheel_trace_ids)
        again = self._api({**values, "name": "Changed"})
        self.assertEqual(again, case)
        self.assertEqual(case.name, "Once")
        self.assertEqual(len(case.flywheel_trace_ids), lines)
        self.assertEqual(len(self._confirmations(case)), 1)

    def test_keys_within_one_call(self):
        one = {"name": "1", "external_key": "a"}
        two = {"name": "2", "external_key": "b"}
        none = {"name": "3"}
        first = self._api([dict(one), dict(two)])
        cases = self._api([dict(none), dict(two), dict(one), dict(two), dict(none)])
        self.assertEqual(cases[1:4], first[1] + first[0] + first[1])
        self.assertEqual(len(set(cases.ids)), 4)
        self.assertEqual(cases.mapped("name")[0], "3")

    def test_keys_are_each_companys_own(self):
        other = self.env["res.company"].create({"name": "Other"})
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "T", "company_id": other.id}
        )
        case = self._api({"name": "x", "external_key": "a"})
        theirs = (
            self.env["helpdesk.ticket"]
            .with_context(flywheel_source="api")
            .create({"name": "y", "external_key": "a", "team_id": team.id})
        )
        self.assertNotEqual(case, theirs)

    def test_a_key_gives_no_access(self):
        """Who may not see the case does not get it by its key."""
        self._case(external_key="secret", user_id=self.ann.id)
        stranger = new_test_user(self.env, "s_api", groups=OWN)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._api(
                {"name": "x", "external_key": "secret", "team_id": self.team.id},
                stranger,
            )

    def test_portal_users_open_no_cases_by_themselves(self):
        portal = new_test_user(self.env, "s_porta", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self._api({"name": "x", "external_key": "a"}, portal)


@tagged("post_install", "-at_install")
class TestPerson(ServiceCommon):
    def test_a_program_names_the_contact_only(self):
        case = self._case(partner_id=self.customer.id)
        self.assertEqual(case.partner_name, "Carl Customer")
        self.assertEqual(case.partner_email, "carl@customer.example")
        other = self._case(partner_id=self.customer.id, partner_email="x@y.example")
        self.assertEqual(other.partner_email, "x@y.example")
