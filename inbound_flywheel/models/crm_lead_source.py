# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .flywheel_direction_mixin import DIRECTIONS

UNKNOWN = "unknown"


class LeadDirection(fields.Selection):
    """What the source of a lead says, else its medium, else "unknown".

    Not stored, so that a source that turns out to be the other kind takes all its
    leads along; in SQL it is two look-ups by primary key in small tables.
    """

    def to_sql(self, model, alias):
        """Return the direction as SQL over the columns of a lead."""
        return SQL(
            "COALESCE((SELECT direction FROM utm_source WHERE id = %(source)s),"
            " (SELECT direction FROM utm_medium WHERE id = %(medium)s), %(unknown)s)",
            source=self._get_column(model, alias, "source_id", "utm.source"),
            medium=self._get_column(model, alias, "medium_id", "utm.medium"),
            unknown=UNKNOWN,
        )

    def _get_column(self, model, alias, name, comodel):
        model.env[comodel].flush_model(["direction"])
        return SQL.identifier(alias, name, to_flush=model._fields[name])


class CrmLead(models.Model):
    _inherit = "crm.lead"

    flywheel_direction = LeadDirection(
        [*DIRECTIONS, (UNKNOWN, "Unknown")],
        string="Direction",
        compute="_compute_flywheel_direction",
        search="_search_flywheel_direction",
        help="Whether the person came by itself (inbound) or was approached "
        "(outbound): what the source says, else the medium.",
    )

    @api.depends("source_id.direction", "medium_id.direction")
    def _compute_flywheel_direction(self):
        for lead in self:
            lead.flywheel_direction = (
                lead.source_id.direction or lead.medium_id.direction or UNKNOWN
            )

    def _search_flywheel_direction(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(
            self._get_direction_domain(False if word == UNKNOWN else word)
            for word in value
        )

    @api.model
    def _get_direction_domain(self, direction):
        """Return the domain of leads with a direction, False for unknown."""
        silent = Domain("source_id", "=", False) | Domain(
            "source_id.direction", "=", False
        )
        if direction:
            return Domain("source_id.direction", "=", direction) | (
                silent & Domain("medium_id.direction", "=", direction)
            )
        return silent & (
            Domain("medium_id", "=", False) | Domain("medium_id.direction", "=", False)
        )

    @api.model
    def get_import_templates(self):
        """Offer a file for enquiries that come from marketplaces and fairs."""
        return [
            *super().get_import_templates(),
            {
                "label": self.env._("Enquiries with their Source (CSV)"),
                "template": "/inbound_flywheel/static/csv/enquiries.csv",
            },
        ]
