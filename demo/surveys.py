"""A short survey among customers: what they answer becomes facts; would they recommend
the bank?"""

import random
from datetime import timedelta

from .bank import is_won
from .client import external
from .rights import join
from .timeline import text

INPUT, LINE = "survey.user_input", "survey.user_input.line"
ANSWERS = 150
DAYS = 60.0
SURVEY = "survey_customers"
# key, words, type, question of the register that it answers
QUESTIONS = (
    ("channel", "How do you like to hear from us?", "simple_choice", "channel"),
    ("price", "How do you find what we charge?", "simple_choice", "price"),
    ("found", "How did you find us?", "char_box", "found"),
    (
        "budget",
        "How much would you like to put aside within a year?",
        "numerical_box",
        "budget",
    ),
    ("nps", "How likely are you to recommend us to friends?", "scale", ""),
    ("reason", "What is the main reason?", "text_box", ""),
)
# question: choice of the register, and words
CHOICES = {
    "channel": {
        "email": "By email",
        "phone": "By phone",
        "chat": "In a chat",
        "meeting": "At the branch",
    },
    "price": {"dear": "Too dear", "normal": "As elsewhere", "cheap": "Cheap"},
}
FOUND = ("A friend told me", "Search engine", "The branch in my street", "Newspaper")
REASONS = {
    "promoter": (
        "Somebody answers the phone, and knows.",
        "The rate was as promised.",
        "My adviser takes time for me.",
        "",
    ),
    "passive": ("It works.", "Fine, but other banks do the same.", "", ""),
    "detractor": (
        "I waited two weeks for my card.",
        "The fee abroad came as a surprise.",
        "",
    ),
}


def load_survey(client, rows, people, timeline):
    """Load the survey and its answers; what is there stays."""
    if not client.has_model("flywheel.survey.nps"):
        return
    join(client, "user_max", "survey.group_survey_user")
    fields = ["id", "title", "user_id/id", "questions_layout", "access_mode"]
    row = [SURVEY, "How are we doing?", external("user_max"), "one_page", "public"]
    client.ensure("survey.survey", fields, [row])
    _make_questions(client)
    answers = make_answers(rows, people, timeline)
    fields = ["id", "survey_id/id", "partner_id/id", "email", "start_datetime"]
    fields += ["end_datetime", "state"]
    values = [
        [
            key,
            external(SURVEY),
            external(f"contact_{person.row}"),
            person.email,
            text(said - timedelta(minutes=4)),
            text(said),
            "in_progress",
        ]
        for key, person, said, _said in answers
    ]
    known = client.ensure(INPUT, fields, values, "Answers to the survey")
    fields = ["id", "user_input_id/id", "question_id/id", "answer_type"]
    fields += ["suggested_answer_id/id", "value_char_box", "value_numerical_box"]
    fields += ["value_scale", "value_text_box"]
    lines = [
        [f"{key}_{name}", external(key), external(f"ask_{name}"), *_line(name, value)]
        for key, _person, _said, values in answers
        for name, value in values.items()
        if value != ""
    ]
    client.ensure(LINE, fields, lines)
    _hand_in(client, known)


def _hand_in(client, known):
    """Hand in the answers that are complete now."""
    domain = [("id", "in", list(known.values())), ("state", "=", "in_progress")]
    ids = client.call(INPUT, "search", domain=domain)
    if ids:
        vals = {"state": "done", "flywheel_state": "pending"}
        client.call(INPUT, "write", ids=ids, vals=vals)


def _make_questions(client):
    fields = ["id", "survey_id/id", "title", "question_type", "sequence"]
    fields += ["flywheel_question_id/id", "scale_min", "scale_max", "flywheel_nps"]
    rows = [
        [
            f"ask_{key}",
            external(SURVEY),
            words,
            kind,
            str(10 * place),
            f"inbound_flywheel.question_{linked}" if linked else "",
            "0",
            "10",
            str(key == "nps"),
        ]
        for place, (key, words, kind, linked) in enumerate(QUESTIONS, 1)
    ]
    client.ensure("survey.question", fields, rows, "Questions of the survey")
    rows = [
        [
            f"choice_{key}_{code}",
            external(f"ask_{key}"),
            words,
            str(place),
            f"inbound_flywheel.question_{key}_{code}",
        ]
        for key, choices in CHOICES.items()
        for place, (code, words) in enumerate(choices.items(), 1)
    ]
    fields = ["id", "question_id/id", "value", "sequence", "flywheel_option_id/id"]
    client.ensure("survey.question.answer", fields, rows)


def make_answers(rows, people, timeline):
    """Return who answered what, oldest first.

    :return: list of (key, Person, when it was handed in, {question: answer})
    """
    customers = [int(row["row"]) for row in rows if is_won(row)][::2][:ANSWERS]
    answers = []
    for number in customers:
        chance = random.Random(f"survey {number}")
        said = timeline.at(1, chance.uniform(0.2, DAYS))
        score = chance.choices(range(11), (1, 0, 1, 1, 1, 3, 4, 12, 24, 30, 23))[0]
        kind = "promoter" if score > 8 else "passive" if score > 6 else "detractor"
        values = {
            "channel": chance.choices(list(CHOICES["channel"]), (5, 4, 1, 2))[0],
            "price": chance.choices(list(CHOICES["price"]), (3, 6, 1))[0],
            "found": chance.choice(FOUND),
            "budget": chance.choice((500, 1000, 2500, 5000, 10000, 20000)),
            "nps": score,
            "reason": chance.choice(REASONS[kind]),
        }
        answers.append((f"answered_{number}", people[number], said, values))
    return sorted(answers, key=lambda answer: answer[2])


def _line(name, value):
    """Return an answer as the last columns of its import row."""
    if name in CHOICES:
        return ["suggestion", external(f"choice_{name}_{value}"), "", "", "", ""]
    if name == "found":
        return ["char_box", "", value, "", "", ""]
    if name == "budget":
        return ["numerical_box", "", "", str(value), "", ""]
    if name == "nps":
        return ["scale", "", "", "", str(value), ""]
    return ["text_box", "", "", "", "", value]
