# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models


class FlywheelSplit(models.TransientModel):
    """Dialogue for taking one person apart into two: what belongs to the other?"""

    _name = "flywheel.split"
    _description = "Split a Person"

    profile_id = fields.Many2one(
        "flywheel.profile", required=True, string="Person", ondelete="cascade"
    )
    part_ids = fields.One2many(
        "flywheel.split.part", "split_id", string="Merged Before"
    )
    identity_ids = fields.Many2many("flywheel.identity", string="Addresses")
    lead_ids = fields.Many2many("crm.lead", string="Leads")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        profile = self.env["flywheel.profile"].browse(values.get("profile_id"))
        if "part_ids" in fields_list and profile:
            values["part_ids"] = [
                Command.create(part) for part in self._find_parts(profile)
            ]
        return values

    @api.model
    def _find_parts(self, profile):
        """Return the people who were merged into a person, as values of parts."""
        groups = self.env["flywheel.touchpoint"]._read_group(
            [("profile_id", "=", profile.id), ("origin_id", "!=", 0)],
            ["origin_id"],
            ["__count", "date:max"],
        )
        counts = {origin: found for origin, *found in groups}
        addresses = {}
        for identity in profile.identity_ids.filtered("origin_id"):
            addresses.setdefault(identity.origin_id, []).append(identity.value)
        merged = self.env["flywheel.touchpoint"].search(
            [
                ("profile_id", "=", profile.id),
                ("res_model", "=", profile._name),
                ("type_id.code", "=", "profile_merged"),
            ]
        )
        names = {line.res_id: line.summary for line in merged}
        return [
            {
                "origin_id": origin,
                "name": names.get(origin),
                "addresses": ", ".join(addresses.get(origin, [])),
                "touchpoint_count": counts.get(origin, (0, False))[0],
                "last_date": counts.get(origin, (0, False))[1],
            }
            for origin in sorted(counts.keys() | addresses.keys())
        ]

    def action_split(self):
        """Take the person apart and open the other one."""
        self.ensure_one()
        self.profile_id.check_access("write")
        parts = self.part_ids.filtered("chosen")
        known = {part["origin_id"] for part in self._find_parts(self.profile_id)}
        other = self.profile_id._split(
            known.intersection(parts.mapped("origin_id")),
            self.identity_ids & self.profile_id.identity_ids,
            self._get_chosen_leads(),
        )
        return other.with_env(self.env)._get_records_action()

    def _get_chosen_leads(self):
        """Return the leads of the person that were chosen; none for those who may not
        read leads, who do not see the choice."""
        if not self.env["crm.lead"].has_access("read"):
            return self.env["crm.lead"]
        return self.lead_ids & self.profile_id.with_context(active_test=False).lead_ids
