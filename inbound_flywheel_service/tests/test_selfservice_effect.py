# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from ..engine.proportion import difference
from .test_selfservice_articles import HelpCommon


@tagged("post_install", "-at_install")
class TestProportion(BaseCase):
    def test_published_example(self):
        # Newcombe 1998, table II, method 10: 56/70 and 48/80.
        gap, low, high = difference(56, 70, 48, 80)
        self.assertAlmostEqual(gap, 0.2, 4)
        self.assertAlmostEqual(low, 0.0524, 4)
        self.assertAlmostEqual(high, 0.3339, 4)

    def test_empty_group(self):
        self.assertIsNone(difference(0, 0, 3, 5))
        self.assertIsNone(difference(1, 2, 0, 0))


@tagged("post_install", "-at_install")
class TestEffect(HelpCommon):
    def setUp(self):
        super().setUp()
        self.visits = self.env["flywheel.help.session"]
        self.visits.search([]).unlink()

    def _visit(self, days=10, group="treatment", partner=None, asked=True, **values):
        visit = self.visits._begin("x", partner or self.env["res.partner"], "portal")
        if asked:
            visit._asked("quokkacard")
        visit.write({"group": group, **values})
        self._age(visit, days)
        return visit

    def _age(self, visit, days):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE flywheel_help_session SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=days), visit.id],
        )
        visit.invalidate_recordset()

    def _came_of(self, visit):
        self.env.flush_all()
        return self.env["flywheel.help.report"].browse(visit.id).outcome

    def test_groups_by_chance_and_for_good(self):
        self.company.flywheel_help_control = 10
        groups = [self.visits._group(f"user:{n}", self.company) for n in range(5000)]
        self.assertEqual(
            groups,
            [self.visits._group(f"user:{n}", self.company) for n in range(5000)],
        )
        # 10 % of 5,000 with five standard deviations.
        self.assertAlmostEqual(groups.count("control"), 500, delta=106)
        self.company.flywheel_help_control = 0
        self.assertEqual(self.visits._group("user:1", self.company), "treatment")

    @mute_logger("odoo.sql_db")
    def test_control_is_at_most_half(self):
        for bad in (-1, 51):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.company.flywheel_help_control = bad
                self.env.flush_all()

    def test_outcomes(self):
        now = fields.Datetime.now()
        self.assertEqual(self._came_of(self._visit(days=1)), "running")
        self.assertEqual(self._came_of(self._visit()), "abandoned")
        self.assertEqual(self._came_of(self._visit(opened_count=1)), "answered")
        self.assertEqual(self._came_of(self._visit(case_date=now)), "case")
        visit = self._visit(
            solved_date=now - timedelta(days=9), contact_date=now - timedelta(days=8)
        )
        self.assertEqual(self._came_of(visit), "false")
        visit = self._visit(asked=False)
        self.env.flush_all()
        self.assertFalse(self.env["flywheel.help.report"].browse(visit.id).exists())

    def test_a_case_by_any_path_counts(self):
        visit = self._visit(days=3, partner=self.customer)
        late = self._visit(days=8, partner=self.customer)
        stranger = self._visit(days=3)
        self._case(partner_id=self.customer.id)
        self.assertTrue(visit.case_date)
        self.assertFalse(late.case_date, "More than a week ago")
        self.assertFalse(stranger.case_date)

    def test_a_message_is_a_contact_but_no_case(self):
        case = self._case(partner_id=self.customer.id)
        visit = self._visit(days=0, partner=self.customer)
        case.message_post(
            body="And?",
            author_id=self.customer.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertTrue(visit.contact_date)
        self.assertFalse(visit.case_date)

    def test_what_is_typed_is_one_question(self):
        visit = self._visit()
        for text in ("my c", "my card", "my card is", "my card", "something else"):
            visit._asked(text)
        self.assertEqual(
            visit.questions.splitlines(), ["quokkacard", "my card", "something else"]
        )

    def test_one_vote_a_visit(self):
        visit = self._visit()
        self.assertTrue(visit._voted(self.article, False))
        self.assertFalse(visit._voted(self.article, True))
        self.assertFalse(visit._voted(self.article, False, "Too short"))
        self.assertEqual(self.article.unhelpful_count, 1)
        self.assertEqual(self.article.helpful_count, 0)
        self.assertEqual(visit.read_ids.comment, "Too short")
        visit._opened(self.article)
        visit._opened(self.article)
        self.assertEqual(self.article.view_count, 1)

    def test_too_few(self):
        self._visit()
        report = self.env["flywheel.help.effect"].with_user(self.mia).create({})
        self.assertTrue(report.few)
        self.assertIn("Too few", report.verdict)

    def test_effect(self):
        now = fields.Datetime.now()
        for number in range(40):
            self._visit(case_date=now if number < 10 else False)
            self._visit(group="control", case_date=now if number < 30 else False)
        self._visit(days=2)
        report = self.env["flywheel.help.effect"].with_user(self.mia).create({})
        self.assertEqual((report.treated, report.control), (40, 40))
        self.assertAlmostEqual(report.treated_share, 0.75)
        self.assertAlmostEqual(report.control_share, 0.25)
        self.assertAlmostEqual(report.effect, 0.5)
        self.assertGreater(report.effect_low, 0)
        self.assertIn("saved", report.verdict)
        action = report.action_visits()
        self.assertEqual(self.visits.search_count(action["domain"]), 81)

    def test_forgotten(self):
        old = self._visit(days=400, partner=self.customer)
        old._voted(self.article, False, "My name is Carl")
        young = self._visit(days=10, partner=self.customer)
        self.visits._gc_forget()
        self.assertTrue(old.forgotten)
        self.assertFalse(old.partner_id or old.question or old.questions)
        self.assertFalse(old.read_ids.comment)
        self.assertEqual(old.read_ids.vote, "unhelpful", "The figures stay")
        self.assertTrue(young.question)

    def test_passers_by_are_deleted(self):
        idle = self._visit(days=40, asked=False)
        asked = self._visit(days=40)
        voted = self._visit(days=40, asked=False)
        voted._voted(self.article, False, "Why not")
        self.visits._gc_idle()
        self.assertFalse(idle.exists())
        self.assertTrue(asked.exists() and voted.exists())

    def test_rate_limit(self):
        guard = self.env["flywheel.help.guard"]
        allowed = [guard._allow("vote", "someone", 3) for _n in range(5)]
        self.assertEqual(allowed, [True, True, True, False, False])
        self.assertTrue(guard._allow("vote", "somebody else", 3))
        self.assertNotIn("someone", guard.search([]).mapped("key"))
