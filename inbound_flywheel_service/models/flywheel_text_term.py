# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import Counter

from odoo import fields, models
from odoo.tools import SQL

from ..engine import ranking
from .locks import try_locks

# Tokens that are newer than the last count, and counted for one question at most.
COUNTED = 120
# The count is out of date when the texts have grown by this share since.
GROWTH = 0.3
# So many texts are counted while somebody waits.
FEW = 20_000
# Tokens of a text where none were counted yet.
USUAL_LENGTH = 60.0


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
        cr.execute(
            """
            INSERT INTO flywheel_text_term (term, frequency)
            SELECT part, sum(frequency)
              FROM (SELECT DISTINCT %(mark)s || substr('^' || term || '$', n, %(size)s)
                                    AS part, term, frequency
                      FROM flywheel_text_term,
                           generate_series(1, length(term) + 3 - %(size)s) n
                     WHERE term ~ '^[a-z]+$') parts
             GROUP BY part
            """,
            {"mark": ranking.GRAM_MARK, "size": ranking.GRAM},
        )
        cr.execute("SELECT count(*), avg(length), max(id) FROM flywheel_text_index")
        documents, length, newest = cr.fetchone()
        # sudo: ir.config_parameter - technical numbers
        parameters = self.env["ir.config_parameter"].sudo()
        for name, value in (
            ("documents", documents),
            ("length", round(float(length or 0), 2)),
            ("newest", newest or 0),
        ):
            parameters.set_param(f"inbound_flywheel_service.text_{name}", value)
        self.invalidate_model()

    def _statistics(self):
        """(number of indexed texts, their mean length in tokens, whether the tokens
        were counted when there were far fewer)."""
        # sudo: ir.config_parameter - technical numbers
        get_param = self.env["ir.config_parameter"].sudo().get_param
        documents = int(get_param("inbound_flywheel_service.text_documents") or 0)
        length = float(get_param("inbound_flywheel_service.text_length") or 0.0)
        newest = int(get_param("inbound_flywheel_service.text_newest") or 0)
        [[last]] = self.env.execute_query(
            SQL("SELECT coalesce(max(id), 0) FROM flywheel_text_index")
        )
        grown = last - newest
        if documents and grown <= max(documents * GROWTH, 100):
            return documents, length, False
        if grown <= FEW:
            [[documents, length]] = self.env.execute_query(
                SQL(
                    "SELECT count(*), coalesce(avg(length), 0) FROM flywheel_text_index"
                )
            )
            return documents, float(length), True
        # Counting them all would take too long now; ids tell about how many.
        return documents + grown, length or USUAL_LENGTH, True

    def _recount_soon(self):
        """Count anew as soon as this transaction is committed, once."""
        # sudo: ir.cron - the system's work, whoever imports
        cron = self.env.ref("inbound_flywheel_service.ir_cron_text_index").sudo()
        waiting = self.env["ir.cron.trigger"].sudo().search_count
        if not waiting([("cron_id", "=", cron.id)], limit=1):
            cron._trigger()

    def _frequencies(self, tokens, stale=False):
        """dict token -> number of texts, for a list of tokens.

        Tokens that are newer than the last count are looked up in the index; all of
        them are when that count is ``stale``.
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT term, frequency FROM flywheel_text_term WHERE term = ANY(%s)",
                list(tokens),
            )
        )
        found = dict(rows)
        missing = [token for token in tokens if stale or token not in found][:COUNTED]
        if missing:
            found.update(self.env["flywheel.text.index"]._count_tokens(missing))
        return found

    def _gram_frequencies(self, frequencies):
        """dict part of a word -> about how many texts hold it.

        :param dict frequencies: word -> number of texts; what holds at least these
            is taken for parts that were not counted yet
        """
        parts = Counter()
        for token, count in frequencies.items():
            for part in ranking.grams(token):
                parts[part] += max(count, 1)
        rows = self.env.execute_query(
            SQL(
                "SELECT term, frequency FROM flywheel_text_term WHERE term = ANY(%s)",
                list(parts),
            )
        )
        for part, count in rows:
            parts[part] = max(parts[part], count)
        return parts
