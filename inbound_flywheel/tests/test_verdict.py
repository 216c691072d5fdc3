# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from ..engine.machines import Deed, Spec, find_bursts, weigh
from .common import FlywheelCase

START = datetime(2026, 6, 14, 8)


class TestVerdict(FlywheelCase):
    """Machines told from people, by the ledger alone."""

    def deeds(self, *moments):
        return [
            Deed(number, ("mail",), START + timedelta(seconds=second), link)
            for number, (second, link) in enumerate(moments, 1)
        ]

    def test_bursts(self):
        burst = self.deeds((0, "a"), (2, None), (3, "b"), (5, "c"), (60, "d"))
        self.assertEqual(find_bursts(burst, 3, 5), dict.fromkeys((1, 2, 3, 4), 3))
        slow = self.deeds((0, "a"), (4, "b"), (8, "c"))
        self.assertEqual(find_bursts(slow, 3, 5), {})
        same = self.deeds((0, "a"), (1, "a"), (2, "a"))
        self.assertEqual(find_bursts(same, 3, 5), {})

    def test_weights(self):
        specs = {"hasty": Spec(50, 30, 0), "network": Spec(60, 10, 5)}
        self.assertIsNone(weigh([{"sign": "hasty"}, {"sign": "hasty"}], specs))
        both = [{"sign": "hasty"}, {"sign": "network"}]
        self.assertEqual(weigh(both, specs), "network")
        self.assertIsNone(weigh([{"sign": "agent"}], specs))

    def test_told_by_somebody_else(self):
        """What another addon tells for a machine's stays so, until it is released."""
        self.ingest_all(self.item("form"))
        line = self.lines(self.person(), "form")
        Touchpoint = self.env["flywheel.touchpoint"]
        aside = Touchpoint._quarantine({line.id: "Hidden field filled"}, "Seen: x")
        self.assertEqual(aside, line)
        self.assertEqual((line.state, line.quarantine_kind), ("quarantined", "other"))
        self.assertEqual(line.quarantine_reason, "Hidden field filled")
        self.assertEqual(line.quarantine_evidence, "Seen: x")
        self.assert_scored(self.person())
        Touchpoint._judge(line.ids)
        self.assertEqual(line.state, "quarantined")
        line.with_user(self.max).action_release()
        self.assertFalse(Touchpoint._quarantine({line.id: "Again"}))
        self.assertEqual(line.state, "valid")
        self.assert_scored(self.person())

    def test_mail_noted_after_its_click(self):
        """The line of the mail comes later: its early click is quarantined then."""
        self.ingest_all(self.item("email_click", date="2026-06-14 08:00:02"))
        line = self.lines(self.person(), "email_click")
        self.assertEqual(line.state, "valid")
        self.ingest_all(self.item("email_sent", date="2026-06-14 08:00:00"))
        self.assertEqual(line.state, "quarantined")
        self.assert_scored(self.person())
