# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..engine.busy import gives_way

# Leads that the scheduled action gives a person per commit.
BATCH = 1_000


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "flywheel.profile.mixin"]

    _flywheel_auto = True
    _flywheel_correspondence = True
    _flywheel_trigger_fields = frozenset({"partner_id", "email_from", "phone"})

    def _flywheel_person_values(self):
        return {
            lead.id: {
                "partner_id": lead.partner_id.id,
                "email": lead.email_normalized,
                "phone": lead.phone_sanitized,
                "name": lead.contact_name or lead.partner_name or lead.email_normalized,
                "company_id": lead.company_id.id,
            }
            for lead in self
        }

    # ------------------------------------------------------------------
    # What happens to leads goes into the ledger
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._record_changes({})
        if len(leads) > 1:
            # A batch is worth a pass of its own.
            self.env["flywheel.touchpoint"]._flush_queue()
        return leads

    def write(self, vals):
        # The outcome is read only when Odoo itself does: reading computes it.
        outcome = bool(vals.keys() & {"active", "stage_id", "probability"})
        before = {}
        if outcome or "type" in vals:
            before = {
                lead.id: (lead.type, lead.won_status if outcome else None)
                for lead in self
            }
        result = super().write(vals)
        if before:
            self._record_changes(before)
        return result

    def _record_changes(self, before):
        """Note in the ledger what has become of leads.

        :param before: {lead id: (type, won status)} as it was; nothing for new leads
        """
        # sudo: the ledger is written whoever works on the lead
        self.env["flywheel.touchpoint"]._record(
            [
                lead._prepare_touchpoint(code)
                for lead in self.sudo()
                for code in lead._get_change_codes(before.get(lead.id))
                if lead.flywheel_profile_id
            ]
        )

    def _get_change_codes(self, before):
        """Return the touchpoint types of what has happened to a lead."""
        codes = [] if before else ["lead_created"]
        old_type, old_status = before or (None, None)
        if self.type == "opportunity" and old_type != "opportunity":
            codes.append("lead_converted")
        if before and old_status is None:
            return codes
        if self.won_status in ("won", "lost") and self.won_status != old_status:
            codes.append(f"lead_{self.won_status}")
        return codes

    def _prepare_touchpoint(self, code):
        date = self._get_change_date(code)
        return {
            "type": code,
            "date": date,
            "external_key": f"crm.lead:{self.id}:{date:%Y%m%d%H%M%S}",
            "profile_id": self.flywheel_profile_id.id,
            "summary": self.name,
            "value": self.expected_revenue,
            "res_model": "crm.lead",
            "res_id": self.id,
            "source_id": self.source_id.id,
            "medium_id": self.medium_id.id,
            "campaign_id": self.campaign_id.id,
            "user_id": self.env.uid,
        }

    def _get_change_date(self, code):
        """Return when it happened, as far as the lead tells: imported leads have a
        past."""
        now = fields.Datetime.now()
        if code in ("lead_won", "lead_lost"):
            return min(self.date_closed or now, now)
        if code == "lead_converted" and self.date_conversion:
            return self.date_conversion
        return self._get_since()

    def _get_since(self):
        """Return since when the lead exists: an imported one is older than its row.

        The twin of :func:`.engine.leads.since_sql`.
        """
        dates = (self.create_date, self.date_open, self.date_closed)
        return min((date for date in dates if date), default=fields.Datetime.now())

    # ------------------------------------------------------------------
    # Merging
    # ------------------------------------------------------------------
    def _merge_dependences(self, opportunities):
        """Leads of one customer become one lead: their people become one person."""
        result = super()._merge_dependences(opportunities)
        self._flywheel_ensure_profiles()
        others = opportunities.sudo().flywheel_profile_id.filtered(
            lambda profile: not profile.partner_id
        )
        self.sudo().flywheel_profile_id._merge(others)
        return result

    # ------------------------------------------------------------------
    # Leads that were there first
    # ------------------------------------------------------------------
    @api.model
    @gives_way
    def _cron_adopt_leads(self):
        """Give leads without a person one, and their past a place in the ledger."""
        Cron = self.env["ir.cron"]
        Lead = self.sudo().with_context(active_test=False)
        domain = [("flywheel_profile_id", "=", False)]
        Cron._commit_progress(remaining=Lead.search_count(domain))
        while leads := Lead.search(domain, limit=BATCH, order="id desc"):
            leads._adopt()
            # Leads of people who asked to be forgotten stay without a person.
            domain = [("flywheel_profile_id", "=", False), ("id", "<", leads[-1].id)]
            if not Cron._commit_progress(len(leads)):
                break

    def _adopt(self):
        """Make the people of leads that were there before the flywheel."""
        self._flywheel_ensure_profiles()
        self.flush_recordset(["flywheel_profile_id"])
        self._record_changes({})
