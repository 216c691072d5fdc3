# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

CLOSED = [("won_status", "in", ["won", "lost"])]


class FlywheelPersona(models.Model):
    """What became of the leads of the people who hold a persona."""

    _inherit = "flywheel.persona"

    closed_count = fields.Integer(
        string="Closed Leads",
        compute="_compute_figures",
        help="Leads of these people that are won or lost.",
    )
    won_count = fields.Integer(string="Won Leads", compute="_compute_figures")
    win_rate = fields.Float(
        compute="_compute_figures",
        aggregator=None,
        help="Won ÷ (won + lost) leads of the people who hold this persona now.",
    )

    @api.depends_context("allowed_company_ids", "uid")
    def _compute_figures(self):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.persona_id, COUNT(*),
                       COUNT(*) FILTER (WHERE l.won_status = 'won')
                  FROM %s
                 WHERE p.persona_id = ANY(%s) AND l.won_status IN ('won', 'lost')
                 GROUP BY p.persona_id
                """,
                self._get_leads_sql(),
                self.ids,
            )
        )
        counts = {persona_id: (closed, won) for persona_id, closed, won in rows}
        for persona in self:
            closed, won = counts.get(persona.id, (0, 0))
            persona.closed_count = closed
            persona.won_count = won
            persona.win_rate = won / closed if closed else 0.0

    @api.model
    def _get_leads_sql(self):
        """Return the leads ``l`` with their people ``p`` that the reader's companies
        may count, as the tables of a query.

        The figures are for everybody who may read personas; the leads themselves open
        under the rights of the reader.
        """
        self.env["crm.lead"].flush_model()
        self.env["flywheel.profile"].flush_model(["persona_id", "company_id"])
        return SQL(
            """(SELECT * FROM crm_lead
                 WHERE company_id IS NULL OR company_id = ANY(%(companies)s)) l
               JOIN %(people)s p ON p.id = l.flywheel_profile_id""",
            companies=self.env.companies.ids,
            people=self._get_people_sql(),
        )

    @api.model
    def _get_people_sql(self):
        """Return the people of the reader's companies, as a table in brackets."""
        return SQL(
            """(SELECT * FROM flywheel_profile
                 WHERE company_id IS NULL OR company_id = ANY(%s))""",
            self.env.companies.ids,
        )

    def action_open_closed(self):
        """Open the closed leads of the people who hold this persona."""
        self.ensure_one()
        return self._get_leads_action(self.env._("Closed Leads"), CLOSED)

    def _get_leads_action(self, name, domain):
        """Return the action that opens leads of this persona's people, as far as the
        reader has rights to: as leads, or as lines of the comparison.

        :param name: title of the list, without the persona
        :param domain: what else holds for the leads, by fields that both have
        :return: an action, or False when the reader may open neither
        """
        title = self.env._("%(persona)s: %(list)s", persona=self.name, list=name)
        domain = [("persona_id", "=", self.id), *domain]
        if self.env["crm.lead"].has_access("read"):
            return self._get_list_action("crm.lead", title, domain)
        if self.env["flywheel.persona.report"].has_access("read"):
            domain = [("kind", "=", "lead"), *domain]
            return self._get_list_action("flywheel.persona.report", title, domain)
        return False

    @api.model
    def _get_list_action(self, model, title, domain, views=("list", "form")):
        """Return an action that lists records, archived ones included, or False when
        the reader may not read them."""
        if not self.env[model].has_access("read"):
            return False
        if model == "flywheel.persona.report":
            views = ("list", "pivot", "graph")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "views": [[False, view] for view in views],
            "domain": domain,
            "context": {"active_test": False, "create": False},
        }
