"""Judging an installation's log, and knowing what is installed."""

import tempfile
import unittest
from pathlib import Path

from bootstrap import addons, database, install

LOG = """\
2026-11-21 22:00:00,001 7 INFO db odoo.modules.loading: loading inbound_flywheel
2026-11-21 22:00:00,002 7 WARNING db py.warnings: PyPDF2 is deprecated
  File "x.py", line 1
2026-11-21 22:00:00,003 7 WARNING db odoo.models: unknown parameter 'tracking'
2026-11-21 22:00:00,004 7 INFO db odoo.sql_db: WARNING in a message is none
2026-11-21 22:00:00,005 7 ERROR db odoo.registry: failed
Traceback (most recent call last):
ValueError: no
"""


class TestComplaints(unittest.TestCase):
    def test_warnings_and_errors_with_their_lines(self):
        found = install.complaints(LOG)
        self.assertEqual(len(found), 2)
        self.assertIn("unknown parameter", found[0])
        self.assertTrue(found[1].endswith("ValueError: no"))

    def test_a_clean_log(self):
        self.assertEqual(install.complaints(""), [])


class TestMark(unittest.TestCase):
    def test_only_our_own_comment_is_a_mark(self):
        self.assertIsNone(database.parse_mark(""))
        self.assertIsNone(database.parse_mark("the shop's books"))
        self.assertIsNone(database.parse_mark(database.MARK + "{"))
        self.assertEqual(database.parse_mark(database.MARK + '{"a": "b"}'), {"a": "b"})

    def test_quoting(self):
        self.assertEqual(database.literal("O'Neil"), "'O''Neil'")
        self.assertEqual(database.identifier('a"b'), '"a""b"')


class TestAddons(unittest.TestCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name, depends in (("ours", ["crm"]), ("more", ["ours", "website"])):
            (self.root / name / "tests").mkdir(parents=True)
            text = f"{{'name': '{name}', 'depends': {depends}}}"
            (self.root / name / "__manifest__.py").write_text(text)

    def test_foreign_dependencies_leave_out_our_own(self):
        found = addons.manifests(self.root)
        self.assertEqual(addons.foreign_dependencies(found), ["crm", "website"])

    def test_digest_sees_sources_but_not_tests(self):
        before = addons.digest(self.root, ["ours"])
        (self.root / "ours/tests/test_a.py").write_text("pass")
        self.assertEqual(addons.digest(self.root, ["ours"]), before)
        (self.root / "ours/models.py").write_text("pass")
        self.assertNotEqual(addons.digest(self.root, ["ours"]), before)

    def test_an_addon_marked_not_installable_is_left_out(self):
        manifest = self.root / "more/__manifest__.py"
        manifest.write_text("{'name': 'more', 'installable': False}")
        self.assertEqual(list(addons.manifests(self.root)), ["ours"])
