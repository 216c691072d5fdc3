# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import io
import json
import zipfile
from unittest import SkipTest
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from ..engine.features import features, places
from .texts import LABELS, TEXTS

try:
    import numpy as np

    from ..engine import classifier, training, weights
except ImportError:  # scikit-learn is needed where a classifier is trained only
    training = None


@tagged("post_install", "-at_install")
class TestEngineClassifier(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not training:
            raise SkipTest("scikit-learn is not installed")
        cls.model, cls.quality = training.train(TEXTS, LABELS)

    def _best(self, text, model=None):
        [(best, _known)] = (model or self.model).predict([text])
        return best[0][0]

    def test_english_and_both_chinese_scripts(self):
        for text in ("stolen card!", "有人偷了我的信用卡", "我的信用卡被盜了"):
            self.assertEqual(self._best(text), "card", text)
        for text in ("EXCHANGE RATES?", "匯率", "汇率"):
            self.assertEqual(self._best(text), "rate", text)

    def test_confidences_are_shares(self):
        [(best, known)] = self.model.predict(["stolen card"], top=2)
        self.assertLessEqual(sum(sure for _label, sure in best), 1)
        self.assertGreater(best[0][1], best[1][1])
        self.assertEqual(known, 1.0)

    def test_calibration_keeps_the_order(self):
        things = "card rate loan app fee atm pin safe visa euro".split()
        texts = [f"{verb} {n}" for verb in ("my", "lost", "the") for n in things]
        model, quality = training.train(texts, things * 3)
        scores, _shares = model.scores(texts)
        raw = classifier.raw_confidence(scores)
        sure = model.confidences(scores)
        for wanted, found in zip(raw, sure, strict=True):
            self.assertEqual(list(wanted.argsort()), list(found.argsort()))
        self.assertLessEqual(model.weights.slope, training.CURVE[0][1])
        self.assertGreaterEqual(quality.top3, quality.accuracy)

    def test_nothing_known_and_hostile_texts(self):
        for text in ("", "   ", "\x00", "?" * 100_000, "🙂" * 500, "q" * 5_000):
            [(_best, known)] = self.model.predict([text])
            self.assertLess(known, 0.5, text[:9])
            self.model.explain(text, "card")
        self.assertEqual(self.model.predict([]), [])

    def test_words_that_decided(self):
        words = [
            word for word, _part in self.model.explain("My card was STOLEN", "card")
        ]
        self.assertIn("stolen", words)
        self.assertNotIn("my", words)
        words = dict(self.model.explain("請問匯率是多少", "rate"))
        self.assertTrue(any("汇率" in word for word in words), words)

    def test_same_texts_same_weights(self):
        again, quality = training.train(TEXTS, LABELS)
        self.assertEqual(again.to_bytes(), self.model.to_bytes())
        self.assertEqual(quality, self.quality)

    def test_without_the_regression(self):
        with patch.object(training, "MOST_WEIGHTS", 0):
            model, _quality = training.train(TEXTS, LABELS)
        self.assertNotEqual(model.to_bytes(), self.model.to_bytes())
        self.assertEqual(self._best("stolen card!", model), "card")

    def test_places_are_the_features(self):
        for text in ("My card, my CARD", "我的卡 VISA 被偷"):
            counted = set().union(*features(text))
            self.assertEqual({place.name for place in places(text)}, counted)

    def test_stored_and_read_again(self):
        again = classifier.TextClassifier.from_bytes(self.model.to_bytes())
        for text in ("stolen card", "匯率"):
            [(one, _k)] = self.model.predict([text])
            [(other, _k)] = again.predict([text])
            self.assertEqual([n for n, _s in one], [n for n, _s in other])
            self.assertAlmostEqual(one[0][1], other[0][1], places=2)

    def _with(self, **parts):
        """The stored form with some parts replaced."""
        stored = dict(np.load(io.BytesIO(self.model.to_bytes())))
        target = io.BytesIO()
        np.savez(target, **{**stored, **parts})
        return target.getvalue()

    def _as_part(self, value):
        return np.frombuffer(json.dumps(value).encode(), dtype=np.uint8)

    def test_damaged_and_hostile_files(self):
        good = self.model.to_bytes()
        names = self.model.weights.vocabulary
        head = {
            "version": -1,
            "labels": ["card", "rate"],
            "slope": 1,
            "shift": 0,
            "multiple": False,
        }
        zipped = io.BytesIO()
        with zipfile.ZipFile(zipped, "w") as archive:
            archive.writestr("../../etc/passwd", "x")
        matrix = self.model.weights.matrix
        files = {
            "nothing": b"",
            "text": b"not a zip",
            "cut": good[: len(good) // 2],
            "other parts": zipped.getvalue(),
            "pickled": self._with(matrix=np.array([{"a": 1}], dtype=object)),
            "version": self._with(head=self._as_part(head)),
            "no labels": self._with(
                head=self._as_part(dict(head, version=1, labels=3))
            ),
            "no head": self._with(head=self._as_part([1])),
            "vocabulary": self._with(vocabulary=self._as_part(names[:-1])),
            "no words": self._with(vocabulary=self._as_part([1] * len(names))),
            "shape": self._with(matrix=matrix[:, :1]),
            "no numbers": self._with(matrix=matrix * np.nan),
            "text for numbers": self._with(idf=np.array(["x"] * len(names))),
        }
        for what, content in files.items():
            with self.assertRaises(ValueError, msg=what):
                classifier.TextClassifier.from_bytes(content)

    def test_a_bomb_is_not_unpacked(self):
        limit = weights.MAX_BYTES
        self.addCleanup(setattr, weights, "MAX_BYTES", limit)
        weights.MAX_BYTES = 1_000
        with self.assertRaisesRegex(ValueError, "too large"):
            classifier.TextClassifier.from_bytes(self.model.to_bytes())

    def test_threshold_holds_the_goal(self):
        best = np.linspace(1, 0, 400)
        right = np.arange(400) < 300
        inside = np.ones(400, dtype=bool)
        threshold = training.find_threshold(best, right, inside, 0.95)
        given = best >= threshold
        self.assertGreaterEqual(right[given].mean(), 0.95)
        self.assertGreater(given.sum(), 300)
        self.assertEqual(
            training.find_threshold(best, ~inside, inside, 0.95), 2.0, "never"
        )
        few = training.find_threshold(best[:5], right[:5], inside[:5], 0.95)
        self.assertEqual(few, 2.0, "five right ones are no proof")

    def test_texts_outside_raise_the_threshold(self):
        best = np.append(np.linspace(1, 0.5, 100), np.linspace(0.7, 0.6, 20))
        right = np.append(np.ones(100, dtype=bool), np.zeros(20, dtype=bool))
        threshold = training.find_threshold(best, right, right, 0.5)
        self.assertGreater(threshold, 0.69)

    def test_none_of_these(self):
        outside = ["where is the nearest branch", "office hours please"] * 6
        model, quality = training.train(TEXTS + outside, LABELS + [None] * len(outside))
        self.assertEqual(model.labels, ["card", "rate"])
        [(best, _k)] = model.predict(["where is your office"])
        [(sure, _k)] = model.predict(["my card was stolen"])
        self.assertLess(best[0][1], sure[0][1])
        self.assertEqual(quality.size, len(TEXTS))

    def test_several_labels(self):
        labels = [{"card", "bank"} if n == "card" else {"rate"} for n in LABELS]
        model, quality = training.train(TEXTS, labels, multiple=True)
        [(best, _k)] = model.predict(["stolen card"], top=3)
        self.assertEqual({label for label, _s in best[:2]}, {"card", "bank"})
        self.assertEqual(quality.size, len(TEXTS))

    def test_newest_are_held_back(self):
        labels = ["a"] * 2_000 + ["b"] * 1_000
        [(kept, held)] = training.splits(labels)
        self.assertEqual(len(held), 450)
        self.assertEqual(held[0], 1_700)
        self.assertFalse(set(kept) & set(held))
        few = training.splits(["a"] * 10 + ["b"] * 10)
        self.assertEqual(sum(len(held) for _kept, held in few), 20)
