# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, tagged

from .common import SurveyCase

HINT = "told us this before"


class TestPrefill(SurveyCase):
    """Nobody is asked twice: what somebody has told us stands in the form."""

    def setUp(self):
        super().setUp()
        self.partner = self.pia.partner_id
        answers = {
            self.q_need: "A lamp",
            self.q_budget: "1200.5",
            self.q_since: "2026-02-01",
            self.q_alone: self.choice(self.q_alone, 1),
            self.q_size: self.choice(self.q_size, 0),
        }
        self.fill(answers, partner=self.partner)

    def page(self, user=None, partner=None, **values):
        """Return an answer as its page sees it."""
        survey = self.survey.with_user(user or self.pia).sudo()
        user_input = survey._create_answer(partner=partner or self.partner, **values)
        user_input.state = "in_progress"
        return user_input

    def seen(self, question, user_input=None):
        user_input = user_input or self.page()
        return user_input._flywheel_suggest(question.with_env(user_input.env))

    def test_every_kind(self):
        self.assertEqual(self.seen(self.q_need).value_text_box, "A lamp")
        self.assertEqual(self.seen(self.q_budget).value_numerical_box, 1200.5)
        self.assertEqual(str(self.seen(self.q_since).value_date), "2026-02-01")
        chosen = self.seen(self.q_alone).suggested_answer_id
        self.assertEqual(chosen.value, "We do")
        self.assertEqual(self.seen(self.q_size).suggested_answer_id.value, "small")
        self.assertFalse(self.seen(self.q_email))

    def test_several_choices_and_scale(self):
        several = self.ask("Which?", "multiple_choice", self.need, ["Red", "Blue"])
        scale = self.ask("0 to 10?", "scale", self.budget)
        both = [self.choice(several, 0), self.choice(several, 1)]
        self.fill({several: both, scale: "7"}, partner=self.partner)
        self.assertEqual(len(self.seen(several).suggested_answer_id), 2)
        self.assertEqual(self.seen(scale).value_scale, 7)
        self.fill({self.q_need: "Green", self.q_budget: "70"}, partner=self.partner)
        self.assertFalse(self.seen(several))
        self.assertFalse(self.seen(scale))

    def test_nothing_is_stored(self):
        user_input = self.page()
        before = user_input.user_input_line_ids
        self.assertTrue(self.seen(self.q_need, user_input))
        self.env.flush_all()
        self.assertEqual(user_input.user_input_line_ids, before)
        self.assertNotIn(self.q_need, before.question_id)

    def test_only_to_the_person(self):
        """A link that was passed on, or an address in it, shows nothing."""
        public = self.env.ref("base.public_user")
        self.assertFalse(self.seen(self.q_need, self.page(user=public)))
        self.assertFalse(self.seen(self.q_need, self.page(user=self.rita)))
        other = self.page(partner=self.wang)
        self.assertFalse(self.seen(self.q_need, other))

    def test_not_in_tests(self):
        user_input = self.page()
        user_input.test_entry = True
        self.assertFalse(self.seen(self.q_need, user_input))
        self.survey.scoring_type = "scoring_without_answers"
        self.assertFalse(self.seen(self.q_need))
        self.survey.scoring_type = "no_scoring"
        self.survey.flywheel_prefill = False
        self.assertFalse(self.seen(self.q_need))

    def test_not_asked_twice(self):
        """Whoever sends what stood in the form was not asked again; who was not
        shown it, was."""
        person = self.partner.flywheel_profile_id
        domain = [("profile_id", "=", person.id)]
        Repeat = self.env["flywheel.fact.repeat"]
        user_input = self.page()
        user_input._save_lines(self.q_need.with_env(user_input.env), "A table")
        user_input._mark_done()
        self.take_over()
        fact = self.fact(self.need, person)
        self.assertEqual((fact.answer, fact.confidence), ("A table", "high"))
        self.assertFalse(Repeat.search_count(domain))
        self.fill({self.q_need: "A chair"}, partner=self.partner)
        self.assertEqual(Repeat.search_count(domain), 1)

    def test_only_own_words(self):
        fact = self.fact(self.need, self.partner.flywheel_profile_id)
        for confidence in ("low", "medium"):
            fact.confidence = confidence
            self.assertFalse(self.seen(self.q_need))


@tagged("post_install", "-at_install")
class TestPrefillPage(SurveyCase, HttpCase):
    def test_page(self):
        """The page shows it, and what is sent counts."""
        self.survey.questions_layout = "one_page"
        self.fill({self.q_need: "A lamp"}, partner=self.pia.partner_id)
        url = f"/survey/start/{self.survey.access_token}"
        token = self.url_open(url).url.partition("?")[0].rpartition("/")[2]
        path = f"/survey/begin/{self.survey.access_token}/"
        page = self.make_jsonrpc_request(path + token, {})
        self.assertNotIn(HINT, page[1]["survey_content"])
        self.authenticate(self.pia.login, self.pia.login)
        token = self.url_open(url).url.partition("?")[0].rpartition("/")[2]
        page = self.make_jsonrpc_request(path + token, {})
        self.assertIn(HINT, page[1]["survey_content"])
        self.assertIn("A lamp", page[1]["survey_content"])
        sent = {str(self.q_need.id): "A table"}
        path = f"/survey/submit/{self.survey.access_token}/"
        self.make_jsonrpc_request(path + token, sent)
        self.take_over()
        person = self.pia.partner_id.flywheel_profile_id
        self.assertEqual(self.fact(self.need, person).answer, "A table")
