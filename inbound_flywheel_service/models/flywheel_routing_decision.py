# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
class Decision:
    """What the rules say about one ticket; a line of its trace for each of them.

    The first rule that has a say on a field wins; tags add up; priority only rises
    unless a rule sets it.
    """

    def __init__(self, ticket, given):
        self.ticket = ticket
        self.given = given
        self.values = {}
        self.tried = []
        self.steps = []
        self.failures = []

    def apply(self, rule, reason):
        kept = []
        changes = []
        for name in ("team_id", "category_id"):
            record = rule[name]
            if not record or name in self.values:
                continue
            if record.company_id and record.company_id != self.ticket.company_id:
                continue
            if name in self.given and not rule.overwrite:
                if self.ticket[name] != record:
                    kept.append(name)
            elif self.ticket[name] != record:
                self.values[name] = record.id
                changes.append([name, record.display_name])
        self._apply_priority(rule, changes, kept)
        self._apply_tags(rule, changes)
        # Each step tells of the rules since the one before.
        self.steps.append((rule, reason, changes, kept, self.tried))
        self.tried = []

    def result(self, name):
        """What the field ``name`` would hold: id, priority or False."""
        if name in self.values:
            return self.values[name]
        value = self.ticket[name]
        return value if name == "priority" else value.id

    def _apply_priority(self, rule, changes, kept):
        if not rule.priority:
            return
        current = self.values.get("priority") or self.ticket.priority or "0"
        if rule.priority_mode == "raise":
            if rule.priority <= current:
                return
        elif rule.priority == current or "priority" in self.values:
            return
        elif "priority" in self.given and not rule.overwrite:
            kept.append("priority")
            return
        self.values["priority"] = rule.priority
        changes.append(["priority", rule.priority])

    def _apply_tags(self, rule, changes):
        tags = rule.tag_ids.filtered(
            lambda t: not t.company_id or t.company_id == self.ticket.company_id
        )
        known = [*self.ticket.tag_ids.ids, *self.values.get("tag_ids", ())]
        new = tags.filtered(lambda t: t.id not in known)
        if new:
            self.values.setdefault("tag_ids", []).extend(new.ids)
            changes.append(["tag_ids", ", ".join(new.mapped("display_name"))])

    def trace(self, trace, count):
        """Lines of the trace; ``count`` is the number of rules."""
        lines = []
        for rule, reason, changes, kept, tried in self.steps:
            lines.append(
                trace._line(
                    self.ticket,
                    "route",
                    "route" if changes else "route_nothing",
                    rule_record=rule,
                    rule=rule.name,
                    reason={"reasons": reason},
                    changes={"changes": changes},
                    tried=tried[:20],
                )
            )
            if kept:
                lines.append(
                    trace._line(
                        self.ticket,
                        "route",
                        "route_kept",
                        rule_record=rule,
                        rule=rule.name,
                        fields={"fields": kept},
                    )
                )
        for rule, error in self.failures:
            lines.append(
                trace._line(
                    self.ticket, "route", "failed", rule_record=rule, error=error
                )
            )
        if not self.steps:
            lines.append(
                trace._line(
                    self.ticket,
                    "route",
                    "route_none",
                    count=count,
                    tried=self.tried[:20],
                )
            )
        return lines
