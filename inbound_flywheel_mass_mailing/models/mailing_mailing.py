# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL


class MailingMailing(models.Model):
    _inherit = "mailing.mailing"

    flywheel_machine_count = fields.Integer(
        string="By Machines",
        compute="_compute_flywheel_machine_count",
        groups="inbound_flywheel.group_flywheel_user",
        help="Opens and clicks of this mailing that are quarantined.",
    )

    flywheel_opened_people = fields.Integer(
        string="Opened by People",
        compute="_compute_flywheel_people",
        groups="inbound_flywheel.group_flywheel_user",
        help="Mails that people opened, clicked in or answered.",
    )
    flywheel_clicked_people = fields.Integer(
        string="Clicked by People",
        compute="_compute_flywheel_people",
        groups="inbound_flywheel.group_flywheel_user",
        help="Mails in which people clicked.",
    )

    def _compute_flywheel_people(self):
        """Count as the report does that the button opens."""
        groups = self.env["flywheel.mailing.report"]._read_group(
            [("mailing_id", "in", self.ids)],
            ["mailing_id"],
            ["opened_people:sum", "clicked_people:sum"],
        )
        sums = {mailing.id: numbers for mailing, *numbers in groups}
        for mailing in self:
            opened, clicked = sums.get(mailing.id, (0, 0))
            mailing.flywheel_opened_people = opened
            mailing.flywheel_clicked_people = clicked

    def _compute_flywheel_machine_count(self):
        groups = self.env["flywheel.touchpoint"]._read_group(
            [
                ("res_model", "=", "mailing.mailing"),
                ("res_id", "in", self.ids),
                ("state", "=", "quarantined"),
            ],
            ["res_id"],
            ["__count"],
        )
        counts = dict(groups)
        for mailing in self:
            mailing.flywheel_machine_count = counts.get(mailing.id, 0)

    def _get_recipients(self):
        self._flywheel_link_contacts()
        return super()._get_recipients()

    def _flywheel_link_contacts(self):
        """Have the picture of people whose address became known since at hand for the
        choice of recipients."""
        if self.mailing_model_real == "mailing.contact":
            company = (self.user_id or self.create_uid).company_id
            # sudo: who is known does not depend on who sends
            contacts = self.env["mailing.contact"].sudo()
            contacts = contacts.with_context(allowed_company_ids=company.ids)
            contacts._flywheel_link_by_address()

    def _get_flywheel_company(self):
        """Return the company that writes to people with this mailing."""
        self.ensure_one()
        return (self.user_id or self.create_uid).company_id or self.env.company

    def _find_untracked(self, recipients):
        """Return the ids of recipients whose opens and clicks may not be noted.

        Of somebody who is not known yet, nobody has heard a yes.

        :param recipients: {record id: normalized email} of the mailing's model
        """
        self.ensure_one()
        company = self._get_flywheel_company()
        if not self._is_tracking_limited():
            return set()
        # sudo: what people want counts for whoever sends
        Model = self.env[self.mailing_model_real].sudo()
        identities = self.env["flywheel.identity"].sudo()
        identities = identities.with_context(allowed_company_ids=company.ids)
        people = {}
        names = self.env["flywheel.profile.mixin"]._get_concrete_names()
        if Model._name in names and Model._name != "mailing.contact":
            for record in Model.browse(recipients):
                people[record.id] = record.flywheel_profile_id.id
        found = identities._find(
            [("email", email) for email in set(recipients.values()) if email]
        )
        for record_id, email in recipients.items():
            people[record_id] = people.get(record_id) or found.get(("email", email))
        profiles = identities.env["flywheel.profile"].browse(
            filter(None, people.values())
        )
        tracked = set(profiles._filter_tracked().ids)
        unknown = company.sudo().flywheel_tracking != "objection"
        return {
            record_id
            for record_id, profile_id in people.items()
            if (profile_id not in tracked if profile_id else unknown)
        }

    @api.model
    def _is_tracking_limited(self):
        """Tell whether anybody at all is not to be tracked."""
        self.env["res.company"].flush_model(["flywheel_tracking"])
        self.env["flywheel.consent"].flush_model(["purpose", "kind"])
        return self.env.execute_query(
            SQL(
                "SELECT EXISTS (SELECT FROM res_company"
                " WHERE flywheel_tracking <> 'objection')"
                " OR EXISTS (SELECT FROM flywheel_consent"
                " WHERE purpose = 'tracking' AND kind = 'withdrawn')"
            )
        )[0][0]

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_flywheel_results(self):
        """Open what came of the mailing, by persona and stage."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "inbound_flywheel_mass_mailing.flywheel_mailing_report_action"
        )
        action["domain"] = [("mailing_id", "in", self.ids)]
        return action

    def action_flywheel_machines(self):
        """Open what machines did with the mailing."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "inbound_flywheel.flywheel_quarantine_report_action"
        )
        action["domain"] = [("mailing_id", "in", self.ids)]
        return action
