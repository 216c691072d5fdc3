# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from doctest import DocTestSuite

from odoo.tests import BaseCase, tagged

from ..engine import paths


@tagged("post_install", "-at_install")
class TestPaths(BaseCase):
    """Which page and which group an address belongs to."""

    def test_examples(self):
        result = DocTestSuite(paths).run(self.defaultTestResult())
        self.assertFalse(result.failures + result.errors)

    def test_records(self):
        for path, found in {
            "/blog/tips-3": ("blog.blog", 3),
            "/blog/tips-3/post-9": ("blog.post", 9),
            "/blog/tips-3/tag/new-2": None,
            "/shop/chair-12": ("product.template", 12),
            "/shop/page/2": None,
            "/event/fair-4/register": ("event.event", 4),
            "/web/content/17": ("ir.attachment", 17),
            "/web/content/17/Guide.pdf": ("ir.attachment", 17),
            "/": None,
        }.items():
            with self.subTest(path=path):
                self.assertEqual(paths.find_record(path), found)

    def test_patterns_are_no_regular_expressions(self):
        self.assertFalse(paths.matches("/pricing", paths.split_patterns("/.ricing")))
        self.assertTrue(paths.matches("/PRICING", paths.split_patterns("Pricing")))
        self.assertEqual(paths.split_patterns(False), [])
