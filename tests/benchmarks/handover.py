"""Handing over qualified leads, beside Odoo's own assignment of as many."""

import itertools
import time

from .harness import Row, measure

LEADS = 1_000
TEAMS = 3
MEMBERS = 4
# Odoo counts capacity per 30 days, and gives a thirtieth of it away at a time.
CAPACITY = 30 * LEADS
EVENTS = ("form", "meeting", "meeting", "chat", "call_in")
serial = itertools.count()


def run(core, ours, size):
    """Return the rows of this benchmark."""
    for world in (core, ours):
        make_teams(world)

    def assign():
        make_leads(core)
        env = core.env
        teams = env["crm.team"].search([("name", "like", "Bench %")])
        started = time.perf_counter()
        teams._action_assign_leads(force_quota=True, creation_delta_days=0)
        core.cr.commit()
        took = time.perf_counter() - started
        check(core, "SELECT user_id FROM crm_lead WHERE id = ANY(%s)")
        return took

    def hand_over():
        qualify(make_leads(ours))
        env = ours.env
        started = time.perf_counter()
        env["flywheel.handover"].sudo()._cron_hand_over()
        ours.cr.commit()
        took = time.perf_counter() - started
        check(
            ours,
            """
            SELECT l.user_id FROM crm_lead l
              JOIN flywheel_handover h ON h.lead_id = l.id AND h.user_id = l.user_id
              JOIN mail_activity a ON a.id = h.activity_id AND a.user_id = l.user_id
              JOIN flywheel_touchpoint t ON t.profile_id = h.profile_id
              JOIN flywheel_touchpoint_type k ON k.id = t.type_id
             WHERE l.id = ANY(%s) AND k.code = 'handover_assigned'
               AND h.state = 'assigned'
            """,
        )
        return took

    base, own = measure(assign, hand_over, repetitions=2)
    name = f"hand over {LEADS:,} qualified leads"
    return [Row(name, size, own, base, "core's assignment", units=LEADS, aim=0.1)]


def make_teams(world):
    """Make the teams and their members; no other team takes part."""
    env = world.env
    env["crm.team"].search([]).assignment_optout = True
    group = env.ref("sales_team.group_sale_salesman")
    for number in range(TEAMS):
        users = env["res.users"].create(
            [
                {
                    "name": f"Seller {number}.{place}",
                    "login": f"seller{number}.{place}",
                    "group_ids": [(4, group.id)],
                }
                for place in range(MEMBERS)
            ]
        )
        members = [
            (0, 0, {"user_id": user.id, "assignment_max": CAPACITY}) for user in users
        ]
        env["crm.team"].create(
            {
                "name": f"Bench {number}",
                "use_leads": True,
                "crm_team_member_ids": members,
            }
        )
    env.cr.commit()


def make_leads(world):
    """Return new leads that nobody has."""
    env = world.env
    env.cr.execute("UPDATE crm_lead SET team_id = NULL WHERE user_id IS NULL")
    world.leads = env["crm.lead"].create(
        [
            {
                "name": f"Qualified {number}",
                "type": "lead",
                "user_id": False,
                "team_id": False,
                "email_from": f"qualified{number}@bench.example",
                "partner_name": f"Company {number}",
                "expected_revenue": 1000,
            }
            for number in itertools.islice(serial, LEADS)
        ]
    )
    env.flush_all()
    env.cr.commit()
    return world.leads


def qualify(leads):
    """Let the people of leads do what brings them over the threshold."""
    env = leads.env
    env["flywheel.touchpoint"]._record(
        [{"type": code, "lead_id": lead.id} for lead in leads for code in EVENTS]
    )
    env.cr.precommit.run()
    env.cr.commit()


def check(world, statement):
    """Compare what was assigned with what had to be.

    :raises AssertionError: a lead was left over, or assigned twice
    """
    world.cr.execute(statement, [world.leads.ids])
    users = [row[0] for row in world.cr.fetchall()]
    if len(users) != LEADS or not all(users):
        raise AssertionError(f"{len(users)} of {LEADS} leads assigned")
    world.cr.commit()
