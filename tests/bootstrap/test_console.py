"""What the reader sees while the steps run."""

import io
import unittest

from bootstrap.console import Console, StepError, format_seconds


class TestConsole(unittest.TestCase):
    def setUp(self):
        super().setUp()
        self.stream = io.StringIO()
        ticks = iter(range(0, 1000, 5))
        self.console = Console(self.stream, clock=lambda: next(ticks))

    def test_durations(self):
        for seconds, text in ((0.04, "0.0s"), (9.9, "9.9s"), (9.96, "10s")):
            self.assertEqual(format_seconds(seconds), text)
        self.assertEqual(format_seconds(59.7), "1m00s")
        self.assertEqual(format_seconds(125), "2m05s")

    def test_a_step_says_what_it_did_and_how_long_it_took(self):
        with self.console.step("Odoo 19") as note:
            note("unpacked")
        self.assertIn("ok  Odoo 19: unpacked (5.0s)", self.stream.getvalue())

    def test_a_failing_step_names_itself(self):
        with self.assertRaises(StepError), self.console.step("Odoo 19"):
            raise StepError("no network")
        self.assertIn("FAILED  Odoo 19", self.stream.getvalue())

    def test_an_interrupted_step_is_no_failure(self):
        with self.assertRaises(KeyboardInterrupt), self.console.step("Odoo 19"):
            raise KeyboardInterrupt
        self.assertIn("interrupted  Odoo 19", self.stream.getvalue())

    def test_failure_tells_log_and_remedy(self):
        self.console.failure(StepError("no network", "plug it in", "/x/odoo.log"))
        shown = self.stream.getvalue()
        for part in ("Failed: no network", "/x/odoo.log", "Remedy: plug it in"):
            self.assertIn(part, shown)
