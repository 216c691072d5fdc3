# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import Command, fields

from .common_insight import InsightCase


class TestPersonaFinance(InsightCase):
    """Runs where invoicing, or sales, is installed."""

    def _lines(self, probe):
        self.env.flush_all()
        persona = self.persona.with_context(allowed_company_ids=self.lab.ids)
        return {line["label"]: line for line in getattr(persona, f"_probe_{probe}")()}

    def _count(self, line):
        action = line["action"]
        return self.env[action["res_model"]].search_count(action["domain"])

    # ------------------------------------------------------------------
    # Invoices
    # ------------------------------------------------------------------
    def _invoice(self, people, paid_after=None):
        """Invoice people 60 days ago, due after 30 days; pay so many days later."""
        today = fields.Date.today()
        env = self.env(context=dict(self.env.context, allowed_company_ids=self.lab.ids))
        invoices = env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "invoice_date": today - timedelta(days=60),
                    "invoice_date_due": today - timedelta(days=30),
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "Work", "price_unit": 100, "tax_ids": []}
                        )
                    ],
                }
                for partner in people
            ]
        )
        invoices.action_post()
        for invoice in invoices if paid_after is not None else ():
            context = {"active_model": "account.move", "active_ids": invoice.ids}
            env["account.payment.register"].with_context(**context).create(
                {"payment_date": invoice.invoice_date + timedelta(days=paid_after)}
            ).action_create_payments()
        return invoices

    def _take_back(self, invoice):
        context = {"active_model": "account.move", "active_ids": invoice.ids}
        wizard = self.env["account.move.reversal"].with_context(
            **context, allowed_company_ids=self.lab.ids
        )
        wizard = wizard.create({"journal_id": invoice.journal_id.id})
        wizard.refund_moves()
        invoice.reversal_move_ids.action_post()

    def test_payments(self):
        """36 of 40 pay after ten days, 4 are overdue; everybody else pays late."""
        if "account.move" not in self.env:
            self.skipTest("Invoicing is not installed.")
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=self.lab, install_demo=False
        )
        paid = self._invoice(self.students[:36], paid_after=10)
        self._invoice(self.students[36:])
        self._invoice(self.clerks[:30], paid_after=45)
        self._take_back(paid[:1])
        lines = self._lines("payment")
        late = lines["Invoices paid late or overdue"]
        self.assertEqual((late["hits"], late["n"], late["other"]), (4, 40, 1))
        self.assertIn("Easy to get paid.", late["text"])
        self.assertEqual(self._count(late), 4)
        days = lines["Median time until an invoice is paid"]
        self.assertEqual((days["value"], days["other"], days["n"]), (10, 45, 36))
        self.assertEqual(self._count(days), 36)
        refunds = lines["Invoices with a refund"]
        self.assertEqual((refunds["hits"], refunds["n"]), (1, 40))
        self.assertEqual(self._count(refunds), 1)
        [row] = (
            self.env["flywheel.persona.report"]
            .with_context(allowed_company_ids=self.lab.ids)
            ._read_group(
                [("persona_id", "=", self.persona.id)],
                [],
                ["days_to_pay:avg", "overdue_rate:avg"],
            )
        )
        self.assertEqual(row, (10, 0.1))

    def test_an_invoice_to_a_company_is_of_its_person(self):
        if "account.move" not in self.env:
            self.skipTest("Invoicing is not installed.")
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=self.lab, install_demo=False
        )
        firm = self.env["res.partner"].create(
            {"name": "Firm", "is_company": True, "company_id": self.lab.id}
        )
        self.students[0].parent_id = firm
        self._invoice(firm)
        line = self._lines("payment")["Invoices paid late or overdue"]
        self.assertEqual((line["hits"], line["n"]), (1, 1))

    # ------------------------------------------------------------------
    # Orders
    # ------------------------------------------------------------------
    def test_orders(self):
        if "sale.order" not in self.env:
            self.skipTest("Sales is not installed.")
        self.env["sale.order"].create(
            [
                {"partner_id": partner.id, "company_id": self.lab.id, "state": "sale"}
                for partner in [*self.students, *self.students[:10], *self.clerks]
            ]
        )
        line = self._lines("order")["Buyers with more than one order"]
        self.assertEqual((line["hits"], line["n"], line["other"]), (10, 40, 0))
        self.assertEqual(self._count(line), 50)
