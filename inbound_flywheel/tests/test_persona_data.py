# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from ..engine.contrast import FEW
from .common_insight import InsightCase


class TestPersonaData(InsightCase):
    def _lines(self, probe, user=None):
        self.env.flush_all()
        persona = self.persona.with_user(user or self.lia)
        return {
            line["label"]: line
            for line in persona._look_at_data()
            if line["probe"] == probe
        }

    def _line(self, probe, label, user=None):
        return self._lines(probe, user)[label]

    def _records(self, line, user=None):
        action = line["action"]
        Model = self.env[action["res_model"]].with_user(user or self.lia)
        return Model.with_context(**action["context"]).search(action["domain"])

    # ------------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------------
    def test_figures_of_personas(self):
        self.assertEqual((self.stan.closed_count, self.stan.won_count), (42, 22))
        self.assertAlmostEqual(self.stan.win_rate, 22 / 42)
        nobody = self.env["flywheel.persona"].create({"name": "Nobody"})
        self.assertEqual((nobody.closed_count, nobody.win_rate), (0, 0))

    def test_figures_in_bulk(self):
        personas = self.env["flywheel.persona"].create(
            [{"name": f"Persona {number}"} for number in range(20)]
        )
        personas += self.persona
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(2):
            personas.mapped("win_rate")

    def test_win_rate(self):
        line = self._line("win_rate", "Leads that we win")
        self.assertAlmostEqual(line["value"], 22 / 42)
        self.assertAlmostEqual(line["other"], 0.1)
        self.assertEqual((line["hits"], line["n"]), (22, 42))
        self.assertEqual(line["verdict"], "more")
        self.assertIn("52 %, clearly more than everybody else (10 %).", line["text"])
        self.assertEqual(len(self._records(line)), 42)

    def test_days_and_value(self):
        days = self._line("days_to_close", "Median time until a lead is won")
        self.assertAlmostEqual(days["value"], 10)
        self.assertEqual(days["n"], 22)
        # Six won leads of others say nothing.
        self.assertIsNone(days["other"])
        self.assertEqual(days["verdict"], "few")
        value = self._line("value", "Value of all won leads")
        self.assertAlmostEqual(value["value"], 2200)
        each = self._line("value", "Leads per person")
        self.assertAlmostEqual(each["value"], 42 / 40)
        self.assertAlmostEqual(each["other"], 1)
        self.assertEqual(len(self._records(value)), 22)

    def test_repeat(self):
        line = self._line("repeat", "Customers who bought again")
        self.assertEqual((line["hits"], line["n"]), (2, 20))
        self.assertEqual(line["verdict"], "few")
        self.assertIn("Only 20", line["text"])

    def test_contacts(self):
        lines = self._lines("contact")
        city = lines["City: Taipei"]
        self.assertEqual((city["value"], city["other"]), (1, 0))
        self.assertEqual(city["n"], 40)
        self.assertEqual(
            self._records(city), self.students.flywheel_profile_id.with_user(self.lia)
        )

    def test_sources(self):
        source = self.env["utm.source"].create({"name": "Test fair"})
        leads = (
            self.env["crm.lead"]
            .with_context(active_test=False)
            .search([("company_id", "=", self.lab.id)])
        )
        leads.source_id = self.env["utm.source"].create({"name": "Test web"})
        theirs = leads.filtered(lambda lead: lead.partner_id in self.students)
        theirs[:21].source_id = source
        line = self._line("source", "Source: Test fair")
        self.assertAlmostEqual(line["value"], 0.5)
        self.assertEqual(line["other"], 0)
        self.assertEqual(len(self._records(line)), 21)

    def test_lost_reasons(self):
        reason = self.env["crm.lost.reason"].create({"name": "Test price"})
        lost = (
            self.env["crm.lead"]
            .with_context(active_test=False)
            .search(
                [("won_status", "=", "lost"), ("partner_id", "in", self.students.ids)]
            )
        )
        lost[:5].lost_reason_id = reason
        line = self._line("lost_reason", "Test price")
        self.assertEqual((line["hits"], line["n"]), (5, 5))
        self.assertEqual(line["verdict"], "few")

    def test_touchpoints(self):
        self.env["flywheel.touchpoint"]._record(
            [{"type": "form", "partner_id": p.id} for p in self.students[:30]]
            + [{"type": "call_in", "partner_id": p.id} for p in self.students[20:]]
            + [{"type": "call_in", "partner_id": p.id} for p in self.clerks]
            + [
                {"type": "rating", "partner_id": p.id, "value": 5 if n < 36 else 1}
                for n, p in enumerate(self.students)
            ]
            + [{"type": "referral", "partner_id": p.id} for p in self.students[:4]]
        )
        web = self._line("channel", "Website")
        self.assertEqual((web["hits"], web["n"]), (30, 40))
        self.assertEqual(len(self._records(web)), 30)
        happy = self._line("rating", "Ratings of 4 or better")
        self.assertEqual((happy["hits"], happy["n"]), (36, 40))
        self.assertIn("too few others", happy["text"])
        self.assertEqual(len(self._records(happy)), 40)
        told = self._line("rating", "People who recommended us")
        self.assertEqual((told["hits"], told["n"]), (4, 40))
        self.assertEqual(len(self._records(told)), 4)

    def test_what_resonates(self):
        """Before the decision: all who bought saw the page, of the others a few."""
        more = self._people("Student", "Taipei", 60)
        self._leads(more, 30, 100, 10)
        before = self.ago(days=35)
        seen = [*more[:30], *more[30:36]]
        later = [*more[36:]]
        self.env["flywheel.touchpoint"]._record(
            [
                {"type": "page", "partner_id": p.id, "date": date, "summary": "Prices"}
                for people, date in ((seen, before), (later, self.ago(days=1)))
                for p in people
            ]
        )
        line = self._line("content", "“Prices”")
        # 20 of the first students were won, and 20 lost, without a page.
        self.assertAlmostEqual(line["value"], 30 / 50)
        self.assertAlmostEqual(line["other"], 6 / 50)
        self.assertEqual(line["verdict"], "more")

    def test_too_few_to_say_anything(self):
        few = self.env["flywheel.persona"].create({"name": "Few"})
        self.students[: FEW - 1].flywheel_profile_id.persona_id = few
        line = few.with_user(self.lia)._look_at_data(
            self.env.ref("inbound_flywheel.question_priority")
        )[0]
        self.assertEqual((line["n"], line["verdict"]), (FEW + 1, "more"))
        self.students[:3].flywheel_profile_id.persona_id = self.persona
        line = few.with_user(self.lia)._look_at_data(
            self.env.ref("inbound_flywheel.question_priority")
        )[0]
        self.assertEqual((line["n"], line["verdict"]), (FEW - 4, "few"))

    # ------------------------------------------------------------------
    # Questions
    # ------------------------------------------------------------------
    def test_questions_and_probes(self):
        process = self.env.ref("inbound_flywheel.question_process")
        found = {line["probe"] for line in self.stan._look_at_data(process)}
        self.assertEqual(found, {"days_to_close"})
        data = self.stan.look_at_data(process.id)
        self.assertEqual(data["question"], process.name)
        self.assertEqual([group["name"] for group in data["groups"]], ["sales"])
        unknown = self.env["flywheel.question"].create({"name": "Favourite colour?"})
        self.assertEqual(self.stan.look_at_data(unknown.id)["groups"], [])

    def test_every_probe_is_there(self):
        names = [probe.name for probe in self.stan._get_probes()]
        self.assertEqual(len(names), len(set(names)))
        groups = self.stan._get_probe_groups()
        for probe in self.stan._get_probes():
            self.assertTrue(hasattr(self.stan, f"_probe_{probe.name}"))
            self.assertIn(probe.group, groups)

    def test_counts_are_what_opens(self):
        self.env["flywheel.touchpoint"]._record(
            [
                {"type": code, "partner_id": p.id, "value": 5}
                for p in self.students[:31]
                for code in ("form", "rating", "referral", "case_opened")
            ]
        )
        self.env.flush_all()
        checked = 0
        for line in self.stan._look_at_data():
            if line["action"] and line["count"] is not False:
                self.assertEqual(len(self._records(line)), line["count"], line)
                checked += 1
        self.assertGreater(checked, 10)

    def test_an_empty_database(self):
        """A persona that nobody holds has lines or none, and no error."""
        nobody = self.env["flywheel.persona"].create({"name": "Nobody"})
        for line in nobody.with_user(self.lia)._look_at_data():
            self.assertEqual(line["verdict"], "few", line)

    def test_no_answer_without_data(self):
        question = self.env.ref("inbound_flywheel.question_recommend")
        for probe in ("repeat", "win_rate_of_mars"):
            with self.assertRaises(UserError):
                self.stan.action_use_data(question.id, probe)

    # ------------------------------------------------------------------
    # Rights and companies
    # ------------------------------------------------------------------
    def test_readers_see_figures(self):
        """Whoever reads personas sees figures; records open under one's own rights."""
        expected = self._line("win_rate", "Leads that we win")["value"]
        for user, model in ((self.mia, "flywheel.persona.report"), (self.rob, None)):
            line = self._line("win_rate", "Leads that we win", user)
            self.assertAlmostEqual(line["value"], expected)
            if model:
                self.assertEqual(line["action"]["res_model"], model)
                self.assertEqual(len(self._records(line, user)), 42)
            else:
                self.assertFalse(line["action"])
        with self.assertRaises(AccessError):
            self.persona.with_user(self.ian).look_at_data()

    def test_other_companies_stay_out(self):
        shared = self.env["flywheel.persona"].create({"name": "Shared"})
        self.students.flywheel_profile_id.persona_id = shared
        self.assertEqual(shared.with_user(self.lia).closed_count, 42)
        self.assertEqual(shared.with_user(self.mara).closed_count, 0)
        line = shared.with_user(self.mara)._probe_win_rate()[0]
        self.assertEqual((line["n"], line["hits"]), (0, 0))
        with self.assertRaises(AccessError):
            self.persona.with_user(self.mara).look_at_data()

    def test_forms(self):
        with Form(self.stan) as form:
            self.assertEqual(form.closed_count, 42)
        action = self.stan.action_open_closed()
        self.assertEqual(
            self.env["crm.lead"]
            .with_user(self.lia)
            .with_context(**action["context"])
            .search_count(action["domain"]),
            42,
        )
        self.assertEqual(
            self.stan.action_look_at_data()["params"]["persona_id"], self.stan.id
        )

    def test_evidence(self):
        """An answer names its figures, and is as sure as their number allows."""
        self.assertEqual(self.stan._get_confidence(385), "high")
        self.assertEqual(self.stan._get_confidence(384), "medium")
        self.assertEqual(self.stan._get_confidence(95), "low")
        if "flywheel.persona.answer" not in self.env:
            return
        question = self.env.ref("inbound_flywheel.question_priority")
        with patch.object(fields.Date, "context_today", return_value="2026-06-15"):
            action = self.stan.action_use_data(question.id, "win_rate")
        answer = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual((answer.source, answer.confidence), ("data", "low"))
        self.assertIn("52 %", answer.answer)
        self.assertIn("Closed leads: 42", answer.evidence)
