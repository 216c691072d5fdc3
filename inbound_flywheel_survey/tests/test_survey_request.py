# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, tagged

from .common import SurveyCase


@tagged("post_install", "-at_install")
class TestRequest(SurveyCase, HttpCase):
    """What the public page lets people do."""

    def start(self, query=""):
        """Open the survey and return the token of the answer."""
        reply = self.url_open(f"/survey/start/{self.survey.access_token}{query}")
        self.assertEqual(reply.status_code, 200)
        return reply.url.partition("?")[0].rpartition("/")[2]

    def call(self, route, token, **params):
        path = f"/survey/{route}/{self.survey.access_token}/{token}"
        return self.make_jsonrpc_request(path, params)

    def answer(self, answers, query=""):
        self.survey.questions_layout = "one_page"
        token = self.start(query)
        self.call("begin", token)
        self.call("submit", token, **{str(q.id): a for q, a in answers.items()})
        return self.env["survey.user_input"].search([("access_token", "=", token)])

    def test_a_visitor(self):
        done = self.answer(
            {
                self.q_email: "visitor@example.com",
                self.q_need: "<img src=x onerror=alert(1)>A lamp",
                self.q_size: self.choice(self.q_size, 0),
                # Not a question of the survey, and not a field.
                self.env["survey.question"].browse(2**31 - 1): "x",
            }
        )
        self.assertEqual(done.state, "done")
        self.take_over()
        person = self.person("visitor@example.com")
        self.assertEqual(self.fact(self.need, person).answer, "A lamp")
        self.assertEqual(self.fact(self.size, person).option_id, self.small)
        self.assertEqual(len(self.lines(person, "survey")), 1)

    def test_an_address_in_the_link(self):
        self.fill({self.q_need: "A table"}, partner=self.wang)
        done = self.answer({self.q_need: "A lamp"}, "?email=wang@example.com")
        self.take_over()
        self.assertEqual(done.flywheel_trust, "typed")
        person = self.wang.flywheel_profile_id
        self.assertEqual(self.fact(self.need, person).answer, "A table")

    def test_a_finished_answer_is_closed(self):
        done = self.answer({self.q_email: "a@example.com", self.q_need: "A lamp"})
        self.call("submit", done.access_token, **{str(self.q_need.id): "A table"})
        self.take_over()
        person = self.person("a@example.com")
        self.assertEqual(self.fact(self.need, person).answer, "A lamp")
        self.assertEqual(len(self.lines(person, "survey")), 1)

    def test_signed_in(self):
        self.authenticate(self.pia.login, self.pia.login)
        done = self.answer({self.q_need: "A lamp"})
        self.take_over()
        person = self.pia.partner_id.flywheel_profile_id
        self.assertEqual(done.flywheel_profile_id, person)
        self.assertEqual(self.fact(self.need, person).confidence, "high")
