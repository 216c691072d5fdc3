"""A backtest of a draft against the active version, and the preview of the draft.

Every lead is closed, and its person has ten touchpoints.
"""

from odoo.tools import SQL

from .harness import Row, measure
from .score import MORE_TOUCHPOINTS, TOUCHPOINTS

CLOSE = """
    UPDATE crm_lead SET won_status = CASE WHEN id %% 4 = 0 THEN 'won' ELSE 'lost' END,
           active = id %% 4 = 0,
           date_closed = now() - ((id * 17) %% 120) * interval '1 day'
     WHERE name LIKE 'Lead %%'
"""
# What people did before the decision, if nobody counted, capped or objected.
BARE = """
    CREATE TEMPORARY TABLE bare ON COMMIT DROP AS
    SELECT l.id, SUM(r.points * power(2.0::float8,
               date_part('epoch', t.date - l.date_closed)
               / (m.half_life_days * 86400))) AS points
      FROM crm_lead l
      JOIN flywheel_touchpoint t
        ON t.profile_id = l.flywheel_profile_id AND t.date < l.date_closed
      JOIN flywheel_score_rule_flywheel_touchpoint_type_rel x
        ON x.flywheel_touchpoint_type_id = t.type_id
      JOIN flywheel_score_rule r ON r.id = x.flywheel_score_rule_id
      JOIN flywheel_score_model m ON m.id = r.score_model_id
     WHERE m.id = %(model)s AND l.won_status IN ('won', 'lost')
  GROUP BY l.id
"""


def run(_core, ours, size):
    """Return the rows of this benchmark; print what the backtest found."""
    draft_id = fill(ours)

    def bare():
        ours.env.cr.execute(BARE, {"model": draft_id})

    def backtest():
        draft = ours.env["flywheel.score.model"].browse(draft_id)
        test = draft.env["flywheel.backtest"].create({"score_model_id": draft_id})
        test.action_run()
        test.env.flush_all()

    def preview():
        ours.env["flywheel.score.model"].browse(draft_id).action_preview()

    check(ours, draft_id)
    base, tested, seen = measure(bare, backtest, preview, repetitions=3)
    return [
        Row("backtest against the active", size, tested, base, "bare SQL sum", size),
        Row("preview of a draft", size, seen, base, "bare SQL sum", size),
    ]


def fill(ours):
    """Close the leads and bring their people to ten touchpoints.

    :return: the id of a draft that differs from the active version
    """
    env, cr = ours.env, ours.cr
    values = {"company": env.company.id, "touchpoints": TOUCHPOINTS}
    cr.execute(MORE_TOUCHPOINTS, values)
    cr.execute(CLOSE, values)
    draft = env["flywheel.score.model"]._get_active().copy()
    draft.half_life_days = 14
    draft.rule_ids[:1].points *= 2
    env.flush_all()
    cr.commit()
    ours.vacuum()
    return draft.id


def check(ours, draft_id):
    """Compare a few leads of a backtest with the lines of their people.

    :raises AssertionError: when they differ
    """
    env = ours.env
    draft = env["flywheel.score.model"].browse(draft_id)
    test = env["flywheel.backtest"].create({"score_model_id": draft_id})
    test.action_run()
    cases = env["flywheel.backtest.case"].search(
        [("backtest_id", "=", test.id)], limit=50
    )
    decay = draft._get_own_decay()
    people = cases.lead_id.flywheel_profile_id.ids
    lines = env.execute_query(
        SQL("SELECT profile_id, date, points FROM (%s) l", draft._get_lines_sql(people))
    )
    for case in cases:
        found = sum(
            points * 2 ** ((date - case.date).total_seconds() / decay.half_life)
            for person, date, points in lines
            if person == case.profile_id.id and date < case.date
        )
        if abs(found - case.engagement) > 1e-5:
            raise AssertionError(f"the backtest is wrong on lead {case.lead_id.id}")
    print(
        f"        {test.lead_count:,} closed leads: {test.duration:.1f} s,"
        f" AUC {test.auc:.3f}"
    )
