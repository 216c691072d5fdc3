# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

DIRECTIONS = [("inbound", "Inbound (Pull)"), ("outbound", "Outbound (Push)")]
KINDS = [
    ("website", "Website"),
    ("ecommerce", "E-commerce"),
    ("content", "Content"),
    ("search", "Search"),
    ("social", "Social Media"),
    ("marketplace", "Marketplace"),
    ("referral", "Referral"),
    ("partner", "Partner"),
    ("email", "Email"),
    ("ads", "Advertising"),
    ("phone", "Phone"),
    ("fair", "Trade Fair"),
    ("other", "Other"),
]
MODULE = "inbound_flywheel"


class FlywheelDirectionMixin(models.AbstractModel):
    """Says of a source or medium whether it pulls people in or pushes a message out."""

    _name = "flywheel.direction.mixin"
    _description = "Inbound or Outbound"

    direction = fields.Selection(
        DIRECTIONS,
        help="Inbound: people come by themselves. Outbound: the company interrupts "
        "them. Empty: not known. What a lead's source says wins over its medium.",
    )
    flywheel_kind = fields.Selection(KINDS, string="Kind of Channel")

    @api.model_create_multi
    def create(self, vals_list):
        """Let sources and mediums that come with other apps, an import or a link say
        what they are, if their name is well known."""
        known = self._flywheel_get_known()
        vals_list = [
            {**known.get((vals.get("name") or "").strip().lower(), {}), **vals}
            for vals in vals_list
        ]
        return super().create(vals_list)

    @api.model
    def _flywheel_get_known(self):
        """Return {name in lower case: values} of what is well known."""
        return {}

    @api.model
    def _flywheel_adopt(self, records):
        """Make sure that shipped sources or mediums exist and say what they are.

        Names are unique in Odoo, and a database may have some of ours already: such a
        record is used as it is, and only what it does not say yet is filled in. Each is
        looked after once, so that what users change or clear stays so.

        :param records: {name of the external id: values}; ``ref`` among the values
            names a record of Odoo itself, which is not made anew where it was deleted
        """
        Data = self.env["ir.model.data"]
        made = []
        for xml_name, values in records.items():
            values = dict(values)
            reference = values.pop("ref", None)
            if self.env.ref(f"{MODULE}.{xml_name}", raise_if_not_found=False):
                continue
            record = reference and self.env.ref(reference, raise_if_not_found=False)
            record = record or self.with_context(active_test=False).search(
                [("name", "=ilike", values["name"])], limit=1
            )
            if record:
                record.write({k: v for k, v in values.items() if not record[k]})
            elif reference:
                continue
            else:
                record = self.create(values)
            made.append(
                {
                    "xml_id": f"{MODULE}.{xml_name}",
                    "record": record,
                    "noupdate": True,
                }
            )
        Data._update_xmlids(made)
