"""What tests of a running server share."""

import pytest

from odoo.tests.common import get_db_name

from bootstrap.database import Databases

from . import served


# Odoo's test classes end all processes that are left of their process, so servers do
# not outlive a module.
@pytest.fixture(scope="module")
def server():
    """Return two server processes on a copy of the test database."""
    chosen = served.chosen_settings()
    chosen.prepare_folders()
    source = get_db_name()
    with (
        served.duplicate(Databases(chosen), source, f"{source}_served") as name,
        served.Server(chosen, name) as running,
    ):
        yield running
