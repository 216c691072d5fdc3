# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class FlywheelMismatch(models.Model):
    """A contact that was planned in a way that does not suit the person.

    Planning goes on; the line tells how often it happens, to whom, and to which
    personas.
    """

    _name = "flywheel.mismatch"
    _description = "Contact That Does Not Suit"
    _order = "date desc, id desc"
    _rec_name = "profile_id"

    profile_id = fields.Many2one(
        "flywheel.profile",
        string="Person",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="profile_id.company_id")
    persona_id = fields.Many2one(
        "flywheel.persona", ondelete="set null", help="As it was at that time."
    )
    kind = fields.Selection(
        [
            ("own_word", "Asked for a Digital Channel"),
            ("low_touch", "Human Contact for a Low-Touch Persona"),
            ("switch", "Another Channel than the Running One"),
        ],
        string="Mismatch",
        required=True,
    )
    reason = fields.Char()
    channel_id = fields.Many2one(
        "flywheel.channel", string="Planned Channel", ondelete="set null"
    )
    activity_type_id = fields.Many2one("mail.activity.type", ondelete="set null")
    activity_id = fields.Many2one(
        "mail.activity", ondelete="set null", index="btree_not_null"
    )
    user_id = fields.Many2one("res.users", string="Planned By", ondelete="set null")
    team = fields.Selection(
        [("marketing", "Marketing"), ("sales", "Sales"), ("service", "Service")]
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    res_model = fields.Char(string="Record Model")
    res_id = fields.Many2oneReference(string="Record", model_field="res_model")

    _date_idx = models.Index("(date)")

    @api.model
    def _note(self, activities):
        """Note which of these new activities do not suit their people.

        Nothing is asked of the database where no activity is a contact with a person.
        """
        people, channels = activities._get_flywheel_contacts()
        values = []
        for channel, ids in channels.items():
            found = people.browse(ids.values())._find_mismatches(channel)
            for activity in activities.browse(ids):
                person = people.browse(ids[activity.id])
                if person.id in found:
                    values.append(self._prepare(activity, person, channel, found))
        # sudo: a line is written whoever plans, and by nobody else
        return self.sudo().create(values)

    def _prepare(self, activity, person, channel, found):
        kind, reason = found[person.id]
        return {
            "profile_id": person.id,
            "persona_id": person.persona_id.id,
            "kind": kind,
            "reason": reason,
            "channel_id": channel.id,
            "activity_type_id": activity.activity_type_id.id,
            "activity_id": activity.id,
            "user_id": self.env.uid,
            "team": self.env.user._get_flywheel_team(),
            "res_model": activity.res_model,
            "res_id": activity.res_id,
        }

    def action_open_record(self):
        """Open the record for which the contact was planned."""
        self.ensure_one()
        if not self.res_id or self.res_model not in self.env:
            return False
        return self.env[self.res_model].browse(self.res_id)._get_records_action()
