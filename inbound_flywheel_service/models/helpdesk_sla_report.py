# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class HelpdeskSlaReport(models.Model):
    """With company, promise and tier; what was missed once stays missed."""

    _inherit = "helpdesk.sla.report"
    _depends = {
        "helpdesk.ticket": ["name", "team_id", "active", "company_id", "create_date"],
        "helpdesk.ticket.sla": ["state", "deadline", "missed", "sla_id", "kind"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    sla_id = fields.Many2one("helpdesk.sla", string="Service Level", readonly=True)
    user_id = fields.Many2one("res.users", string="Owner", readonly=True)
    tier_id = fields.Many2one("flywheel.tier", string="Service Tier", readonly=True)
    kind = fields.Selection(
        [
            ("first_response", "First answer"),
            ("next_response", "Next answers"),
            ("solution", "Solution"),
        ],
        string="Promise",
        readonly=True,
    )

    def _from_sla(self):
        return f"""{super()._from_sla()}
        LEFT JOIN flywheel_profile fp ON fp.id = ht.flywheel_profile_id
        """

    def _select_sla(self):
        select = (
            super()
            ._select_sla()
            .replace(
                "WHEN hts.state = 'accomplished'",
                "WHEN hts.missed > 0 THEN 'expired' WHEN hts.state = 'accomplished'",
            )
        )
        # The base compares with the clock of the server's time zone.
        select = select.replace("NOW()", "(now() AT TIME ZONE 'UTC')")
        return f"""{select},
            ht.company_id AS company_id,
            hts.sla_id AS sla_id,
            hts.kind AS kind,
            ht.user_id AS user_id,
            fp.tier_id AS tier_id
        """
