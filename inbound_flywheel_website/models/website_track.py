# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

CRON = "inbound_flywheel_website.cron_pull_visits"


class WebsiteTrack(models.Model):
    """A visit: which of them may be noted, and waking who reads them."""

    _inherit = "website.track"

    flywheel_private = fields.Boolean(
        string="Not Noted",
        readonly=True,
        help="The visitor had not agreed to be followed at the time.",
    )

    # What somebody looked at within half an hour, and within a minute.
    _flywheel_visitor_idx = models.Index("(visitor_id, visit_datetime)")

    @api.model_create_multi
    def create(self, vals_list):
        tracks = super().create(vals_list)
        for visitor in tracks.visitor_id:
            self.env["website.visitor"]._flywheel_note_visit(visitor.id)
        return tracks

    @api.model
    def _flywheel_trigger(self):
        """Have the visits read within seconds."""
        cron = self.env.ref(CRON, raise_if_not_found=False)
        if cron:
            # sudo: whoever visits may wake the scheduled action
            cron.sudo()._trigger()

    @api.model
    def _flywheel_trigger_if_known(self, visitor_id):
        """Have the visits read within seconds if the visitor is a person by now: one
        statement, for all that a page waits for."""
        cron_id = self.env["ir.model.data"]._xmlid_to_res_id(CRON)
        if not cron_id:
            return
        woken = self.env.execute_query(
            SQL(
                """
                INSERT INTO ir_cron_trigger (cron_id, call_at, create_uid, create_date,
                                             write_uid, write_date)
                SELECT %(cron)s, %(now)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                 WHERE EXISTS (SELECT FROM flywheel_identity
                                WHERE kind = 'visitor' AND value = %(visitor)s)
                    OR EXISTS (SELECT FROM website_visitor v
                                 JOIN res_partner p ON p.id = v.partner_id
                                WHERE v.id = %(visitor_id)s AND p.partner_share)
             RETURNING NOT EXISTS (
                       SELECT FROM ir_cron_trigger
                        WHERE cron_id = %(cron)s
                          AND call_at > %(now)s::timestamp - interval '10 seconds')
                """,
                cron=cron_id,
                now=fields.Datetime.now(),
                uid=self.env.uid,
                visitor=str(visitor_id),
                visitor_id=visitor_id,
            )
        )
        if woken and woken[0][0]:
            # Otherwise it was called just now, and sees to this visit as well; or the
            # next round of scheduled actions does, within a minute.
            self.env.cr.postcommit.add(self.env["ir.cron"]._notifydb)
