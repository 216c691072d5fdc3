# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.misc import hmac

# After that nobody is slowed down any more.
HOUR = timedelta(hours=1)


class FlywheelHelpGuard(models.Model):
    """How often somebody did something within the last hour, over all workers.

    Whoever it was is kept as a keyed digest, for a day at most.
    """

    _name = "flywheel.help.guard"
    _description = "Rate Limit"
    _log_access = False

    key = fields.Char(required=True)
    date = fields.Datetime(required=True)

    _key_idx = models.Index("(key, date)")

    @api.model
    def _allow(self, action, who, limit):
        """Whether ``who`` may do ``action`` once more; counts it when he may.

        :param str action: what is done
        :param str who: an address or a token
        :param int limit: times an hour
        """
        # sudo: visitors leave only a digest here
        guard = self.sudo()
        key = hmac(guard.env, "flywheel.help.guard", (action, who or ""))
        now = fields.Datetime.now()
        if guard.search_count([("key", "=", key), ("date", ">", now - HOUR)]) >= limit:
            return False
        guard.create({"key": key, "date": now})
        return True

    @api.autovacuum
    def _gc_guard(self):
        self.search(
            [("date", "<", fields.Datetime.now() - timedelta(days=1))], limit=10_000
        ).unlink()
