# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from ..engine import friction as engine
from .flywheel_friction import BARS, GROUP_MODELS
from .flywheel_stage_interval_next import DAY


class FlywheelFriction(models.AbstractModel):
    _inherit = "flywheel.friction"

    # ------------------------------------------------------------------
    # In words
    # ------------------------------------------------------------------
    @api.model
    def _describe_way(self, way, row, earlier, names, notes, stages):
        """Return a row of the report as a dict: ``from_id``, ``to_id``, ``kind``,
        ``name``; ``n``, ``median``, ``mean``, ``fastest`` and ``late`` in days;
        ``days_lost``; ``few``: too few to rely on; ``before``: the same of the period
        before; ``groups``: the same by persona or team; ``notes``."""
        fastest = row["all"].fastest
        before = earlier.get(way, {})
        groups = [
            {
                "id": group or False,
                "name": names.get(group) or self.env._("None"),
                **self._describe_measure(way, measure, fastest, stages),
                "before": self._describe_before(way, before, group, stages),
            }
            for group, measure in row.items()
            if group != "all"
        ]
        groups.sort(key=lambda line: (-line["days_lost"], -line["n"]))
        return {
            "from_id": way.from_id,
            "to_id": way.to_id or False,
            "kind": way.kind,
            "name": self._name_way(way, stages),
            **self._describe_measure(way, row["all"], fastest, stages),
            "before": self._describe_before(way, before, "all", stages),
            "groups": groups,
            "notes": notes.get((way.from_id, way.to_id, way.kind == engine.STUCK), []),
        }

    @api.model
    def _describe_measure(self, way, measure, fastest, stages):
        source = stages.browse(way.from_id)
        return {
            "n": measure.n,
            "median": measure.median,
            "mean": measure.mean,
            "fastest": measure.fastest,
            "days_lost": engine.days_lost(way, measure, fastest, source.is_exit),
            "few": measure.n < engine.ENOUGH,
        }

    @api.model
    def _describe_before(self, way, before, group, stages):
        measure = before.get(group)
        if not measure:
            return False
        return self._describe_measure(way, measure, before["all"].fastest, stages)

    @api.model
    def _name_way(self, way, stages):
        source = stages.browse(way.from_id).name
        if way.kind == engine.STUCK:
            return self.env._("%(stage)s: stuck", stage=source)
        if not way.to_id:
            return self.env._("%(stage)s → out of all stages", stage=source)
        return f"{source} → {stages.browse(way.to_id).name}"

    @api.model
    def _get_group_names(self, by, rows):
        ids = {group for row in rows.values() for group in row if group != "all"}
        # sudo: the names of teams, which not every reader may see; counted are only
        # people whom the reader may see
        records = self.env[GROUP_MODELS[by]].sudo().browse(sorted(ids - {None}))
        return {record.id: record.display_name for record in records.exists()}

    @api.model
    def _get_notes(self, track):
        """Return the notes of a track: {(from, to, stuck): [dict]}."""
        Note = self.env["flywheel.friction.note"]
        found = {}
        for note in Note.search([("from_stage_id.track", "=", track)]):
            key = (note.from_stage_id.id, note.to_stage_id.id or None, note.stuck)
            found.setdefault(key, []).append(
                {
                    "id": note.id,
                    "note": note.note,
                    "user": note.user_id.name,
                    "date": format_date(self.env, note.date),
                    "persona": note.persona_id.name or "",
                    "can_write": bool(note._filtered_access("write")),
                }
            )
        return found

    @api.model
    def _describe_dates(self, start, end):
        first, last = (
            fields.Datetime.context_timestamp(self, moment) for moment in (start, end)
        )
        return self.env._(
            "%(first)s to %(last)s",
            first=format_date(self.env, first.date()),
            last=format_date(self.env, last.date()),
        )

    # ------------------------------------------------------------------
    # Sums and charts
    # ------------------------------------------------------------------
    @api.model
    def _get_totals(self, rows, earlier):
        """Return the sums over all ways, and the drop-out of each stage into its
        rows."""
        counts, before = {}, {}
        for row in rows:
            found = counts.setdefault(row["from_id"], {})
            found[row["kind"]] = found.get(row["kind"], 0) + row["n"]
        for way, row in earlier.items():
            found = before.setdefault(way.from_id, {})
            found[way.kind] = found.get(way.kind, 0) + row["all"].n
        for row in rows:
            found = counts[row["from_id"]]
            row["share"] = row["n"] / sum(found.values())
            row["dropout"] = engine.dropout(found)
            row["dropout_before"] = engine.dropout(before.get(row["from_id"], {}))

        def people(kind):
            return sum(found.get(kind, 0) for found in counts.values())

        return {
            "days_lost": sum(row["days_lost"] for row in rows),
            "days_lost_before": sum(
                row["before"]["days_lost"] for row in rows if row["before"]
            ),
            **{
                kind: people(kind)
                for kind in (
                    engine.ON,
                    engine.BACK,
                    engine.OUT,
                    engine.RETURN,
                    engine.STUCK,
                )
            },
        }

    @api.model
    def _get_chart(self, rows, compared):
        """Return the bars of days lost, as the chart wants them."""
        rows = [row for row in rows if row["days_lost"]][:BARS]
        datasets = [
            {
                "label": self.env._("Days lost"),
                "data": [round(row["days_lost"], 1) for row in rows],
            }
        ]
        if compared:
            datasets.append(
                {
                    "label": self.env._("Period before"),
                    "data": [
                        round(row["before"]["days_lost"], 1) if row["before"] else 0
                        for row in rows
                    ],
                }
            )
        return {
            "type": "bar",
            "horizontal": True,
            "labels": [row["name"] for row in rows],
            "y_title": self.env._("Days"),
            "datasets": datasets,
            "empty": self.env._("No days were lost in this time."),
        }

    @api.model
    def _get_funnel(self, rows, stages):
        """Return, by stage, how many left it or are stuck, and what became of them."""
        kinds = {
            engine.ON: self.env._("Went on"),
            engine.BACK: self.env._("Went back"),
            engine.OUT: self.env._("Dropped out"),
            engine.STUCK: self.env._("Stuck"),
        }
        shown = stages.filtered(lambda stage: not stage.is_exit)
        numbers = {}
        for row in rows:
            key = (row["from_id"], row["kind"])
            numbers[key] = numbers.get(key, 0) + row["n"]
        return {
            "type": "bar",
            "stacked": True,
            "horizontal": True,
            "labels": shown.mapped("name"),
            "y_title": self.env._("People"),
            "datasets": [
                {
                    "label": label,
                    "data": [numbers.get((stage.id, kind), 0) for stage in shown],
                }
                for kind, label in kinds.items()
            ],
            "empty": self.env._("Nobody has left a stage in this time."),
        }

    @api.model
    def _get_choices(self):
        """Return the personas and sales teams to choose from."""
        personas = self.env["flywheel.persona"].search_fetch([], ["name"])
        Team = self.env["crm.team"]
        teams = Team.search_fetch([], ["name"]) if Team.has_access("read") else Team
        return {
            "persona": [[persona.id, persona.name] for persona in personas],
            "team": [[team.id, team.name] for team in teams],
        }

    # ------------------------------------------------------------------
    # Drill-down
    # ------------------------------------------------------------------
    @api.model
    def open_way(
        self,
        way,
        track="journey",
        date_from=None,
        date_to=None,
        by="persona",
        persona_id=None,
        team_id=None,
    ):
        """Return the action that lists the stays behind a figure of the report.

        :param way: dict with ``from_id``, ``to_id``, ``kind`` and, for a figure of a
            group, ``group``: the id of the persona or team, False for none
        """
        Interval = self.env["flywheel.stage.interval"]
        Interval.check_access("read")
        scope = self._get_scope(track, date_from, date_to, by, persona_id, team_id)
        domain = [("track", "=", track), ("stage_id", "=", way["from_id"])]
        if way["kind"] == engine.STUCK:
            domain += self._get_stuck_domain(scope, way["from_id"])
        else:
            domain += [("date_to", "<", fields.Datetime.to_string(scope.end))]
            if scope.start:
                domain += [("date_to", ">=", fields.Datetime.to_string(scope.start))]
            domain += [("next_stage_id", "=", way["to_id"] or False)]
        for name, value in (("persona_id", persona_id), ("team_id", team_id)):
            if value:
                domain.append((name, "=", value))
        if "group" in way:
            domain.append((f"{by}_id", "=", way["group"] or False))
        stages = self._get_stages(track)
        found = engine.Way(way["from_id"], way["to_id"] or None, way["kind"])
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_stage_interval_action"
        )
        action.update(
            name=self._name_way(found, stages),
            display_name=self._name_way(found, stages),
            domain=domain,
            context={},
        )
        return action

    @api.model
    def _get_stuck_domain(self, scope, stage_id):
        """Return the domain of those who were stuck in a stage at the end."""
        self._flush_friction()
        stages = self._get_stages(scope.track)
        late = self._get_late(self._get_rows(scope, stages), stages).get(stage_id, 0)
        end = min(scope.end, fields.Datetime.now())
        return [
            (
                "date_from",
                "<",
                fields.Datetime.to_string(end - timedelta(seconds=late * DAY)),
            ),
            "|",
            ("date_to", "=", False),
            ("date_to", ">=", fields.Datetime.to_string(scope.end)),
        ]
