"""What personas say in figures: drift, suggested segments, our data, the comparison.

Every lead is closed; positions and tags are spread over the people.
"""

from .harness import Row, measure

PERSONAS = 5
POSITIONS = 12
TAGS = 15
FILL = (
    """
    UPDATE crm_lead SET won_status = CASE WHEN id %% 9 = 0 THEN 'won' ELSE 'lost' END,
           active = id %% 9 = 0,
           date_closed = now() - ((id * 17) %% 360) * interval '1 day',
           city = 'City ' || (id * 13) %% 40,
           function = 'Position ' || (id * 7) %% %(positions)s
     WHERE name LIKE 'Lead %%'
    """,
    """
    INSERT INTO crm_tag_rel (lead_id, tag_id)
    SELECT l.id, tags.ids[1 + (l.id * k) %% %(tags)s]
      FROM crm_lead l
      JOIN generate_series(1, 3) k ON TRUE
      JOIN (SELECT array_agg(id) AS ids FROM crm_tag
             WHERE name ->> 'en_US' LIKE 'Bench %%') tags ON TRUE
     WHERE l.name LIKE 'Lead %%' ON CONFLICT DO NOTHING
    """,
    """
    UPDATE flywheel_profile SET persona_id = personas.ids[1 + id %% %(personas)s]
      FROM (SELECT array_agg(id) AS ids FROM flywheel_persona
             WHERE name ->> 'en_US' LIKE 'Bench %%') personas
    """,
)
# One pass over leads and people for each trait: what counting costs at least.
BARE = """
    SELECT p.persona_id, {column}, COUNT(*),
           COUNT(*) FILTER (WHERE l.won_status = 'won')
      FROM crm_lead l JOIN flywheel_profile p ON p.id = l.flywheel_profile_id
     GROUP BY 1, 2
"""
COLUMNS = ("city", "function", "country_id", "source_id", "medium_id", "won_status")


def run(_core, ours, size):
    """Return the rows of this benchmark."""
    persona_id, segment_id = fill(ours)

    def bare():
        for column in COLUMNS:
            ours.env.cr.execute(BARE.format(column=column))

    def drift():
        env = ours.env
        env["flywheel.persona"].search([])._measure_drift()
        env.flush_all()

    def segments():
        env = ours.env
        env["flywheel.segment"].browse(segment_id).action_run()
        env.flush_all()

    def data():
        ours.env["flywheel.persona"].browse(persona_id).look_at_data()

    def report():
        ours.env["flywheel.persona.report"].formatted_read_group(
            [], ["persona_id"], ["people:sum", "win_rate:avg", "median_days:avg"]
        )

    base, *ours_ = measure(bare, drift, segments, data, report, repetitions=3)
    names = ("drift of personas", "suggested segments", "our data", "in figures")
    return [
        Row(name, size, took, base, f"{len(COLUMNS)} bare counts", size)
        for name, took in zip(names, ours_, strict=True)
    ]


def fill(ours):
    """Close the leads and give people traits and personas.

    :return: the ids of a persona and of a run of suggested segments
    """
    env, cr = ours.env, ours.cr
    env["crm.tag"].create([{"name": f"Bench {number}"} for number in range(TAGS)])
    personas = env["flywheel.persona"].create(
        [{"name": f"Bench {number}"} for number in range(PERSONAS)]
    )
    segment = env["flywheel.segment"].create({"name": "Bench"})
    env.flush_all()
    values = {"positions": POSITIONS, "tags": TAGS, "personas": PERSONAS}
    for statement in FILL:
        cr.execute(statement, values)
    cr.commit()
    ours.vacuum()
    return personas[0].id, segment.id
