# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form

from .common import FlywheelCase

OPERATIONS = ("read", "write", "create", "unlink")
# Rights by model: who has them, as the first letters of the operations.
TEAMS = ("sid", "sam", "mara")
RIGHTS = {
    **dict.fromkeys(("flywheel.privacy.log", "flywheel.suppression"), {"max": "r"}),
    **dict.fromkeys(
        ("flywheel.privacy.handout", "flywheel.suppression.lift"), {"max": "rwc"}
    ),
    "flywheel.privacy.forget": {"max": "rwcu"},
    "flywheel.profile": {"rita": "r", **dict.fromkeys(TEAMS, "rw"), "max": "rwu"},
    "flywheel.identity": {"rita": "r", **dict.fromkeys(TEAMS, "r"), "max": "rwcu"},
    "flywheel.touchpoint": {"rita": "r", **dict.fromkeys((*TEAMS, "max"), "rc")},
    "flywheel.award": dict.fromkeys(("rita", *TEAMS, "max"), "r"),
    "flywheel.stage.proposal": dict.fromkeys(("rita", *TEAMS, "max"), "r"),
    "flywheel.stage.decline": dict.fromkeys((*TEAMS, "max"), "rwc"),
    "flywheel.still": dict.fromkeys((*TEAMS, "max"), "rwc"),
    "flywheel.stage.interval": dict.fromkeys(("rita", *TEAMS, "max"), "r"),
    "flywheel.persona": {
        **dict.fromkeys(("rita", "sid", "sam"), "r"),
        **dict.fromkeys(("mara", "max"), "rwcu"),
    },
    "flywheel.persona.rule": {
        **dict.fromkeys(("rita", "sid", "sam"), "r"),
        **dict.fromkeys(("mara", "max"), "rwcu"),
    },
    **{
        f"flywheel.{name}": {
            **dict.fromkeys(("rita", "sid", "sam"), "r"),
            **dict.fromkeys(("mara", "max"), "rwcu"),
        }
        for name in ("question", "question.option", "persona.channel")
    },
    "flywheel.persona.change": dict.fromkeys(("rita", *TEAMS, "max"), "r"),
    "flywheel.persona.replay": dict.fromkeys(("mara", "max"), "rwc"),
    "flywheel.persona.replay.row": dict.fromkeys(("mara", "max"), "r"),
    "flywheel.persona.replay.person": dict.fromkeys(("mara", "max"), "r"),
    "flywheel.persona.contributor": {
        **dict.fromkeys(("rita", "sid", "sam"), "r"),
        **dict.fromkeys(("mara", "max"), "rwcu"),
    },
    **{
        f"flywheel.persona.{name}": dict.fromkeys(("rita", *TEAMS, "max"), "r")
        for name in ("version", "review")
    },
    "flywheel.persona.feedback": {
        **dict.fromkeys(("rita", *TEAMS), "rc"),
        "max": "rcu",
    },
    "flywheel.persona.trigger": {
        "rita": "r",
        **dict.fromkeys(("sid", "sam"), "rc"),
        "mara": "rwc",
        "max": "rwcu",
    },
    **{
        f"flywheel.persona.{name}": dict.fromkeys(("mara", "max"), "rwc")
        for name in ("revise", "templates")
    },
    **{
        f"flywheel.persona.{name}": dict.fromkeys(("rita", *TEAMS, "max"), "rwc")
        for name in ("compare", "comparison")
    },
    "flywheel.persona.answer": {
        "rita": "r",
        **dict.fromkeys(TEAMS, "rwc"),
        "max": "rwcu",
    },
    "flywheel.persona.answer.vote": {
        **dict.fromkeys(("rita", *TEAMS), "rwc"),
        "max": "rwcu",
    },
    "flywheel.objection": dict.fromkeys(("rita", *TEAMS, "max"), "rwc"),
    "flywheel.interview": {"rita": "r", **dict.fromkeys(TEAMS, "rwc"), "max": "rwcu"},
    "flywheel.interview.line": {
        "rita": "r",
        **dict.fromkeys((*TEAMS, "max"), "rwcu"),
    },
    "flywheel.consent": {"rita": "r", **dict.fromkeys((*TEAMS, "max"), "rc")},
    "flywheel.consent.log": dict.fromkeys((*TEAMS, "max"), "rwc"),
    "flywheel.play": {
        **dict.fromkeys(("rita", "sid", "sam"), "r"),
        **dict.fromkeys(("mara", "max"), "rwcu"),
    },
    "flywheel.play.use": {"rita": "r", **dict.fromkeys((*TEAMS, "max"), "rcu")},
    "flywheel.play.report": dict.fromkeys(("rita", *TEAMS, "max"), "r"),
    "flywheel.play.request": {
        "rita": "r",
        **dict.fromkeys(("sid", "sam"), "rc"),
        **dict.fromkeys(("mara", "max"), "rwcu"),
    },
    "flywheel.friction.note": {
        "rita": "r",
        **dict.fromkeys((*TEAMS, "max"), "rwcu"),
    },
    "flywheel.fact": {"rita": "r", **dict.fromkeys(TEAMS, "rwc"), "max": "rwcu"},
    **{
        f"flywheel.{name}": dict.fromkeys(("rita", *TEAMS, "max"), "r")
        for name in ("fact.repeat", "asked.report", "mismatch")
    },
    "flywheel.fact.wrong": dict.fromkeys((*TEAMS, "max"), "rwc"),
    "flywheel.handover": dict.fromkeys(("sam", "mara", "max"), "r"),
    # Their owners may write drafts; rules leave them no others.
    "flywheel.approved.answer": {
        "rita": "r",
        **dict.fromkeys(("sid", "sam"), "rwc"),
        **dict.fromkeys(("mara", "max"), "rwcu"),
    },
    "flywheel.approved.answer.variant": {
        "rita": "r",
        **dict.fromkeys((*TEAMS, "max"), "rwcu"),
    },
    "flywheel.approved.answer.version": dict.fromkeys(("rita", *TEAMS, "max"), "r"),
    "flywheel.approved.answer.use": dict.fromkeys((*TEAMS, "max"), "r"),
    "flywheel.answer.consistency": dict.fromkeys(("mara", "max"), "r"),
    "flywheel.answer.publish": dict.fromkeys(("mara", "max"), "rwc"),
    "flywheel.handover.return": dict.fromkeys(("sam", "max"), "rwc"),
    "flywheel.adjust": dict.fromkeys((*TEAMS, "max"), "rwc"),
    "flywheel.split": dict.fromkeys((*TEAMS, "max"), "rwc"),
    "flywheel.split.part": dict.fromkeys((*TEAMS, "max"), "rwc"),
    "flywheel.score.compare": dict.fromkeys(("rita", *TEAMS, "max"), "rwc"),
    "flywheel.score.import": {"max": "rwc"},
    "flywheel.suggestion": {"mara": "r", "max": "rwcu"},
    "flywheel.suggestion.line": {"mara": "r", "max": "rwcu"},
    "flywheel.backtest": {"sam": "r", **dict.fromkeys(("mara", "max"), "rwcu")},
    **{
        f"flywheel.backtest.{name}": dict.fromkeys(("sam", "mara", "max"), "r")
        for name in ("band", "case")
    },
    "flywheel.preview": dict.fromkeys(("mara", "max"), "rwc"),
    "flywheel.preview.row": dict.fromkeys(("mara", "max"), "rwc"),
    "flywheel.preview.person": dict.fromkeys(("mara", "max"), "r"),
    "flywheel.follow.up.line": dict.fromkeys(("rita", *TEAMS, "max"), "r"),
    "flywheel.follow.up.preview": {"max": "r"},
    "flywheel.machine.sign": {
        **dict.fromkeys(("rita", *TEAMS), "r"),
        "max": "rwcu",
    },
    "flywheel.machine.run": dict.fromkeys(("rita", *TEAMS, "max"), "r"),
    "flywheel.quarantine.report": dict.fromkeys(("rita", *TEAMS, "max"), "r"),
    "flywheel.source.report": dict.fromkeys(("sam", "mara", "max"), "r"),
    "flywheel.persona.report": dict.fromkeys(("sam", "mara", "max"), "r"),
    "flywheel.persona.trait": dict.fromkeys(("rita", *TEAMS, "max"), "r"),
    "flywheel.segment": dict.fromkeys(("mara", "max"), "rwcu"),
    "flywheel.segment.line": dict.fromkeys(("mara", "max"), "rwcu"),
    "flywheel.win.report": dict.fromkeys(("sam", "mara", "max"), "r"),
    "flywheel.win.lever": dict.fromkeys(("sam", "mara", "max"), "rwc"),
    "flywheel.win.lever.line": dict.fromkeys(("sam", "mara", "max"), "rwcu"),
    "flywheel.next": {"sam": "r"},
    "flywheel.junk.confirm": {"max": "rwc"},
    "flywheel.stage.field": dict.fromkeys(("rita", *TEAMS, "max", "ian"), "r"),
    "flywheel.probability.health": {"max": "rwc"},
    **{
        f"flywheel.{name}": {**dict.fromkeys(("rita", *TEAMS), "r"), "max": "rwcu"}
        for name in (
            "channel",
            "touchpoint.type",
            "stage",
            "stage.rule",
            "score.model",
            "score.rule",
            "fit.rule",
            "junk.rule",
            "follow.up",
            "handover.definition",
            "handover.box",
            "handover.box.rule",
            "return.reason",
        )
    },
    "flywheel.system": {"max": "rwcu"},
    "flywheel.system.call": {"max": "r"},
    "flywheel.system.connect": {"max": "rwcu"},
    "flywheel.webhook": {"max": "rwcu"},
    "flywheel.webhook.delivery": {"max": "r"},
}


class TestSecurity(FlywheelCase):
    def test_every_model_is_in_the_matrix(self):
        models = {
            name
            for name, model in self.env.registry.items()
            if name.startswith("flywheel.") and not model._abstract
            if model._original_module == "inbound_flywheel"
        }
        self.assertEqual(models, set(RIGHTS))

    def test_matrix(self):
        public = self.env.ref("base.public_user")
        for model, rights in RIGHTS.items():
            for login in ("rita", *TEAMS, "max", "ian", "pia"):
                given = rights.get(login, "")
                for operation in OPERATIONS:
                    has = (
                        self.env[model]
                        .with_user(getattr(self, login))
                        .has_access(operation)
                    )
                    self.assertEqual(
                        has, operation[0] in given, f"{login} {operation} {model}"
                    )
            for operation in OPERATIONS:
                self.assertFalse(
                    self.env[model].with_user(public).has_access(operation)
                )

    # ------------------------------------------------------------------
    # What moves by what happens
    # ------------------------------------------------------------------
    def test_hot_fields_of_a_person(self):
        self.ingest_all(self.item())
        manual = self.env["flywheel.profile"]._get_manual_fields()
        for user in (self.sam, self.max):
            person = self.person().with_user(user)
            for name, field in person._fields.items():
                if name in manual or not field.store or name == "id":
                    continue
                value = 1 if field.type in ("float", "integer", "many2one") else False
                with self.assertRaises(AccessError, msg=name):
                    person.write({name: value})
            with self.assertRaises(AccessError):
                person.write(
                    {"touchpoint_ids": [Command.clear()], "name": "Two at once"}
                )
        self.assert_scored(self.person())

    def test_what_people_may_set(self):
        self.ingest_all(self.item())
        persona = self.env["flywheel.persona"].create({"name": "Saver"})
        for user in (self.sid, self.sam, self.mara, self.max):
            self.person().with_user(user).write(
                {
                    "name": "Wang",
                    "persona_id": persona.id,
                    "journey_stage_id": self.stage("decision").id,
                    "preferred_channel_id": False,
                    "no_profiling": False,
                }
            )
        with self.assertRaises(AccessError):
            self.person().with_user(self.rita).name = "Chen"
        with self.assertRaises(AccessError):
            self.person().with_user(self.rita).journey_stage_id = False

    def test_the_ledger_stays(self):
        self.ingest_all(self.item())
        line = self.lines(self.person())
        for user in (self.rita, self.sid, self.sam, self.mara, self.max):
            seen = line.with_user(user)
            with self.assertRaises(AccessError):
                seen.summary = "changed"
            with self.assertRaises(AccessError):
                seen.date = self.ago(days=5)
            with self.assertRaises(AccessError):
                seen.unlink()
            with self.assertRaises(AccessError):
                seen.award_ids.write({"points": 5000})
            with self.assertRaises(AccessError):
                seen.award_ids.unlink()
            if user != self.max:
                for action in ("action_quarantine", "action_release"):
                    with self.assertRaises(AccessError):
                        getattr(seen, action)()

    def test_awards_are_not_made_by_hand(self):
        self.ingest_all(self.item("page"))
        rule = self.score_model.rule_ids[0]
        with self.assertRaises(AccessError):
            self.env["flywheel.touchpoint"].with_user(self.sam).create(
                {
                    "profile_id": self.person().id,
                    "type_id": self.env.ref("inbound_flywheel.touchpoint_type_chat").id,
                    "date": self.ago(days=1),
                    "award_ids": [
                        Command.create(
                            {"rule_id": rule.id, "points": 999, "momentum": 999}
                        )
                    ],
                }
            )

    # ------------------------------------------------------------------
    # Those who are no users of the flywheel
    # ------------------------------------------------------------------
    def _fields_of(self, model):
        return [
            name
            for name, field in self.env[model]._fields.items()
            if field.groups == "inbound_flywheel.group_flywheel_user"
        ]

    def test_fields_are_hidden(self):
        partner = self.env["res.partner"].create({"name": "Wang"})
        self.ingest_all(self.item("meeting", partner_id=partner.id))
        seen = partner.with_user(self.ian)
        hidden = self._fields_of("res.partner")
        self.assertGreater(len(hidden), 12)
        self.assertFalse(set(hidden) & seen.fields_get().keys())
        # Computed fields of other apps may need rights of their own.
        stored = [name for name in seen.fields_get() if seen._fields[name].store]
        self.assertFalse(set(hidden) & seen.read(stored)[0].keys())
        for name in hidden:
            with self.assertRaises(AccessError, msg=name):
                seen.read([name])
            with self.assertRaises(AccessError, msg=name):
                seen.search([(name, "!=", False)])
            field = seen._fields[name]
            # What nobody can sort or group by tells nobody anything.
            if field._description_groupable(self.env):
                with self.assertRaises(AccessError, msg=name):
                    seen.search([], order=name)
                with self.assertRaises(AccessError, msg=name):
                    seen.formatted_read_group([], [name], ["__count"])
            if field.aggregator:
                with self.assertRaises(AccessError, msg=name):
                    seen.formatted_read_group([], [], [f"{name}:max"])
            with self.assertRaises(AccessError, msg=name):
                seen.write({name: False})

    def test_their_forms_work(self):
        with Form(self.env["res.partner"].with_user(self.ian)) as form:
            form.name = "New"
            form.email = "new@example.com"
        partner = form.record
        with Form(partner) as form:
            form.phone = "02 2345 6789"
        self.ingest_all(self.item(partner_id=partner.id))
        with Form(partner) as form:
            form.name = "Newer"
            form.email = "newer@example.com"
        self.assertEqual(partner.sudo().flywheel_profile_id.name, "Newer")
        partner.copy()
        partner.unlink()

    def test_their_buttons_do_not(self):
        partner = self.env["res.partner"].create({"name": "Wang"})
        self.ingest_all(self.item("meeting", partner_id=partner.id))
        for name in (
            "action_explain_score",
            "action_flywheel_timeline",
        ):
            with self.assertRaises(AccessError):
                getattr(partner.with_user(self.ian), name)()
            self.assertEqual(
                getattr(partner.with_user(self.rita), name)()["type"][:10], "ir.actions"
            )

    def test_portal_user_and_own_contact(self):
        partner = self.pia.partner_id
        self.ingest_all(self.item("meeting", partner_id=partner.id))
        with self.assertRaises(AccessError):
            partner.with_user(self.pia).read(["engagement_score"])
        for model in RIGHTS:
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.pia).search([])

    # ------------------------------------------------------------------
    # Two companies
    # ------------------------------------------------------------------
    def _fill_branch(self):
        """Give the branch one record of every model; return {model: record}."""
        persona = self.env["flywheel.persona"].create(
            {
                "name": "Of the branch",
                "company_id": self.branch.id,
                "rule_ids": [
                    Command.create({"name": "Any", "domain": "[]", "active": True})
                ],
            }
        )
        self.ingest_all(
            self.item("meeting"), self.item("form"), self.item("page"), user=self.bea
        )
        person = self.person()
        records = (
            persona,
            persona.rule_ids,
            person,
            person.identity_ids,
            person.touchpoint_ids,
            person.award_ids,
            person.interval_ids,
        )
        return {record._name: record for record in records}

    def test_every_model_with_a_company_has_a_rule(self):
        ruled = set(
            self.env["ir.rule"]
            .search([("groups", "=", False)])
            .model_id.mapped("model")
        )
        for model in RIGHTS:
            if "company_id" in self.env[model]._fields:
                self.assertIn(model, ruled)

    def test_another_companys_records(self):
        for model, records in self._fill_branch().items():
            self.assertTrue(records, model)
            for user in (self.rita, self.sam, self.mara, self.max):
                seen = records.with_user(user)
                self.assertFalse(seen.search([("id", "in", records.ids)]), model)
                with self.assertRaises(AccessError, msg=model):
                    seen[:1].read(["display_name"])
            self.assertEqual(
                records.with_user(self.bea).search([("id", "in", records.ids)]), records
            )
        domain = [("company_id", "=", self.branch.id)]
        for model in ("flywheel.profile", "flywheel.touchpoint"):
            groups = (
                self.env[model].with_user(self.max)._read_group(domain, [], ["__count"])
            )
            self.assertEqual(groups, [(0,)])

    def test_another_companys_person_is_not_written(self):
        self._fill_branch()
        person = self.person().with_user(self.sam)
        for values in (
            {"name": "Mine"},
            {"journey_stage_id": self.stage("decision").id},
            {"no_profiling": True},
        ):
            with self.assertRaises(AccessError):
                person.write(values)
        for name in (
            "explain",
            "explain_lines",
            "explain_outlook",
            "action_explain",
            "action_explain_lines",
            "action_timeline",
        ):
            with self.assertRaises(AccessError, msg=name):
                getattr(person, name)()

    def test_shared_records_are_everybodys(self):
        partner = self.env["res.partner"].create({"name": "Shared"})
        self.ingest_all(self.item("meeting", partner_id=partner.id))
        for user in (self.sam, self.bea):
            self.assertEqual(
                len(partner.flywheel_profile_id.with_user(user).explain()), 1
            )
