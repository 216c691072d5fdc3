# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.contrast import TOO_FEW
from .flywheel_persona_data import Probe

# Share of late invoices up to which somebody pays easily, and from which often late.
EASY, OFTEN = 0.1, 0.25
# When the invoice ``m`` was settled.
PAID = SQL(
    """SELECT MAX(c.max_date) AS paid
         FROM account_move_line a
         JOIN account_account n
           ON n.id = a.account_id AND n.account_type = 'asset_receivable'
         JOIN account_partial_reconcile c ON c.debit_move_id = a.id
        WHERE a.move_id = m.id"""
)


class FlywheelPersona(models.Model):
    """Probes of orders and payments, where those apps are installed."""

    _inherit = "flywheel.persona"

    def _get_probes(self):
        probes = super()._get_probes()
        if "sale.order" in self.env:
            probes.append(
                Probe(
                    "order",
                    "finance",
                    ("recommend", "favourite", "price"),
                    self.env._("Orders"),
                )
            )
        if "account.move" in self.env:
            probes.append(
                Probe(
                    "payment",
                    "finance",
                    ("price", "warn", "satisfied"),
                    self.env._("Invoices and Payments"),
                )
            )
        return probes

    # ------------------------------------------------------------------
    # Orders
    # ------------------------------------------------------------------
    def _probe_order(self):
        self.env["sale.order"].flush_model()
        orders = SQL(
            """(SELECT DISTINCT ON (o.id) o.id AS order_id, q.id AS profile_id
                  FROM sale_order o
                  JOIN res_partner c ON c.id = o.partner_id
                  JOIN res_partner r
                    ON r.commercial_partner_id = c.commercial_partner_id
                  JOIN %(people)s q ON q.partner_id = r.id
                 WHERE o.state = 'sale' AND o.company_id = ANY(%(companies)s)
                 ORDER BY o.id, q.persona_id IS NULL, r.id <> o.partner_id, q.id) o""",
            people=self._get_people_sql(),
            companies=self.env.companies.ids,
        )
        sides = self._read_sides(
            SQL("COUNT(*) FILTER (WHERE w.orders > 1), COUNT(*)"),
            SQL(
                """(SELECT profile_id, COUNT(*) AS orders FROM %s GROUP BY 1) w
                   JOIN flywheel_profile p ON p.id = w.profile_id""",
                orders,
            ),
        )
        mine, others = sides.get(True, (0, 0)), sides.get(False, (0, 0))
        if not mine[1]:
            return []
        return [
            self._share_line(
                self.env._("Buyers with more than one order"),
                mine,
                others,
                self.env._("People with an order: %s", mine[1]),
                self._get_list_action(
                    "sale.order",
                    self.env._("%(persona)s: orders", persona=self.name),
                    [("state", "=", "sale"), self._is_theirs()],
                ),
                False,
            )
        ]

    def _is_theirs(self):
        """Return the condition that a document is of this persona's people."""
        return (
            "partner_id.commercial_partner_id",
            "any",
            [
                "|",
                ("persona_id", "=", self.id),
                ("child_ids.persona_id", "=", self.id),
            ],
        )

    # ------------------------------------------------------------------
    # Payments
    # ------------------------------------------------------------------
    @api.model
    def _get_invoices_sql(self):
        """Return a query of the posted customer invoices of the reader's companies,
        one row each: id, profile_id, company_id, invoice_date, days_to_pay (empty
        while not paid), late (paid after it was due, or overdue now; empty where it
        was taken back), refunded.

        An invoice to a company is that of its person with a persona, if there is one.
        It is paid when the last payment that settles it is dated.
        """
        for name in ("account.move", "account.move.line", "account.partial.reconcile"):
            self.env[name].flush_model()
        return SQL(
            """
            SELECT DISTINCT ON (m.id) m.id, q.id AS profile_id, m.company_id,
                   m.invoice_date,
                   CASE WHEN m.payment_state IN ('paid', 'in_payment')
                        THEN (d.paid - m.invoice_date)::float8 END AS days_to_pay,
                   CASE WHEN m.payment_state IN ('paid', 'in_payment')
                        THEN d.paid > m.invoice_date_due
                        WHEN m.payment_state IN ('not_paid', 'partial')
                        THEN m.invoice_date_due < %(today)s END AS late,
                   EXISTS (SELECT FROM account_move f
                            WHERE f.reversed_entry_id = m.id AND f.state = 'posted'
                              AND f.move_type = 'out_refund') AS refunded
              FROM account_move m
              JOIN res_partner r ON r.commercial_partner_id = m.commercial_partner_id
              JOIN %(people)s q ON q.partner_id = r.id
              LEFT JOIN LATERAL (%(paid)s) d ON TRUE
             WHERE m.move_type = 'out_invoice' AND m.state = 'posted'
               AND m.company_id = ANY(%(companies)s)
             ORDER BY m.id, q.persona_id IS NULL, r.id <> m.partner_id, q.id
            """,
            people=self._get_people_sql(),
            paid=PAID,
            companies=self.env.companies.ids,
            today=fields.Date.context_today(self),
        )

    def _probe_payment(self):
        sides = self._read_sides(
            SQL(
                """COUNT(*), COUNT(*) FILTER (WHERE i.refunded),
                   COUNT(*) FILTER (WHERE i.late), COUNT(i.late),
                   COUNT(i.days_to_pay),
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY i.days_to_pay)"""
            ),
            SQL(
                "(%s) i JOIN flywheel_profile p ON p.id = i.profile_id",
                self._get_invoices_sql(),
            ),
        )
        empty = (0, 0, 0, 0, 0, None)
        mine, others = sides.get(True, empty), sides.get(False, empty)
        if not mine[0]:
            return []
        return [
            self._late_line(mine[2:4], others[2:4]),
            self._figure_line(
                self.env._("Median time until an invoice is paid"),
                (mine[5], mine[4]),
                (others[5], others[4]),
                self._days,
                self.env._("Paid invoices: %s", mine[4]),
                self._get_invoices_action(
                    [("payment_state", "in", ["paid", "in_payment"])]
                ),
            ),
            self._share_line(
                self.env._("Invoices with a refund"),
                (mine[1], mine[0]),
                (others[1], others[0]),
                self.env._("Invoices: %s", mine[0]),
                self._get_invoices_action([("reversal_move_ids.state", "=", "posted")]),
            ),
        ]

    def _late_line(self, mine, others):
        """Return the line of late invoices, with what accountants would say."""
        line = self._share_line(
            self.env._("Invoices paid late or overdue"),
            mine,
            others,
            self.env._("Invoices: %s", mine[1]),
            self._get_list_action(
                "flywheel.persona.report",
                self.env._("%(persona)s: paid late or overdue", persona=self.name),
                [
                    ("kind", "=", "invoice"),
                    ("persona_id", "=", self.id),
                    ("overdue_rate", "=", 1),
                ],
            ),
        )
        if line["verdict"] != TOO_FEW:
            line["text"] = f"{line['text']} {self._get_payer(line['value'])}"
        return line

    def _get_payer(self, share):
        """Return what accountants would say of somebody who pays so many late."""
        if share <= EASY:
            return self.env._("Easy to get paid.")
        if share >= OFTEN:
            return self.env._("Often overdue.")
        return self.env._("Now and then overdue.")

    def _get_invoices_action(self, domain):
        return self._get_list_action(
            "account.move",
            self.env._("%(persona)s: invoices", persona=self.name),
            [
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                self._is_theirs(),
                *domain,
            ],
        )
