# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

# Leads that the scheduled action gives a person per commit.
BATCH = 1_000


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "flywheel.profile.mixin"]

    _flywheel_auto = True
    _flywheel_trigger_fields = frozenset({"partner_id", "email_from"})

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
        leads._record_touchpoints("lead_created")
        leads.filtered(lambda lead: lead.type == "opportunity")._record_touchpoints(
            "lead_converted"
        )
        leads._record_outcomes({})
        return leads

    def write(self, vals):
        watched = vals.keys() & {"type", "active", "stage_id", "probability"}
        before = self._get_flywheel_status() if watched else {}
        result = super().write(vals)
        if watched:
            converted = self.filtered(
                lambda lead: lead.type == "opportunity"
                and before[lead.id][0] == "lead"
            )
            converted._record_touchpoints("lead_converted")
            self._record_outcomes(before)
        return result

    def _get_flywheel_status(self):
        return {lead.id: (lead.type, lead.won_status) for lead in self}

    def _record_outcomes(self, before):
        """Note which leads are won or lost now and were not before."""
        for outcome in ("won", "lost"):
            self.filtered(
                lambda lead, outcome=outcome: lead.won_status == outcome
                and before.get(lead.id, (None, None))[1] != outcome
            )._record_touchpoints(f"lead_{outcome}")

    def _record_touchpoints(self, code):
        if not self:
            return
        # sudo: the ledger is written whoever works on the lead
        self.env["flywheel.touchpoint"]._record(
            [
                {
                    "type": code,
                    "profile_id": lead.flywheel_profile_id.id,
                    "summary": lead.name,
                    "value": lead.expected_revenue,
                    "res_model": "crm.lead",
                    "res_id": lead.id,
                    "source_id": lead.source_id.id,
                    "medium_id": lead.medium_id.id,
                    "campaign_id": lead.campaign_id.id,
                    "user_id": self.env.uid,
                }
                for lead in self.sudo()
                if lead.flywheel_profile_id
            ]
        )

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
    def _cron_adopt_leads(self):
        """Give leads without a person one, and their past a place in the ledger."""
        Cron = self.env["ir.cron"]
        Lead = self.sudo().with_context(active_test=False)
        domain = [("flywheel_profile_id", "=", False)]
        Cron._commit_progress(remaining=Lead.search_count(domain))
        while leads := Lead.search(domain, limit=BATCH, order="id desc"):
            leads._adopt()
            if not Cron._commit_progress(len(leads)):
                break

    def _adopt(self):
        """Make the people of leads that were there before the flywheel."""
        self._flywheel_ensure_profiles()
        self.flush_recordset(["flywheel_profile_id"])
        rows = []
        for lead in self:
            dates = {
                "lead_created": lead.create_date,
                "lead_converted": lead.type == "opportunity"
                and (lead.date_conversion or lead.create_date),
                "lead_won": lead.won_status == "won"
                and (lead.date_closed or lead.write_date),
                "lead_lost": lead.won_status == "lost"
                and (lead.date_closed or lead.write_date),
            }
            rows += [
                {
                    "type": code,
                    "date": date,
                    "profile_id": lead.flywheel_profile_id.id,
                    "external_key": f"crm.lead:{lead.id}:{code}",
                    "summary": lead.name,
                    "res_model": "crm.lead",
                    "res_id": lead.id,
                }
                for code, date in dates.items()
                if date
            ]
        self.env["flywheel.touchpoint"]._record(rows)
