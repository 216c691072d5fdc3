# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from .flywheel_machine_sign import SIGNS


class FlywheelQuarantineReport(models.Model):
    """What was quarantined, and what a person released: by sign, source, domain of
    the address and day."""

    _name = "flywheel.quarantine.report"
    _description = "Quarantined Touchpoints"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "touchpoint_id"
    _depends = {
        "flywheel.touchpoint": [
            "date",
            "type_id",
            "profile_id",
            "state",
            "quarantine_kind",
            "by_hand",
            "source_id",
            "campaign_id",
            "res_model",
            "res_id",
            "company_id",
        ],
        "flywheel.identity": ["profile_id", "kind", "value"],
    }

    touchpoint_id = fields.Many2one("flywheel.touchpoint", readonly=True)
    profile_id = fields.Many2one("flywheel.profile", string="Person", readonly=True)
    date = fields.Datetime(readonly=True)
    type_id = fields.Many2one("flywheel.touchpoint.type", readonly=True)
    state = fields.Selection(
        [("valid", "Released by Hand"), ("quarantined", "Quarantined")], readonly=True
    )
    kind = fields.Selection(
        [*SIGNS, ("hand", "By Hand"), ("other", "Other")], string="Sign", readonly=True
    )
    domain = fields.Char(
        string="Email Domain",
        readonly=True,
        help="Of the address: scanners are run by the company behind it.",
    )
    source_id = fields.Many2one("utm.source", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    evidence = fields.Text(related="touchpoint_id.quarantine_evidence")
    by_hand = fields.Boolean(string="Decided by Hand", readonly=True)
    count = fields.Integer(string="Touchpoints", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            "SELECT %s FROM flywheel_touchpoint t %s"
            " WHERE t.state = 'quarantined' OR t.by_hand",
            self._select(),
            self._from(),
        )

    def _select(self):
        """Return the columns; an addon adds its own."""
        return SQL(
            """
            t.id, t.id AS touchpoint_id, t.profile_id, t.date, t.type_id, t.state,
            COALESCE(t.quarantine_kind,
                     CASE WHEN t.state = 'quarantined' THEN 'other' ELSE 'hand' END)
                AS kind,
            t.by_hand, address.domain, t.source_id, t.campaign_id, t.company_id,
            1 AS count
            """
        )

    def _from(self):
        """Return the joins beside the touchpoint; an addon adds its own."""
        return SQL(
            """
            LEFT JOIN LATERAL (
                 SELECT split_part(i.value, '@', 2) AS domain FROM flywheel_identity i
                  WHERE i.profile_id = t.profile_id AND i.kind = 'email'
               ORDER BY i.id LIMIT 1) address ON TRUE
            """
        )

    def action_open_touchpoint(self):
        """Open the touchpoint behind a row, or those behind several."""
        return self.touchpoint_id._get_records_action(name=self.env._("Touchpoints"))

    def action_release(self):
        """Let the touchpoints count after all."""
        return self.touchpoint_id.action_release()
