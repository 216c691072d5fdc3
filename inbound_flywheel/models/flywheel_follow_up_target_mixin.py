# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain


class FlywheelFollowUpTargetMixin(models.AbstractModel):
    """On which record a touchpoint is followed up, and by whom: asked when it is done,
    and when a rule is tried out.

    Whoever inherits this has ``touchpoint_id`` and ``profile_id``.
    """

    _name = "flywheel.follow.up.target.mixin"
    _description = "Record and Person to Follow Up"

    def _get_targets(self, rule):
        """Find the record to act on: the one that it happened on, or else the person's
        open lead, or else the contact.

        :return: ({line id: record}, the lines that have none)
        """
        wanted = rule.mail_model if rule.action == "mail" else None
        sources = self._get_sources(wanted, rule.company_id)
        leads = self._get_leads(rule.company_id) if wanted != "res.partner" else {}
        targets = {}
        for line in self:
            person = line.profile_id
            record = sources.get(line.id) or leads.get(person.id)
            if not record and wanted != "crm.lead":
                record = person.partner_id
            if record:
                targets[line.id] = record
        return targets, self.filtered(lambda line: line.id not in targets)

    def _get_sources(self, wanted, company):
        """Return {line id: record}: what the touchpoints came from, if that is a
        record of the person that is still open."""
        models_ = self.env["flywheel.profile.mixin"]._get_concrete_names()
        found = {}
        for model, group in self.grouped(
            lambda line: line.touchpoint_id.res_model
        ).items():
            if model not in models_ or wanted not in (None, model):
                continue
            if "activity_ids" not in self.env[model]._fields:
                continue
            ids = group.touchpoint_id.mapped("res_id")
            records = self.env[model].browse(ids).exists()
            by_id = {record.id: record for record in records}
            for line in group:
                record = by_id.get(line.touchpoint_id.res_id)
                if (
                    record
                    and record.flywheel_profile_id == line.profile_id
                    and line._is_open(record, company)
                ):
                    found[line.id] = record
        return found

    def _is_open(self, record, company):
        if "active" in record._fields and not record.active:
            return False
        if company and "company_id" in record._fields and record.company_id - company:
            return False
        return record._name != "crm.lead" or record.won_status == "pending"

    def _get_leads(self, company):
        """Return {person id: newest open lead}, of a company if one is given."""
        domain = Domain("flywheel_profile_id", "in", self.profile_id.ids)
        domain &= Domain("won_status", "=", "pending")
        if company:
            domain &= Domain("company_id", "in", [False, company.id])
        leads = self.env["crm.lead"].search(domain, order="id")
        return {lead.flywheel_profile_id.id: lead for lead in leads}

    def _choose_user(self, rule, record):
        """Return who is to do it, empty if there is nobody who may see the record."""
        company = record.company_id if "company_id" in record._fields else None

        def may(user):
            return (
                user.active
                and not user.share
                and (not company or company in user.company_ids)
            )

        if rule.assign == "team":
            members = rule.team_id.member_ids.filtered(may).sorted("id")
            return members[self.id % len(members)] if members else members
        owner = rule.user_id.browse()
        if rule.assign == "owner" and "user_id" in record._fields:
            owner = record.user_id.filtered(may)
        return owner or rule.user_id.filtered(may)
