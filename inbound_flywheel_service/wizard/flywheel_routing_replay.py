# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError

# Cases a batch: keeps the memory small.
BATCH = 500
MOST = 10_000


class FlywheelRoutingReplay(models.TransientModel):
    """What draft rules would have done with past cases, beside the rules in force.

    Every case is put back to what it was when it came in, in memory, and goes through
    both sets of rules. Nothing is written to it, nobody is told.
    """

    _name = "flywheel.routing.replay"
    _description = "Replay of Routing Rules"

    rule_ids = fields.Many2many(
        "flywheel.routing.rule", string="Drafts", required=True, readonly=True
    )
    limit = fields.Integer(string="Last Cases", default=1000, required=True)
    case_count = fields.Integer(string="Cases", readonly=True)
    changed_count = fields.Integer(string="Would Change", readonly=True)
    moved_count = fields.Integer(string="Another Team", readonly=True)
    unmatched_before = fields.Integer(string="Without Any Rule Now", readonly=True)
    unmatched_after = fields.Integer(string="Without Any Rule Then", readonly=True)
    agreed_before = fields.Float(
        readonly=True,
        help="Share of the cases which the rules send to the team that had them in "
        "the end.",
    )
    agreed_after = fields.Float(readonly=True)
    case_ids = fields.One2many(
        "flywheel.routing.replay.case", "replay_id", readonly=True
    )
    team_load_ids = fields.One2many(
        "flywheel.routing.replay.load",
        "replay_id",
        domain=[("user_id", "=", False)],
        readonly=True,
    )
    agent_load_ids = fields.One2many(
        "flywheel.routing.replay.load",
        "replay_id",
        domain=[("user_id", "!=", False)],
        readonly=True,
    )

    @api.depends("rule_ids")
    def _compute_display_name(self):
        for replay in self:
            replay.display_name = self.env._(
                "Replay: %(rules)s", rules=", ".join(replay.rule_ids.mapped("name"))
            )

    # ------------------------------------------------------------------
    # Replaying
    # ------------------------------------------------------------------
    @api.model
    def _open(self, rules):
        """Return the action that shows what the drafts among ``rules`` would do.

        :raise UserError: none of them is a draft
        """
        drafts = rules.filtered("draft")
        if not drafts:
            raise UserError(
                self.env._("Choose drafts: rules in force have done their work.")
            )
        replay = self.create({"rule_ids": drafts.ids})
        replay.action_run()
        return {
            "type": "ir.actions.act_window",
            "name": replay.display_name,
            "res_model": self._name,
            "res_id": replay.id,
            "views": [(False, "form")],
        }

    def action_run(self):
        """Replay the last cases anew."""
        self.ensure_one()
        if not 0 < self.limit <= MOST:
            raise UserError(
                self.env._("Replay between 1 and %(most)s cases.", most=MOST)
            )
        # Not active_test: archived cases have come in, too.
        cases = (
            self.env["helpdesk.ticket"]
            .with_context(active_test=False)
            .search(
                [("company_id", "in", self.env.companies.ids)],
                order="id desc",
                limit=self.limit,
            )
        )
        held = self.env["flywheel.routing.rule"]._get_in_force(cases.company_id)
        then = (held - self.rule_ids.replaces_id | self.rule_ids).sorted(
            lambda rule: (rule.sequence, rule.id)
        )
        rows, tally = [], Counter()
        for start in range(0, len(cases), BATCH):
            batch = cases[start : start + BATCH]
            rows += self._compare(batch, held, then, tally)
            batch.invalidate_recordset()
        self._keep(len(cases), rows, tally)
        return False

    def _compare(self, cases, held, then, tally):
        """Send cases through both sets of rules.

        :param Counter tally: what is counted over all cases, added to
        :return: values of rows, for the cases that would end otherwise
        """
        given = {}
        starts = self.env["helpdesk.ticket"]
        for case in cases:
            start, chosen = case._flywheel_start()
            copy = case.new(start, origin=case)
            given[copy] = chosen
            starts += copy
        before, after = held._decide(starts, given), then._decide(starts, given)
        rows = []
        for copy in starts:
            now, new = before[copy], after[copy]
            case = copy._origin
            old_team, new_team = now.result("team_id"), new.result("team_id")
            tally["team_before", old_team] += 1
            tally["team_after", new_team] += 1
            tally["unmatched_before"] += not now.steps
            tally["unmatched_after"] += not new.steps
            tally["agreed_before"] += old_team == case.team_id.id
            tally["agreed_after"] += new_team == case.team_id.id
            if now.values != new.values:
                rows.append(self._prepare_row(case, now, new))
        return rows

    def _prepare_row(self, case, now, new):
        tags = self.env["helpdesk.ticket.tag"].browse(new.values.get("tag_ids", ()))
        return {
            "replay_id": self.id,
            "ticket_id": case.id,
            "team_before_id": now.result("team_id"),
            "team_after_id": new.result("team_id"),
            "category_before_id": now.result("category_id"),
            "category_after_id": new.result("category_id"),
            "priority_before": now.result("priority"),
            "priority_after": new.result("priority"),
            "tags_after": ", ".join(tags.mapped("name")),
            "rules_after": ", ".join(step[0].name for step in new.steps),
            "moved": now.result("team_id") != new.result("team_id"),
        }

    def _keep(self, count, rows, tally):
        # sudo: rows of a result, not for anybody to write
        result = self.sudo()
        result.case_ids.unlink()
        (result.team_load_ids + result.agent_load_ids).unlink()
        result.case_ids.create(rows)
        result.team_load_ids.create(self._prepare_load(tally))
        self.write(
            {
                "case_count": count,
                "changed_count": len(rows),
                "moved_count": sum(row["moved"] for row in rows),
                "unmatched_before": tally["unmatched_before"],
                "unmatched_after": tally["unmatched_after"],
                "agreed_before": tally["agreed_before"] / count if count else 0.0,
                "agreed_after": tally["agreed_after"] / count if count else 0.0,
            }
        )

    def _prepare_load(self, tally):
        """Values of the loads of teams, and of agents when each team's cases are
        spread evenly over its members."""
        teams = self.env["helpdesk.ticket.team"].browse(
            sorted({key[1] or 0 for key in tally if isinstance(key, tuple)} - {0})
        )
        rows, agents = [], {}
        for team in [*teams, teams.browse()]:
            before = tally["team_before", team.id]
            after = tally["team_after", team.id]
            if before or after:
                rows.append({"team_id": team.id, "before": before, "after": after})
            members = team.user_ids
            for user in members:
                load = agents.setdefault(user, [0.0, 0.0])
                load[0] += before / len(members)
                load[1] += after / len(members)
        rows += [
            {"user_id": user.id, "before": before, "after": after}
            for user, (before, after) in agents.items()
        ]
        return [{"replay_id": self.id, **row} for row in rows]

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_put_in_force(self):
        """Let the drafts decide from now on."""
        self.ensure_one()
        self.rule_ids.check_access("write")
        self.rule_ids._put_in_force()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel_service.flywheel_routing_rule_action"
        )

    def action_open_changed(self):
        """Open the cases that would have gone another way."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel_service.flywheel_routing_replay_case_action"
        )
        action["domain"] = [("replay_id", "=", self.id)]
        return action
