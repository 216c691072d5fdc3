# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL


class FlywheelPersonaChange(models.Model):
    """Somebody got another persona: the report of what rules and people changed.

    Written by the flow alone, never changed.
    """

    _name = "flywheel.persona.change"
    _description = "Change of Persona"
    # As they were written, one after the other.
    _order = "id desc"
    _rec_name = "profile_id"
    # It is written in bulk, and says itself who and when.
    _log_access = False

    profile_id = fields.Many2one(
        "flywheel.profile", string="Person", required=True, ondelete="cascade"
    )
    date = fields.Datetime(required=True)
    earlier_id = fields.Many2one(
        "flywheel.persona",
        string="From",
        ondelete="set null",
        help="Empty: none was known.",
    )
    persona_id = fields.Many2one(
        "flywheel.persona",
        string="To",
        ondelete="set null",
        help="Empty: none is known any more.",
    )
    confidence = fields.Float(
        aggregator="avg", help="Share of the new persona's criteria that are met."
    )
    source = fields.Selection(
        [
            ("save", "A Record Was Saved"),
            ("run", "Everybody Was Assigned"),
            ("manual", "By Hand"),
        ],
        required=True,
    )
    user_id = fields.Many2one("res.users", string="By", ondelete="set null")
    company_id = fields.Many2one(related="profile_id.company_id")

    _person_idx = models.Index("(profile_id, id DESC)")
    _date_idx = models.Index("USING brin (date)")

    @api.model
    def _log(self, changes, source):
        """Note changes.

        :param changes: list of (profile id, persona id before, persona id now,
            confidence)
        :param source: what caused them
        """
        if not changes:
            return
        columns = list(zip(*changes, strict=True))
        self.env.cr.execute(
            SQL(
                """
                WITH changed AS (
                    SELECT * FROM unnest(%s::int[], %s::int[], %s::int[], %s::float8[])
                               AS t (id, earlier_id, persona_id, confidence)
                )
                %s
                """,
                list(columns[0]),
                [persona_id or None for persona_id in columns[1]],
                [persona_id or None for persona_id in columns[2]],
                list(columns[3]),
                self._get_log_sql("changed", source),
            )
        )
        self.invalidate_model(flush=False)

    @api.model
    def _get_log_sql(self, table, source="run"):
        """Return the statement that notes what changed.

        :param table: name of what gives (id, earlier_id, persona_id, confidence), a
            row a person
        :param source: what caused it
        """
        return SQL(
            """
            INSERT INTO flywheel_persona_change
                   (profile_id, earlier_id, persona_id, confidence, source, user_id,
                    date)
            SELECT c.id, c.earlier_id, c.persona_id, c.confidence, %(source)s, %(user)s,
                   %(now)s
              FROM %(table)s c
             WHERE c.earlier_id IS DISTINCT FROM c.persona_id
            """,
            source=source,
            user=self.env.uid if source == "manual" else None,
            now=fields.Datetime.now(),
            table=SQL.identifier(table),
        )

    def action_open_person(self):
        """Open the person."""
        self.ensure_one()
        return self.profile_id._get_records_action()
