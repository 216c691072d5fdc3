# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, ValidationError

from .test_fact import FactCase


class TestLearn(FactCase):
    def learn(self, *items, user=None, person=None):
        people = self.wang if person is None else person
        return people.with_user(user or self.sam).learn(list(items))

    def test_items_of_one_person(self):
        answer = self.learn(
            {"question": "need", "answer": "A lamp", "channel": "phone"},
            {
                "question": self.question("budget").id,
                "answer": 12000,
                "source": "asked",
                "date": self.ago(days=2),
                "confidence": "medium",
                "valid_until": "2026-12-31",
                "note": "net",
            },
            {"question": "channel", "answer": "chat"},
        )
        self.assertEqual(
            answer, {"created": 3, "duplicates": 0, "repeated": 0, "errors": []}
        )
        self.assertEqual(self.current("need").channel_id.code, "phone")
        self.assertEqual(self.current("budget").answer_number, 12000)
        self.assertEqual(self.current("budget").note, "net")
        self.assertEqual(self.wang.preferred_channel_id.code, "chat")

    def test_items_that_name_their_person(self):
        lead = self.env["crm.lead"].create({"name": "Offer", "email_from": "l@x.org"})
        nobody = self.wang.browse()
        answer = self.learn(
            {"question": "need", "answer": "A", "email": "WANG@example.com"},
            {"question": "need", "answer": "B", "lead_id": lead.id},
            {"question": "need", "answer": "C", "email": "new@example.com"},
            {"question": "need", "answer": "D", "profile_id": self.wang.id},
            {"question": "need", "answer": "E"},
            {"question": "need", "answer": "F", "email": "no address"},
            {"question": "need", "answer": "G", "profile_id": 2**31 - 1},
            person=nobody,
        )
        self.assertEqual(answer["created"], 4)
        self.assertEqual([e["index"] for e in answer["errors"]], [4, 5, 6])
        self.assertEqual(self.current("need").answer, "D")
        self.assertEqual(self.current("need", lead.flywheel_profile_id).answer, "B")
        self.assertEqual(
            self.current("need", self.person("new@example.com")).answer, "C"
        )

    def test_what_cannot_be_stored_takes_nothing_with_it(self):
        answer = self.learn(
            {"question": "need", "answer": "A\x00 lamp", "email": "a@example.com"},
            {"question": "need", "answer": "\ud800", "email": "b@example.com"},
            {"question": "budget", "answer": 10**400, "email": "c@example.com"},
            {"question": "need", "answer": "x", "email": "no address"},
            {"question": "need", "answer": "x", "phone": "12"},
            person=self.wang.browse(),
        )
        self.assertEqual(answer["created"], 2)
        self.assertEqual([e["index"] for e in answer["errors"]], [2, 3, 4])
        self.assertIn("email: no address", answer["errors"][1]["error"])
        self.assertIn("phone: 12", answer["errors"][2]["error"])
        self.assertEqual(
            self.current("need", self.person("a@example.com")).answer, "A lamp"
        )

    def test_errors_name_the_item(self):
        answer = self.learn(
            {"question": "nonsense", "answer": "x"},
            {"question": "budget", "answer": "lots"},
            {"question": "need", "answer": "A lamp"},
            {"question": "need", "answer": "x", "channel": "pigeon"},
            {"question": ["need"], "answer": "x"},
            {"question": "channel", "answer": "pigeon"},
            "need",
        )
        self.assertEqual(answer["created"], 1)
        errors = {error["index"]: error["error"] for error in answer["errors"]}
        for index, words in (
            (0, "question: nonsense is not known"),
            (1, "answer: lots is not a number"),
            (3, "channel: pigeon is not known"),
            (4, "question: ['need'] is not known"),
            (5, "answer: pigeon is none of email, phone"),
            (6, "need is not a dict"),
        ):
            self.assertIn(words, errors[index])
        with self.assertRaises(ValidationError):
            self.wang.with_user(self.sam).learn({"question": "need"})

    def test_sent_again(self):
        item = {"question": "need", "answer": "A lamp", "date": self.ago(days=1)}
        self.assertEqual(self.learn(item)["created"], 1)
        self.assertEqual(self.learn(item, item)["duplicates"], 2)
        asked = {**item, "source": "asked", "date": self.ago(hours=1)}
        self.assertEqual(self.learn(asked)["repeated"], 1)
        self.assertEqual(self.repeats().outcome, "kept")

    def test_rights(self):
        item = {"question": "need", "answer": "A lamp"}
        for user in (self.rita, self.ian, self.pia):
            with self.assertRaises(AccessError):
                self.learn(item, user=user)
        branch = self.env["res.partner"].create(
            {"name": "Lin", "company_id": self.branch.id}
        )
        person = self.wang.browse(branch._get_profile_ids()[branch.id])
        with self.assertRaises(AccessError):
            self.learn(item, person=person)
        answer = self.learn({**item, "profile_id": person.id}, person=person.browse())
        self.assertEqual(answer["created"], 0)

    def test_queries_do_not_grow(self):
        def send(count, start):
            items = [
                {
                    "question": "need",
                    "answer": f"{start}-{number}",
                    "email": f"{start}.{number}@example.com",
                }
                for number in range(count)
            ]
            before = self.env.cr.sql_log_count
            self.assertEqual(self.learn(*items)["created"], count)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        send(2, "warm")
        few, many = send(5, "few"), send(100, "many")
        self.assertLess(many, few + 20)

    # ------------------------------------------------------------------
    # Odoo's import screen
    # ------------------------------------------------------------------
    def test_import_screen(self):
        fields_ = ["person", "question_id", "answer", "source", "date"]
        rows = [
            ["wang@example.com", "need", "A lamp", "Import", "2026-06-01 08:00:00"],
            ["wang@example.com", "What is the budget?", "12,000", "Asked", ""],
            ["new@example.com", "channel", "Chat", "Form", "2026-06-01 08:00:00"],
        ]
        Fact = self.env["flywheel.fact"].with_user(self.sam)
        result = Fact.load(fields_, rows)
        self.assertFalse(result["messages"])
        self.assertEqual(len(result["ids"]), 3)
        self.assertEqual(self.current("need").confidence, "medium")
        self.assertEqual(self.current("budget").answer_number, 12000)
        person = self.person("new@example.com")
        self.assertEqual(person.preferred_channel_id.code, "chat")

    def test_import_of_a_bad_row(self):
        Fact = self.env["flywheel.fact"].with_user(self.sam)
        result = Fact.load(
            ["person", "question_id", "answer"],
            [["wang@example.com", "need", "A"], ["wang@example.com", "budget", "lots"]],
        )
        self.assertFalse(result["ids"])
        message = result["messages"][-1]
        self.assertEqual(message["record"], 1)
        self.assertIn("lots is not a number", message["message"])
        self.assertFalse(self.current("need"))
