# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the dates of a lead say, as SQL."""

from odoo.tools import SQL


def since_sql(alias):
    """Return since when a lead exists: an imported one is older than its row.

    :param alias: name of the table ``crm_lead`` in the query
    """
    return SQL(
        "LEAST(%s, %s, %s)",
        SQL.identifier(alias, "create_date"),
        SQL.identifier(alias, "date_open"),
        SQL.identifier(alias, "date_closed"),
    )
