"""What each command of the Makefile does, step by step."""

from . import odoo_conf, odoo_source, postgres, python_env, system


def env(settings, console, requirements=python_env.TEST, packages=()):
    """Leave a working ``.venv/bin/python -m odoo -c .run/odoo.conf`` behind."""
    database = system.SERVER if settings.own_cluster else system.CLIENT
    system.ensure(settings, [system.VENV, database, *packages], console)
    with console.step("Odoo 19") as note:
        folder = odoo_source.ensure(settings, note)
    with console.step("Python packages and OCA addons"):
        python_env.ensure(settings, requirements)
        python_env.add_odoo(settings, folder)
    with console.step("PostgreSQL") as note:
        postgres.ensure(settings, note)
        odoo_conf.ensure(settings)


ALL = {"env": env}
