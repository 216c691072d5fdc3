# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import AccessError

# What the system notes about a case. That views show it read-only keeps nobody from
# writing it through the API.
FACTS = frozenset(
    {
        "acknowledged_date",
        "answer_count",
        "answer_due",
        "category_source",
        "closing_due",
        "escalation_date",
        "escalation_rule_id",
        "escalation_word",
        "first_response_date",
        "flywheel_prediction",
        "group_id",
        "intake_source",
        "last_answer_date",
        "last_answer_user_id",
        "late_date",
        "mail_evidence",
        "mail_verdict",
        "next_escalation",
        "priority_source",
        "queued_since",
        "rating_asked_date",
        "rating_due",
        "reopen_count",
        "reopened_date",
        "reopened_early",
        "response_hours",
        "solution_hours",
        "tag_source",
        "unowned_since",
        "waiting_since",
    }
)


class HelpdeskTicketFacts(models.Model):
    """Verdicts, clocks and sources of a case are facts: nobody sets them by hand."""

    _inherit = "helpdesk.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # Forms of new cases send empty values for fields that they do not show.
            self._flywheel_check_facts({k: v for k, v in vals.items() if v})
        return super().create(vals_list)

    def write(self, vals):
        self._flywheel_check_facts(vals)
        return super().write(vals)

    def _flywheel_check_facts(self, vals):
        """Administrators of the system may: they import a history.

        :raise AccessError: another user sets what only the system knows
        """
        facts = FACTS & vals.keys()
        if facts and not self.env.su and not self.env.user._is_system():
            raise AccessError(
                self.env._(
                    "The system notes this by itself, nobody sets it: %(fields)s.",
                    fields=", ".join(sorted(facts)),
                )
            )
