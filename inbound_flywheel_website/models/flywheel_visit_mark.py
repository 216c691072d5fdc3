# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL


class FlywheelVisitMark(models.Model):
    """How far the visits have been read: one row.

    Ids of visits are handed out in one order and committed in another. Those up to
    ``seen_id`` are all there once every transaction has ended that was at work when
    that one was seen.
    """

    _name = "flywheel.visit.mark"
    _description = "Visits Read So Far"
    _log_access = False

    safe_id = fields.Integer(help="Every visit up to this one has been read.")
    seen_id = fields.Integer(help="The last visit when somebody last looked.")
    seen_xid = fields.Char(help="The transaction that looked then.")

    @api.model
    def _get(self):
        """Return the only row."""
        return self.search([], limit=1, order="id") or self.create({})

    def _look(self):
        """Note the last visit there is, unless the one that was noted before is not
        certain yet."""
        if self.seen_id > self.safe_id and not self._is_certain():
            return
        [(last, xid)] = self.env.execute_query(
            SQL("SELECT MAX(id), pg_current_xact_id()::text FROM website_track")
        )
        self.write({"seen_id": max(last or 0, self.seen_id), "seen_xid": xid})

    def _is_certain(self):
        """Tell whether all visits up to the one that was seen can be read by now."""
        [(oldest,)] = self.env.execute_query(
            SQL("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
        )
        return bool(self.seen_xid) and int(oldest) > int(self.seen_xid)

    def _advance(self, track_id):
        """Note that the visits up to this one have been read.

        :param track_id: id of the last visit of a batch
        """
        certain = self.seen_id if self._is_certain() else self.safe_id
        if min(track_id, certain) > self.safe_id:
            self.safe_id = min(track_id, certain)
