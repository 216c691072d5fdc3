# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.tools import SQL


class HelpdeskTicket(models.Model):
    """Cases of people who were forgotten: numbers for the reports."""

    _inherit = "helpdesk.ticket"

    def _flywheel_get_blanks(self, person):
        blanks = super()._flywheel_get_blanks(person)
        # What was solved stays in the reports; nobody works on the rest.
        blanks["active"] = SQL("active AND closed_date IS NOT NULL")
        return blanks

    def _flywheel_forget_words(self, person):
        words = self._flywheel_get_index_words()
        result = super()._flywheel_forget_words(person)
        self.env["flywheel.text.index"]._forget(self._name, self.ids)
        self.env.cr.execute(
            """
            DELETE FROM flywheel_text_term t WHERE t.term = ANY(%s)
               AND NOT EXISTS (
                   SELECT FROM flywheel_text_index i
                    WHERE i.tokens @@ ('''' || replace(t.term, '''', '''''')
                                       || '''')::tsquery)
            """,
            [words],
        )
        # Gaps are named after a case; they are found anew.
        self.env["flywheel.knowledge.gap"].search(
            [
                "|",
                ("example_ticket_id", "in", self.ids),
                ("best_ticket_id", "in", self.ids),
            ]
        ).unlink()
        return result

    def _flywheel_get_index_words(self):
        """Return the words of these cases that the search knows."""
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT unnest(tsvector_to_array(tokens))"
                " FROM flywheel_text_index WHERE res_model = %s AND res_id = ANY(%s)",
                self._name,
                self.ids,
            )
        )
        return [row[0] for row in rows]
