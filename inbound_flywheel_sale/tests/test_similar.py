# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import SQL

from .common import OrderCase

NOW = "2026-06-15 12:00:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestSimilar(OrderCase):
    """Twelve buy lamp and chair, of these eight the desk, too; twenty buy sofas."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.forget_past()
        cls.similar = cls.env["res.partner"].create(
            [{"name": f"Similar {number}"} for number in range(12)]
        )
        cls.others = cls.env["res.partner"].create(
            [{"name": f"Other {number}"} for number in range(20)]
        )
        case = cls("test_lift")
        for number, partner in enumerate(cls.similar):
            bought = cls.lamp + cls.chair + (cls.desk if number < 8 else cls.sofa[:0])
            case.order(partner, *bought, amount=len(bought) * (100.0 + number))
        for partner in cls.others:
            case.order(partner, cls.sofa)
        case.order(cls.wang, cls.lamp)
        case.book()

    def panel(self, record=None, user=None):
        record = (record or self.wang).with_user(user or self.sam)
        return record.get_order_panel()["similar"]

    def test_lift(self):
        found = self.env["flywheel.similar"]._find(
            self.wang, self.env["flywheel.persona"]
        )
        self.assertEqual(found["basis"], "products")
        self.assertEqual(
            (found["own"], found["similar"], found["customers"]), (1, 12, 32)
        )
        items = {item["product_id"]: item for item in found["items"]}
        self.assertEqual(
            list(items), [self.chair.product_tmpl_id.id, self.desk.product_tmpl_id.id]
        )
        desk = items[self.desk.product_tmpl_id.id]
        self.assertEqual((desk["n"], desk["bought"]), (8, 8))
        self.assertAlmostEqual(desk["share"], 8 / 12)
        self.assertAlmostEqual(desk["lift"], (8 / 12) / (8 / 32))

    def test_read_from_index(self):
        """Who bought what is read without the lines themselves."""
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        query = self.env["flywheel.similar"]._get_baskets_sql()
        rows = self.env.execute_query(SQL("EXPLAIN %s", query))
        plan = "\n".join(row[0] for row in rows)
        self.assertIn("Index Only Scan using sale_order_line_flywheel_basket_idx", plan)

    def test_words(self):
        panel = self.panel()
        desk = panel["items"][1]
        self.assertEqual(desk["name"], self.desk.product_tmpl_id.display_name)
        self.assertIn("8 of 12 similar customers", desk["words"])
        self.assertIn("of all 32 customers 8 (25 %)", desk["words"])
        self.assertEqual(desk["lift"], "2.7×")
        self.assertTrue(panel["can_create"])

    def test_own_purchases_of_the_whole_company(self):
        colleague = self.env["res.partner"].create(
            {"name": "Colleague", "parent_id": self.acme.id}
        )
        self.order(colleague, self.desk)
        self.book()
        names = [item["name"] for item in self.panel()["items"]]
        self.assertEqual(names, ["Chair"])

    def test_unsaleable(self):
        self.desk.product_tmpl_id.sale_ok = False
        self.chair.product_tmpl_id.active = False
        self.assertEqual(self.panel()["items"], [])
        with self.assertRaises(UserError):
            self.wang.with_user(self.sam).action_propose_product(
                self.desk.product_tmpl_id.id
            )

    def test_too_few(self):
        orders = self.env["sale.order"].search(
            [("partner_id", "in", self.similar[:3].ids)]
        )
        orders._action_cancel()
        panel = self.panel()
        self.assertEqual(panel["items"], [])
        self.assertIn("Too few", panel["words"])

    def test_nothing_known(self):
        panel = self.panel(self.lin)
        self.assertEqual(panel["items"], [])
        self.assertIn("the persona is not known", panel["words"])

    def test_persona(self):
        persona = self.env["flywheel.persona"].create({"name": "Office Manager"})
        self.similar.persona_id = persona
        self.lin.persona_id = persona
        panel = self.panel(self.lin)
        self.assertIn("Office Manager", panel["words"])
        self.assertEqual(
            {item["name"] for item in panel["items"]}, {"Lamp", "Chair", "Desk"}
        )
        self.wang.persona_id = persona
        self.assertIn("1 or more of the same products", self.panel()["words"])
        self.assertIn("Office Manager", self.panel()["words"])

    def test_objection(self):
        self.wang.flywheel_profile_id.no_profiling = True
        self.assertEqual(self.panel()["items"], [])

    def test_companies(self):
        """What another company has sold is none of our business."""
        orders = self.env["sale.order"].search([("partner_id", "in", self.similar.ids)])
        self.env.cr.execute(
            "UPDATE sale_order_line SET company_id = %s WHERE order_id = ANY(%s)",
            [self.branch.id, orders.ids],
        )
        self.env.invalidate_all()
        self.assertEqual(self.panel()["items"], [])
        self.desk.product_tmpl_id.company_id = False

    def test_product_of_another_company(self):
        self.env.cr.execute(
            "UPDATE product_template SET company_id = %s WHERE id = %s",
            [self.branch.id, self.desk.product_tmpl_id.id],
        )
        self.env.invalidate_all()
        self.assertEqual([i["name"] for i in self.panel()["items"]], ["Chair"])

    def test_one_click(self):
        desk = self.desk.product_tmpl_id
        action = self.wang.with_user(self.sam).action_propose_product(desk.id)
        lead = self.env["crm.lead"].browse(action["res_id"])
        self.assertEqual(action["res_model"], "crm.lead")
        self.assertRecordValues(
            lead,
            [
                {
                    "name": "Desk for Acme",
                    "type": "opportunity",
                    "partner_id": self.wang.id,
                    "user_id": self.sam.id,
                    "flywheel_product_id": desk.id,
                    "expected_revenue": 103.5,
                }
            ],
        )
        self.assertIn("8 of 12", lead.description)
        again = self.wang.with_user(self.sam).action_propose_product(desk.id)
        self.assertEqual(again["res_id"], lead.id)
        # Whoever sells to the company finds it, too.
        again = self.acme.with_user(self.sam).action_propose_product(desk.id)
        self.assertEqual(again["res_id"], lead.id)
        self.assertEqual(self.panel()["items"][1]["lead_id"], lead.id)
        lead.action_set_lost()
        other = self.wang.with_user(self.sam).action_propose_product(desk.id)
        self.assertNotEqual(other["res_id"], lead.id)

    def test_of_a_colleague(self):
        desk = self.desk.product_tmpl_id
        self.wang.with_user(self.sam).action_propose_product(desk.id)
        seller = new_test_user(
            self.env, "flywheel_seller", groups="sales_team.group_sale_salesman"
        )
        with self.assertRaises(AccessError):
            self.wang.with_user(seller).action_propose_product(desk.id)

    def test_lead(self):
        lead = self.env["crm.lead"].create(
            {"name": "More", "type": "opportunity", "partner_id": self.wang.id}
        )
        self.assertEqual(len(self.panel(lead)["items"]), 2)
        action = lead.with_user(self.sam).action_propose_product(
            self.desk.product_tmpl_id.id
        )
        self.assertNotEqual(action["res_id"], lead.id)
        nobody = self.env["crm.lead"].create({"name": "?", "email_from": "q@q.example"})
        self.assertFalse(self.panel(nobody)["can_create"])
        with self.assertRaises(UserError):
            nobody.with_user(self.sam).action_propose_product(
                self.desk.product_tmpl_id.id
            )

    def test_who_may(self):
        self.assertEqual(self.wang.with_user(self.mara).get_order_panel(), {})
        self.assertEqual(self.wang.with_user(self.sid).get_order_panel(), {})
        for user in (self.ian, self.pia, self.mara):
            with self.assertRaises(AccessError):
                self.wang.with_user(user).action_propose_product(
                    self.desk.product_tmpl_id.id
                )
        other = self.env["res.partner"].create(
            {"name": "Theirs", "company_id": self.branch.id}
        )
        with self.assertRaises(AccessError):
            other.with_user(self.sam).get_order_panel()

    def test_figures(self):
        for days in (400, 300, 200):
            self.order(self.lin, self.lamp, days=days)
        self.order(self.wang, self.lamp)
        self.book()
        panel = self.wang.with_user(self.sam).get_order_panel()
        self.assertTrue(panel["ordered"])
        self.assertIn("Acme with all its people: 2 orders", panel["company"])
        self.assertIn("4 different days", panel["formula"])
        self.order(self.lin, self.lamp, days=100)
        self.book()
        panel = self.lin.with_user(self.sam).get_order_panel()
        self.assertIn("100 days since the last order ÷ 100.0", panel["formula"])
        self.assertEqual(len(panel["figures"]), 4)
        action = self.lin.with_user(self.sam).action_flywheel_orders()
        self.assertEqual(self.env["sale.order"].search_count(action["domain"]), 4)
        person = self.lin.flywheel_profile_id.with_user(self.sam)
        self.assertEqual(person.get_order_panel()["formula"], panel["formula"])

    def test_personal_records(self):
        order = self.order(self.lin)
        self.book()
        records = self.lin.flywheel_profile_id._get_personal_records()
        self.assertEqual(records["sale.order"], order)
