# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

from ..engine.contrast import FEW, SAME
from .flywheel_persona_data import LINES, Probe

# Fields of contacts, and how many of their values are worth a line.
CONTACT_FIELDS = {
    "lang": 3,
    "country_id": 3,
    "city": 3,
    "industry_id": 3,
    "function": LINES,
    "flywheel_seniority": 3,
    "category_id": LINES,
}
# A rating from which on a customer counts as happy, of five.
HAPPY = 4
# What happened fewer times before a decision is no pattern.
SEEN = 5
# These follow from the decision, or are part of it.
DECISION_CODES = ("order", "rating", "referral", "case_opened")


class FlywheelPersona(models.Model):
    """Probes of people: who they are, how they reach us, what they find good."""

    _inherit = "flywheel.persona"

    def _get_probes(self):
        return super()._get_probes() + [
            Probe(
                "contact",
                "people",
                ("language", "decider"),
                self.env._("Language, Place and Position"),
            ),
            Probe(
                "channel",
                "channels",
                ("channel", "search", "frequency"),
                self.env._("Channels They Use"),
            ),
            Probe(
                "content",
                "channels",
                ("search", "need", "decided", "favourite"),
                self.env._("What Those Did Who Bought"),
                (self.env._("Those We Won"), self.env._("Those We Lost")),
            ),
            Probe(
                "case",
                "service",
                ("confusing", "warn", "bad"),
                self.env._("Cases"),
            ),
            Probe(
                "rating",
                "service",
                ("satisfied", "favourite", "recommend", "warn", "good", "bad"),
                self.env._("Ratings and Recommendations"),
            ),
        ]

    def _get_people_action(self, name, domain):
        """Return the action that opens people of this persona."""
        title = self.env._("%(persona)s: %(list)s", persona=self.name, list=name)
        domain = [("persona_id", "=", self.id), *domain]
        views = ("list", "kanban", "form")
        return self._get_list_action("flywheel.profile", title, domain, views)

    # ------------------------------------------------------------------
    # Who they are
    # ------------------------------------------------------------------
    def _probe_contact(self):
        lines = []
        for name, limit in CONTACT_FIELDS.items():
            lines += self._contact_lines(self.env["res.partner"]._fields[name], limit)
        return lines

    def _contact_lines(self, field, limit):
        """Return the lines of what contacts have in a field.

        Of tags those that tell the persona from others, of other fields the most
        frequent values.
        """
        Trait = self.env["flywheel.trait"]
        contacts = SQL(
            "(%s) c JOIN %s p ON p.id = c.profile_id",
            Trait._get_values_sql(field),
            self._get_people_sql(),
        )
        counts, totals = self._read_values(SQL("c.value"), contacts, SQL("TRUE"))
        if field.type == "many2many":
            # Somebody with three tags is one of those who have any.
            sides = self._read_sides(
                SQL("COUNT(DISTINCT p.id)"), contacts, SQL("c.value IS NOT NULL")
            )
            totals = sides.get(True, (0,))[0], sides.get(False, (0,))[0]
        if field.type == "many2many" and all(totals):
            counts.sort(key=lambda row: -abs(row[1] / totals[0] - row[2] / totals[1]))
            counts = counts[:limit]
        names = Trait._get_value_names(field, [value for value, *_both in counts])
        label = Trait._get_label(field)

        def get_action(value):
            name, operator, wanted = Trait._get_leaf(field, value)
            return self._get_people_action(
                names[value], [(f"partner_id.{name}", operator, wanted)]
            )

        return self._distribution_lines(
            [(value, names[value], *both) for value, *both in counts],
            totals,
            self.env._("People of whom it is known: %s", totals[0]),
            get_action,
            lambda name: f"{label}: {name}",
        )[:limit]

    # ------------------------------------------------------------------
    # How they reach us
    # ------------------------------------------------------------------
    def _get_touchpoints_sql(self):
        """Return what people ``p`` did: touchpoints ``t`` of types ``y``."""
        self.env["flywheel.touchpoint"].flush_model()
        return SQL(
            """flywheel_touchpoint t
               JOIN %s p ON p.id = t.profile_id AND t.state = 'valid'
               JOIN flywheel_touchpoint_type y
                 ON y.id = t.type_id AND y.direction = 'in'
               JOIN flywheel_channel h
                 ON h.id = y.channel_id AND h.code <> 'internal'""",
            self._get_people_sql(),
        )

    def _probe_channel(self):
        counts, totals = self._read_values(
            SQL("y.channel_id"),
            self._get_touchpoints_sql(),
            SQL("TRUE"),
            "COUNT(DISTINCT p.id)",
        )
        return self._distribution_lines(
            self._get_value_names("flywheel.channel", counts),
            totals,
            self.env._("People who got in touch: %s", totals[0]),
            lambda value: self._get_people_action(
                self.env._("People"),
                [self._did([("type_id.channel_id", "=", value)])],
            ),
        )

    def _did(self, domain):
        """Return the condition that people did something that counts."""
        return (
            "touchpoint_ids",
            "any",
            [("state", "=", "valid"), ("direction", "=", "in"), *domain],
        )

    def _probe_content(self):
        """What people did before the decision: those we won beside those we lost."""
        found, totals = [], (0, 0)
        for name, model, label in (
            ("type_id", "flywheel.touchpoint.type", self.env._("%s")),
            ("campaign_id", "utm.campaign", self.env._("Campaign: %s")),
            ("content", None, self.env._("“%s”")),
        ):
            counts, totals = self._read_decisions(name)
            if model:
                counts = self._get_value_names(model, counts)
            else:
                counts = [(value, value, *both) for value, *both in counts]
                name = "summary"
            found += [
                (label % text, won, lost, (name, "=", value))
                for value, text, won, lost in counts
                if won + lost >= SEEN
            ]
        if min(totals) < FEW:
            return []
        found.sort(
            key=lambda row: (-abs(row[1] / totals[0] - row[2] / totals[1]), row[0])
        )
        return [self._content_line(*row, *totals) for row in found[: 2 * LINES]]

    def _read_decisions(self, name):
        """Return ([(value, people won with it, people lost with it)], (people won,
        people lost)) of what this persona's people did before their last decision.

        :param name: a column of touchpoints
        """
        codes = self.env["flywheel.touchpoint.type"]._get_ids_by_code()
        rows = self.env.execute_query(
            SQL(
                """
                WITH decision AS (
                    SELECT p.id, BOOL_OR(l.won_status = 'won') AS won,
                           MAX(l.date_closed) AS date
                      FROM %(leads)s
                     WHERE p.persona_id = %(persona)s
                       AND l.won_status IN ('won', 'lost')
                     GROUP BY p.id)
                SELECT NULL, COUNT(*) FILTER (WHERE won),
                       COUNT(*) FILTER (WHERE NOT won)
                  FROM decision
                 UNION ALL
                SELECT %(key)s, COUNT(DISTINCT d.id) FILTER (WHERE d.won),
                       COUNT(DISTINCT d.id) FILTER (WHERE NOT d.won)
                  FROM decision d
                  JOIN flywheel_touchpoint t ON t.profile_id = d.id
                   AND t.state = 'valid' AND t.date < d.date
                  JOIN flywheel_touchpoint_type y
                    ON y.id = t.type_id AND y.direction = 'in'
                 WHERE %(key)s IS NOT NULL AND t.type_id <> ALL(%(later)s)
                 GROUP BY 1
                """,
                leads=self._get_leads_sql(),
                persona=self.id,
                key=SQL.identifier("t", name),
                later=[codes[code] for code in DECISION_CODES if code in codes],
            )
        )
        totals = next((row[1:] for row in rows if row[0] is None), (0, 0))
        return [row for row in rows if row[0]], totals

    def _content_line(self, name, won, lost, leaf, won_size, lost_size):
        line = self._share_line(
            name,
            (won, won_size),
            (lost, lost_size),
            self.env._(
                "People: %(won)s won, %(lost)s lost", won=won_size, lost=lost_size
            ),
            self._get_list_action(
                "flywheel.touchpoint",
                self.env._("%(persona)s: %(list)s", persona=self.name, list=name),
                [("profile_id.persona_id", "=", self.id), leaf],
            ),
            False,
        )
        values = {"won": line["shown"], "lost": line["shown_other"]}
        line["text"] = self.env._(
            "%(won)s of those we won, %(lost)s of those we lost.", **values
        )
        if line["verdict"] == SAME:
            line["text"] = self.env._(
                "%(won)s of those we won, %(lost)s of those we lost: no clear "
                "difference.",
                **values,
            )
        return line

    # ------------------------------------------------------------------
    # Service
    # ------------------------------------------------------------------
    def _read_doers(self, code):
        """Return the sides of how many customers have a touchpoint of a type."""
        types = self.env["flywheel.touchpoint.type"]._get_ids_by_code()
        self.env["flywheel.touchpoint"].flush_model()
        sides = self._read_sides(
            SQL("COUNT(d.profile_id), COUNT(*)"),
            SQL(
                """%s p LEFT JOIN (
                       SELECT DISTINCT profile_id FROM flywheel_touchpoint
                        WHERE type_id = %s AND state = 'valid') d
                     ON d.profile_id = p.id""",
                self._get_people_sql(),
                types.get(code, 0),
            ),
        )
        return sides.get(True, (0, 0)), sides.get(False, (0, 0))

    def _doers_line(self, code, label):
        mine, others = self._read_doers(code)
        if not mine[0] + others[0]:
            return []
        action = self._get_people_action(label, [self._did_type(code)])
        n_text = self.env._("People: %s", mine[1])
        return [self._share_line(label, mine, others, n_text, action)]

    def _did_type(self, code):
        return (
            "touchpoint_ids",
            "any",
            [("state", "=", "valid"), ("type_id.code", "=", code)],
        )

    def _probe_case(self):
        lines = self._doers_line("case_opened", self.env._("People who opened a case"))
        Ticket = self.env.get("helpdesk.ticket")
        if Ticket is None or "reopen_count" not in Ticket._fields:
            return lines
        self.env["helpdesk.ticket"].flush_model()
        sides = self._read_sides(
            SQL("COUNT(*) FILTER (WHERE k.reopen_count > 0), COUNT(*)"),
            SQL(
                """helpdesk_ticket k
                   JOIN %s p ON p.id = k.flywheel_profile_id
                    AND (k.company_id IS NULL OR k.company_id = ANY(%s))""",
                self._get_people_sql(),
                self.env.companies.ids,
            ),
        )
        mine, others = sides.get(True, (0, 0)), sides.get(False, (0, 0))
        if mine[1]:
            lines.append(
                self._share_line(
                    self.env._("Cases that were opened again"),
                    mine,
                    others,
                    self.env._("Cases: %s", mine[1]),
                    self._get_list_action(
                        "helpdesk.ticket",
                        self.env._("%(persona)s: opened again", persona=self.name),
                        [("persona_id", "=", self.id), ("reopen_count", ">", 0)],
                    ),
                )
            )
        return lines

    def _probe_rating(self):
        types = self.env["flywheel.touchpoint.type"]._get_ids_by_code()
        sides = self._read_sides(
            SQL("COUNT(*) FILTER (WHERE t.value >= %s), COUNT(*)", HAPPY),
            self._get_touchpoints_sql(),
            SQL("t.type_id = %s", types.get("rating", 0)),
        )
        mine, others = sides.get(True, (0, 0)), sides.get(False, (0, 0))
        lines = []
        if mine[1]:
            lines.append(
                self._share_line(
                    self.env._("Ratings of %s or better", HAPPY),
                    mine,
                    others,
                    self.env._("Ratings: %s", mine[1]),
                    self._get_list_action(
                        "flywheel.touchpoint",
                        self.env._("%(persona)s: ratings", persona=self.name),
                        [
                            ("profile_id.persona_id", "=", self.id),
                            ("type_id.code", "=", "rating"),
                            ("state", "=", "valid"),
                        ],
                    ),
                    mine[1],
                )
            )
        for code, label in (
            ("referral", self.env._("People who recommended us")),
            ("unsubscribe", self.env._("People who unsubscribed")),
        ):
            lines += self._doers_line(code, label)
        return lines
