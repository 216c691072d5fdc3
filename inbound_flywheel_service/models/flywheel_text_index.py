# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL

from ..engine import ranking, tokenizer
from ..engine.stopwords import COURTESIES

# Models with texts, all with ``flywheel.text.mixin``.
TEXT_MODELS = ("helpdesk.ticket", "document.page")
# Texts per transaction when old records are indexed: some two seconds of work.
BATCH = 500
# Repetition of a token beyond this adds next to nothing to BM25, and every one costs
# a position in the index.
MAX_REPETITION = 8
# A token that was not counted yet is rare; how far to look whether it truly is.
COUNT_LIMIT = 2000


class FlywheelTextIndex(models.Model):
    """One row a text: the tokens of a case or an article, ready to be searched.

    PostgreSQL's own parser makes one token of a Chinese sentence, so the tokens are
    ours and only stored as a ``tsvector``, where the number of positions of a token
    is how often it occurs.
    """

    _name = "flywheel.text.index"
    _description = "Text Index"
    _log_access = False

    res_model = fields.Char(string="Model", required=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True
    )
    company_id = fields.Many2one("res.company", ondelete="cascade")
    lang = fields.Char(string="Language", help="zh, en or empty")
    length = fields.Integer(help="Number of tokens in the text.")
    version = fields.Integer(help="Version of the tokeniser that read the text.")

    _record_uniq = models.UniqueIndex("(res_model, res_id)")

    def init(self):
        self.env.cr.execute(
            """
            ALTER TABLE flywheel_text_index
                ADD COLUMN IF NOT EXISTS tokens tsvector NOT NULL DEFAULT '';
            CREATE INDEX IF NOT EXISTS flywheel_text_index_tokens_idx
                ON flywheel_text_index USING gin (tokens) WITH (fastupdate = off)
            """
        )

    # ------------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------------
    def _refresh(self, records):
        """Index the present text of ``records``: one statement a batch.

        :param records: recordset of a model with ``flywheel.text.mixin``
        """
        # sudo: the index holds every text; what a reader may see is decided when
        # he searches
        texts = records.sudo()._flywheel_texts()
        rows = [
            self._prepare_row(records._name, res_id, company_id, parts)
            for res_id, (company_id, parts) in texts.items()
        ]
        self._forget(records._name, [i for i in records.ids if i not in texts])
        if rows:
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO flywheel_text_index
                        (res_model, res_id, company_id, lang, length, version, tokens)
                    VALUES %s
                    ON CONFLICT (res_model, res_id) DO UPDATE SET
                        company_id = excluded.company_id, lang = excluded.lang,
                        length = excluded.length, version = excluded.version,
                        tokens = excluded.tokens
                    """,
                    SQL(", ").join(rows),
                )
            )
            self.invalidate_model()

    def _prepare_row(self, model, res_id, company_id, parts):
        counts = tokenizer.term_counts(*parts)
        vector = " ".join(
            f"'{token}':{','.join(map(str, range(1, min(n, MAX_REPETITION) + 1)))}"
            for token, n in counts.items()
        )
        lang = tokenizer.language(" ".join(part or "" for part in parts[:1]))
        return SQL(
            "(%s, %s, %s, %s, %s, %s, %s::tsvector)",
            model,
            res_id,
            company_id or None,
            lang,
            sum(counts.values()),
            tokenizer.TOKENIZER_VERSION,
            vector,
        )

    def _forget(self, model, res_ids):
        """Drop the rows of deleted records."""
        if res_ids:
            self.env.cr.execute(
                SQL(
                    "DELETE FROM flywheel_text_index"
                    " WHERE res_model = %s AND res_id = ANY(%s)",
                    model,
                    list(res_ids),
                )
            )
            self.invalidate_model()

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------
    def _count_tokens(self, tokens):
        """dict token -> number of texts (at most COUNT_LIMIT), from the index."""
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT token, (
                        SELECT count(*) FROM (
                            SELECT 1 FROM flywheel_text_index
                             WHERE tokens @@ ('''' || token || '''')::tsquery
                             LIMIT %s) found)
                      FROM unnest(%s) token
                    """,
                    COUNT_LIMIT,
                    list(tokens),
                )
            )
        )

    def _similar(self, model, texts, domain):
        """Records of ``model`` whose text is most like ``texts``, best first.

        Looks only at what the current user may read: his record rules are part of
        the search, before it is cut to a number of candidates.

        :param str model: one of TEXT_MODELS
        :param list texts: plain or markup, the most telling first
        :param domain: further condition on the records
        :return: list of dicts: id, score, likeness (0 to 1), words (list of str)
        """
        written = self._query_words(texts)
        if not written:
            return []
        terms = self.env["flywheel.text.term"]
        documents, length = terms._statistics()
        frequencies = terms._frequencies(list(written))
        search = ranking.search_terms(frequencies, documents)
        if not search:
            return []
        weights = {
            token: ranking.idf(max(documents, 1), count)
            for token, count in frequencies.items()
            if count > 0
        }
        rows = self._candidates(model, search, list(weights), domain)
        # The text that asks is in the index itself: what occurs once and in no
        # candidate is its own.
        seen = {token for row in rows for token in row[2]}
        known = {t: w for t, w in weights.items() if frequencies[t] > 1 or t in seen}
        unknown = len(written) - len(known)
        result = []
        for res_id, size, found, counts in rows:
            score, parts = ranking.bm25(
                dict(zip(found, counts, strict=True)), size, length, known
            )
            result.append(
                {
                    "id": res_id,
                    "score": score,
                    "likeness": ranking.likeness(score, known, unknown),
                    "words": ranking.matched_words(parts, written),
                }
            )
        return sorted(result, key=lambda r: (-r["score"], -r["id"]))

    def _query_words(self, texts):
        """dict token -> how it is written, for the first distinct tokens."""
        written = {}
        for text in texts:
            for token, word in tokenizer.tokens(tokenizer.plain_text(text)):
                if COURTESIES.isdisjoint((token, word)):
                    written.setdefault(token, word)
                if len(written) == ranking.QUERY_TOKENS:
                    return written
        return written

    def _candidates(self, model, search, tokens, domain):
        """Rows (record id, length, tokens found, how often each) from the index."""
        allowed = self.env[model]._search(domain)
        quoted = [[f"'{token}'" for token in term] for term in search]
        return self.env.execute_query(
            SQL(
                """
                WITH found AS (
                    SELECT i.res_id, i.length, i.tokens
                      FROM flywheel_text_index i
                     WHERE i.tokens @@ %s::tsquery
                       AND i.res_model = %s
                       AND i.res_id IN %s
                     ORDER BY ts_rank(i.tokens, %s::tsquery, 1) DESC, i.res_id DESC
                     LIMIT %s)
                SELECT f.res_id, f.length, array_agg(t.lexeme),
                       array_agg(cardinality(t.positions))
                  FROM found f, unnest(f.tokens) t
                 WHERE t.lexeme = ANY(%s)
                 GROUP BY f.res_id, f.length
                """,
                " | ".join(f"({' & '.join(term)})" for term in quoted),
                model,
                allowed.subselect(),
                " | ".join(dict.fromkeys(token for term in quoted for token in term)),
                ranking.CANDIDATES,
                tokens,
            )
        )

    # ------------------------------------------------------------------
    # Scheduled action
    # ------------------------------------------------------------------
    def _missing(self, model, limit=None):
        """Records of ``model`` without a row, or with one of an older tokeniser."""
        records = self.env[model].with_context(active_test=False)
        query = records._search(records._flywheel_text_domain(), order="id desc")
        query.add_where(
            SQL(
                """NOT EXISTS (
                    SELECT 1 FROM flywheel_text_index i
                     WHERE i.res_model = %s AND i.res_id = %s AND i.version = %s)""",
                model,
                SQL.identifier(records._table, "id"),
                tokenizer.TOKENIZER_VERSION,
            )
        )
        query.limit = limit
        return records.browse(query.get_result_ids())

    def _cron_refresh(self):
        """Index what is not indexed yet, drop what is gone, count the terms."""
        cron = self.env["ir.cron"]
        for model in TEXT_MODELS:
            cron._commit_progress(remaining=len(self._missing(model)))
            while records := self._missing(model, BATCH):
                self._refresh(records)
                records.invalidate_recordset()
                if not cron._commit_progress(len(records)):
                    return
            self._drop_orphans(model)
        self.env["flywheel.text.term"]._recount()

    def _drop_orphans(self, model):
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM flywheel_text_index i WHERE i.res_model = %s
                   AND NOT EXISTS (SELECT 1 FROM %s r WHERE r.id = i.res_id)
                """,
                model,
                SQL.identifier(self.env[model]._table),
            )
        )
