"""What the caller's environment asks for."""

import unittest
from pathlib import Path

from bootstrap import settings
from bootstrap.console import StepError


def made_of(**environ):
    return settings.from_environment(environ, "/somewhere/flywheel", "/usr/bin/python3")


class TestSettings(unittest.TestCase):
    def test_defaults(self):
        found = made_of()
        self.assertTrue(found.own_cluster)
        self.assertIsNone(found.port)
        self.assertEqual(found.odoo_conf, Path("/somewhere/flywheel/.run/odoo.conf"))

    def test_pghost_is_honoured_with_its_companions(self):
        found = made_of(PGHOST="db.example", PGPORT="5433", PGUSER="me", PGPASSWORD="x")
        self.assertFalse(found.own_cluster)
        self.assertEqual((found.pg_port, found.pg_user), (5433, "me"))

    def test_companions_without_pghost_do_not_reach_our_cluster(self):
        found = made_of(PGUSER="me", PGPORT="5433")
        self.assertEqual((found.pg_port, found.pg_user), (5432, "flywheel"))

    def test_relative_odoo_path_is_made_absolute(self):
        self.assertTrue(made_of(ODOO_PATH="odoo").odoo_path.is_absolute())

    def test_ports(self):
        self.assertEqual(made_of(PORT="8070").port, 8070)
        self.assertIsNone(made_of(PORT="").port)
        for text in ("0", "65536", "-1", "http", "80 80", "٣٣"):
            with self.subTest(port=text), self.assertRaises(StepError):
                made_of(PORT=text)

    def test_tag_tells_checkouts_apart(self):
        other = settings.from_environment({}, "/elsewhere/flywheel", "python3")
        self.assertNotEqual(made_of().tag, other.tag)
