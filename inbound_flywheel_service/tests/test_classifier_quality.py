# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from importlib.util import find_spec
from unittest import SkipTest

from odoo.tests import tagged

from .common import ServiceCommon

# What customers ask, and with which words: each sentence of a topic is its frame with
# one of its things.
FRAMES = {
    "Delivery": (
        ["my {} has not arrived", "where is my {}", "I still wait for the {}"],
        ["card", "parcel", "new card", "debit card", "letter", "replacement"],
    ),
    "Exchange": (
        ["what is the rate for {}", "the rate of {} was bad", "do you change {}"],
        ["euro", "dollars", "yen", "pounds", "foreign money", "swiss francs"],
    ),
    "Password": (
        ["I forgot the {}", "reset my {} please", "the {} is not accepted"],
        ["password", "passcode", "pin code", "login", "secret code", "user name"],
    ),
    "遺失": (
        ["我的{}不見了", "{}被偷了怎麼辦", "要掛失{}"],
        ["信用卡", "金融卡", "提款卡", "卡片", "錢包裡的卡", "副卡"],
    ),
    "利率": (
        ["{}的利率是多少", "想了解{}的利率", "{}利息怎麼算"],
        ["房貸", "信貸", "定存", "活存", "車貸", "學生貸款"],
    ),
}


@tagged("post_install", "-at_install")
class TestClassifierQuality(ServiceCommon):
    """Small texts in two languages; large collections are measured by the
    benchmark."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not find_spec("sklearn"):
            raise SkipTest("scikit-learn is not installed")
        rows = [
            (topic, frame.format(thing), place % 3 == 2)
            for topic, (frames, things) in FRAMES.items()
            for place, thing in enumerate(things)
            for frame in frames
        ]
        cls.tests = [(topic, text) for topic, text, held in rows if held]
        categories = cls.env["helpdesk.ticket.category"].create(
            [{"name": topic} for topic in FRAMES]
        )
        by_name = {category.name: category.id for category in categories}
        cls.env["helpdesk.ticket"].create(
            [
                {
                    "name": text,
                    "description": text,
                    "category_id": by_name[topic],
                    "stage_id": cls.stage_done.id,
                }
                for topic, text, held in rows
                if not held
            ]
        )
        cls.classifier = cls.env["flywheel.classifier"].search(
            [("company_id", "=", cls.company.id), ("target", "=", "category")]
        )
        cls.classifier.write({"goal": 90})
        cls.classifier.train()

    def _right(self, tests):
        found = self.classifier.predict([text for _topic, text in tests])
        return [
            (each["top"][0]["name"] == topic, each["decided"])
            for (topic, _text), each in zip(tests, found, strict=True)
        ]

    def test_texts_never_seen(self):
        right = self._right(self.tests)
        self.assertGreaterEqual(sum(one for one, _d in right) / len(right), 0.9)
        decided = [one for one, sure in right if sure]
        self.assertGreater(len(decided), len(right) / 2)
        self.assertGreaterEqual(sum(decided) / len(decided), 0.9)

    def test_simplified_characters_are_the_same(self):
        right = self._right(
            [("遺失", "我的信用卡不见了"), ("利率", "房贷的利率是多少")]
        )
        self.assertEqual([one for one, _d in right], [True, True])

    def test_something_else_is_left_alone(self):
        found = self.classifier.predict(
            ["Bonjour tout le monde", "qwertz uiop", "7 8 9", "", "ありがとう"]
        )
        self.assertFalse(any(each["decided"] for each in found))
