# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL

from .locks import try_locks


class FlywheelTextTerm(models.Model):
    """In how many texts a token occurs.

    Counted anew by the scheduled action, in one statement. Counters that every
    writer updates would make writers wait for each other.
    """

    _name = "flywheel.text.term"
    _description = "Search Term"
    _log_access = False
    _rec_name = "term"

    term = fields.Char(required=True)
    frequency = fields.Integer(string="Texts", required=True)

    _term_uniq = models.UniqueIndex("(term)")

    def _recount(self):
        """Count the tokens of the whole index anew."""
        if not try_locks(self.env, self._name, ["count"]):
            return
        cr = self.env.cr
        cr.execute("DELETE FROM flywheel_text_term")
        cr.execute(
            """
            INSERT INTO flywheel_text_term (term, frequency)
            SELECT word, ndoc FROM ts_stat('SELECT tokens FROM flywheel_text_index')
            """
        )
        cr.execute("SELECT count(*), avg(length) FROM flywheel_text_index")
        documents, length = cr.fetchone()
        # sudo: ir.config_parameter - two technical numbers
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("inbound_flywheel_service.text_documents", documents)
        parameters.set_param(
            "inbound_flywheel_service.text_length", round(float(length or 0), 2)
        )
        self.invalidate_model()

    def _statistics(self):
        """(number of indexed texts, their mean length in tokens)."""
        # sudo: ir.config_parameter - two technical numbers
        get_param = self.env["ir.config_parameter"].sudo().get_param
        documents = int(get_param("inbound_flywheel_service.text_documents") or 0)
        length = float(get_param("inbound_flywheel_service.text_length") or 0.0)
        if not documents:
            [[documents, length]] = self.env.execute_query(
                SQL(
                    "SELECT count(*), coalesce(avg(length), 0) FROM flywheel_text_index"
                )
            )
        return documents, float(length)

    def _frequencies(self, tokens):
        """dict token -> number of texts, for a list of tokens.

        Tokens that are newer than the last count are looked up in the index.
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT term, frequency FROM flywheel_text_term WHERE term = ANY(%s)",
                list(tokens),
            )
        )
        found = dict(rows)
        missing = [token for token in tokens if token not in found]
        if missing:
            found.update(self.env["flywheel.text.index"]._count_tokens(missing))
        return found
