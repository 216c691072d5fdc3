"""Questions as mails, answers, articles and the service set-up."""

import json
import re
from datetime import date
from email import message_from_string, policy

import pytest

from demo import articles, bank, people, questions, service, timeline
from demo.config import MAIL_DOMAIN


@pytest.fixture(scope="module")
def asked():
    rows = bank.read_rows()
    line = timeline.Timeline(date(2026, 11, 20))
    return questions.make_questions(rows, people.make_people(rows), line)


def test_questions_are_the_same_each_time(asked):
    rows = bank.read_rows()
    line = timeline.Timeline(date(2026, 11, 20))
    assert questions.make_questions(rows, people.make_people(rows), line) == asked


def test_past_and_open_questions_keep_apart(asked):
    solved = [question for question in asked if question.solved]
    waiting = [question for question in asked if not question.solved]
    assert len(solved) == questions.SOLVED
    assert len(waiting) > 300
    answered = max(service.solved_after(question) for question in solved)
    assert answered < min(question.sent for question in waiting)


def test_message_ids_are_stable_and_unique(asked):
    assert len({question.message_id for question in asked}) == len(asked)
    assert all(q.message_id.endswith(f"@mail.{MAIL_DOMAIN}>") for q in asked)


def test_mail_can_be_read_back(asked):
    for question in asked[:50] + [q for q in asked if q.intent is None]:
        mail = message_from_string(questions.as_mail(question), policy=policy.default)
        assert mail["Message-ID"] == question.message_id
        assert mail["To"] == questions.SUPPORT
        assert question.address in mail["From"]
        assert mail["Subject"] == question.subject
        assert mail.get_content().split() == question.text.split()


def test_nobody_looks_like_a_mail_loop(asked):
    senders = [question.address for question in asked]
    assert max(map(senders.count, set(senders))) < 20


def test_subject_is_cut_at_a_word():
    assert questions.subject_of("Short one?") == "Short one?"
    subject = questions.subject_of("word " * 40)
    assert subject == "word " * 11 + "word…"


def test_every_published_intent_has_name_answer_group_and_team(asked):
    data = service.read_intents()
    assert {q.intent for q in asked} - {None} == set(data["intents"])
    for intent in data["intents"].values():
        group = data["groups"][intent["group"]]
        assert group["team"] in service.TEAMS
        assert len(intent["answer"]) > 60
    names = {service.category_name(intent) for intent in data["intents"]}
    assert len(names) == len(data["intents"])
    assert all(re.fullmatch(r"\w+", name) for name in names)


def test_solver_is_a_member_of_the_team(asked):
    data = service.read_intents()
    for question in asked:
        if question.solved:
            team, login = service.agent_of(question, data)
            assert login in service.TEAMS[team][1]


def test_routing_rules_name_what_is_there():
    rules = json.loads((service.HERE / "routing.json").read_text(encoding="utf-8"))
    groups = service.read_intents()["groups"]
    for rule in rules:
        assert rule.get("team", "cards") in service.TEAMS
        assert rule.get("category", "cards") in groups
        assert set(rule.get("tags", [])) <= set(service.TAGS)


def test_articles_answer_known_intents_in_three_languages():
    pages = articles.read_articles()
    intents = service.read_intents()["intents"]
    languages = [page.language for page in pages]
    assert len(pages) >= 20
    assert languages.count("zh_TW") >= 2
    assert languages.count("zh_TW") + languages.count("zh_CN") >= 6
    assert set(languages) == set(articles.CATEGORIES)
    for page in pages:
        assert set(page.intents) <= set(intents), page.key
        assert "**" not in page.body


def test_markdown_of_the_articles():
    text = "One\nline.\n\n## Head\n- **a** & b\n- c\n\n1. x\n2. *y*\n"
    assert articles.to_html(text) == (
        "<p>One line.</p><h2>Head</h2><ul><li><strong>a</strong> &amp; b</li>"
        "<li>c</li></ul><ol><li>x</li><li><em>y</em></li></ol>"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("no head", "no head between"),
        ("---\ntitle: A\nlanguage: en_US\n---\nx", "the head lacks intents"),
    ],
)
def test_broken_article_is_named(tmp_path, content, message):
    path = tmp_path / "broken.md"
    path.write_text(content)
    with pytest.raises(ValueError, match=f"broken.md: {message}"):
        articles.read_article(path)
