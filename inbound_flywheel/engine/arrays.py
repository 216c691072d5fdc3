# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Handing thousands of values to PostgreSQL in one statement."""

from datetime import date, datetime

# What Python and PostgreSQL write alike, but for None.
PLAIN = {int, float, bool, datetime, date, type(None)}


def array(values):
    """Return values as the text of a PostgreSQL array, to be cast where it is used.

    A list is handed over as ``ARRAY[…]``, of which the driver and the server take
    each element for an expression of its own: three times the work of reading a text.

    :param values: numbers, texts, dates, datetimes (naive) and truth values; None is
        NULL
    """
    values = list(values)
    if PLAIN.issuperset(map(type, values)):
        return "{%s}" % ",".join(map(str, values)).replace("None", "NULL")
    return "{%s}" % ",".join(map(_element, values))


def _element(value):
    if value is None:
        return "NULL"
    if not isinstance(value, str):
        return str(value)
    if "\\" in value or '"' in value:
        value = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{value}"'
