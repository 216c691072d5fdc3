# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessDenied, AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user

from ..models import flywheel_system
from .common import NOW
from .common_system import SystemCase


@freeze_time(NOW)
class TestSystem(SystemCase):
    def sign_in(self, key, interactive=False, user=None):
        user = user or self.robot
        credential = {"type": "password", "login": user.login, "password": key}
        return (
            user.with_user(user)
            .sudo()
            ._check_credentials(credential, {"interactive": interactive})
        )

    # -- rights -----------------------------------------------------------------

    def test_neither_employee_nor_portal(self):
        self.assertTrue(self.robot.share)
        self.assertFalse(self.robot._is_internal())
        self.assertFalse(self.robot._is_portal())
        self.assertFalse(self.robot._is_public())
        self.assertEqual(
            self.robot.all_group_ids,
            self.env.ref("inbound_flywheel.group_flywheel_api"),
        )

    def test_no_right_on_any_model(self):
        allowed = []
        for name in self.env:
            model = self.env[name].with_user(self.robot)
            if model._abstract or not model._auto:
                continue
            allowed += [
                (name, operation)
                for operation in ("read", "write", "create", "unlink")
                if model.has_access(operation)
            ]
        self.assertEqual(allowed, [])

    def test_refused_in_words(self):
        self.ingest_all(self.item())
        person, line = self.person(), self.lines(self.person())
        for records in (person, line, person.identity_ids, self.max.partner_id):
            with self.assertRaises(AccessError):
                records.with_user(self.robot).read()
            with self.assertRaises(AccessError):
                records.with_user(self.robot).search([])
        Touchpoint = self.env["flywheel.touchpoint"].with_user(self.robot)
        with self.assertRaises(AccessError):
            Touchpoint.create({"profile_id": person.id, "type_id": line.type_id.id})
        with self.assertRaises(AccessError):
            person.with_user(self.robot).explain()
        with self.assertRaises(AccessError):
            self.env["flywheel.profile"].with_user(self.robot).learn([])
        with self.assertRaises(AccessError):
            self.robot.with_user(self.robot).write({"email": "evil@example.com"})

    def test_key_opens_remote_calls_alone(self):
        self.assertEqual(self.sign_in(self.key)["uid"], self.robot.id)
        with self.assertRaises(AccessDenied):
            self.sign_in(self.key, interactive=True)
        keys = self.env["res.users.apikeys"]
        self.assertEqual(
            keys._check_credentials(scope="rpc", key=self.key), self.robot.id
        )
        self.assertFalse(keys._check_credentials(scope="odoo.plugin.x", key=self.key))

    def test_password_opens_nothing(self):
        self.robot.password = "set by hand, against advice"
        for interactive in (True, False):
            with self.assertRaises(AccessDenied):
                self.sign_in("set by hand, against advice", interactive)

    def test_who_may_connect(self):
        for user in (self.rita, self.sam, self.mara, self.ian, self.pia, self.robot):
            with self.assertRaises(AccessError):
                self.connect(user=user)
            with self.assertRaises(AccessError):
                self.system.with_user(user).action_revoke()
            with self.assertRaises(AccessError):
                self.system.with_user(user).read(["name"])

    def test_manager_connects_to_own_companies(self):
        with self.assertRaises(AccessError):
            self.connect(company_ids=[fields.Command.set(self.branch.ids)])
        with self.assertRaises(AccessError):
            self.system.with_user(self.max).write(
                {"company_ids": [fields.Command.link(self.branch.id)]}
            )

    def test_user_is_not_chosen(self):
        admin = self.env.ref("base.user_admin")
        System = self.env["flywheel.system"].with_user(self.max)
        values = {"name": "Taken over", "user_id": admin.id}
        with self.assertRaises(AccessError):
            System.create(values)
        with self.assertRaises(AccessError):
            self.system.with_user(self.max).write({"user_id": admin.id})
        made = System.with_context(default_user_id=admin.id).create(
            {"name": "By default"}
        )
        made.flush_recordset()
        self.assertNotEqual(made.user_id, admin)
        self.assertTrue(made.user_id._is_outside_system())
        copied = self.system.with_user(self.max).copy()
        self.assertNotIn(copied.user_id, self.robot | admin)

    def test_colleague_in_the_group_stays_himself(self):
        self.ian.group_ids += self.env.ref("inbound_flywheel.group_flywheel_api")
        self.send(self.item(external_key="x"), user=self.ian)
        system = self.env["flywheel.system"].search([("user_id", "=", self.ian.id)])
        with self.assertRaises(AccessError):
            self.connect(system=system.with_user(self.max))
        companies = self.ian.company_ids
        system.with_user(self.max).action_revoke()
        self.assertTrue(self.ian.active)
        self.assertEqual(self.ian.company_ids, companies)
        with self.assertRaises(AccessError):
            self.send(self.item(), user=self.ian)

    def test_system_of_foreign_companies(self):
        self.system.company_ids += self.branch
        self.env.invalidate_all()
        system = self.system.with_user(self.max)
        with self.assertRaises(AccessError):
            self.connect(system=system)
        for change in (
            lambda: system.write({"may_learn": True}),
            lambda: system._make_key(False),
            system.unlink,
        ):
            self.env.invalidate_all()
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                change()

    # -- keys -------------------------------------------------------------------

    def test_key_shown_once_with_calls(self):
        Key = self.env["flywheel.system.key"].with_user(self.max)
        shown = Key.with_context(
            default_key=self.key, default_login=self.robot.login
        ).default_get(["key", "login", "curl", "python", "xmlrpc", "url", "database"])
        # As the client opens it.
        opened = Key.with_context(default_key=self.key).onchange({}, [], {"key": {}})
        self.assertEqual(opened["value"]["key"], self.key)
        for name in ("curl", "python", "xmlrpc"):
            self.assertIn(self.key, shown[name])
            self.assertIn(self.env.cr.dbname, shown[name])
            self.assertNotIn("{KEY}", shown[name])
        self.env.cr.execute(
            "SELECT count(*) FROM flywheel_system_connect c WHERE c::text LIKE %s",
            [f"%{self.key}%"],
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_revoke(self):
        self.send(self.item(external_key="a"))
        self.system.with_user(self.max).action_revoke()
        self.assertEqual(self.system.state, "revoked")
        self.assertFalse(self.robot.active)
        with self.assertRaises(AccessDenied):
            self.sign_in(self.key)
        with self.assertRaises(AccessError):
            self.send(self.item())
        self.assertEqual(len(self.lines(self.person())), 1)

    def test_deleted(self):
        self.system.with_user(self.max).unlink()
        self.assertFalse(self.robot.active)
        with self.assertRaises(AccessDenied):
            self.sign_in(self.key)

    def test_new_key_ends_the_old_one(self):
        same, key = self.connect(system=self.system)
        self.assertEqual(same, self.system)
        self.assertEqual(self.sign_in(key)["uid"], self.robot.id)
        with self.assertRaises(AccessDenied):
            self.sign_in(self.key)
        self.assertEqual(self.system.user_id, self.robot)

    def test_expired_key(self):
        self.connect(system=self.system, duration="30")
        self.send(self.item())
        with freeze_time("2026-07-20 12:00:00"):
            self.env.invalidate_all()
            self.assertEqual(self.system.state, "expired")
            with self.assertRaises(AccessError):
                self.send(self.item())

    def test_group_ticked_by_hand(self):
        user = new_test_user(
            self.env, "by_hand", groups="inbound_flywheel.group_flywheel_api"
        )
        answer = self.send(self.item(external_key="x"), user=user)
        self.assertEqual(answer["created"], 1)
        system = self.env["flywheel.system"].search([("user_id", "=", user.id)])
        self.assertEqual(system.created_count, 1)

    # -- sending ----------------------------------------------------------------

    def test_counts_once(self):
        items = [self.item(external_key=f"k{number}") for number in range(3)]
        self.assertEqual(self.send(*items)["created"], 3)
        self.assertEqual(
            self.send(*items),
            {"created": 0, "duplicates": 3, "quarantined": 0, "errors": []},
        )
        self.assertEqual(self.system.created_count, 3)
        self.assertEqual(len(self.lines(self.person())), 3)
        self.assertEqual(self.system.state, "working")

    def test_errors_are_kept(self):
        self.send(self.item(type="telepathy"), self.item(email="none"), self.item())
        self.assertEqual(self.system.error_count, 2)
        self.assertEqual(self.system.state, "errors")
        self.assertIn("telepathy", self.system.call_ids.errors)
        self.assertIn("[1]", self.system.call_ids.errors)
        with freeze_time("2026-08-20 12:00:00"):
            self.env["flywheel.system"]._gc_calls()
        self.assertFalse(self.system.call_ids)
        self.assertEqual(self.system.created_count, 1)
        self.assertEqual(self.system.last_date, fields.Datetime.now())

    def test_too_many_at_once(self):
        self.patch(flywheel_system, "MAX_ITEMS", 3)
        with self.assertRaisesRegex(UserError, "4 items in one call"):
            self.send(*[self.item()] * 4)
        with self.assertRaisesRegex(ValidationError, "list"):
            self.env["flywheel.touchpoint"].with_user(self.robot).ingest("text")

    def test_internal_types(self):
        answer = self.send(
            self.item("adjustment", value=1e6), self.item("lead_won"), self.item()
        )
        self.assertEqual([e["index"] for e in answer["errors"]], [0, 1])
        self.assertLess(self.person().engagement_score, 30)

    def test_chosen_types(self):
        self.system.type_ids = self.env.ref("inbound_flywheel.touchpoint_type_page")
        answer = self.send(self.item("page"), self.item("form"))
        self.assertEqual(answer["created"], 1)
        self.assertIn("form", answer["errors"][0]["error"])

    def test_records_cannot_be_named(self):
        partner = self.env["res.partner"].create({"name": "P", "email": "p@x.example"})
        answer = self.send(
            self.item(partner_id=partner.id),
            self.item(res_model="res.partner", res_id=partner.id),
        )
        self.assertEqual(answer["created"], 0)
        # What is there answers as what is not.
        missing = self.send(self.item(partner_id=2**30))["errors"][0]["error"]
        self.assertEqual(answer["errors"][0]["error"], missing)

    # -- what it learns from the answers ------------------------------------------

    def test_keys_of_others_cannot_be_taken(self):
        """Neither can it make a real event look repeated, nor ask who did what."""
        self.assertEqual(
            self.send(self.item("order", external_key="so:1"))["created"], 1
        )
        self.ingest_all(self.item("order", external_key="so:1"))
        self.assertEqual(len(self.lines(self.person(), "order")), 2)
        other, _key = self.connect("Other")
        answer = self.send(
            self.item("order", external_key="so:1", email="other@example.com"),
            user=other.user_id,
        )
        self.assertEqual((answer["created"], answer["errors"]), (1, []))

    def test_one_person_or_two_is_not_told(self):
        partner = self.env["res.partner"].create(
            {"name": "P", "email": "p@example.com", "phone": "+886 912 345 678"}
        )
        partner._flywheel_ensure_profiles()
        self.send(self.item(email="p@example.com", external_key="k"))
        same = self.send({**self.item(phone="+886912345678"), "external_key": "k"})
        not_same = self.send({**self.item(phone="+886912345679"), "external_key": "k"})
        self.assertEqual(same, not_same)

    def test_sent_mail_is_not_told(self):
        now = fields.Datetime.now()
        sent = fields.Datetime.to_string(now - timedelta(seconds=2))
        self.ingest_all(self.item("email_sent", date=sent))
        opened = self.item("email_open", date=fields.Datetime.to_string(now))
        self.assertEqual(self.send(opened)["quarantined"], 0)
        self.assertEqual(self.lines(self.person(), "email_open").state, "quarantined")

    def test_companies(self):
        there = self.env["res.partner"].create(
            {"name": "B", "email": "wang@example.com", "company_id": self.branch.id}
        )
        there._flywheel_ensure_profiles()
        with self.assertRaises(AccessError):
            self.send(self.item(), allowed_company_ids=self.branch.ids)
        self.send(self.item())
        self.assertFalse(self.lines(there.flywheel_profile_id))
        self.assertEqual(self.lines(self.person()).company_id, self.company)

    def test_context_of_a_call(self):
        """A context that is none refuses the call in words, or is left out."""
        for companies in ([[1]], "abc", {"1": 1}, 7, [{}]):
            with self.assertRaises(ValidationError) as caught:
                self.send(self.item(), allowed_company_ids=companies)
            self.assertIn("allowed_company_ids", str(caught.exception))
        for lang in ("xx_XX", ["zh_TW"], 5, {}):
            answer = self.send(self.item("nonsense"), lang=lang)
            self.assertIn("nonsense", answer["errors"][0]["error"])

    def test_companies_of_a_colleague(self):
        Touchpoint = self.env["flywheel.touchpoint"].with_user(self.sam)
        with self.assertRaises(AccessError):
            Touchpoint.with_context(allowed_company_ids=self.branch.ids).ingest(
                [self.item()]
            )

    # -- facts ------------------------------------------------------------------

    def test_facts_need_the_box(self):
        Fact = self.env["flywheel.fact"].with_user(self.robot)
        question = self.env["flywheel.question"].create(
            {"name": "Size?", "code": "size", "answer_type": "text", "for_person": True}
        )
        item = {"question": question.code, "answer": "L", "email": "wang@example.com"}
        with self.assertRaises(AccessError):
            Fact.ingest([item])
        self.system.may_learn = True
        self.assertEqual(Fact.ingest([item]), {"accepted": 1, "errors": []})
        self.assertEqual(Fact.ingest([item]), {"accepted": 1, "errors": []})
        person = self.person()
        facts = self.env["flywheel.fact"].search([("profile_id", "=", person.id)])
        self.assertEqual(facts.mapped("answer"), ["L"])
        answer = Fact.ingest([{**item, "email": False, "profile_id": person.id}])
        self.assertEqual((answer["accepted"], len(answer["errors"])), (0, 1))
        self.assertEqual(self.ingest_facts_as_sam(item), {"accepted": 1, "errors": []})

    def ingest_facts_as_sam(self, item):
        return self.env["flywheel.fact"].with_user(self.sam).ingest([item])
