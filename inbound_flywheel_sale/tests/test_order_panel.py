# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import freeze_time, tagged

from .common import OrderCase

NOW = "2026-06-15 12:00:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestOrderPanel(OrderCase):
    def panel(self, partner, user=None):
        return partner.with_user(user or self.sam).get_order_panel()

    def summaries(self, partner):
        """Return the words of the orders in a contact's timeline, the latest first."""
        person = partner.flywheel_profile_id.with_user(self.sam)
        lines = person.get_timeline(filters={"people": False})["lines"]
        codes = ("quote", "order", "order_changed", "order_cancelled")
        return [line["summary"] for line in lines if line.get("code") in codes]

    def test_company_whose_people_order(self):
        """The company itself has no line in the ledger, and all the figures."""
        self.order(self.wang, amount=30.0)
        self.order(self.wang, amount=20.0)
        self.book()
        self.assertEqual(self.told(self.acme), [])
        panel = self.panel(self.acme)
        self.assertTrue(panel["ordered"])
        self.assertEqual(panel["figures"][0]["value"], 2)
        self.assertIn(
            "all its people: 0 in its own name, 2 in those of its contacts (1)",
            panel["company"],
        )
        action = self.acme.with_user(self.sam).action_flywheel_orders()
        self.assertEqual(self.env["sale.order"].search_count(action["domain"]), 2)

    def test_company_that_orders_itself(self):
        self.order(self.acme)
        self.book()
        self.assertFalse(self.panel(self.acme)["company"])
        self.order(self.wang).action_cancel()
        self.book()
        self.assertFalse(self.panel(self.acme)["company"], "Nothing of its people's.")
        self.order(self.wang)
        self.book()
        self.assertIn("1 in its own name, 1 in", self.panel(self.acme)["company"])

    def test_nobody_yet(self):
        lead = self.env["crm.lead"].create(
            {"name": "Call", "email_from": "new@example.com", "user_id": self.sam.id}
        )
        panel = self.panel(lead)
        self.assertFalse(panel["ordered"])
        self.assertFalse(panel["company"])

    def test_same_rhythm_everywhere(self):
        for days in (89, 44, 0):
            self.order(self.lin, days=days)
        self.order(self.lin, days=133.5)
        self.book()
        panel = self.panel(self.lin)
        usual = panel["figures"][3]["detail"].split()[2]
        self.assertIn(f"÷ {usual}", panel["formula"])

    def test_amounts_in_the_timeline(self):
        order = self.order(self.lin, amount=300.0, user_id=self.sam.id)
        self.book()
        words = self.summaries(self.lin)
        self.assertEqual(len(words), 1)
        self.assertIn(order.name, words[0])
        self.assertIn("300.00", words[0])
        order.action_cancel()
        self.book()
        self.assertIn("-300.00", "".join(self.summaries(self.lin)))
        order.unlink()
        self.assertEqual(len(self.summaries(self.lin)), 2)

    def test_amounts_are_for_those_who_see_the_order(self):
        self.order(self.lin, amount=300.0)
        self.book()
        person = self.lin.flywheel_profile_id.with_user(self.rita)
        lines = person.get_timeline()["lines"]
        self.assertNotIn("300", "".join(line.get("summary") or "" for line in lines))

    def test_rates_of_nobody(self):
        """Views that show rates leave those of nobody empty."""
        for name in (
            "inbound_flywheel_sale.flywheel_order_report_view_pivot",
            "inbound_flywheel.flywheel_persona_report_view_pivot",
        ):
            self.assertIn('js_class="flywheel_figures_pivot"', self.env.ref(name).arch)
        nobody = self.env["flywheel.persona"].create({"name": "Nobody"})
        self.lin._flywheel_ensure_profiles()
        self.lin.persona_id = nobody
        groups = self.env["flywheel.persona.report"].formatted_read_group(
            [("persona_id", "=", nobody.id)],
            ["persona_id"],
            ["reorder_rate:avg", "win_rate:avg"],
        )
        self.assertIs(groups[0]["reorder_rate:avg"], False)
