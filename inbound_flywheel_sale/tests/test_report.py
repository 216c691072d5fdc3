# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import freeze_time, tagged

from .common import OrderCase

NOW = "2026-06-15 12:00:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestReport(OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.forget_past()
        cls.buyer, cls.looker = cls.env["flywheel.persona"].create(
            [{"name": "Buyer"}, {"name": "Looker"}]
        )
        cls.buyers = cls.env["res.partner"].create(
            [{"name": f"Buyer {number}"} for number in range(6)]
        )
        cls.buyers.persona_id = cls.buyer
        cls.lookers = cls.env["res.partner"].create(
            [{"name": f"Looker {number}"} for number in range(6)]
        )
        cls.lookers.persona_id = cls.looker

    def rows(self, persona, *measures):
        groups = self.env["flywheel.persona.report"]._read_group(
            [("persona_id", "=", persona.id)], [], measures
        )
        return groups[0]

    def test_orders_by_persona(self):
        for partner in self.buyers[:4]:
            self.order(partner, amount=100.0)
        self.order(self.buyers[0], amount=300.0)
        self.order(self.lookers[0], amount=50.0).action_cancel()
        self.book()
        measures = (
            "orders:sum",
            "ordered_value:sum",
            "average_order:avg",
            "reorder_rate:avg",
        )
        self.assertEqual(self.rows(self.buyer, *measures), (5, 700.0, 140.0, 0.25))
        self.assertEqual(self.rows(self.looker, *measures)[0], 0)

    def test_order_of_a_company_is_of_its_person(self):
        self.wang.persona_id = self.buyer
        self.order(self.acme, amount=70.0)
        self.book()
        self.assertEqual(self.rows(self.buyer, "ordered_value:sum"), (70.0,))

    def test_open(self):
        order = self.order(self.buyers[0])
        self.book()
        Report = self.env["flywheel.persona.report"].with_user(self.sam)
        rows = Report.search([("kind", "=", "order"), ("order_id", "=", order.id)])
        action = rows.action_open()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("sale.order", order.id)
        )
        person = Report.search(
            [("kind", "=", "person"), ("persona_id", "=", self.buyer.id)], limit=1
        )
        self.assertEqual(person.action_open()["res_model"], "flywheel.profile")

    def test_other_company(self):
        order = self.order(
            self.buyers[0], company_id=self.branch.id, pricelist_id=False
        )
        self.book()
        rows = self.env["flywheel.persona.report"].with_user(self.sam)
        self.assertFalse(rows.search_count([("order_id", "=", order.id)]))

    def test_win_rate(self):
        leads = self.env["crm.lead"].create(
            [
                {"name": "L", "type": "opportunity", "partner_id": partner.id}
                for partner in self.buyers[:4]
            ]
        )
        leads[0].action_set_won()
        leads[1].action_set_lost()
        self.order(self.buyers[0], amount=120.0, opportunity_id=leads[0].id)
        self.order(self.buyers[0], amount=30.0, opportunity_id=leads[0].id)
        groups = self.env["flywheel.win.report"]._read_group(
            [("persona_id", "=", self.buyer.id)],
            ["persona_id"],
            [
                "total:sum",
                "won:sum",
                "win_rate:avg",
                "close_rate:avg",
                "orders:sum",
                "ordered_value:sum",
            ],
        )
        self.assertEqual(groups, [(self.buyer, 4, 1, 0.25, 0.5, 2, 150.0)])

    def test_probes(self):
        for partner in self.buyers:
            for days in (400, 300, 200, 100):
                self.order(partner, self.desk, amount=100.0, days=days)
        for partner in self.lookers:
            # Averages are compared from thirty orders on.
            for _number in range(6):
                self.order(partner, self.sofa, amount=20.0)
        self.book()
        lines = {
            line["label"]: line
            for line in self.buyer.with_user(self.mara)._look_at_data()
        }
        average = lines["Average value of an order"]
        self.assertEqual((average["value"], average["other"]), (100.0, 20.0))
        self.assertEqual(average["n"], 24)
        self.assertFalse(average["action"], "Marketing may not read orders.")
        self.assertEqual(lines["Usual time between two orders"]["value"], 100.0)
        self.assertEqual((lines["Desk"]["hits"], lines["Desk"]["n"]), (6, 6))
        again = lines["Buyers with more than one order"]
        self.assertEqual((again["hits"], again["n"]), (6, 6))
        lines = self.buyer.with_user(self.sam)._look_at_data()
        action = next(line for line in lines if line["label"] == "Desk")["action"]
        self.assertEqual(self.env["sale.order"].search_count(action["domain"]), 24)
        product = {line["label"] for line in lines if line["probe"] == "order_product"}
        self.assertNotIn("Sofa", product)
