# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form

from .common_insight import InsightCase


class TestSegment(InsightCase):
    def _run(self, user=None, **values):
        Segment = self.env["flywheel.segment"].with_user(user or self.mia)
        segment = Segment.create({"company_id": self.lab.id, **values})
        segment.action_run()
        return segment

    def _names(self, segment):
        return set(
            segment.line_ids.filtered(lambda s: s.kind == "found").mapped("name")
        )

    def _seen(self, action, user):
        Model = self.env[action["res_model"]].with_user(user)
        return Model.with_context(**action["context"]).search(action["domain"])

    # ------------------------------------------------------------------
    # Finding
    # ------------------------------------------------------------------
    def test_known_numbers(self):
        segment = self._run()
        self.assertEqual((segment.case_count, segment.good_count), (102, 28))
        # Town and position say the same: one is the head of the other.
        [head] = segment.found_line_ids
        self.assertEqual((head.n, head.good), (42, 22))
        self.assertAlmostEqual(head.rate, 22 / 42)
        self.assertAlmostEqual(head.lift, 22 / 42 / (28 / 102), 6)
        self.assertLess(head.low, 22 / 42)
        self.assertGreater(head.high, 22 / 42)
        self.assertLess(head.chance, 0.001)
        self.assertIn("52 % against 27 % of all, lift 1.9, n 42", head.text)
        self.assertIn("Job Position: Student", self._names(segment))
        self.assertIn("City: Taipei", self._names(segment))

    def test_chance_is_not_named(self):
        leads = (
            self.env["crm.lead"]
            .with_context(active_test=False)
            .search([("company_id", "=", self.lab.id)])
        )
        tags = self.env["res.partner.category"].create(
            [{"name": f"Noise {number}"} for number in range(20)]
        )
        for number, tag in enumerate(tags):
            leads[number::3].partner_id.category_id += tag
        names = self._names(self._run())
        self.assertTrue(names)
        self.assertFalse([name for name in names if name.startswith("Tags")])

    def test_pairs(self):
        """Students of Hualien buy, other students and others of Hualien do not."""
        self.env.cr.execute("DELETE FROM crm_lead WHERE company_id = %s", [self.lab.id])
        self.env.invalidate_all()
        both = self._people("Student", "Hualien", 40)
        self._leads(both, 30, 100, 10)
        self._leads(self.students, 4, 100, 10)
        self._leads(self._people("Clerk", "Hualien", 40), 4, 100, 10)
        self._leads(self.clerks, 6, 100, 10)
        [head] = self._run().found_line_ids
        self.assertEqual(head.name, "City: Hualien and Job Position: Student")
        self.assertEqual((head.n, head.good), (40, 30))

    def test_repeat_customers(self):
        segment = self._run(best="repeat", min_n=5, min_lift=1, false_share=1)
        self.assertEqual((segment.case_count, segment.good_count), (100, 2))
        line = segment.line_ids.filtered(lambda s: s.name == "Job Position: Student")
        self.assertEqual((line.n, line.good), (40, 2))

    def test_happy_customers(self):
        self.env["flywheel.touchpoint"]._record(
            [
                {"type": "rating", "partner_id": p.id, "value": value}
                for people, value in ((self.students, 5), (self.clerks, 2))
                for p in people
            ]
            + [{"type": "rating", "partner_id": self.students[0].id, "value": 2}]
        )
        self.env.flush_all()
        segment = self._run(best="happy", min_lift=1.2)
        # The average of the first student is 3.5.
        self.assertEqual((segment.case_count, segment.good_count), (100, 39))
        with self.assertRaises(UserError):
            self._run(best="happy", happy_from=6)

    def test_best_of_my_choice(self):
        segment = self._run(
            best="domain", best_domain="[('partner_id.city', '=', 'Taipei')]"
        )
        self.assertEqual((segment.case_count, segment.good_count), (100, 40))
        self.assertIn("Job Position: Student", self._names(segment))

    def test_scope(self):
        tomorrow = fields.Date.today() + timedelta(days=1)
        with self.assertRaises(UserError):
            self._run(date_from=tomorrow)
        with self.assertRaises(UserError):
            self._run(domain="[('partner_id.function', '=', 'Nobody')]")
        segment = self._run(domain="[('expected_revenue', '<', 200)]", min_lift=1)
        self.assertEqual(segment.case_count, 42)

    def test_what_comes_with_the_outcome_is_refused(self):
        reason = self.env["crm.lost.reason"].create({"name": "Test price"})
        leads = (
            self.env["crm.lead"]
            .with_context(active_test=False)
            .search([("company_id", "=", self.lab.id)])
        )
        leads.filtered(lambda s: s.won_status == "lost").lost_reason_id = reason
        tag = self.env["crm.tag"].create({"name": "Signed"})
        leads.filtered(lambda s: s.won_status == "won").tag_ids = tag
        segment = self._run(min_n=5)
        refused = segment.refused_line_ids.mapped("name")
        self.assertIn("Lost Reason", refused)
        self.assertIn("Stage", refused)
        self.assertIn("Tags", refused)
        self.assertFalse(
            [name for name in self._names(segment) if "Signed" in name or "Won" in name]
        )

    def test_people_who_object_are_left_out(self):
        self.students[:10].flywheel_profile_id.no_profiling = True
        self.assertEqual(self._run().case_count, 90)

    def test_run_again(self):
        segment = self._run()
        before = self._names(segment)
        count = len(segment.line_ids)
        segment.action_run()
        self.assertEqual((self._names(segment), len(segment.line_ids)), (before, count))

    # ------------------------------------------------------------------
    # Using
    # ------------------------------------------------------------------
    def test_drill_down(self):
        """Leads for those who may see leads, people for others; the counts agree."""
        head = self._run().found_line_ids
        leads = self._seen(head.with_user(self.lia).action_open(), self.lia)
        self.assertEqual((leads._name, len(leads)), ("crm.lead", head.n))
        people = self._seen(head.action_open(), self.mia)
        self.assertEqual(people._name, "flywheel.profile")
        self.assertEqual(people.sudo().partner_id, self.students)

    def test_drill_down_of_lead_traits(self):
        source = self.env["utm.source"].create({"name": "Test fair"})
        self.env["crm.lead"].with_context(active_test=False).search(
            [("partner_id", "in", self.students.ids)]
        ).source_id = source
        segment = self._run()
        line = segment.line_ids.filtered(lambda s: s.name == "Source: Test fair")
        self.assertEqual(line.model, "crm.lead")
        self.assertEqual(len(self._seen(line.action_open(), self.mia)), 40)
        leads = self._seen(line.with_user(self.lia).action_open(), self.lia)
        self.assertEqual(len(leads), 42)

    def test_start_a_persona(self):
        line = self._run().line_ids.filtered(
            lambda s: s.name == "Job Position: Student"
        )
        action = line.action_start_persona()
        persona = self.env["flywheel.persona"].browse(action["res_id"])
        self.assertEqual((persona.name, persona.state), ("Student", "draft"))
        self.assertEqual(persona.create_uid, self.mia)
        self.assertIn("Job Position: Student", persona.demographics)
        rules = persona.with_context(active_test=False).rule_ids
        self.assertEqual(rules.domain, "[('function', '=', 'Student')]")
        self.assertFalse(rules.active, "a draft decides nothing yet")
        # A second press opens the same.
        self.assertEqual(line.action_start_persona()["res_id"], persona.id)
        self.assertEqual(line.persona_id, persona)

    def test_the_persona_finds_its_people(self):
        both = self._run(min_lift=1).line_ids.filtered(
            lambda s: s.name == "Job Position: Student"
        )
        action = both.action_start_persona()
        self.persona.rule_ids.sudo().unlink()
        persona = self.env["flywheel.persona"].browse(action["res_id"])
        persona.with_context(active_test=False).rule_ids.sudo().active = True
        self.env["flywheel.profile"]._evaluate_all()
        self.assertEqual(self.students.flywheel_profile_id.persona_id, persona)
        self.assertFalse(self.clerks.flywheel_profile_id.persona_id)

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------
    def test_rights(self):
        head = self._run().found_line_ids
        for user in (self.rob, self.ian):
            with self.assertRaises(AccessError):
                head.with_user(user).action_open()
        # Another company neither sees the segments nor, by them, its people.
        with self.assertRaises(AccessError):
            head.with_user(self.mara).action_start_persona()
        with self.assertRaises(AccessError):
            self.env["flywheel.profile"].with_user(self.mara).search(
                [("flywheel_segment_line_id", "=", head.id)]
            )

    def test_other_companies_stay_out(self):
        with self.assertRaises(UserError):
            self._run(user=self.mara, company_id=self.branch.id)

    def test_bad_input(self):
        for values in ({"domain": "[('nothing', '=', 1)]"}, {"best_domain": "no"}):
            with self.assertRaises(ValidationError):
                self._run(**values)
        with Form(self.env["flywheel.segment"].with_user(self.mia)) as form:
            form.best = "happy"
