# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import logging
from collections import Counter

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from odoo.addons.inbound_flywheel.engine.busy import gives_way

from .locks import try_locks

_logger = logging.getLogger(__name__)

# Sources of a value by which a person stands.
HUMAN = ("person", "confirmed")
# Learned anew when so many more cases, as a share of those learned from, are there.
NEW_SHARE = 0.02
CONFUSIONS = 20


class FlywheelClassifierTraining(models.Model):
    """Learning: which cases, when, and what came of it."""

    _inherit = "flywheel.classifier"

    def _train(self):
        """See :meth:`train`."""
        self.ensure_one()
        engine = self._get_engine("training")
        if not try_locks(self.env, self._name, [self.id]):
            raise UserError(self.env._("This classifier is being trained already."))
        # sudo: cases of the whole company are learned from; figures are set here only
        self = self.sudo()
        self.requested = False
        texts, labels = self._read_cases()
        counts = Counter(self._flat(labels))
        kept = {label for label, n in counts.items() if n >= self.least_cases}
        texts, labels = self._reduce(texts, labels, kept)
        total = len(texts)
        if total < self.least_total or len(kept) < (1 if self.target == "tags" else 2):
            return self._note_too_little(total, counts, kept)
        model, quality = engine.train(
            texts, labels, self.goal / 100, multiple=self.target == "tags"
        )
        version = self._store(model, quality, labels, counts)
        return {
            "version": version.number,
            "cases": version.case_count,
            "labels": version.label_count,
            "message": self.message,
            **{
                name: version[name]
                for name in ("accuracy", "top3", "coverage", "precision", "threshold")
            },
        }

    def _note_too_little(self, total, counts, kept):
        self.failed = False
        self.message = self.env._(
            "Too little to learn from: %(total)s confirmed cases of %(kept)s values. "
            "It takes %(least)s cases in all, of at least two values with %(each)s "
            "cases each. Cases count when a person chose or confirmed the value, and "
            "they are closed.",
            total=total,
            kept=len(kept),
            least=self.least_total,
            each=self.least_cases,
        )
        return {"version": False, "cases": total, "message": self.message}

    # ------------------------------------------------------------------
    # Cases to learn from
    # ------------------------------------------------------------------
    def _get_case_domain(self):
        """Cases by whose value a person stands: chosen and closed, or confirmed."""
        source = {
            "category": "category_source",
            "tags": "tag_source",
            "priority": "priority_source",
        }[self.target]
        domain = Domain("company_id", "=", self.company_id.id)
        return domain & (
            Domain(source, "=", "confirmed")
            | (Domain(source, "in", HUMAN) & Domain("stage_id.closed", "=", True))
        )

    def _count_cases(self):
        # sudo: the number of the whole company's cases
        tickets = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        return tickets.search_count(self._get_case_domain(), limit=self.most_cases)

    def _read_cases(self):
        """(texts, labels) of the newest confirmed cases, oldest first."""
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        tickets.flush_model(["name", "description", "category_id", "priority"])
        query = tickets._search(
            self._get_case_domain(), order="create_date desc, id desc"
        )
        query.limit = self.most_cases
        rows = self.env.execute_query(
            SQL(
                """
                SELECT t.id, t.name, t.description, t.category_id, t.priority
                  FROM helpdesk_ticket t WHERE t.id IN %s ORDER BY t.create_date, t.id
                """,
                query.subselect(),
            )
        )
        plain = tickets._flywheel_plain_text
        texts = [plain(text, name) for _id, name, text, _category, _priority in rows]
        if self.target == "category":
            return texts, [row[3] for row in rows]
        if self.target == "priority":
            return texts, [row[4] for row in rows]
        tags = self._read_tags([row[0] for row in rows])
        return texts, [tags.get(row[0], frozenset()) for row in rows]

    def _read_tags(self, ids):
        field = self.env["helpdesk.ticket"]._fields["tag_ids"]
        rows = self.env.execute_query(
            SQL(
                "SELECT %s, array_agg(%s) FROM %s WHERE %s = ANY(%s) GROUP BY 1",
                SQL.identifier(field.column1),
                SQL.identifier(field.column2),
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                ids,
            )
        )
        return {ticket: frozenset(tags) for ticket, tags in rows}

    def _flat(self, labels):
        if self.target == "tags":
            return [label for one in labels for label in one]
        return [label for label in labels if label is not None]

    def _reduce(self, texts, labels, kept):
        """Without values that have too few cases; "none of these" stays as None."""
        if self.target == "tags":
            return texts, [one & kept for one in labels]
        outside = sum(label is None for label in labels)
        pairs = [
            (text, label)
            for text, label in zip(texts, labels, strict=True)
            if label in kept or (label is None and outside >= self.least_cases)
        ]
        return [text for text, _label in pairs], [label for _text, label in pairs]

    # ------------------------------------------------------------------
    # Results
    # ------------------------------------------------------------------
    def _store(self, model, quality, labels, counts):
        version = self.env["flywheel.classifier.version"].create(
            {
                "classifier_id": self.id,
                "number": max(self.version_ids.mapped("number"), default=0) + 1,
                "case_count": len(labels),
                "held_back": quality.size,
                "label_count": len(model.labels),
                "word_count": len(model.weights.vocabulary),
                "outside_count": sum(label is None for label in labels),
                "goal": self.goal,
                "threshold": quality.threshold,
                "abstains": quality.threshold > 1,
                "accuracy": quality.accuracy,
                "top3": quality.top3,
                "coverage": quality.coverage,
                "precision": quality.precision,
                "outside_share": quality.outside or 0.0,
                **self._prepare_tables(quality, counts),
            }
        )
        self.write(
            {
                "weights": base64.b64encode(model.to_bytes()),
                "version_id": version.id,
                "failed": False,
            }
        )
        self.message = self._get_message(version)
        return version

    def _prepare_tables(self, quality, counts):
        names = self._get_names([*counts])

        def name(label):
            return names.get(label) or self.env._("Archived")

        lines = []
        for label, count in counts.items():
            held, right, given = quality.labels.get(label, (0, 0, 0))
            lines.append(
                Command.create(
                    {
                        "label": str(label),
                        "name": name(label),
                        "case_count": count,
                        "learned": count >= self.least_cases,
                        "held_back": held,
                        "recall": right / held if held else 0.0,
                        "precision": right / given if given else 0.0,
                    }
                )
            )
        worst = quality.confusions.most_common(CONFUSIONS)
        return {
            "label_ids": lines,
            "confusion_ids": [
                Command.create(
                    {"actual": name(one), "predicted": name(other), "case_count": n}
                )
                for (one, other), n in worst
            ],
        }

    def _get_message(self, version):
        if version.abstains:
            return self.env._(
                "Of %(held)s cases held back, %(right).0f %% were sorted right and "
                "%(top3).0f %% among the best three. That is not enough to fill in "
                "values by itself with %(goal).0f %% precision: it only proposes.",
                held=version.held_back,
                right=100 * version.accuracy,
                top3=100 * version.top3,
                goal=version.goal,
            )
        return self.env._(
            "Of %(held)s cases held back, %(coverage).0f %% would have been filled in, "
            "%(precision).1f %% of them rightly. People choose the others from three "
            "proposals.",
            held=version.held_back,
            coverage=100 * version.coverage,
            precision=100 * version.precision,
        )

    # ------------------------------------------------------------------
    # Scheduled action
    # ------------------------------------------------------------------
    def _is_due(self):
        """Whether people confirmed enough since the last version, or asked for it."""
        if self.requested:
            return True
        count, known = self._count_cases(), self.version_id.case_count
        return count >= self.least_total and abs(count - known) > NEW_SHARE * known

    @api.model
    @gives_way
    def _cron_train(self):
        """Learn anew where people confirmed more; one transaction a classifier."""
        cron = self.env["ir.cron"]
        self._make_missing()
        due = self.search(Domain.TRUE).filtered(lambda classifier: classifier._is_due())
        cron._commit_progress(remaining=len(due))
        for classifier in due:
            try:
                with self.env.cr.savepoint():
                    classifier._train()
            except UserError as error:
                # One company's trouble must not keep the others from learning.
                classifier.write(
                    {"message": str(error), "failed": True, "requested": False}
                )
            if not cron._commit_progress(1):
                return

    @api.model
    def _make_missing(self):
        """Every company has a classifier for categories, tags and priority."""
        known = self.with_context(active_test=False).search_fetch(
            [], ["company_id", "target"]
        )
        have = {(one.company_id, one.target) for one in known}
        wanted = {
            "category": {},
            "tags": {"active": False},
            "priority": {"auto": False, "urgent_priority": "2"},
        }
        companies = self.env["res.company"].search(Domain.TRUE)
        self.create(
            [
                {"company_id": company.id, "target": target, **values}
                for company in companies
                for target, values in wanted.items()
                if (company, target) not in have
            ]
        )
