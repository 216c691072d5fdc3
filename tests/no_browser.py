"""A plugin of pytest: skip what drives a browser, run all else that a test case asks of
the server. Given to pytest by ``-p tests.no_browser``."""

import unittest


def refuse(*_arguments, **_options):
    """Stand in for the method that opens a browser.

    :raises unittest.SkipTest: always
    """
    raise unittest.SkipTest("drives a browser")


def pytest_collection(session):
    """Replace the method once Odoo is set up."""
    from odoo.tests.common import HttpCase

    HttpCase.browser_js = refuse
