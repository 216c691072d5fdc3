# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import new_test_user, tagged

from ..models.helpdesk_ticket_facts import FACTS
from .common import ALL, MANAGER, OWN, TEAM, ServiceCommon

OPERATIONS = ("read", "write", "create", "unlink")
AGENTS = ("own", "team", "all")
OUTSIDERS = ("public", "portal", "employee")
SALES = "inbound_flywheel.group_flywheel_sales"
MARKETING = "inbound_flywheel.group_flywheel_marketing"


def _rights(agents="", manager=None, **others):
    """Rights by kind of user, as first letters of the operations."""
    manager = agents if manager is None else manager
    return {**dict.fromkeys(AGENTS, agents), "manager": manager, **others}


SETTINGS = _rights("r", "rwcu")
REPORT = _rights("", "r")
SYSTEM = _rights()
# Whoever reads people: every agent, and the users of the flywheel.
PEOPLE = {"sales": "r", "marketing": "r"}
RIGHTS = {
    **{
        f"flywheel.{name}": SETTINGS
        for name in (
            "classifier",
            "escalation.ladder",
            "escalation.rule",
            "escalation.step",
            "routing.rule",
            "skill",
        )
    },
    **{
        f"flywheel.{name}": _rights("r")
        for name in (
            "case.group.delivery",
            "case.mail",
            "case.trace",
            "classifier.confusion",
            "classifier.label",
            "desk.dropped",
            "escalation.log",
            "nps",
            "satisfaction.report",
        )
    },
    **{
        f"flywheel.{name}": REPORT
        for name in (
            "classifier.week",
            "help.read",
            "help.report",
            "help.session",
            "routing.replay.case",
            "routing.replay.load",
        )
    },
    **{
        f"flywheel.{name}": SYSTEM for name in ("help.guard", "text.index", "text.term")
    },
    "flywheel.agent": _rights("rw", "rwcu"),
    "flywheel.case.group": _rights("rw", "rwcu"),
    "flywheel.case.group.variant": _rights("rwcu"),
    "flywheel.case.link": _rights("rwcu"),
    "flywheel.case.reassign": _rights("rwcu"),
    "flywheel.classifier.version": _rights("r", "ru"),
    "flywheel.escalation.lift": _rights("rwc"),
    "flywheel.help.effect": _rights("", "rwcu"),
    "flywheel.knowledge.gap": {"all": "rw", "manager": "rwu"},
    "flywheel.owner.wizard": _rights("rwc"),
    "flywheel.promise": _rights("rwc", "rwcu"),
    "flywheel.recovery": _rights("rw"),
    "flywheel.routing.replay": _rights("", "rwc"),
    "flywheel.tier": {**SETTINGS, **PEOPLE},
    "flywheel.tier.change": _rights("r", **PEOPLE),
}


@tagged("post_install", "-at_install")
class TestRights(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_b = cls.env["res.company"].create({"name": "Second"})
        groups = {
            "portal": "base.group_portal",
            "employee": "base.group_user",
            "own": OWN,
            "team": TEAM,
            "all": ALL,
            "manager": MANAGER,
            "sales": f"base.group_user,{SALES}",
            "marketing": f"base.group_user,{MARKETING}",
        }
        cls.users = {
            name: new_test_user(cls.env, f"r_{name}", groups=group)
            for name, group in groups.items()
        }
        cls.users["public"] = cls.env.ref("base.public_user")
        cls.users["foreign"] = new_test_user(
            cls.env,
            "r_foreign",
            groups=ALL,
            company_id=cls.company_b.id,
            company_ids=[Command.set(cls.company_b.ids)],
        )
        cls.team.user_ids += cls.users["own"] + cls.users["team"]
        cls.hidden = cls._case("Top secret", user_id=cls.mia.id, restricted=True)

    def _as(self, name, record):
        return record.with_user(self.users[name]).with_context(
            allowed_company_ids=self.users[name].company_id.ids
        )

    # ------------------------------------------------------------------
    # Models
    # ------------------------------------------------------------------
    def test_every_model_is_in_the_matrix(self):
        models = {
            name
            for name, model in self.env.registry.items()
            if not model._abstract
            and model._original_module == "inbound_flywheel_service"
        }
        self.assertEqual(models, set(RIGHTS))

    def test_matrix(self):
        for model, rights in RIGHTS.items():
            for name in self.users:
                given = rights.get("all" if name == "foreign" else name, "")
                has = "".join(
                    operation[0]
                    for operation in OPERATIONS
                    if self._as(name, self.env[model]).has_access(operation)
                )
                self.assertEqual(has, given, f"{name} {model}")

    # ------------------------------------------------------------------
    # Restricted cases
    # ------------------------------------------------------------------
    def _traces_of_hidden(self):
        """One record of each kind that names the restricted case."""
        case = self.hidden
        group = self.env["flywheel.case.group"].create({"name": "Secret incident"})
        case.group_id = group
        message = case.message_post(body="Secret")
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "res_id": case.id,
                "feedback": "Secret",
                "message_id": message.id,
                "rating": 1,
                "consumed": True,
            }
        )
        return [
            group,
            rating,
            message,
            self.env["flywheel.case.group.variant"].create(
                {"group_id": group.id, "lang": "en_US", "body": "Secret"}
            ),
            self.env["flywheel.case.group.delivery"].create(
                {"group_id": group.id, "ticket_id": case.id, "round": 1}
            ),
            self.env["flywheel.knowledge.gap"].create(
                {
                    "name": "Secret gap",
                    "company_id": self.company.id,
                    "ticket_ids": [Command.set(case.ids)],
                    "example_ticket_id": case.id,
                }
            ),
            self.env["flywheel.promise"].create(
                {"name": "Secret", "ticket_id": case.id, "due": "2030-01-01"}
            ),
            self.env["flywheel.case.link"].create(
                {
                    "ticket_id": case.id,
                    "kind": "case",
                    "res_model": "helpdesk.ticket",
                    "res_id": case.id,
                }
            ),
            case.flywheel_trace_ids[:1],
        ]

    def test_nothing_tells_of_a_restricted_case(self):
        records = [self.hidden, *self._traces_of_hidden()]
        self.env.flush_all()
        for record in records:
            self.assertTrue(record, "The case is spoken of")
            seen = self._as("manager", record)
            self.assertTrue(seen.has_access("read"), record)
            for name in set(self.users) - {"manager"}:
                self.env.invalidate_all()
                user_record = self._as(name, record)
                self.assertFalse(user_record.has_access("read"), f"{name} {record}")
                if not user_record.browse().has_access("read"):
                    continue
                domain = [("id", "in", record.ids)]
                self.assertFalse(user_record.search(domain), f"{name} {record}")
                self.assertFalse(user_record.search_count(domain))
                self.assertFalse(
                    sum(user_record._read_group(domain, [], ["__count"])[0])
                )

    # ------------------------------------------------------------------
    # What only the system writes
    # ------------------------------------------------------------------
    def test_nobody_writes_facts_of_a_case(self):
        case = self._case()
        tickets = self.env["helpdesk.ticket"]
        self.assertLessEqual(FACTS, set(tickets._fields))
        for name in ("all", "manager"):
            for fact in FACTS:
                with self.assertRaises(AccessError, msg=fact):
                    self._as(name, case).write({fact: False})
                with self.assertRaises(AccessError, msg=fact):
                    self._as(name, tickets).create(
                        {"name": "x", "description": "x", fact: 1}
                    )

    def test_facts_are_not_copied(self):
        case = self._case()
        self.assertTrue(self._as("manager", case).copy())

    def test_nobody_sends_an_answer_in_another_name(self):
        group = self.env["flywheel.case.group"].create({"name": "Outage"})
        self._case(group_id=group.id)
        for name in ("all", "manager"):
            for values in (
                {"sending": True},
                {"sender_id": self.mia.id},
                {"state": "confirmed"},
                {"round": 3},
                {"digest": "x"},
            ):
                with self.assertRaises(AccessError, msg=values):
                    self._as(name, group).write(values)
        self._as("all", group).action_confirm()
        self.assertEqual(group.state, "confirmed")

    def test_a_promise_leads_to_no_activity_of_others(self):
        case = self._case()
        foreign = self.mia.partner_id.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.mia.id
        )
        promises = self._as("all", self.env["flywheel.promise"])
        values = {"name": "Call", "ticket_id": case.id, "due": "2030-01-01"}
        with self.assertRaises(AccessError):
            promises.create({**values, "activity_id": foreign.id})
        promise = promises.create(values)
        for fact in ({"activity_id": foreign.id}, {"state": "kept"}):
            with self.assertRaises(AccessError):
                promise.write(fact)
        promise.action_keep()
        self.assertEqual(promise.state, "kept")
        self.assertTrue(foreign.active)

    def test_promises_of_service_are_not_dropped_from_outside(self):
        with self.assertRaises(AccessError):
            get_public_method(self.env["helpdesk.ticket"], "set_sla")

    def test_links_to_anything_else_have_no_name(self):
        case = self._case()
        link = self.env["flywheel.case.link"].create(
            {
                "ticket_id": case.id,
                "kind": "case",
                "res_model": "no.such.model",
                "res_id": 1,
            }
        )
        self.assertEqual(link.document_name, "Not visible")
