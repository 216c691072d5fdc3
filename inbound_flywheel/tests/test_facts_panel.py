# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError

from .test_fact import FactCase


class TestFactsPanel(FactCase):
    def panel(self, user=None, team=None, person=None):
        person = self.wang if person is None else person
        return person.with_user(user or self.sam).get_facts_panel(team)

    def answer(self, code, answer, user=None, **values):
        return self.wang.with_user(user or self.sam).answer_question(
            self.question(code).id, answer, **values
        )

    def test_own_team_first(self):
        for user, team in ((self.sam, "sales"), (self.sid, "service")):
            panel = self.panel(user)
            self.assertEqual(panel["team"], team)
            self.assertEqual(panel["to_ask"][0]["team"], team)
        # The team of the screen, for those who are in it.
        self.assertEqual(self.panel(self.max)["team"], "marketing")
        for user, team in ((self.max, "sales"), (self.sid, "service")):
            panel = self.panel(user, team="sales")
            self.assertEqual(panel["to_ask"][0]["team"], team)
        teams = [line["team"] for line in self.panel(team="sales")["to_ask"]]
        first = teams.index(next(team for team in teams if team != "sales"))
        self.assertNotIn("sales", teams[first:])
        asked = {line["id"] for line in self.panel()["to_ask"]}
        all_questions = self.env["flywheel.question"].search(
            [("for_person", "=", True)]
        )
        self.assertEqual(asked, set(all_questions.ids))

    def test_known_and_expired(self):
        self.note("need", "A lamp", user=self.mara, note="for the cellar")
        self.note("budget", "12000", valid_until="2026-06-14")
        panel = self.panel()
        known = {line["question_id"]: line for line in panel["known"]}
        need, budget = self.question("need").id, self.question("budget").id
        self.assertEqual(known[need]["answer"], "A lamp")
        self.assertIn("Mara", known[need]["origin"])
        self.assertFalse(known[need]["expired"])
        self.assertTrue(known[budget]["expired"])
        ask = {line["id"]: line for line in panel["to_ask"]}
        self.assertNotIn(need, ask)
        self.assertEqual(ask[budget]["before"]["answer"], "12,000")
        self.assertEqual(
            self.wang._get_to_ask("sales").ids, [line["id"] for line in panel["to_ask"]]
        )

    def test_how_to_reach(self):
        self.note("channel", "chat")
        reach = self.panel()["reach"]
        self.assertEqual(
            [line["aspect"] for line in reach], ["channel", "lang", "tone", "frequency"]
        )
        self.assertEqual(reach[0]["label"], "Chat")
        self.assertEqual(reach[0]["source"], "individual")

    def test_nobody_yet(self):
        panel = self.panel(person=self.wang.browse())
        self.assertFalse(panel["known"] or panel["reach"])
        self.assertTrue(panel["to_ask"])
        partner = self.env["res.partner"].create({"name": "New"})
        self.assertFalse(partner.flywheel_profile_id)
        person_id = partner.with_user(self.sam).flywheel_get_person()
        self.assertEqual(partner.flywheel_profile_id.id, person_id)

    def test_rights(self):
        self.note("need", "A lamp")
        panel = self.panel(self.rita)
        self.assertTrue(panel["known"])
        self.assertFalse(panel["can_answer"])
        with self.assertRaises(AccessError):
            self.answer("need", "x", user=self.rita)
        for user in (self.ian, self.pia, self.bea):
            if user == self.bea:
                self.partner.company_id = self.company
            with self.assertRaises(AccessError):
                self.panel(user)
            with self.assertRaises(AccessError):
                self.answer("need", "x", user=user)

    # ------------------------------------------------------------------
    # Answering
    # ------------------------------------------------------------------
    def test_first_answer(self):
        phone = self.env.ref("inbound_flywheel.channel_phone")
        result = self.answer("need", "A lamp", channel_id=phone.id)
        fact = self.current("need")
        self.assertEqual(result, {"fact_id": fact.id})
        self.assertEqual(fact.channel_id, phone)
        self.assertEqual(fact.team, "sales")
        self.assertEqual(fact.source, "asked")
        self.assertFalse(self.repeats())
        with self.assertRaisesRegex(UserError, "lots is not a number"):
            self.answer("budget", "lots")
        with self.assertRaises(UserError):
            self.answer("budget", "1", outcome="dream")

    def test_warning_before_asking_again(self):
        known = self.note("need", "A lamp", user=self.mara, date=self.ago(days=3))
        result = self.answer("need", "A torch")
        self.assertEqual(result["warning"]["id"], known.id)
        self.assertEqual(result["warning"]["answer"], "A lamp")
        self.assertIn("Mara", result["warning"]["origin"])
        self.assertEqual(self.current("need"), known)
        self.assertFalse(self.repeats())

    def test_what_came_of_it(self):
        first = self.note("need", "A lamp", user=self.mara, date=self.ago(days=3))
        self.assertEqual(self.answer("need", "", outcome="mistake"), {"fact_id": False})
        self.assertEqual(self.current("need"), first)
        kept = self.answer("need", "", outcome="kept")["fact_id"]
        self.assertEqual(self.current("need").id, kept)
        self.assertEqual(self.current("need").answer, "A lamp")
        self.answer("need", "A torch", outcome="changed")
        self.assertEqual(self.current("need").answer, "A torch")
        self.assertEqual(
            self.repeats().mapped("outcome"), ["mistake", "kept", "changed"]
        )
        self.assertEqual(self.repeats().user_id, self.sam)
        question = self.question("need")
        self.assertEqual(question.repeat_count, 3)
        self.assertEqual(question.fact_count, 3)
        self.assertEqual(question.person_count, 1)

    def test_history(self):
        self.note("need", "A lamp").mark_wrong("Not so")
        action = self.wang.with_user(self.rita).action_facts()
        facts = self.env["flywheel.fact"].with_user(self.rita).search(action["domain"])
        self.assertEqual(facts.state, "wrong")

    def test_team_of_a_manager(self):
        self.answer("need", "A lamp", user=self.max, team="sales")
        self.assertEqual(self.current("need").team, "sales")
        self.answer("need", "", user=self.max, team="service", outcome="mistake")
        self.assertEqual(self.repeats().team, "service")

    def test_no_warning(self):
        self.note("need", "A lamp", date=self.ago(days=3))
        self.assertTrue(self.answer("need", "A torch", source="said")["fact_id"])
        self.note("budget", "1", source="inferred", date=self.ago(days=3))
        self.assertTrue(self.answer("budget", "2")["fact_id"])
        self.note("timing", "2026-07-01", valid_until="2026-06-01")
        self.assertTrue(self.answer("timing", "2026-08-01")["fact_id"])
        self.assertFalse(self.repeats())

    def test_choices(self):
        option = self.question("channel").option_ids.filtered(
            lambda o: o.code == "chat"
        )
        self.answer("channel", option.id)
        self.assertEqual(self.partner.preferred_channel_id.code, "chat")
        line = next(
            line
            for line in self.panel()["known"]
            if line["question_id"] == self.question("channel").id
        )
        self.assertEqual(line["value"], option.id)
        self.assertIn({"id": option.id, "name": "Chat"}, line["options"])

    # ------------------------------------------------------------------
    # What it costs
    # ------------------------------------------------------------------
    def test_forms_cost_nothing_more(self):
        lead = self.env["crm.lead"].create(
            {"name": "Offer", "partner_id": self.partner.id}
        )
        for record in (lead, self.partner):
            arch = record.with_user(self.sam).get_view(view_type="form")
            self.assertIn('widget name="flywheel_facts"', arch["arch"])
            self.assertNotIn("fact_ids", arch["arch"])

    def test_queries_of_the_panel(self):
        for number, code in enumerate(("need", "budget", "channel", "decider")):
            self.note(code, ("x", "1", "chat", "yes")[number])
        self.panel()
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(30):
            self.panel()


class TestAskedReport(FactCase):
    def _rate(self, domain=(), groupby=("team",)):
        Report = self.env["flywheel.asked.report"].with_user(self.sam)
        domain = [("profile_id", "=", self.wang.id), *domain]
        return Report._read_group(
            domain,
            list(groupby),
            ["conversation_count:sum", "repeat_count:sum", "repeat_rate:avg"],
        )

    def test_rate(self):
        items = [
            # Two on one day are one conversation; mass mail and views are none.
            ("call_in", 5, 1),
            ("call_out", 5, 2),
            ("call_in", 9, 1),
            ("email_sent", 9, 1),
            ("email_open", 9, 1),
            ("page", 9, 1),
            ("form", 9, 1),
            ("lead_created", 9, 1),
        ]
        self.ingest_all(
            *(
                self.item(code, date=self.ago(days=days, hours=hours))
                for code, days, hours in items
            )
        )
        self.note("need", "A lamp", date=self.ago(days=9))
        self.note("need", "A lamp", date=self.ago(days=5))
        rates = {row[0]: row[1:] for row in self._rate()}
        self.assertEqual(rates["sales"], (2, 1, 50.0))
        self.assertEqual(rates["marketing"], (1, 0, 0.0))
        ((conversations, repeats, rate),) = self._rate(groupby=())
        self.assertEqual((conversations, repeats), (3, 1))
        self.assertAlmostEqual(float(rate), 100 / 3, 4)
        months = self._rate(groupby=("date:month", "channel_id"))
        self.assertTrue(months)
        by_user = self._rate([("user_id", "=", self.sam.id)], ("user_id",))
        self.assertEqual(by_user[0][2], 1)
        self.assertFalse(by_user[0][3])

    def test_another_company(self):
        self.ingest_all(self.item("call_in"))
        self.note("need", "A lamp")
        self.note("need", "A lamp")
        Report = self.env["flywheel.asked.report"]
        self.partner.company_id = self.branch
        self.env.flush_all()
        domain = [("profile_id", "=", self.wang.id)]
        self.assertFalse(Report.with_user(self.sam).search(domain))
        self.assertEqual(len(Report.with_user(self.bea).search(domain)), 2)
