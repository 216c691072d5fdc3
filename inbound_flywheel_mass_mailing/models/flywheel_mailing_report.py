# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

# What a recipient did, and the touchpoint types that say so. A click or an answer
# tells that the mail was opened, whether its picture was loaded or not.
DEEDS = {
    "opened": ("email_open", "email_click", "email_reply"),
    "clicked": ("email_click",),
    "replied": ("email_reply",),
    "bounced": ("email_bounce",),
    "unsubscribed": ("unsubscribe", "email_blacklist"),
}
# What machines do too: counted for people alone as well.
FAKED = ("opened", "clicked")


class FlywheelMailingReport(models.Model):
    """What came of mailings: a row is a mail to a person, as the person was then."""

    _name = "flywheel.mailing.report"
    _description = "Results of Mailings"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "profile_id"
    _depends = {
        "flywheel.mailing.recipient": ["trace_id", "mailing_id", "profile_id", "date"],
        "flywheel.touchpoint": [
            "profile_id",
            "type_id",
            "state",
            "res_model",
            "res_id",
        ],
        "mailing.mailing": ["campaign_id"],
        "flywheel.profile": ["company_id"],
    }

    trace_id = fields.Many2one("mailing.trace", string="Mail", readonly=True)
    mailing_id = fields.Many2one("mailing.mailing", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    profile_id = fields.Many2one("flywheel.profile", string="Person", readonly=True)
    date = fields.Datetime(string="Sent On", readonly=True)
    persona_id = fields.Many2one("flywheel.persona", readonly=True)
    journey_stage_id = fields.Many2one("flywheel.stage", readonly=True)
    lifecycle_stage_id = fields.Many2one("flywheel.stage", readonly=True)
    fit_grade = fields.Selection(
        [("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")], readonly=True
    )
    company_id = fields.Many2one("res.company", readonly=True)
    sent = fields.Integer(readonly=True)
    delivered = fields.Integer(readonly=True)
    opened = fields.Integer(readonly=True, help="By whomever, machines included.")
    opened_people = fields.Integer(string="Opened by People", readonly=True)
    clicked = fields.Integer(readonly=True, help="By whomever, machines included.")
    clicked_people = fields.Integer(string="Clicked by People", readonly=True)
    replied = fields.Integer(readonly=True)
    bounced = fields.Integer(readonly=True)
    unsubscribed = fields.Integer(readonly=True)

    @property
    def _table_query(self):
        deeds = [
            SQL("COALESCE(d.%s, 0) AS %s", *2 * [SQL.identifier(n)]) for n in DEEDS
        ]
        deeds += [
            SQL("COALESCE(d.%s, 0) AS %s", *2 * [SQL.identifier(f"{name}_people")])
            for name in FAKED
        ]
        return SQL(
            """
            SELECT r.id, r.trace_id, r.mailing_id, m.campaign_id, r.profile_id, r.date,
                   r.persona_id, r.journey_stage_id, r.lifecycle_stage_id, r.fit_grade,
                   p.company_id, 1 AS sent, 1 - COALESCE(d.bounced, 0) AS delivered,
                   %(deeds)s
              FROM flywheel_mailing_recipient r
              JOIN mailing_mailing m ON m.id = r.mailing_id
              JOIN flywheel_profile p ON p.id = r.profile_id
              LEFT JOIN (
                   SELECT t.res_id AS mailing_id, t.profile_id, %(flags)s
                     FROM flywheel_touchpoint t
                     JOIN flywheel_touchpoint_type k ON k.id = t.type_id
                    WHERE t.res_model = 'mailing.mailing' AND k.code <> 'email_sent'
                 GROUP BY t.res_id, t.profile_id) d
                ON d.mailing_id = r.mailing_id AND d.profile_id = r.profile_id
            """,
            deeds=SQL(", ").join(deeds),
            flags=SQL(", ").join(self._flags()),
        )

    @staticmethod
    def _flags():
        """Return the columns that say 1 for what a recipient did."""
        columns = []
        for name, codes in DEEDS.items():
            done = SQL("k.code = ANY(%s)", list(codes))
            valid = SQL("%s AND t.state = 'valid'", done)
            # What is quarantined otherwise is no machine's doing.
            counted = done if name in FAKED else valid
            columns.append(SQL("max((%s)::int) AS %s", counted, SQL.identifier(name)))
            if name in FAKED:
                people = SQL.identifier(f"{name}_people")
                columns.append(SQL("max((%s)::int) AS %s", valid, people))
        return columns

    def action_open_touchpoints(self):
        """Open the touchpoints behind a row, or behind several."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Touchpoints"),
            "res_model": "flywheel.touchpoint",
            "view_mode": "list,form",
            "domain": [
                ("res_model", "=", "mailing.mailing"),
                ("res_id", "in", self.mailing_id.ids),
                ("profile_id", "in", self.profile_id.ids),
            ],
        }

    def action_open_mails(self):
        """Open the mails behind rows, as the mailing app keeps them."""
        return self.trace_id._get_records_action(name=self.env._("Mails"))
