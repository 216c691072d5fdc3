"""Odoo's configuration file, and the words that start Odoo with it."""

import io
from configparser import RawConfigParser

from . import postgres, python_env


def content(settings):
    """Return the text of the configuration file."""
    oca = python_env.site_packages(settings) / "odoo/addons"
    values = {
        "addons_path": f"{settings.root},{oca}",
        "data_dir": settings.data_dir,
        "db_host": postgres.host(settings),
        "db_port": settings.pg_port,
        "db_user": settings.pg_user,
        # A demo for one person at one machine: nobody else may reach it.
        "http_interface": "127.0.0.1",
        "max_cron_threads": 1,
        "without_demo": True,
        "list_db": False,
    }
    if settings.pg_password:
        values["db_password"] = settings.pg_password
    parser = RawConfigParser()
    parser["options"] = {key: str(value) for key, value in values.items()}
    stream = io.StringIO()
    parser.write(stream)
    return stream.getvalue()


def ensure(settings):
    """Write the configuration file when it is missing or differs."""
    text = content(settings)
    path = settings.odoo_conf
    if path.is_file() and path.read_text() == text:
        return
    path.touch(mode=0o600)
    path.write_text(text)


def command(settings, *words):
    """Return the command that runs Odoo with the configuration file."""
    return [settings.venv_python, "-m", "odoo", "-c", settings.odoo_conf, *words]
