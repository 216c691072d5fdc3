# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Handing thousands of values to PostgreSQL in one statement."""


def array(values):
    """Return values as the text of a PostgreSQL array, to be cast where it is used.

    A list is handed over as ``ARRAY[…]``, of which the driver and the server take
    each element for an expression of its own: three times the work of reading a text.

    :param values: numbers, texts, dates, datetimes (naive) and truth values; None is
        NULL
    """
    return "{%s}" % ",".join(map(_element, values))


def _element(value):
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return '"%s"' % value.replace("\\", "\\\\").replace('"', '\\"')
    return str(value)
