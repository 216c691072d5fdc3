# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from math import ceil

from odoo import models

# Values that a name lists before it says how many more there are.
LISTED = 4
# Why a field that comes with Odoo is left out without a word.
DULL = ("empty", "constant")


class FlywheelSuggestion(models.Model):
    """What came out of a run, as domains and in plain words."""

    _inherit = "flywheel.suggestion"

    def _prepare_lines(self, history, result, included):
        """Return the values of the lines: rules by importance, then what is left
        out."""
        names = self._get_value_names(history, result)
        rules = [
            self._prepare_rule(history, proposal, included, names)
            for proposal in result.proposals
        ]
        rules.sort(key=lambda line: (-abs(line["points"]), line["name"]))
        refused = [
            self._prepare_refusal(source, reason, suspect)
            for source, reason, suspect in history.refusals
        ]
        seen = set()
        for refusal in result.refusals:
            source = history.sources[refusal.column]
            key = (source.model, source.field)
            if refusal.code in DULL and not source.field.startswith("x_"):
                # Fields that nobody uses are no news.
                continue
            if key not in seen:
                seen.add(key)
                line = self._prepare_refusal(
                    source, self._get_words(refusal), refusal.suspect
                )
                line.update(column=refusal.column, auc=refusal.figures.get("auc", 0.0))
                refused.append(line)
        refused.sort(key=lambda line: (not line["suspect"], -line.get("auc", 0)))
        for number, line in enumerate(rules + refused):
            line["sequence"] = number
        return rules + refused

    def _prepare_refusal(self, source, reason, suspect):
        return {
            "kind": "refused",
            "name": source.label,
            "model": source.model or False,
            "reason": reason,
            "suspect": suspect,
            "accepted": False,
            "column": f"{source.model}.{source.field}",
        }

    def _prepare_rule(self, history, proposal, included, names):
        condition = proposal.condition
        line = {
            "points": condition.points,
            "n": proposal.n,
            "won": proposal.won,
            "win_rate": proposal.won / proposal.n if proposal.n else 0.0,
            "lift": proposal.lift,
            "confidence": proposal.confidence,
            "accepted": True,
        }
        if condition.events:
            source = history.sources[condition.events]
            line.update(
                kind="score",
                name=source.label,
                type_ids=[(6, 0, [source.type_id])],
                cap=source.cap,
                cap_period=source.period,
            )
            return line
        source = history.sources[condition.tests[0].column]
        texts, domain = [], []
        for test in condition.tests:
            field = history.sources[test.column]
            domain += self._get_leaves(field, test)
            texts.append(self._get_test_name(field, test, names))
        line.update(
            kind="fit",
            name=self.env._(" and ").join(texts),
            model=source.model,
            domain=repr(domain),
        )
        taken = [test.column for test in condition.tests if test.column in included]
        if taken:
            line["reason"] = self.env._("Suspect: taken because you said so.")
        return line

    # ------------------------------------------------------------------
    # Conditions
    # ------------------------------------------------------------------
    def _get_leaves(self, source, test):
        """Return a test as the leaves of a domain."""
        field = self.env[source.model]._fields[source.field]
        if field.type == "boolean":
            return [(field.name, "=", True)]
        if field.type in ("integer", "float", "monetary"):
            leaves = []
            for operator, bound in ((">=", test.low), ("<", test.high)):
                if bound is not None:
                    whole = field.type == "integer" or bound == int(bound)
                    leaves.append(
                        (field.name, operator, ceil(bound) if whole else bound)
                    )
            return leaves
        values = list(test.values) + ([False] if test.missing else [])
        if len(values) == 1 and field.type != "many2many":
            return [(field.name, "=", values[0])]
        return [(field.name, "in", values)]

    def _get_value_names(self, history, result):
        """Return {(column, value): name} of the values that conditions list."""
        wanted = {}
        for proposal in result.proposals:
            for test in proposal.condition.tests:
                wanted.setdefault(test.column, set()).update(test.values)
        names = {}
        for column, values in wanted.items():
            source = history.sources[column]
            field = self.env[source.model]._fields[source.field]
            if field.comodel_name:
                # sudo: the names of values in rules that a manager reviews
                records = self.env[field.comodel_name].sudo().browse(sorted(values))
                names.update({(column, r.id): r.display_name for r in records.exists()})
            elif field.type == "selection":
                labels = dict(field._description_selection(self.env))
                names.update({(column, v): labels.get(v, v) for v in values})
        return names

    def _get_test_name(self, source, test, names):
        """Return a test in plain words."""
        label = source.label
        field = self.env[source.model]._fields[source.field]
        if field.type == "boolean":
            return self.env._("%(field)s: yes", field=label)
        if test.low is not None and test.high is not None:
            return self.env._(
                "%(field)s: from %(low)s to less than %(high)s",
                field=label,
                low=f"{test.low:.15g}",
                high=f"{test.high:.15g}",
            )
        if test.low is not None:
            return self.env._(
                "%(field)s: at least %(low)s", field=label, low=f"{test.low:.15g}"
            )
        if test.high is not None:
            return self.env._(
                "%(field)s: less than %(high)s", field=label, high=f"{test.high:.15g}"
            )
        texts = [str(names.get((test.column, value), value)) for value in test.values]
        if test.missing:
            texts.append(self.env._("not set"))
        if len(texts) > LISTED:
            more = self.env._("%s more", len(texts) - LISTED + 1)
            texts = [*texts[: LISTED - 1], more]
        return self.env._("%(field)s: %(values)s", field=label, values=", ".join(texts))

    def _get_words(self, refusal):
        """Say why the engine left a column out."""
        figures = {
            name: value * 100 if name in ("won", "lost", "share", "rate") else value
            for name, value in refusal.figures.items()
        }
        texts = {
            "constant": self.env._("The same on (nearly) all closed leads."),
            "empty": self.env._("Too few closed leads have it: %(n)s."),
            "unique": self.env._(
                "%(distinct)s different values on %(n)s leads: no condition for others."
            ),
            "double": self.env._("It says the same as %(other)s."),
            "running": self.env._("A running number: no condition for others."),
            "certain": self.env._(
                "Too good to be true: alone it tells won from lost with AUC "
                "%(auc).2f. It seems to be filled in with the outcome."
            ),
            "strong": self.env._(
                "Too good to be true: alone it has AUC %(auc).2f, all values beyond "
                "suspicion together %(others).2f. Was it known before the decision?"
            ),
            "named": self.env._(
                "Alone it has AUC %(auc).2f, and its name speaks of what is noted "
                "during or after the contact. Was it known before?"
            ),
            "pure": self.env._(
                "%(share).0f %% of one outcome have values on which at least "
                "%(rate).0f %% end so: it seems to be noted with the outcome."
            ),
            "filled_won": self.env._(
                "Filled in on %(won).0f %% of won, but only on %(lost).0f %% of lost "
                "leads."
            ),
            "filled_lost": self.env._(
                "Filled in on %(lost).0f %% of lost, but only on %(won).0f %% of won "
                "leads."
            ),
        }
        return texts[refusal.code] % figures
