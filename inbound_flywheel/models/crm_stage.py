# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..engine.busy import gives_way
from .flywheel_condition_mixin import probe_domain

# Won deals that must have passed a stage before their median says what is usual.
ENOUGH = 5


class CrmStage(models.Model):
    """What to do in a stage, what to find out, and when to move on."""

    _inherit = "crm.stage"

    flywheel_guidance = fields.Html(
        string="Guidance",
        translate=True,
        help="What makes the difference in this stage. Shown on every opportunity in "
        "it: keep it below 1000 characters.",
    )
    flywheel_field_ids = fields.One2many(
        "flywheel.stage.field",
        "stage_id",
        string="Key Fields",
        help="What should be known before the next stage: up to five fields.",
    )
    flywheel_exit_text = fields.Char(
        string="Ready to Move On When",
        translate=True,
        help="In the words of the team, e.g.: the customer has confirmed the budget.",
    )
    flywheel_exit_domain = fields.Char(
        string="Exit Criteria",
        default="[]",
        help="What must hold for an opportunity that is ready for the next stage. It "
        "is shown, and never stops anybody.",
    )
    flywheel_usual_days = fields.Float(
        string="Usual Days",
        readonly=True,
        help="Median days that won deals spent in this stage. Updated every day.",
    )

    @api.constrains("flywheel_exit_domain")
    def _check_exit_domain(self):
        for stage in self:
            try:
                probe_domain(self.env["crm.lead"], stage.flywheel_exit_domain)
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        'The exit criteria of "%(stage)s" cannot be used: '
                        "%(domain)s\n%(error)s",
                        stage=stage.name,
                        domain=stage.flywheel_exit_domain,
                        error=error,
                    )
                ) from error

    @api.model
    @gives_way
    def _cron_usual_days(self):
        """Learn from the won deals what is usual: days in a stage, value of a deal."""
        self._update_usual_days()
        self.env["res.company"]._flywheel_update_usual_value()

    @api.model
    def _update_usual_days(self):
        """Work out how long won deals stayed in each stage, from the changes that
        Odoo has tracked."""
        # sudo: descriptions of fields are for administrators
        field = self.env["ir.model.fields"].sudo()._get("crm.lead", "stage_id")
        self.env["crm.lead"].flush_model(["won_status", "create_date"])
        self.env["mail.tracking.value"].flush_model()
        self.env["mail.message"].flush_model(["model", "res_id"])
        self.env.cr.execute(
            SQL(
                """
                WITH stays AS (
                    SELECT v.old_value_integer AS stage_id,
                           EXTRACT(epoch FROM v.create_date - COALESCE(
                               LAG(v.create_date) OVER (
                                   PARTITION BY l.id ORDER BY v.id),
                               l.create_date)) / 86400.0 AS days
                      FROM mail_tracking_value v
                      JOIN mail_message m
                        ON m.id = v.mail_message_id AND m.model = 'crm.lead'
                      JOIN crm_lead l ON l.id = m.res_id AND l.won_status = 'won'
                     WHERE v.field_id = %(field)s
                ), usual AS (
                    SELECT s.id, (SELECT percentile_cont(0.5) WITHIN GROUP (
                                             ORDER BY y.days)
                                    FROM stays y WHERE y.stage_id = s.id
                                  HAVING count(*) >= %(enough)s) AS days
                      FROM crm_stage s WHERE s.is_won IS NOT TRUE
                )
                UPDATE crm_stage s SET flywheel_usual_days = u.days FROM usual u
                 WHERE s.id = u.id
                   AND s.flywheel_usual_days IS DISTINCT FROM u.days
                """,
                field=field.id,
                enough=ENOUGH,
            )
        )
        self.invalidate_model(["flywheel_usual_days"])
