# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged
from odoo.tools.misc import mute_logger

from ..engine.decay import epoch

FLYWHEEL = "inbound_flywheel."
NOW = "2026-06-15 12:00:00"
# Relative error of a sum of float8 terms, whatever their order.
EXACT = 1e-9

# name: (type, points, times value, at most, period)
RULES = {
    "Form": ("form", 20, False, 3, "week"),
    "Page": ("page", 1, False, 4, "day"),
    "Meeting": ("meeting", 25, False, 0, "day"),
    "Order": ("order", 30, False, 2, "month"),
    "Opt-out": ("unsubscribe", -30, False, 1, "ever"),
    "Rating": ("rating", 2, True, 0, "day"),
    "Adjusted": ("adjustment", 1, True, 0, "day"),
}


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class FlywheelCase(TransactionCase):
    """Named users, an own score model, and short words for what tests do often.

    ====== ================================ =========
    user   groups                           company
    ====== ================================ =========
    rita   flywheel: read                   main
    sid    flywheel service                 main
    sam    sales, all leads                 main
    mara   flywheel marketing               main
    max    flywheel manager                 main
    ian    internal, contacts, no flywheel  main
    pia    portal                           main
    bea    sales, all leads                 Branch
    ====== ================================ =========
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.company = cls.env.company
        cls.company.country_id = cls.env.ref("base.tw")
        cls.branch = cls.env["res.company"].create(
            {"name": "Branch", "country_id": cls.env.ref("base.tw").id}
        )
        seller = "sales_team.group_sale_salesman_all_leads,base.group_partner_manager"
        users = {
            "rita": FLYWHEEL + "group_flywheel_user",
            "sid": FLYWHEEL + "group_flywheel_service",
            "sam": seller,
            "mara": FLYWHEEL + "group_flywheel_marketing",
            "max": FLYWHEEL + "group_flywheel_manager",
            "ian": "base.group_user,base.group_partner_manager",
            "pia": "base.group_portal",
            "bea": seller,
        }
        for login, groups in users.items():
            company = cls.branch if login == "bea" else cls.company
            user = new_test_user(
                cls.env,
                f"flywheel_{login}",
                groups=groups,
                name=login.capitalize(),
                company_id=company.id,
                company_ids=[(6, 0, company.ids)],
            )
            setattr(cls, login, user)
        cls.score_model = cls._activate_model()

    @classmethod
    def _activate_model(cls, half_life_days=30.0, rules=None):
        """Put an own score model into force, with ``rules`` or all of ``RULES``."""
        types = cls.env["flywheel.touchpoint.type"]._get_ids_by_code()
        model = cls.env["flywheel.score.model"].create(
            {
                "name": "Test model",
                "half_life_days": half_life_days,
                "rule_ids": [
                    (
                        0,
                        0,
                        {
                            "name": name,
                            "type_ids": [(6, 0, [types[code]])],
                            "points": points,
                            "per_value": per_value,
                            "cap": cap,
                            "cap_period": period,
                        },
                    )
                    for name, (code, points, per_value, cap, period) in RULES.items()
                    if rules is None or name in rules
                ],
            }
        )
        model.action_activate()
        return model

    # ------------------------------------------------------------------
    # Doing
    # ------------------------------------------------------------------
    def ago(self, **delta):
        """Return the moment so long ago, as an item's date."""
        return fields.Datetime.to_string(fields.Datetime.now() - timedelta(**delta))

    def item(self, code="form", **values):
        """Return an item; a person's address unless another identity is given."""
        identities = {"partner_id", "lead_id", "email", "phone", "external_id"}
        if not identities & values.keys():
            values["email"] = "wang@example.com"
        return {"type": code, "date": self.ago(hours=1), **values}

    def ingest(self, *items, user=None):
        """Send items as ``user`` (default sam) and return the answer."""
        Touchpoint = self.env["flywheel.touchpoint"].with_user(user or self.sam)
        return Touchpoint.ingest(list(items))

    def ingest_all(self, *items, user=None):
        """Send items that all must be created."""
        answer = self.ingest(*items, user=user)
        self.assertEqual(answer["errors"], [])
        self.assertEqual(answer["created"], len(items))

    def person(self, email="wang@example.com", kind="email"):
        """Return the profile behind an address, empty if there is none."""
        identity = self.env["flywheel.identity"].search(
            [("kind", "=", kind), ("value", "=", email)]
        )
        return identity.profile_id

    def lines(self, people, *codes):
        """Return the ledger lines of people, of these types."""
        domain = [("profile_id", "in", people.ids)]
        if codes:
            domain.append(("type_id.code", "in", codes))
        return self.env["flywheel.touchpoint"].search(domain)

    def stage(self, code):
        return self.env.ref(f"inbound_flywheel.stage_{code}")

    # ------------------------------------------------------------------
    # Checking
    # ------------------------------------------------------------------
    def replay(self, person):
        """Return (momentum, sum of its absolute terms) of a person, worked out in
        plain Python from the ledger."""
        model = self.env["flywheel.score.model"]._get_active()
        half_life, landmark = model.half_life_days * 86400, epoch(model.landmark)
        total = weight = 0.0
        if person.no_profiling:
            return total, weight
        lines = self.lines(person).filtered(lambda t: t.state == "valid")
        for rule in model.rule_ids:
            taken = {}
            for line in lines.filtered(
                lambda t, r=rule: t.type_id in r.type_ids
            ).sorted(
                lambda t: (t.date, not t.external_key, t.external_key or "", t.id)
            ):
                period = self._period(rule.cap_period, line.date)
                taken[period] = taken.get(period, 0) + 1
                if rule.cap and taken[period] > rule.cap:
                    continue
                points = rule.points * (line.value if rule.per_value else 1.0)
                age = epoch(line.date) - landmark
                term = points * (2.0 ** (age / half_life) if half_life else 1.0)
                total += term
                weight += abs(term)
        return total, weight

    @staticmethod
    def _period(name, date):
        return {
            "day": date.date(),
            "week": date.isocalendar()[:2],
            "month": (date.year, date.month),
            "ever": None,
        }[name]

    def assert_scored(self, *people):
        """The score is the sum of its lines, and what the ledger says it must be."""
        for person in people:
            expected, weight = self.replay(person)
            error = abs(person.momentum - expected)
            self.assertLessEqual(error, EXACT * weight + 1e-12)
            now = sum(line["now"] for line in person.explain())
            self.assertAlmostEqual(now, person.engagement_score, 6)

    def assert_history(self, person, track, codes):
        """The stages of a track came in this order, without gap or overlap, and the
        person is in the last one; None as last: in none."""
        intervals = self.env["flywheel.stage.interval"].search(
            [("profile_id", "=", person.id), ("track", "=", track)],
            order="date_from, id",
        )
        stages = [code for code in codes if code]
        self.assertEqual([i.stage_id.code for i in intervals], stages)
        for earlier, later in zip(intervals, intervals[1:], strict=False):
            self.assertEqual(earlier.date_to, later.date_from)
        column = {"journey": "journey_stage_id", "lifecycle": "lifecycle_stage_id"}
        self.assertEqual(person[column[track]].code or None, codes[-1])
        still_open = intervals.filtered(lambda i: not i.date_to)
        self.assertEqual(len(still_open), 1 if codes[-1] else 0)
        if still_open:
            self.assertEqual(still_open, intervals[-1])

    def quiet(self):
        """Return a context that silences the log of an SQL error that is expected."""
        return mute_logger("odoo.sql_db")
