# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import Counter, namedtuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.inbound_flywheel.engine.busy import gives_way

from ..engine import ranking, tokenizer
from ..engine.stopwords import COURTESIES

# Models with texts, all with ``flywheel.text.mixin``.
TEXT_MODELS = ("helpdesk.ticket", "document.page")
# Texts per transaction when old records are indexed: some two seconds of work.
BATCH = 500
# Repetition of a token beyond this adds next to nothing to BM25, and every one costs
# a position in the index.
MAX_REPETITION = 8
# So many texts at once are an import, after which tokens are counted anew.
IMPORTED = 50
# A token that was not counted yet is rare; how far to look whether it truly is.
COUNT_LIMIT = 2000

# Token -> how it is written, token -> number of texts, tuples of tokens to search for,
# token -> weight, part of a word -> weight, mean length of the texts.
Question = namedtuple("Question", "written frequencies search weights grams length")


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
    linked = fields.Boolean(help="Somebody linked knowledge to the case, or dismissed.")

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
            if len(rows) >= IMPORTED:
                self.env["flywheel.text.term"]._recount_soon()

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
        :return: list of at most ``ranking.GRAMMED`` dicts: id, score, likeness (0 to
            1), words (list of str)
        """
        return self._rank(model, self._question(texts), domain)

    def _question(self, texts):
        """What is looked for, ready to be ranked in several models; None for nothing.

        :param list texts: plain or markup, the most telling first
        """
        written, times = self._query_words(texts)
        if not written:
            return None
        terms = self.env["flywheel.text.term"]
        documents, length, stale = terms._statistics()
        frequencies = terms._frequencies(list(written), stale)
        search = ranking.search_terms(frequencies, documents)
        if not search:
            return None
        weights = {
            token: ranking.idf(max(documents, 1), count)
            * ranking.emphasis(token, times[token], len(written))
            for token, count in frequencies.items()
            if count > 0
        }
        if len(weights) > ranking.RANKED_TOKENS:
            telling = sorted(weights, key=lambda token: (-weights[token], token))
            weights = {t: weights[t] for t in telling[: ranking.RANKED_TOKENS]}
        parts = terms._gram_frequencies(frequencies)
        grams = {
            part: ranking.idf(max(documents, 1), count) for part, count in parts.items()
        }
        return Question(written, frequencies, search, weights, grams, length)

    def _rank(self, model, question, domain, linked=False):
        """:meth:`_similar` for a prepared question.

        :param bool linked: only among what knowledge was linked to, or dismissed on
        """
        if not question:
            return []
        rows = self._candidates(model, question, Domain(domain), linked)
        result, known = self._score(rows, question)
        # Further ones are never shown.
        result = result[: ranking.GRAMMED]
        self._add_grams(model, result, question)
        unknown = len(question.written) - len(known)
        for item in result:
            item["likeness"] = ranking.likeness(item.pop("words_score"), known, unknown)
            item["words"] = ranking.matched_words(item.pop("parts"), question.written)
        return sorted(result, key=lambda r: (-r["score"], -r["id"]))

    def _score(self, rows, question):
        """(candidates with the score of their words, best first; token -> weight)."""
        # The text that asks is in the index itself: what occurs once and in no
        # candidate is its own.
        seen = {token for row in rows for token in row[2]}
        known = {
            token: weight
            for token, weight in question.weights.items()
            if question.frequencies[token] > 1 or token in seen
        }
        result = []
        for res_id, size, found, counts in rows:
            score, parts = ranking.bm25(
                dict(zip(found, counts, strict=True)), size, question.length, known
            )
            result.append(
                {
                    "id": res_id,
                    "length": size,
                    "score": score,
                    "words_score": score,
                    "parts": parts,
                }
            )
        result.sort(key=lambda r: (-r["score"], -r["id"]))
        return result, known

    def _add_grams(self, model, result, question):
        """Add to the scores what parts of words have in common."""
        if not question.grams or not result:
            return
        texts = dict(
            self.env.execute_query(
                SQL(
                    "SELECT res_id, tsvector_to_array(tokens) FROM flywheel_text_index"
                    " WHERE res_model = %s AND res_id = ANY(%s)",
                    model,
                    [item["id"] for item in result],
                )
            )
        )
        held = {}
        for item in result:
            item["score"] += ranking.GRAM_SHARE * ranking.gram_score(
                texts[item["id"]],
                item["length"],
                question.length,
                question.grams,
                held,
            )

    def _query_words(self, texts):
        """(token -> how it is written, token -> how often), of the first distinct
        tokens."""
        written, times = {}, Counter()
        for text in texts:
            for token, word in tokenizer.tokens(tokenizer.plain_text(text)):
                if not COURTESIES.isdisjoint((token, word)):
                    continue
                if len(written) < ranking.QUERY_TOKENS or token in written:
                    written.setdefault(token, word)
                    times[token] += 1
        return written, times

    def _candidates(self, model, question, domain, linked=False):
        """Rows (record id, length, tokens found, how often each) from the index."""
        allowed = self.env[model]._search(domain)
        quoted = [[f"'{token}'" for token in term] for term in question.search]
        return self.env.execute_query(
            SQL(
                """
                WITH found AS (
                    SELECT i.res_id, i.length, i.tokens
                      FROM flywheel_text_index i
                     WHERE i.tokens @@ %s::tsquery
                       AND i.res_model = %s
                       AND i.res_id IN %s
                       AND %s
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
                SQL("i.linked") if linked else SQL("TRUE"),
                " | ".join(dict.fromkeys(token for term in quoted for token in term)),
                ranking.CANDIDATES,
                list(question.weights),
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

    @api.model
    @gives_way
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
        self._mark_linked()
        self.env["flywheel.text.term"]._recount()

    def _mark_linked(self, case_ids=None):
        """Note to which cases knowledge was linked; what is noted stays.

        :param case_ids: look at these cases only
        """
        self.env["flywheel.case.link"].flush_model(["ticket_id"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE flywheel_text_index i SET linked = TRUE
                 WHERE i.res_model = 'helpdesk.ticket' AND i.linked IS NOT TRUE
                   AND %s AND EXISTS (
                       SELECT 1 FROM flywheel_case_link l WHERE l.ticket_id = i.res_id)
                """,
                SQL("TRUE") if case_ids is None else SQL("res_id = ANY(%s)", case_ids),
            )
        )
        self.invalidate_model(["linked"])

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
