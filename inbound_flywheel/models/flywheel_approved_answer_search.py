# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, html_sanitize

from ..engine import phrases, placeholders, variants

# Answers that are compared word by word, of those that the index finds.
CANDIDATES = 60
FOUND, MOST = 8, 30
# Less alike than this is another question.
ALIKE = 0.2


class FlywheelApprovedAnswer(models.Model):
    _inherit = "flywheel.approved.answer"

    def init(self):
        # PostgreSQL's own parser makes one token of a Chinese sentence, so the tokens
        # are ours, and only stored as a text search vector.
        self.env.cr.execute(
            """
            ALTER TABLE flywheel_approved_answer
                ADD COLUMN IF NOT EXISTS tokens tsvector NOT NULL DEFAULT '';
            CREATE INDEX IF NOT EXISTS flywheel_approved_answer_tokens_idx
                ON flywheel_approved_answer USING gin (tokens)
            """
        )

    # ------------------------------------------------------------------
    # Index
    # ------------------------------------------------------------------
    def _get_phrases(self):
        """Return {id: every way to ask}, in all languages."""
        self.flush_recordset(["name", "aliases"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id, name, aliases FROM flywheel_approved_answer"
                " WHERE id = ANY(%s)",
                self.ids,
            )
        )
        return {
            answer_id: [
                *dict.fromkeys((name or {}).values()),
                *filter(None, map(str.strip, (aliases or "").split("\n"))),
            ]
            for answer_id, name, aliases in rows
        }

    def _index_phrases(self):
        """Index the questions for the search."""
        rows = [
            (answer_id, _vector(found))
            for answer_id, found in self._get_phrases().items()
        ]
        if rows:
            ids, vectors = zip(*rows, strict=True)
            self.env.cr.execute(
                "UPDATE flywheel_approved_answer a SET tokens = t.tokens::tsvector"
                " FROM unnest(%s::int[], %s::text[]) t (id, tokens) WHERE a.id = t.id",
                [list(ids), list(vectors)],
            )

    @api.model
    def _find(self, question, domain, limit, alike=ALIKE):
        """Return the answers to a question, the most alike first.

        :param question: text
        :param domain: which answers are looked at
        :param alike: how alike the question must be at least, from 0 to 1
        :return: list of (answer, likeness, the phrase that is alike)
        """
        query = phrases.tokens(question)
        if not query:
            return []
        search = " | ".join(map(_quote, phrases.telling(query)))
        found = self.env.execute_query(
            SQL(
                """
                SELECT id FROM flywheel_approved_answer
                 WHERE tokens @@ %(search)s::tsquery AND id IN %(allowed)s
              ORDER BY ts_rank(tokens, %(search)s::tsquery) DESC, id
                 LIMIT %(limit)s
                """,
                search=search,
                allowed=self._search(domain).subselect(),
                limit=CANDIDATES,
            )
        )
        answers = self.browse(row[0] for row in found)
        ways = answers._get_phrases()
        scored = [(answer, *phrases.best(query, ways[answer.id])) for answer in answers]
        scored = [item for item in scored if item[1] >= alike]
        return sorted(scored, key=lambda item: (-item[1], item[0].id))[:limit]

    # ------------------------------------------------------------------
    # Picker
    # ------------------------------------------------------------------
    @api.readonly
    @api.model
    def search_answers(self, question, res_model, res_id, limit=FOUND):
        """Return the approved answers to a question, as the person of a record would
        be given them, the best match first; without a question, all of them.

        :param question: text
        :param res_model: model of the record on which the answer is wanted
        :param res_id: its id
        :return: list of dicts: ``id``, ``question``, ``matched`` (the phrase that is
            alike), ``likeness`` (0 to 1), ``version``, ``reviewed_until``,
            ``expired``, ``owner``, ``labels`` (whom the text is for), ``body``
        :raise AccessError: the caller may not read the record
        """
        record = self._get_answer_record(res_model, res_id)
        limit = min(max(int(limit), 1), MOST)
        domain = self._get_usable_domain()
        if phrases.tokens(question):
            found = self._find(question, domain, limit)
        else:
            found = [(answer, 0.0, "") for answer in self.search(domain, limit=limit)]
        person = record.flywheel_profile_id._get_answer_criteria()
        values = record.flywheel_profile_id._get_answer_values(record)
        return [
            answer._describe_answer(person, values, likeness, matched)
            for answer, likeness, matched in found
        ]

    def _describe_answer(self, person, values, likeness, matched):
        variant = self._choose_variant(person)
        return {
            "id": self.id,
            "question": self.name,
            "matched": matched if matched != self.name else "",
            "likeness": likeness,
            # sudo: what everybody who may use the answer sees of it
            "version": self.sudo().version_id.number,
            "reviewed_until": self.review_date,
            "expired": self._is_expired(),
            "owner": self.sudo().owner_id.name or "",
            "labels": ", ".join(variant["labels"]),
            "body": self._render_variant(variant, values),
        }

    def insert_answer(self, res_model, res_id, reason=None, asked=None):
        """Return the text of the answer for a record, and log that it was taken.

        :param reason: why it is used although it has expired
        :param asked: the question that was typed
        :return: dict with ``body`` (markup) and ``use_id``
        :raise AccessError: the answer is not for the caller's team, or the caller may
            not read the record
        :raise UserError: it has expired, and there is no reason to use it
        """
        self.ensure_one()
        self.check_access("read")
        record = self._get_answer_record(res_model, res_id)
        if not self.filtered_domain(self._get_usable_domain()):
            raise AccessError(self.env._("This answer is not for your team."))
        expired, reason = self._is_expired(), (reason or "").strip()
        if expired and not reason:
            raise UserError(
                self.env._("This answer has expired: say why you use it all the same.")
            )
        person = record.flywheel_profile_id
        variant = self._choose_variant(person._get_answer_criteria())
        body = self._render_variant(variant, person._get_answer_values(record))
        # sudo: the log is written by what happens
        version = self.sudo().version_id
        place = version.data["variants"].index(variant)
        use = (
            self.env["flywheel.approved.answer.use"]
            .sudo()
            .create(
                {
                    "answer_id": self.id,
                    "version_id": version.id,
                    "labels": ", ".join(variant["labels"]),
                    "user_id": self.env.uid,
                    "profile_id": person.id,
                    "res_model": record._name,
                    "res_id": record.id,
                    "asked": asked,
                    "text": phrases.plain(body),
                    "fingerprint": f"{version.id}:{place}",
                    "was_expired": expired,
                    "override_reason": reason if expired else False,
                    "company_id": person.company_id.id or self.env.company.id,
                }
            )
        )
        return {"body": body, "use_id": use.id}

    @api.model
    def _get_answer_record(self, res_model, res_id):
        """Return the record of a person that a remote caller names.

        :raise ValidationError: it is none
        """
        if res_model not in self._get_answer_models():
            raise ValidationError(
                self.env._("%(model)s has no person to answer.", model=res_model)
            )
        record = self.env[res_model].browse(int(res_id))
        record.check_access("read")
        return record

    @api.model
    def _get_answer_models(self):
        """Return the models on whose records people are answered: those that say who
        their person is, not those that show what another says."""
        return [
            model._name
            for model in self.env["flywheel.profile.mixin"]._get_concrete_models()
            if model._fields["flywheel_profile_id"].store
        ]

    def _choose_variant(self, person):
        """Return the text of the current version that suits a person."""
        # sudo: what everybody who may use the answer sees of it
        return variants.choose(self.sudo().version_id.data["variants"], person)

    @api.model
    def _render_variant(self, variant, values):
        # What is filled in is escaped; sanitising it again costs nothing.
        return Markup(html_sanitize(placeholders.render(variant["body"], values)))


def _quote(token):
    escaped = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _vector(found):
    """Return the tokens of phrases as a text search vector's text."""
    tokens = dict.fromkeys(
        token for phrase in found for token in phrases.tokens(phrase)
    )
    return " ".join(map(_quote, tokens))
