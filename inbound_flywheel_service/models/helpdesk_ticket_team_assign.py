# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.assignment import Case, Policy, choose
from .locks import try_locks

# Members whom a line of the trace names among those who could not take the case.
NAMED = 12
TOP_PRIORITY = "3"
# Reasons of those who are there and cannot take a case.
HERE = {"full", "declined", "skill", "lang"}


class HelpdeskTicketTeam(models.Model):
    """How a team shares out its cases."""

    _inherit = "helpdesk.ticket.team"

    flywheel_auto_assign = fields.Boolean(
        string="Assign Automatically",
        default=True,
        help="New cases go to the member who fits best, and the cases of members who "
        "are away come back into the queue.",
    )
    flywheel_capacity = fields.Integer(
        string="Cases per Agent",
        help="Most cases that wait for an answer of one agent at one time; cases that "
        "wait for the customer do not count. 0: no limit. An agent may have another.",
    )
    flywheel_weight = fields.Selection(
        [
            ("one", "Every case counts the same"),
            ("priority", "High priority counts twice, very high three times"),
            ("effort", "By the effort of the category"),
        ],
        string="How Work Is Counted",
        required=True,
        default="one",
    )
    flywheel_night = fields.Selection(
        [
            ("wait", "They wait for working hours"),
            ("next", "They go at once to whoever starts next"),
            ("any", "They go to any member, day and night"),
        ],
        string="Outside Working Hours",
        required=True,
        default="wait",
        help="Cases of top priority never wait for the morning: they go to whoever is "
        "online, and if nobody is, the leader is told at once.",
    )
    flywheel_familiar_days = fields.Integer(
        string="Familiar for (Days)",
        default=180,
        help="Whoever answered or solved a case of the same customer within so many "
        "days takes the next one, if present, able and not full. 0: never.",
    )
    flywheel_relax_minutes = fields.Integer(
        string="Ask for Less After (Minutes)",
        default=15,
        help="After so many minutes in the queue the first demand is dropped, after "
        "twice as many the second. 0: never. What nobody in the team has is not asked "
        "for in the first place.",
    )
    flywheel_relax_order = fields.Selection(
        [
            ("skill", "First the skills, then the language"),
            ("lang", "First the language, then the skills"),
        ],
        string="What Is Dropped First",
        required=True,
        default="skill",
    )
    flywheel_fair_hours = fields.Float(
        string="Nobody Waits Longer Than (Hours)",
        default=8.0,
        help="Whose customer has waited more working hours than that goes before all "
        "others, whatever their tier, priority and promise. 0: no limit.",
    )
    flywheel_last_resort = fields.Boolean(
        string="Rather to Somebody Absent Than to Nobody",
        help="When no member can take a case it goes to whoever is back first, who may "
        "not see it before. Usually such a case stays in the queue and the leader is "
        "told.",
    )

    @api.constrains(
        "flywheel_capacity",
        "flywheel_familiar_days",
        "flywheel_relax_minutes",
        "flywheel_fair_hours",
    )
    def _check_flywheel_limits(self):
        names = self._check_flywheel_limits._constrains
        for team in self:
            wrong = next((name for name in names if team[name] < 0), None)
            if wrong:
                label = team.fields_get([wrong], ["string"])[wrong]["string"]
                raise ValidationError(
                    self.env._(
                        "“%(field)s” of %(team)s cannot be less than 0.",
                        field=label,
                        team=team.display_name,
                    )
                )

    def _flywheel_policy(self):
        order = ("skill", "lang")
        if self.flywheel_relax_order == "lang":
            order = order[::-1]
        return Policy(
            night=self.flywheel_night,
            relax_minutes=self.flywheel_relax_minutes,
            relax_order=order,
            last_resort=self.flywheel_last_resort,
        )

    # ------------------------------------------------------------------
    # Assignment
    # ------------------------------------------------------------------
    def _flywheel_assign(self, tickets, starved=()):
        """Give ``tickets`` to members of this team.

        Runs on every intake path and in the scheduled action, one at a time for a
        team; who does not get the lock leaves the cases to the scheduled action.

        :param tickets: unassigned cases of this team, who goes first comes first
        :param starved: ids of those that go before others for having waited too long
        :return: lines for the trace
        """
        self.ensure_one()
        if not self._flywheel_take_locks():
            self._flywheel_assign_later()
            trace = self.env["flywheel.case.trace"]
            return [
                trace._line(t, "assign", "assign_queued", team=self.display_name)
                for t in tickets
            ]
        familiar = tickets._flywheel_find_familiar(self.flywheel_familiar_days)
        choices = self._flywheel_choose(tickets, familiar)
        self._flywheel_carry_out(tickets, choices, familiar)
        lines = self._flywheel_assign_lines(tickets, choices, familiar, starved)
        if self.env.context.get("flywheel_intake") and not all(
            tickets.mapped("user_id")
        ):
            # The leader is told by the scheduled action.
            self._flywheel_assign_later()
        return lines

    def _flywheel_choose(self, tickets, familiar):
        """Return {ticket id: :class:`Choice`}; changes nothing.

        The number of queries does not grow with the cases.

        :param dict familiar: as ``_flywheel_find_familiar`` returns it
        """
        now = fields.Datetime.now()
        return choose(
            self._flywheel_cases(tickets, familiar, now),
            self._flywheel_members(),
            self._flywheel_policy(),
            now.timestamp(),
        )

    def _flywheel_take_locks(self):
        """Return whether this transaction may assign for the team now.

        Members of other teams, too, are locked one by one: their work is the sum over
        all teams.
        """
        if not try_locks(self.env, self._name, self.ids):
            return False
        shared = [
            user.id
            for user in self._flywheel_users()
            if len(user.helpdesk_team_ids.filtered("flywheel_auto_assign")) > 1
        ]
        if not shared:
            return True
        return len(try_locks(self.env, "flywheel.agent", shared)) == len(shared)

    def _flywheel_cases(self, tickets, familiar, now):
        """Return :class:`Case` of each of ``tickets``."""
        langs = tickets._flywheel_langs()
        skills = self.env["flywheel.skill"]._find_needed(tickets, langs)
        return [
            Case(
                id=ticket.id,
                company=ticket.company_id.id,
                skills=skills.get(ticket.id, frozenset()),
                lang=langs[ticket.id],
                weight=self._flywheel_weight(ticket),
                waited=(
                    now - (ticket.queued_since or ticket.create_date)
                ).total_seconds()
                / 60,
                urgent=ticket.priority == TOP_PRIORITY,
                familiar=familiar.get(ticket.id, (0,))[0],
                declined=frozenset(ticket.declined_user_ids.ids),
            )
            for ticket in tickets
        ]

    def _flywheel_carry_out(self, tickets, choices, familiar):
        """Write what was chosen, a write for each member."""
        by_user = {}
        for ticket in tickets:
            choice = choices[ticket.id]
            if choice.user:
                absent = choice.mode in ("next", "last_resort")
                by_user.setdefault((choice.user, absent), []).append(ticket.id)
        # The agents are told by the mail queue, not within this transaction.
        queued = tickets.with_context(
            mail_notify_force_send=False, flywheel_assigning=True
        )
        for (user_id, absent), ids in by_user.items():
            queued.browse(ids).write({"user_id": user_id, "chosen_absent": absent})
        tickets._flywheel_keep_familiar(choices, familiar)
        tickets._flywheel_hand_over_familiar(choices, familiar)

    # ------------------------------------------------------------------
    # In words
    # ------------------------------------------------------------------
    def _flywheel_assign_lines(self, tickets, choices, familiar, starved):
        users = self._flywheel_users() | self.env["res.users"].browse(
            {user_id for user_id, _case, _number in familiar.values()}
        )
        names = {user.id: user.name for user in users}
        skills = self._flywheel_skill_names(choices)
        return [
            self._flywheel_assign_line(
                ticket,
                choices[ticket.id],
                names,
                skills,
                familiar.get(ticket.id),
                ticket.id in starved,
            )
            for ticket in tickets
        ]

    def _flywheel_skill_names(self, choices):
        """Return {skill id: name} of those that the reasons of choices name."""
        ids = set()
        for choice in choices.values():
            reasons = choice.excluded.values()
            ids.update(*(what for code, what in reasons if code == "skill"))
            ids.update(what for kind, what, _why in choice.dropped if kind == "skill")
        return {
            skill.id: skill.name for skill in self.env["flywheel.skill"].browse(ids)
        }

    def _flywheel_assign_line(self, ticket, choice, names, skills, known, starved):
        """Return the line of the trace that tells the choice of one case."""
        excluded = [
            [names[user], code, _readable(code, arg, skills)]
            for user, (code, arg) in choice.excluded.items()
            # Why not who knows the customer is told apart.
            if not known or user != known[0]
        ]
        dropped = [
            [kind, _readable(kind, [what], skills) if kind == "skill" else what, why]
            for kind, what, why in choice.dropped
        ]
        values = {
            "team": self.display_name,
            "candidates": [
                [names[user], _number(load)] for user, load in choice.candidates
            ],
            "others": choice.others,
            "excluded": excluded[:NAMED],
            "more": max(len(excluded) - NAMED, 0),
            "dropped": dropped,
            "minutes": self.flywheel_relax_minutes,
            "fair": self.flywheel_fair_hours if starved else 0,
        }
        if known:
            values.update(self._flywheel_familiar_values(choice, known, names, skills))
        if choice.user:
            values.update(user=names[choice.user], load=_number(choice.load))
            code = "assign" if choice.mode == "load" else f"assign_{choice.mode}"
        else:
            code = "assign_night" if self._flywheel_sleeps(choice) else "assign_nobody"
            values["urgent"] = ticket.priority == TOP_PRIORITY
            reasons = Counter(code for code, _arg in choice.excluded.values())
            values["why"] = sorted([code, count] for code, count in reasons.items())
        told = {key: value for key, value in values.items() if value or key == "load"}
        return self.env["flywheel.case.trace"]._line(ticket, "assign", code, **told)

    def _flywheel_familiar_values(self, choice, known, names, skills):
        user_id, _case, number = known
        if choice.mode == "familiar":
            return {"case": number}
        if choice.user == user_id:
            return {}
        code, arg = choice.excluded.get(user_id, ("stranger", None))
        arg = _readable(code, arg, skills)
        return {"familiar": [names[user_id], number, code, arg]}

    def _flywheel_sleeps(self, choice):
        """Return whether nobody takes a case only since it is outside working hours."""
        codes = {code for code, _arg in choice.excluded.values()}
        return "outside" in codes and not codes & HERE


def _number(load):
    """A load as people write it: 3, not 3.0."""
    return int(load) if load == int(load) else round(load, 2)


def _readable(code, arg, skills):
    """The argument of an exclusion as the trace stores it: names, not ids."""
    if code == "skill":
        return [skills.get(skill, "?") for skill in arg]
    return arg
