# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL, format_date, formatLang

from odoo.addons.inbound_flywheel.engine.silence import MIN_INTERVALS, RHYTHM_FACTOR

from .flywheel_profile_orders import COUNTED


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    def get_order_panel(self):
        """Return what the panel of orders shows of this person's contact, as on the
        contact; empty for who has none."""
        self.ensure_one()
        self.check_access("read")
        return self.partner_id.get_order_panel() if self.partner_id else {}

    def action_flywheel_orders(self):
        """Open the orders that the figures are made of."""
        self.ensure_one()
        return self.partner_id.action_flywheel_orders()

    def action_propose_product(self, product_id):
        """Make an opportunity for a product, as on the contact."""
        self.ensure_one()
        return self.partner_id.action_propose_product(product_id)

    def _money(self, amount):
        return formatLang(self.env, amount, currency_obj=self.order_currency_id)

    def _get_order_figures(self):
        """Return the figures of the panel of orders."""
        days = (fields.Datetime.now() - self.order_last_date).days
        figures = [
            {
                "title": self.env._("Orders"),
                "value": self.order_count,
                "detail": self.orders_per_year
                and self.env._("%s a year", round(self.orders_per_year, 1)),
            },
            {
                "title": self.env._("Together"),
                "value": self._money(self.order_value),
                "detail": self.env._("%s each", self._money(self.order_average)),
            },
            {
                "title": self.env._("Last order"),
                "value": format_date(self.env, self.order_last_date),
                "detail": self.env._("today")
                if days < 1
                else self.env._("%s days ago", days),
            },
        ]
        if not self.order_interval:
            return figures
        expected = self.order_last_date + timedelta(days=self.order_interval)
        figures.append(
            {
                "title": self.env._("Next one expected"),
                "value": format_date(self.env, expected),
                "detail": self.env._(
                    "usually every %s days", f"{round(self.order_interval, 1):g}"
                ),
                "alert": self.order_stretch >= RHYTHM_FACTOR,
            }
        )
        return figures

    def _get_stretch_words(self):
        """Return how the stretch is worked out, or what is missing."""
        if not self.order_count:
            return False
        if not self.order_interval:
            return self.env._(
                "Orders on %s different days show a rhythm.", MIN_INTERVALS + 1
            )
        return self.env._(
            "%(days)s days since the last order ÷ %(usual)s days as usual = "
            "%(stretch)s×. Overdue from %(factor)s×, %(date)s.",
            days=(fields.Datetime.now() - self.order_last_date).days,
            usual=round(self.order_interval, 1),
            stretch=round(self.order_stretch, 2),
            factor=RHYTHM_FACTOR,
            date=format_date(self.env, self.order_due_date),
        )

    def _get_company_words(self):
        """Return whose orders the figures of a company are, or what the whole company
        of a contact buys; False for who has neither."""
        company = self.partner_id.commercial_partner_id
        if company == self.partner_id:
            return self._get_whole_words() if self.order_count else False
        whole = company.flywheel_profile_id
        if not whole.order_count:
            return False
        return self.env._(
            "%(company)s with all its people: %(n)s orders, %(value)s.",
            company=company.name,
            n=whole.order_count,
            value=whole._money(whole.order_value),
        )

    def _get_whole_words(self):
        """Return how many orders of a company are those of its people, or False."""
        people = self.env.execute_query(
            SQL(
                """
                SELECT c.id, COUNT(*)
                  FROM res_partner c JOIN sale_order o ON o.partner_id = c.id
                 WHERE c.commercial_partner_id = %s AND c.id <> %s AND %s
              GROUP BY c.id
                """,
                self.partner_id.id,
                self.partner_id.id,
                COUNTED,
            )
        )
        if not people:
            return False
        of_people = sum(count for _partner, count in people)
        return self.env._(
            "The orders of the company and of all its people: %(own)s in its own name, "
            "%(others)s in those of its contacts (%(people)s).",
            own=self.order_count - of_people,
            others=of_people,
            people=len(people),
        )
