# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class FlywheelTouchpoint(models.Model):
    _inherit = "flywheel.touchpoint"

    def _check_timeline_sources(self, reader=None):
        """Tell what the reader may see of the records that touchpoints came from.

        Each model is asked once, for all of its records.

        :param reader: the user who reads; the current one by default
        :return: {id: ``open``, ``hidden`` (the reader may not see the record) or
            ``gone`` (there is none, or none any more)}
        """
        by_model = {}
        for touchpoint in self:
            if touchpoint.res_model and touchpoint.res_id:
                ids = by_model.setdefault(touchpoint.res_model, set())
                ids.add(touchpoint.res_id)
        status = {}
        for name, ids in by_model.items():
            if name not in self.env:
                continue
            Model = self.env[name].with_user(reader) if reader else self.env[name]
            if not Model.has_access("read"):
                status.update(dict.fromkeys(((name, i) for i in ids), "hidden"))
                continue
            records = Model.browse(ids).exists()
            allowed = set(records._filtered_access("read").ids)
            for record_id in records.ids:
                status[name, record_id] = "open" if record_id in allowed else "hidden"
        return {
            touchpoint.id: status.get((touchpoint.res_model, touchpoint.res_id), "gone")
            for touchpoint in self
        }
