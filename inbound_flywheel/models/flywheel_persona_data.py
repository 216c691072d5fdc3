# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang
from odoo.tools.misc import format_amount

from ..engine.contrast import FEW, LESS, MORE, SAME, TOO_FEW, compare

# People asked for a share to be right within 10 or 5 points, 19 times of 20
# (W. G. Cochran, "Sampling Techniques", 1977, chapter 4: 1.96² · 0.25 / error²).
MEDIUM, HIGH = 96, 385
# Values of a distribution that are worth a line.
LINES = 5


class Probe(NamedTuple):
    """A look at our data.

    :param name: the method ``_probe_<name>`` of the persona returns its lines
    :param group: sales, people, channels, service or finance
    :param label: what it is about, translated
    :param codes: codes or ids of the questions that it helps to answer
    :param heads: titles of the two columns, where they are not this persona and
        everybody else
    """

    name: str
    group: str
    codes: tuple
    label: str
    heads: tuple = ()

    def helps(self, question):
        """Tell whether it helps to answer a question."""
        return question.code in self.codes or question.id in self.codes


class FlywheelPersona(models.Model):
    """*Look at our data*: what Odoo knows of the people who hold a persona, compared
    with everybody else, and how many records that rests on."""

    _inherit = "flywheel.persona"

    # ------------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------------
    @api.model
    def _get_probes(self):
        """Return the list of :class:`Probe`. Other parts add theirs."""
        return []

    @api.model
    def _get_probe_groups(self):
        """Return {group: title}, in the order of the screen."""
        return {
            "sales": self.env._("Sales"),
            "people": self.env._("Who They Are"),
            "channels": self.env._("How They Find and Reach Us"),
            "service": self.env._("Service"),
            "finance": self.env._("Orders and Payments"),
        }

    def _look_at_data(self, question=None):
        """Return what Odoo knows that helps to answer a question.

        :param question: a flywheel.question; None for everything
        :return: list of dicts: ``probe``, ``label``, ``value`` and ``other`` (of
            everybody else) as numbers, ``shown`` and ``shown_other`` as text, ``n``
            and ``n_text`` (the records it rests on), ``verdict`` (more, less, same,
            few or False), ``text`` in words, ``action`` to open the records or False,
            ``count`` of the records that it opens where that is known
        """
        self.ensure_one()
        self.check_access("read")
        lines = []
        for probe in self._get_probes():
            if question is None or probe.helps(question):
                for line in self._read_probe(probe, question):
                    lines.append({"probe": probe.name, **line})
        return lines

    def _read_probe(self, probe, question=None):
        """Return the lines of a probe.

        :param question: the question that they shall help to answer; None for all
        """
        return getattr(self, f"_probe_{probe.name}")()

    @api.readonly
    def look_at_data(self, question_id=False):
        """Return :meth:`_look_at_data` for the screen, by group and probe.

        :param question_id: only what helps to answer this question
        """
        self.ensure_one()
        question = self.env["flywheel.question"].browse(question_id).exists()
        if question_id:
            question.check_access("read")
        lines = self._look_at_data(question or None)
        told = {line["probe"] for line in lines if line["verdict"] != TOO_FEW}
        answered = self._get_answerable()
        groups = []
        for group, title in self._get_probe_groups().items():
            probes = [
                {
                    "name": probe.name,
                    "label": probe.label,
                    "heads": probe.heads,
                    "lines": [line for line in lines if line["probe"] == probe.name],
                    "questions": [
                        {"id": asked.id, "name": asked.name}
                        for asked in answered
                        if probe.name in told
                        and probe.helps(asked)
                        and (not question or asked == question)
                    ],
                }
                for probe in self._get_probes()
                if probe.group == group
            ]
            probes = [probe for probe in probes if probe["lines"]]
            if probes:
                groups.append({"name": group, "title": title, "probes": probes})
        return {
            "people": self.profile_count,
            "question": question.name or False,
            "groups": groups,
        }

    def _get_answerable(self):
        """Return the questions that the reader may answer for this persona."""
        Answer = self.env.get("flywheel.persona.answer")
        if Answer is None or not Answer.has_access("create"):
            return self.env["flywheel.question"]
        return self.env["flywheel.question"].search([("for_persona", "=", True)])

    def action_look_at_data(self, question_id=False):
        """Open what Odoo knows, for one question or for all."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.client",
            "tag": "flywheel_persona_data",
            "name": self.env._("Look at Our Data: %(persona)s", persona=self.name),
            "target": "new",
            "params": {"persona_id": self.id, "question_id": question_id},
            "context": {"dialog_size": "extra-large"},
        }

    def action_use_data(self, question_id, probe):
        """Answer a question with what a probe has found.

        :param question_id: the question
        :param probe: name of the probe
        :return: the action that opens the answer
        :raise UserError: the probe does not exist, or rests on too few records
        """
        self.ensure_one()
        question = self.env["flywheel.question"].browse(question_id)
        question.check_access("read")
        found = [known for known in self._get_probes() if known.name == probe]
        if not found or "flywheel.persona.answer" not in self.env:
            raise UserError(self.env._("There are no such data: %(name)s", name=probe))
        self.check_access("read")
        lines = self._read_probe(found[0], question)
        lines = [line for line in lines if line["verdict"] != TOO_FEW]
        if not lines:
            raise UserError(
                self.env._(
                    "“%(name)s” rests on too few records to answer a question: at "
                    "least %(few)s are needed.",
                    name=found[0].label,
                    few=FEW,
                )
            )
        answer = self.env["flywheel.persona.answer"].create(
            self._prepare_answer(question, found[0], lines)
        )
        return answer._get_records_action(name=question.name, target="new")

    def _prepare_answer(self, question, probe, lines):
        """Return the values of the answer that a probe gives to a question."""
        texts = [
            self.env._("%(label)s: %(text)s", label=line["label"], text=line["text"])
            for line in lines
        ]
        return {
            "persona_id": self.id,
            "question_id": question.id,
            "answer": "\n".join(texts),
            "source": "data",
            "evidence": self._get_evidence(probe, lines),
            "confidence": self._get_confidence(min(line["n"] for line in lines)),
            "date": fields.Date.context_today(self),
        }

    def _get_evidence(self, probe, lines):
        """Return what the answer rests on, in words."""
        counts = dict.fromkeys(line["n_text"] for line in lines)
        return self.env._(
            "Odoo, %(date)s, %(probe)s. %(counts)s.",
            date=fields.Date.context_today(self),
            probe=probe.label,
            counts="; ".join(counts),
        )

    @api.model
    def _get_confidence(self, n):
        """Return how far so many records can be trusted."""
        return "high" if n >= HIGH else "medium" if n >= MEDIUM else "low"

    # ------------------------------------------------------------------
    # Lines
    # ------------------------------------------------------------------
    @api.model
    def _share_line(self, label, mine, others, n_text, action=False, count=None):
        """Return the line of a share.

        :param label: what it is the share of
        :param mine: (how many have it, of how many) among the persona's
        :param others: the same among everybody else's
        :param n_text: "closed leads: %s", translated, with the number
        :param count: how many records the action opens; by default those that have it
        """
        (hits, size), (other_hits, other_size) = mine, others
        share = hits / size if size else 0.0
        other = other_hits / other_size if other_size else None
        verdict = compare(hits, size, other_hits, other_size) if size else TOO_FEW
        if size >= FEW and verdict == TOO_FEW:
            # Enough of our own, too few others to compare with.
            verdict, other = False, None
        return self._line(
            label,
            (share, self._percent(share)),
            (other, other is not None and self._percent(other)),
            size,
            n_text,
            verdict,
            action,
        ) | {"hits": hits, "count": hits if count is None else count}

    @api.model
    def _figure_line(self, label, mine, others, shown, n_text, action=False):
        """Return the line of a number that is no share.

        :param mine: (number or None, records it rests on) of the persona's people
        :param others: the same of everybody else
        :param shown: function that makes text of a number
        """
        (value, size), (other, other_size) = mine, others
        value = value or 0.0
        if other_size < FEW:
            other = None
        return self._line(
            label,
            (value, shown(value)),
            (other, other is not None and shown(other)),
            size,
            n_text,
            False if size >= FEW else TOO_FEW,
            action,
        )

    @api.model
    def _line(self, label, value, other, size, n_text, verdict, action):
        text = self._get_words(value[1], other[1], verdict, size)
        return {
            "label": label,
            "value": value[0],
            "shown": value[1] if size else "–",
            "other": other[0],
            "shown_other": other[1],
            "n": size,
            "n_text": n_text,
            "verdict": verdict,
            "text": text,
            "action": action,
            "count": size,
        }

    @api.model
    def _get_words(self, shown, other, verdict, size):
        """Say what a figure means beside that of everybody else."""
        values = {"value": shown, "other": other, "n": size, "few": FEW}
        texts = {
            MORE: self.env._(
                "%(value)s, clearly more than everybody else (%(other)s).", **values
            ),
            LESS: self.env._(
                "%(value)s, clearly less than everybody else (%(other)s).", **values
            ),
            SAME: self.env._(
                "%(value)s, no clear difference from everybody else (%(other)s).",
                **values,
            ),
            TOO_FEW: self.env._(
                "Only %(n)s: too few to say anything (at least %(few)s).", **values
            ),
        }
        if verdict:
            return texts[verdict]
        if other:
            return self.env._("%(value)s; everybody else: %(other)s.", **values)
        return self.env._("%(value)s; too few others to compare with.", **values)

    @api.model
    def _distribution_lines(self, counts, totals, n_text, get_action, label=None):
        """Return the lines of the most frequent values.

        :param counts: list of (value, its name, number here, number elsewhere)
        :param totals: (records here, records elsewhere) that have a value
        :param get_action: function that makes the action of a value
        :param label: function that makes a label of a name; None for the bare name
        """
        mine, others = totals
        counts = sorted(counts, key=lambda row: (-row[2], str(row[1])))
        return [
            self._share_line(
                label(name) if label else name,
                (here, mine),
                (elsewhere, others),
                n_text,
                get_action(value),
            )
            for value, name, here, elsewhere in counts[:LINES]
            if here
        ]

    @api.model
    def _percent(self, share):
        """Return a share as text: with a decimal where it is small."""
        digits = 0 if share == 0 or share >= 0.0995 else 1
        return self.env._(
            "%(number)s %%", number=formatLang(self.env, 100 * share, digits=digits)
        )

    @api.model
    def _days(self, days):
        digits = 1 if 0 < days < 10 else 0
        return self.env._(
            "%(number)s days", number=formatLang(self.env, days, digits=digits)
        )

    @api.model
    def _money(self, amount):
        return format_amount(self.env, amount, self.env.company.currency_id)

    @api.model
    def _number(self, number):
        return formatLang(self.env, number, digits=1)
