# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.inbound_flywheel.engine.arrays import array


class FlywheelMailingRecipient(models.Model):
    """Who got a mailing, and who they were when it was sent.

    A photograph: persona, stage and grade stay as they were, for results to be read
    by them later.
    """

    _name = "flywheel.mailing.recipient"
    _inherit = "flywheel.person.row.mixin"
    _description = "Recipient of a Mailing"
    _log_access = False
    _order = "id desc"

    trace_id = fields.Many2one(
        "mailing.trace", required=True, readonly=True, ondelete="cascade"
    )
    mailing_id = fields.Many2one(
        "mailing.mailing", required=True, readonly=True, ondelete="cascade", index=True
    )
    date = fields.Datetime(string="Sent On", readonly=True)
    persona_id = fields.Many2one(
        "flywheel.persona", readonly=True, ondelete="set null", index="btree_not_null"
    )
    journey_stage_id = fields.Many2one(
        "flywheel.stage", readonly=True, ondelete="set null", index="btree_not_null"
    )
    lifecycle_stage_id = fields.Many2one(
        "flywheel.stage", readonly=True, ondelete="set null", index="btree_not_null"
    )
    fit_grade = fields.Char(readonly=True)

    _trace_uniq = models.UniqueIndex("(trace_id)", "A mail has one recipient.")

    @api.model
    def _note(self, events):
        """Photograph the recipients of mails, in one statement.

        :param events: dicts with ``record_id`` (the trace), ``mailing_id``,
            ``profile_id`` and ``date``
        """
        events = [event for event in events if event["mailing_id"]]
        if not events:
            return
        self.env["flywheel.profile"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO flywheel_mailing_recipient
                       (trace_id, mailing_id, profile_id, date, persona_id, fit_grade,
                        journey_stage_id, lifecycle_stage_id)
                SELECT v.*, p.persona_id, p.fit_grade, %s, %s
                  FROM unnest(%s::int[], %s::int[], %s::int[], %s::timestamp[])
                       AS v (trace_id, mailing_id, profile_id, date)
                  JOIN flywheel_profile p ON p.id = v.profile_id
                    ON CONFLICT DO NOTHING
                """,
                self._stage_sql("journey"),
                self._stage_sql("lifecycle"),
                array(event["record_id"] for event in events),
                array(event["mailing_id"] for event in events),
                array(event["profile_id"] for event in events),
                array(event["date"] for event in events),
            )
        )

    @staticmethod
    def _stage_sql(track):
        """Return the stage of a track in which the person was at the time."""
        return SQL(
            """
            (SELECT i.stage_id FROM flywheel_stage_interval i
              WHERE i.profile_id = v.profile_id AND i.track = %s
                AND i.date_from <= v.date
                AND (i.date_to IS NULL OR i.date_to > v.date)
           ORDER BY i.date_from DESC LIMIT 1)
            """,
            track,
        )
