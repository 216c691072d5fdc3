# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ALL, MANAGER, TEAM
from .test_escalate_rules import EscalateCommon

INSIDE = (
    "flywheel.case.trace",
    "flywheel.case.link",
    "flywheel.escalation.log",
    "helpdesk.ticket.sla",
)


@tagged("post_install", "-at_install")
class TestRestricted(EscalateCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env = cls.env
        cls.tom = new_test_user(env, "s_tom", groups=TEAM, name="Tom")
        cls.all = new_test_user(env, "s_all", groups=ALL, name="Alan")
        cls.team.write(
            {"user_ids": [(4, cls.tom.id), (4, cls.all.id)], "use_sla": True}
        )
        cls.portal = new_test_user(env, "s_por", groups="base.group_portal")
        cls.colleague = new_test_user(env, "s_por2", groups="base.group_portal")
        firm = env["res.partner"].create({"name": "Firm", "is_company": True})
        (cls.portal + cls.colleague).partner_id.parent_id = firm
        env["helpdesk.sla"].create({"name": "One day", "days": 1})
        cls.case = cls._case(
            "There was a data breach at yours",
            partner_id=cls.portal.partner_id.id,
            user_id=cls.ann.id,
        )
        cls.link = env["flywheel.case.link"].create(
            {
                "ticket_id": cls.case.id,
                "kind": "case",
                "res_model": "helpdesk.ticket",
                "res_id": cls.case.id,
                "state": "linked",
            }
        )
        cls.env.flush_all()

    def _sees(self, user):
        found = self.env["helpdesk.ticket"].with_user(user)
        return bool(found.search([("id", "=", self.case.id)]))

    def test_who_sees_the_case(self):
        for user in (self.ann, self.sue, self.mia, self.portal):
            self.assertTrue(self._sees(user), user.login)
        for user in (self.bob, self.tom, self.all, self.colleague):
            self.assertFalse(self._sees(user), user.login)
            with self.assertRaises(AccessError, msg=user.login):
                self.case.with_user(user).read(["name"])

    def test_colleagues_who_do_not_work_on_cases(self):
        """They may look for cases: Odoo's portal lists those that they sent in."""
        user = new_test_user(self.env, "s_none", groups="base.group_user")
        self.assertFalse(self._sees(user))
        rules = self.env["ir.rule"].with_user(user)._compute_domain("helpdesk.ticket")
        found = self.env["helpdesk.ticket"].with_user(user).search(rules)
        self.assertNotIn(self.case, found)

    def test_the_customer_reads_his_case(self):
        case = self.case.with_user(self.portal)
        self.assertTrue(case.read(["name", "stage_id"]))
        for name in ("restricted_user_ids", "escalation_rule_id", "escalation_reason"):
            self.assertNotIn(name, case.fields_get())

    def test_what_belongs_to_it(self):
        for model in INSIDE:
            records = self.env[model].search([("ticket_id", "=", self.case.id)])
            self.assertTrue(records, model)
            for user in (self.tom, self.all):
                seen = records.with_user(user).search([("id", "in", records.ids)])
                self.assertFalse(seen, f"{model} {user.login}")
            for user in (self.ann, self.mia):
                seen = records.with_user(user).search([("id", "in", records.ids)])
                self.assertEqual(seen, records, f"{model} {user.login}")

    def test_messages_and_attachments(self):
        message = self.case.message_post(body="The password list is attached")
        attachment = self.env["ir.attachment"].create(
            {
                "name": "list.txt",
                "raw": b"secret",
                "res_model": "helpdesk.ticket",
                "res_id": self.case.id,
            }
        )
        for user in (self.tom, self.all, self.colleague):
            for record in (message, attachment):
                seen = record.with_user(user).search([("id", "=", record.id)])
                self.assertFalse(seen, user.login)
        self.assertTrue(attachment.with_user(self.ann).raw)

    def test_suggestions_and_search_by_name(self):
        self.case.with_context(tracking_disable=True).write(
            {"stage_id": self.stage_done.id, "solution": "<p>Fixed the breach</p>"}
        )
        self.env.flush_all()
        like = self._case("There was a breach of data at yours", user_id=self.all.id)
        like.sudo().write({"restricted": False})
        for user, wanted in ((self.all, False), (self.mia, True)):
            found = like.with_user(user).flywheel_suggestions()["cases"]
            self.assertEqual(
                self.case.id in [item["id"] for item in found], wanted, user.login
            )
            names = self.env["helpdesk.ticket"].with_user(user)
            names = names.name_search("data breach")
            self.assertEqual(self.case.id in dict(names), wanted, user.login)

    def test_followers_are_turned_out(self):
        case = self._case(partner_id=self.portal.partner_id.id, user_id=self.ann.id)
        strangers = (self.tom + self.colleague).partner_id
        case.message_subscribe((strangers + self.portal.partner_id).ids)
        message = case.message_post(
            body="word",
            partner_ids=self.tom.partner_id.ids,
            subtype_xmlid="mail.mt_comment",
        )
        self.assertTrue(message.with_user(self.tom).has_access("read"))
        case.description = "<p>data breach</p>"
        self.assertFalse(strangers & case.message_partner_ids)
        self.assertIn(self.portal.partner_id, case.message_partner_ids)
        self.assertFalse(message.with_user(self.tom).has_access("read"))

    def test_others_are_never_told(self):
        stranger = self.tom.partner_id
        self.case.message_subscribe(stranger.ids)
        self.assertNotIn(stranger, self.case.message_partner_ids)
        with self.mock_mail_gateway():
            message = self.case.message_post(
                body="the secret",
                partner_ids=(stranger + self.sue.partner_id).ids,
                subtype_xmlid="mail.mt_comment",
            )
        self.assertNotIn(stranger, message.notified_partner_ids)
        self.assertIn(self.sue.partner_id, message.notified_partner_ids)
        self.assertFalse(message.with_user(self.tom).has_access("read"))

    def test_the_history_of_the_person_keeps_the_secret(self):
        case = self._case("Something dull", partner_id=self.customer.id)
        case.description = "<p>data breach</p>"
        both = self.env["flywheel.touchpoint"].search(
            [
                ("res_model", "=", "helpdesk.ticket"),
                ("res_id", "in", (case + self.case).ids),
            ]
        )
        self.assertEqual(set(both.mapped("res_id")), set((case + self.case).ids))
        for line in both:
            self.assertNotIn("dull", line.summary)
            self.assertNotIn("breach", line.summary)

    def test_restricting_by_hand_does_not_lock_out(self):
        case = self._case(user_id=self.bob.id).with_user(self.all)
        case.restricted = True
        self.assertIn(self.all, case.sudo().restricted_user_ids)
        self.assertTrue(case.has_access("write"))

    def test_other_company(self):
        company = self.env["res.company"].create({"name": "Other"})
        manager = new_test_user(
            self.env,
            "s_far",
            groups=MANAGER,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self.assertFalse(self._sees(manager))
        for model in INSIDE[2:]:
            seen = self.env[model].with_user(manager)
            self.assertFalse(seen.search([("ticket_id", "=", self.case.id)]), model)
        report = self.env["helpdesk.sla.report"]
        mine = [("ticket_id", "=", self.case.id)]
        self.assertTrue(report.with_user(self.mia).search(mine))
        self.assertFalse(report.with_user(manager).search(mine))

    def test_new_models_are_closed_to_the_outside(self):
        public = self.env.ref("base.public_user")
        employee = new_test_user(self.env, "s_emp", groups="base.group_user")
        for user in (public, self.portal, employee):
            for model in ("rule", "ladder", "step", "log", "lift"):
                with self.assertRaises(AccessError, msg=f"{user.login} {model}"):
                    self.env[f"flywheel.escalation.{model}"].with_user(user).search([])

    def test_agents_change_no_rules(self):
        ladder = self.env["flywheel.escalation.ladder"].search([], limit=1)
        for record in (self.rule, ladder, ladder.step_ids[:1]):
            with self.assertRaises(AccessError):
                record.with_user(self.all).write({"active": False})

    def test_lifting_a_case_that_one_cannot_see(self):
        wizard = self.env["flywheel.escalation.lift"].with_user(self.all)
        with self.assertRaises(AccessError):
            wizard.create({"ticket_id": self.case.id, "reason": "x"}).action_lift()
