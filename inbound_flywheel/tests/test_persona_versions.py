# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time

from .common_persona import SECTIONS, PersonaCase

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"


class TestPersonaApproval(PersonaCase):
    def test_every_gap_is_named(self):
        persona = self.make_persona(problem=False, pains=False, goals="<p><br></p>")
        persona.contributor_ids.unlink()
        with self.assertRaises(UserError) as caught:
            persona.action_approve()
        text = str(caught.exception)
        for part in ("why", "Pains", "Goals", "0 of 3", "Finance"):
            self.assertIn(part, text)
        self.assertNotIn("Objections", text)
        self.assertEqual(persona.state, "draft")

    def test_each_empty_section_refuses(self):
        for name in SECTIONS:
            persona = self.make_persona(**{name: "<p> </p>"})
            with self.assertRaises(UserError, msg=name):
                persona.action_approve()

    def test_sections_that_may_stay_empty(self):
        self.company.flywheel_optional_section_ids = self.env["ir.model.fields"]._get(
            "flywheel.persona", "pains"
        )
        persona = self.make_persona(pains=False)
        persona.action_approve()
        self.assertEqual(persona.state, "approved")

    def test_number_of_departments(self):
        persona = self.make_persona()
        persona.contributor_ids.filtered(lambda c: c.department != "marketing").unlink()
        with self.assertRaises(UserError):
            persona.action_approve()
        self.company.flywheel_min_departments = 1
        persona.action_approve()
        self.assertEqual(persona.approved_uid, self.mara)

    def test_the_settings_of_its_company_hold(self):
        self.company.flywheel_min_departments = 0
        persona = self.make_persona(company_id=self.company.id)
        persona.contributor_ids.unlink()
        self.branch.flywheel_min_departments = 5
        persona.action_approve()

    def test_who_may_approve(self):
        persona = self.make_persona()
        for user in (self.rita, self.sid, self.sam):
            for name in ("action_approve",):
                with self.assertRaises(AccessError):
                    getattr(persona.with_user(user), name)()
        persona.with_user(self.max).action_approve()

    def test_twice(self):
        persona = self.make_persona()
        persona.action_approve()
        with self.assertRaises(UserError):
            persona.action_approve()
        self.assertEqual(len(persona.version_ids), 1)

    def test_nobody_sets_the_state_by_hand(self):
        persona = self.make_persona()
        for values in (
            {"state": "approved"},
            {"version": 7},
            {"version_ids": [(5,)]},
            {"review_ids": [(5,)]},
            {"approved_uid": self.mara.id},
        ):
            with self.assertRaises(AccessError):
                persona.with_user(self.max).write(values)
        with self.assertRaises(AccessError):
            self.env["flywheel.persona"].with_user(self.max).create(
                {"name": "Ready", "state": "approved"}
            )
        with Form(self.env["flywheel.persona"].with_user(self.mara)) as form:
            form.name = "By the form"
        self.assertEqual(form.record.state, "draft")

    def test_completeness(self):
        persona = (
            self.env["flywheel.persona"].with_user(self.mara).create({"name": "New"})
        )
        self.assertEqual(persona.completeness, 0)
        self.assertTrue(persona.next_part)
        self.assertIn("Pains", persona.parts)
        # Who makes a persona brings in the first view.
        self.assertEqual(persona.contributor_ids.department, "marketing")
        self.assertIn("Marketing ✔", persona.departments)
        self.assertIn("Finance ✘", persona.departments)
        persona.problem = "No time"
        self.assertEqual(persona.completeness, 6)
        full = self.make_persona()
        full.write({"tagline": "One line", "image_1920": self.picture()})
        full.channel_weight_ids = [
            (0, 0, {"channel_id": self.env.ref("inbound_flywheel.channel_email").id})
        ]
        for team in ("marketing", "sales", "service"):
            full[f"playbook_{team}"] = "<p>Listen</p>"
        # What is left: the questions of the bank, and the interviews.
        self.assertEqual(full.completeness, 88)
        self.assertIn("question", full.next_part)

    def test_one_persona_set(self):
        """What a persona is called is kept in one place."""
        lead = self.env["crm.lead"].create({"name": "Offer", "email_from": "w@x.tw"})
        persona = self.make_persona()
        lead.persona_id = persona
        persona.name = "Renamed"
        self.assertEqual(lead.persona_id.name, "Renamed")
        relations = self.env["ir.model.fields"].search(
            [
                ("name", "like", "persona"),
                ("ttype", "in", ("selection", "many2one")),
                ("store", "=", True),
            ]
        )
        for field in relations:
            self.assertEqual(field.ttype, "many2one", field.model)
        for user in (self.rita, self.sid, self.sam):
            with self.assertRaises(AccessError):
                self.env["flywheel.persona"].with_user(user).create({"name": "Mine"})


class TestPersonaVersions(PersonaCase):
    def test_approved_stays_as_it_is(self):
        persona = self.make_persona()
        persona.channel_weight_ids = [
            (0, 0, {"channel_id": self.env.ref("inbound_flywheel.channel_email").id})
        ]
        persona.action_approve()
        for user in (self.mara, self.max, self.env.user):
            approved = persona.with_user(user)
            for values in (
                {"name": "X"},
                {"pains": "<p>X</p>"},
                {"image_1920": self.picture()},
                {"human_share": 1},
                {"channel_weight_ids": [(5,)]},
            ):
                with self.assertRaises(UserError):
                    approved.write(values)
            with self.assertRaises(UserError):
                approved.channel_weight_ids.weight = 1
            with self.assertRaises(UserError):
                approved.channel_weight_ids.unlink()
            with self.assertRaises(UserError):
                approved.update_field_translations("name", {"en_US": "X"})
        # What is not content may change.
        persona.write({"sequence": 3, "owner_id": self.max.id})

    def test_revise(self):
        persona = self.make_persona()
        lead = self.env["crm.lead"].create({"name": "Offer", "email_from": "w@x.tw"})
        lead.persona_id = persona
        persona.action_approve()
        wizard = Form.from_action(self.env, persona.action_revise())
        wizard.reason = "A new channel"
        wizard.save().action_confirm()
        self.assertRecordValues(
            persona,
            [{"state": "draft", "version": 2, "change_reason": "A new channel"}],
        )
        self.assertEqual(lead.persona_id, persona)
        persona.pains = "<p>Other pains</p>"
        persona.action_approve()
        self.assertRecordValues(
            persona.version_ids.sorted("number", reverse=True),
            [
                {"number": 2, "state": "approved", "reason": "A new channel"},
                {"number": 1, "state": "approved", "reason": False},
            ],
        )
        self.assertEqual(persona.version_ids.user_id, self.mara)
        with self.assertRaises(UserError):
            persona.action_approve()

    def test_keep_a_draft(self):
        persona = self.make_persona(problem=False)
        persona._keep_draft("First round")
        self.assertRecordValues(persona, [{"state": "draft", "version": 2}])
        self.assertRecordValues(
            persona.version_ids,
            [{"number": 1, "state": "draft", "reason": "First round"}],
        )
        persona.problem = "No time"
        persona.action_approve()
        with self.assertRaises(UserError):
            persona._keep_draft("Again")
        self.assertEqual(set(persona.version_ids.mapped("number")), {1, 2})

    def test_no_number_twice(self):
        persona = self.make_persona()
        first = persona._keep_version("Once")
        self.assertEqual(persona._keep_version("Twice").number, 2)
        with self.quiet(), self.assertRaises(IntegrityError):
            first.copy()
            self.env.flush_all()

    def test_nobody_changes_a_version(self):
        persona = self.make_persona()
        persona.action_approve()
        version = persona.version_ids.with_user(self.max)
        for values in ({"data": {}}, {"number": 9}, {"reason": "X"}):
            with self.assertRaises(AccessError):
                version.write(values)
        with self.assertRaises(AccessError):
            version.unlink()
        with self.assertRaises(AccessError):
            version.create({"persona_id": persona.id, "number": 9, "data": {}})

    def test_snapshot_holds_all_languages(self):
        self.env["res.lang"]._activate_lang("zh_TW")
        persona = self.make_persona(name="Saver")
        persona.update_field_translations("name", {"zh_TW": "存錢的人"})
        persona.action_approve()
        data = persona.version_ids.data
        self.assertEqual(data["name"], {"en_US": "Saver", "zh_TW": "存錢的人"})
        self.assertCountEqual(data["langs"], ["en_US", "zh_TW"])
        self.assertIn("50% human", persona.version_ids.content)
        shown = persona.version_ids.with_context(lang="zh_TW").content
        self.assertIn("存錢的人", shown)

    def _compare(self, persona, before, after, user=None, **values):
        wizard = (
            self.env["flywheel.persona.compare"]
            .with_user(user or self.rita)
            .create(
                {
                    "persona_id": persona.id,
                    "before_id": before.id,
                    "after_id": after.id,
                    **values,
                }
            )
        )
        return wizard.changes

    def test_compare_one_and_three(self):
        persona = self.make_persona(pains="<ul><li>Too slow</li></ul>")
        persona.action_approve()
        for pains in ("<p>Too dear</p>", "<ul><li>Too late</li></ul>"):
            persona._revise("Better known")
            persona.pains = pains
            persona.action_approve()
        first, _second, third = persona.version_ids.sorted("number")
        changes = self._compare(persona, first, third)
        self.assertIn("<del class='bg-danger-subtle'>slow</del>", changes)
        self.assertIn(">late</ins>", changes)
        self.assertIn("Pains", changes)
        self.assertNotIn("Goals", changes)
        self.assertIn("Goals", self._compare(persona, first, third, only_changes=False))
        self.assertNotIn("<del", self._compare(persona, third, third))

    def test_hostile_texts_are_text(self):
        persona = self.make_persona(name=HOSTILE, problem=HOSTILE, pains=HOSTILE)
        persona.channel_weight_ids = [
            (
                0,
                0,
                {
                    "channel_id": self.env["flywheel.channel"]
                    .create({"name": HOSTILE, "code": "hostile"})
                    .id
                },
            )
        ]
        persona._keep_draft(HOSTILE)
        persona.write({"name": "Tame", "problem": "Tame"})
        shown = self._compare(persona, persona.version_ids, self.browse_version())
        shown += persona.version_ids.content
        persona.name = HOSTILE
        comparison = self.env["flywheel.persona.comparison"].create(
            {"persona_ids": [(6, 0, (persona | persona.copy()).ids)]}
        )
        shown += comparison.content + persona.departments + persona.parts
        self.assertNotIn("<script", shown)
        self.assertNotIn("<img src=x", shown)
        self.assertIn("&lt;script", shown)

    def browse_version(self):
        return self.env["flywheel.persona.version"]

    def test_another_company_compares_nothing(self):
        persona = self.make_persona(company_id=self.company.id)
        persona.action_approve()
        with self.assertRaises(AccessError):
            self._compare(
                persona, persona.version_ids, persona.version_ids, user=self.bea
            )

    def test_copy_starts_anew(self):
        persona = self.make_persona()
        persona.action_approve()
        copied = persona.copy()
        self.assertRecordValues(
            copied, [{"state": "draft", "version": 1, "review_date": False}]
        )
        self.assertFalse(copied.version_ids)


@freeze_time("2026-06-15 12:00:00")
class TestPersonaComparison(PersonaCase):
    def test_side_by_side(self):
        first = self.make_persona(name="First", tagline="Likes calls", human_share=1)
        second = self.make_persona(name="Second", tagline="Hates calls", human_share=0)
        lead = self.env["crm.lead"].create({"name": "Offer", "email_from": "w@x.tw"})
        lead.persona_id = first
        both = (first | second).with_user(self.sam)
        action = both.action_compare_personas()
        content = (
            self.env[action["res_model"]]
            .with_user(self.sam)
            .browse(action["res_id"])
            .content
        )
        for text in ("First", "Second", "Likes calls", "Hates calls", "<td>1</td>"):
            self.assertIn(text, content)
        for chosen in (
            first,
            first | second | first.copy() | first.copy() | second.copy(),
        ):
            with self.assertRaises(UserError):
                chosen.action_compare_personas()

    def test_plain_words(self):
        channel = self.env.ref("inbound_flywheel.channel_chat")
        phone = self.env.ref("inbound_flywheel.channel_phone")
        persona = self.make_persona(
            human_share=0.05,
            single_touchpoint=True,
            tone="casual",
            contacts_per_month=2,
            channel_weight_ids=[
                (0, 0, {"channel_id": channel.id, "weight": 0.9}),
                (0, 0, {"channel_id": phone.id, "weight": 0}),
            ],
        )
        text = persona.preference_text
        for part in (
            "screen",
            "like: Chat",
            "Not by: Phone",
            "one contact",
            "Contacts a month: 2 at most",
        ):
            self.assertIn(part, text)


class TestPersonaCriteria(PersonaCase):
    def _put_in_force(self, persona, name):
        self.env["flywheel.persona.rule"].with_user(self.mara).create(
            {"persona_id": persona.id, "name": name, "domain": "[('city', '=', 'X')]"}
        )
        replay = self.env["flywheel.persona.replay"].browse(
            persona.action_replay()["res_id"]
        )
        replay.with_user(self.mara).action_put_in_force()

    def test_criteria_in_force_make_a_version(self):
        persona = self.make_persona()
        persona.action_approve()
        self._put_in_force(persona, "Lives in X")
        self.assertRecordValues(persona, [{"state": "approved", "version": 2}])
        first, second = persona.version_ids.sorted("number")
        self.assertFalse(first.data["rule_ids"])
        self.assertEqual(second.data["rule_ids"][0]["label"], "Lives in X")
        persona._revise("More to say")
        self.assertEqual(persona.version, 3)
        self._put_in_force(persona, "Lives in Y")
        persona.action_approve()
        self.assertEqual(
            persona.version_ids.sorted("number").mapped("number"), [1, 2, 3, 4]
        )
