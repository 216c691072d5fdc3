"""Finding Odoo, and the mirror to fetch it from."""

import tempfile
import unittest
from pathlib import Path

from bootstrap import odoo_source
from bootstrap.console import StepError

RELEASE = "RELEASE_LEVELS = []\nversion_info = ({}, 'final', 0, '')\n"


class TestLocate(unittest.TestCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def make(self, series="19, 0, 0"):
        package = self.root / "odoo"
        package.mkdir()
        (package / "release.py").write_text(RELEASE.format(series))

    def test_checkout_and_package_folder_lead_to_the_same(self):
        self.make()
        self.assertEqual(odoo_source.locate(self.root), self.root)
        self.assertEqual(odoo_source.locate(self.root / "odoo"), self.root)

    def test_another_series_is_refused_by_name(self):
        self.make("18, 0, 0")
        with self.assertRaisesRegex(StepError, "Odoo 18.0, not 19.0"):
            odoo_source.locate(self.root)

    def test_a_folder_without_odoo_is_refused(self):
        with self.assertRaisesRegex(StepError, "holds no Odoo"):
            odoo_source.locate(self.root / "nowhere")

    def test_release_without_a_version(self):
        self.assertEqual(odoo_source.read_series("x = 1\n"), "of unknown version")


class TestMirror(unittest.TestCase):
    def test_main_archive_is_preferred(self):
        targets = (
            "http://a.example/debian-security/ bookworm-security\n"
            "http://vendor.example/apt/ stable\n"
            "http://a.example/debian/ bookworm\n"
        )
        self.assertEqual(odoo_source.choose_mirror(targets), "http://a.example/debian/")

    def test_a_mirror_by_another_name_serves(self):
        targets = "http://cache.example/bookworm-mirror/ bookworm\n"
        self.assertEqual(
            odoo_source.choose_mirror(targets), "http://cache.example/bookworm-mirror/"
        )

    def test_no_mirror(self):
        self.assertIsNone(odoo_source.choose_mirror(""))
        self.assertIsNone(
            odoo_source.choose_mirror("http://a.example/debian-security/ stable")
        )
