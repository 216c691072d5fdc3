# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls of ``ingest`` as outside systems write them, ready to paste."""

CURL = """\
curl -sS "{URL}/json/2/flywheel.touchpoint/ingest" \\
  -H "Authorization: bearer {KEY}" \\
  -H "X-Odoo-Database: {DATABASE}" \\
  -H "Content-Type: application/json" \\
  -d '{"items": [{
        "type": "form",
        "date": "{DATE}",
        "email": "someone@example.com",
        "external_key": "form-1",
        "summary": "Asked for a brochure"
      }]}'
"""

JSON2 = """\
import json
import urllib.request

items = [
    {
        "type": "form",
        "date": "{DATE}",
        "email": "someone@example.com",
        "external_key": "form-2",
        "summary": "Asked for a brochure",
    }
]
request = urllib.request.Request(
    "{URL}/json/2/flywheel.touchpoint/ingest",
    data=json.dumps({"items": items}).encode(),
    headers={
        "Authorization": "bearer {KEY}",
        "X-Odoo-Database": "{DATABASE}",
        "Content-Type": "application/json",
    },
)
with urllib.request.urlopen(request, timeout=60) as reply:
    answer = json.load(reply)
print(answer["created"], answer["duplicates"], answer["errors"])
"""

XMLRPC = """\
import xmlrpc.client

url, database = "{URL}", "{DATABASE}"
login, key = "{LOGIN}", "{KEY}"
common = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common")
uid = common.authenticate(database, login, key, {})
models = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/object", allow_none=True)
items = [
    {
        "type": "form",
        "date": "{DATE}",
        "email": "someone@example.com",
        "external_key": "form-3",
        "summary": "Asked for a brochure",
    }
]
answer = models.execute_kw(
    database, uid, key, "flywheel.touchpoint", "ingest", [items]
)
print(answer["created"], answer["duplicates"], answer["errors"])
"""


def fill(text, names):
    """Return a call with its blanks filled in.

    :param names: {blank: text}; the blanks are ``KEY``, ``LOGIN``, ``URL``,
        ``DATABASE`` and ``DATE``
    """
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text
