# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestReplay(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["flywheel.routing.rule"]
        cls.rules.search([]).active = False
        cls.rule = cls.rules.create(
            {"name": "Stolen", "words": "stolen", "team_id": cls.team.id}
        )
        cls.other_team.user_ids = cls.mia
        cls.cases = cls.env["helpdesk.ticket"].create(
            [
                {"name": name, "description": "<p>x</p>"}
                for name in ("Card stolen", "Loan rate", "Loan stolen", "Hello")
            ]
        )

    def _draft(self, **values):
        return self.rules.create({"name": "Loans", "draft": True, **values})

    def _replay(self, rules, limit=4):
        action = rules.with_user(self.mia).action_replay()
        replay = self.env[action["res_model"]].browse(action["res_id"])
        replay = replay.with_user(self.mia)
        replay.limit = limit
        replay.action_run()
        return replay

    def test_drafts_decide_nothing(self):
        self._draft(sequence=1, words="stolen", team_id=self.other_team.id)
        case = self._case("Stolen again", team_id=False)
        self.assertEqual(case.team_id, self.team)

    def test_what_would_move_and_who_would_get_it(self):
        draft = self._draft(sequence=1, words="loan", team_id=self.other_team.id)
        before = self.cases.mapped("write_date")
        replay = self._replay(draft)
        self.assertRecordValues(
            replay,
            [
                {
                    "case_count": 4,
                    "changed_count": 2,
                    "moved_count": 2,
                    "unmatched_before": 2,
                    "unmatched_after": 1,
                }
            ],
        )
        rows = {row.ticket_id: row for row in replay.case_ids}
        both = rows[self.cases[2]]
        self.assertEqual(both.team_before_id, self.team)
        self.assertEqual(both.team_after_id, self.other_team)
        self.assertEqual(both.rules_after, "Loans")
        load = {x.team_id: (x.before, x.after) for x in replay.team_load_ids}
        self.assertEqual(load[self.team], (2, 1))
        self.assertEqual(load[self.other_team], (0, 2))
        agents = {x.user_id: (x.before, x.after) for x in replay.agent_load_ids}
        self.assertEqual(agents[self.ann], (1, 0.5))
        self.assertEqual(agents[self.mia], (0, 2))
        self.assertEqual(self.cases.mapped("write_date"), before)
        self.assertFalse(self.cases[1].team_id)

    def test_cases_are_seen_as_they_came_in(self):
        """What became of a case later, or what a person chose, is not forgotten."""
        chosen = self._case("Loan please", team_id=self.team.id)
        moved = self.cases[1]
        moved.team_id = self.team
        draft = self._draft(words="loan", team_id=self.other_team.id)
        rows = {r.ticket_id: r for r in self._replay(draft, limit=5).case_ids}
        self.assertNotIn(chosen, rows)
        self.assertEqual(rows[moved].team_before_id.ids, [])
        self.assertEqual(rows[moved].team_after_id, self.other_team)
        draft.overwrite = True
        rows = {r.ticket_id: r for r in self._replay(draft, limit=5).case_ids}
        self.assertEqual(rows[chosen].team_after_id, self.other_team)

    def test_conditions_on_what_rules_change(self):
        """A condition on the team means the team the case came in with."""
        self.cases.team_id = self.other_team
        draft = self._draft(
            domain=f"[('team_id', '=', {self.other_team.id})]", priority="3"
        )
        self.assertFalse(self._replay(draft).changed_count)

    def test_revision_replaces_in_force(self):
        action = self.rule.with_user(self.mia).action_revise()
        revision = self.rules.browse(action["res_id"])
        again = self.rule.with_user(self.mia).action_revise()
        self.assertEqual(again["res_id"], revision.id)
        self.assertTrue(revision.draft)
        revision.team_id = self.other_team
        replay = self._replay(revision)
        self.assertEqual(replay.moved_count, 2)
        replay.action_put_in_force()
        self.assertFalse(self.rule.active)
        self.assertFalse(revision.draft or revision.replaces_id)
        self.assertEqual(self._case("stolen", team_id=False).team_id, self.other_team)

    def test_agreement_with_how_cases_ended(self):
        self.cases[1].team_id = self.other_team
        draft = self._draft(words="loan rate", team_id=self.other_team.id)
        replay = self._replay(draft)
        self.assertEqual((replay.agreed_before, replay.agreed_after), (0.75, 1.0))

    def test_only_drafts_and_only_managers(self):
        with self.assertRaises(UserError):
            self.rule.with_user(self.mia).action_replay()
        with self.assertRaises(AccessError):
            self._draft().with_user(self.ann).action_replay()

    def test_number_of_cases(self):
        replay = self._replay(self._draft())
        for limit in (0, -1, 1_000_000):
            replay.limit = limit
            with self.assertRaises(UserError):
                replay.action_run()

    def test_other_companies_cases_stay_out(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.env["helpdesk.ticket"].create(
            {"name": "Loan", "description": "x", "company_id": company.id}
        )
        replay = self._replay(self._draft(words="loan", priority="3"), limit=5)
        self.assertNotIn(company, replay.case_ids.ticket_id.company_id)
