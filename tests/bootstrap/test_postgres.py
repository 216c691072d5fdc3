"""The cluster's settings."""

import unittest
from pathlib import Path

from bootstrap import postgres


class TestServerOptions(unittest.TestCase):
    def test_durability_is_never_traded(self):
        options = postgres.server_options(8 * 1024**3)
        self.assertFalse({"fsync", "synchronous_commit"} & options.keys())
        self.assertEqual(options["listen_addresses"], "")

    def test_a_small_machine_gets_a_small_cache(self):
        small = postgres.server_options(2 * 1024**3)
        large = postgres.server_options(16 * 1024**3)
        self.assertEqual(small["shared_buffers"], "128MB")
        self.assertEqual(large["shared_buffers"], "512MB")

    def test_a_socket_path_must_fit_the_kernel(self):
        self.assertTrue(postgres._fits(Path("/srv/flywheel/.run/pg")))
        self.assertFalse(postgres._fits(Path("/srv") / ("x" * 90)))
