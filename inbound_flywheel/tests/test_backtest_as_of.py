# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import freeze_time

from .common import NOW
from .common_backtest import BacktestCase

HALF_LIFE = 30.0


@freeze_time(NOW)
class TestBacktestAsOf(BacktestCase):
    def test_decayed_to_the_decision(self):
        self.ingest_all(self.item("form", date=self.ago(days=40)))
        lead = self.close("wang@example.com", days=10)
        self.mix()
        case = self.case(self.run_test(), lead)
        self.assertAlmostEqual(case.engagement, 10.0, 6)
        self.assertAlmostEqual(case.total, 10.0, 6)
        self.assertEqual(case.date, fields.Datetime.now() - timedelta(days=10))

    def test_later_events_never_count(self):
        decided = {"days": 10}
        lead = self.close("wang@example.com", **decided)
        self.mix()
        self.ingest_all(
            self.item("form", date=self.ago(days=9, hours=23)),
            self.item("meeting", date=self.ago(**decided)),
            self.item("form", date=self.ago(hours=1)),
        )
        self.assertEqual(self.case(self.run_test(), lead).engagement, 0.0)
        self.ingest_all(self.item("meeting", date=self.ago(days=10, seconds=1)))
        case = self.case(self.run_test(), lead)
        self.assertAlmostEqual(case.engagement, 25.0, 4)

    def test_a_late_report_of_an_early_event_counts(self):
        lead = self.close("wang@example.com", days=10)
        self.mix()
        self.assertEqual(self.case(self.run_test(), lead).engagement, 0.0)
        self.ingest_all(self.item("form", date=self.ago(days=10 + HALF_LIFE)))
        self.assertAlmostEqual(self.case(self.run_test(), lead).engagement, 10.0, 6)

    def test_window(self):
        self.set_rule("Form", window_days=5)
        self.draft.half_life_days = 0
        early, late = (
            self.close("wang@example.com", days=20),
            self.close("wang@example.com", days=14),
        )
        self.mix()
        self.ingest_all(self.item("form", date=self.ago(days=21)))
        backtest = self.run_test()
        self.assertEqual(self.case(backtest, early).engagement, 20.0)
        self.assertEqual(self.case(backtest, late).engagement, 0.0)
        # On the second on which the window ends the line no longer counts.
        edge = self.close("wang@example.com", days=16)
        self.assertEqual(self.case(self.run_test(), edge).engagement, 0.0)

    def test_caps_do_not_know_the_future(self):
        self.draft.half_life_days = 0
        # NOW is a Monday; these are Tuesday to Saturday of the week before.
        self.ingest_all(
            *(self.item("form", date=self.ago(days=d)) for d in range(6, 1, -1))
        )
        middle = self.close("wang@example.com", days=4)
        end = self.close("wang@example.com", days=1)
        self.mix()
        backtest = self.run_test()
        self.assertEqual(self.case(backtest, middle).engagement, 40.0)
        self.assertEqual(self.case(backtest, end).engagement, 60.0)

    def test_quarantined_and_objecting_do_not_count(self):
        self.ingest_all(
            self.item("form", date=self.ago(days=20)),
            self.item("form", date=self.ago(days=20), email="no@example.com"),
        )
        lead = self.close("wang@example.com", days=10)
        silent = self.close("no@example.com", days=10)
        self.mix()
        self.person("no@example.com").no_profiling = True
        self.lines(self.person(), "form").with_user(self.max).action_quarantine()
        backtest = self.run_test()
        self.assertEqual(self.case(backtest, lead).engagement, 0.0)
        self.assertFalse(self.case(backtest, silent))

    def test_without_a_closing_date(self):
        lead = self.close("wang@example.com", days=1)
        self.mix()
        self.ingest_all(
            self.item("form", date=self.ago(days=39)),
            self.item("meeting", date=self.ago(days=5)),
        )
        self.env.cr.execute(
            "UPDATE crm_lead SET date_closed = NULL, date_last_stage_update = %s"
            " WHERE id = %s",
            [self.ago(days=9), lead.id],
        )
        case = self.case(self.run_test(), lead)
        self.assertEqual(fields.Datetime.to_string(case.date), self.ago(days=9))
        self.assertAlmostEqual(case.engagement, 10.0, 6)

    def test_half_lives_beyond_floats(self):
        self.draft.half_life_days = 1
        self.ingest_all(self.item("form", date="1990-01-01 00:00:00"))
        lead = self.close("wang@example.com", days=1)
        old = self.close(
            "wang@example.com",
            days=(
                fields.Datetime.now()
                - fields.Datetime.to_datetime("1990-01-02 00:00:00")
            ).days,
        )
        self.mix()
        backtest = self.run_test()
        self.assertEqual(self.case(backtest, lead).engagement, 0.0)
        self.assertGreater(self.case(backtest, old).engagement, 5.0)

    def test_random_histories(self):
        """Engagement as of the decision, worked out rule by rule in Python."""
        chance = random.Random(11)
        codes = ["form", "page", "meeting", "rating", "unsubscribe"]
        leads = []
        for number in range(12):
            email = f"p{number}@example.com"
            self.ingest_all(
                *(
                    self.item(
                        chance.choice(codes),
                        email=email,
                        date=self.ago(hours=chance.randint(1, 2000)),
                        value=chance.randint(1, 5),
                    )
                    for _n in range(chance.randint(1, 25))
                )
            )
            for _n in range(2):
                days = chance.randint(0, 60)
                leads.append(self.close(email, won=chance.random() < 0.5, days=days))
        self.mix()
        backtest = self.run_test()
        for lead in leads:
            found = self.case(backtest, lead).engagement
            self.assertAlmostEqual(found, self._replay(lead), 5)

    def _replay(self, lead):
        total = 0.0
        lines = self.lines(lead.flywheel_profile_id).filtered(
            lambda t: t.date < lead.date_closed
        )
        for rule in self.draft.rule_ids:
            taken = {}
            own = lines.filtered(lambda t, r=rule: t.type_id in r.type_ids)
            for line in own.sorted(lambda t: (t.date, t.id)):
                period = self._period(rule.cap_period, line.date)
                taken[period] = taken.get(period, 0) + 1
                if rule.cap and taken[period] > rule.cap:
                    continue
                points = rule.points * (line.value if rule.per_value else 1)
                days = (lead.date_closed - line.date).total_seconds() / 86400
                total += points * 2 ** (-days / HALF_LIFE)
        return total


@freeze_time(NOW)
class TestBacktestFit(BacktestCase):
    def _fit(self, model, domain, points=10):
        self.draft.fit_rule_ids = [
            Command.create(
                {"name": domain, "model": model, "domain": domain, "points": points}
            )
        ]

    def test_the_lead_itself_without_a_person(self):
        self._fit("crm.lead", "[('city', '=', 'Taipei')]")
        lead = self.close(city="Taipei", days=3)
        other = self.close(city="Tainan", days=3, won=False)
        self.env.cr.execute(
            "UPDATE crm_lead SET flywheel_profile_id = NULL WHERE id IN %s",
            [(lead.id, other.id)],
        )
        backtest = self.run_test()
        self.assertEqual(self.case(backtest, lead).fit, 10.0)
        self.assertEqual(self.case(backtest, other).fit, 0.0)
        self.assertEqual(self.case(backtest, lead).engagement, 0.0)
        self.assertEqual(backtest.auc, 1.0)

    def test_other_leads_that_existed_by_then(self):
        self._fit("crm.lead", "[('city', '=', 'Taipei')]")
        first = self.close("wang@example.com", days=200)
        self.close("wang@example.com", days=100, city="Taipei", won=False)
        last = self.close("wang@example.com", days=5)
        backtest = self.run_test()
        # The lead from Taipei was made 190 days ago.
        self.assertEqual(self.case(backtest, first).fit, 0.0)
        self.assertEqual(self.case(backtest, last).fit, 10.0)

    def test_contact_and_person(self):
        self._fit("res.partner", "[('function', '=', 'Buyer')]", 7)
        self._fit("flywheel.profile", "[('partner_id', '!=', False)]", 2)
        partner = self.env["res.partner"].create(
            {"name": "Wang", "email": "wang@example.com", "function": "Buyer"}
        )
        lead = self.close("wang@example.com", partner_id=partner.id, days=2)
        self.mix()
        self.assertEqual(self.case(self.run_test(), lead).fit, 9.0)

    def test_a_rule_counts_once(self):
        self._fit("crm.lead", "[('email_from', '!=', False)]")
        leads = [self.close("wang@example.com", days=d) for d in (3, 2, 1)]
        self.mix()
        backtest = self.run_test()
        for lead in leads:
            self.assertEqual(self.case(backtest, lead).fit, 10.0)
