# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, format_amount

from ..engine.busy import gives_way
from ..engine.leads import since_sql
from .flywheel_condition_mixin import check_domain, watched_fields
from .flywheel_profile import HOT_COLUMNS

# Conditions on these say nothing about why a lead is junk.
PLAIN = {"active", "type", "won_status"}
# Figures of a rule that an explanation names.
FIGURES = 3

# Flags and unflags open leads, given the query of what the rules hold for.
EVALUATE = """
WITH matches AS MATERIALIZED (
    SELECT m.lead_id, m.rule_id FROM (%s) AS m (lead_id, rule_id)
      JOIN crm_lead l ON l.id = m.lead_id
     WHERE l.junk_state IS DISTINCT FROM 'confirmed'
       AND NOT EXISTS (SELECT FROM flywheel_junk_cleared_rel c
                        WHERE c.lead_id = m.lead_id
                          AND c.rule_id = m.rule_id)
), gone AS (
    DELETE FROM flywheel_junk_lead_rel r USING crm_lead l
     WHERE l.id = r.lead_id
       AND l.junk_state IS DISTINCT FROM 'confirmed'
       AND NOT EXISTS (SELECT FROM matches m
                        WHERE m.lead_id = r.lead_id
                          AND m.rule_id = r.rule_id)
), added AS (
    INSERT INTO flywheel_junk_lead_rel (lead_id, rule_id)
    SELECT lead_id, rule_id FROM matches
        ON CONFLICT DO NOTHING
), states AS (
    SELECT DISTINCT lead_id, 'suspected' AS state FROM matches
     UNION ALL
    SELECT l.id, CASE WHEN EXISTS (
                     SELECT FROM flywheel_junk_cleared_rel c
                      WHERE c.lead_id = l.id) THEN 'cleared' END
      FROM crm_lead l
     WHERE l.junk_state = 'suspected'
       AND l.id NOT IN (SELECT lead_id FROM matches)
)
UPDATE crm_lead l SET junk_state = s.state FROM states s
 WHERE l.id = s.lead_id AND l.junk_state IS DISTINCT FROM s.state
RETURNING l.id
"""


class FlywheelJunkRule(models.Model):
    """What makes an open lead look like junk.

    A rule flags and explains; what becomes of the lead is for a manager to say.
    Conditions on the lead alone are looked at whenever it is saved; those that time
    fulfils, by a scheduled action, for all leads in one statement.
    """

    _name = "flywheel.junk.rule"
    _description = "Junk Rule"
    _inherit = ["flywheel.condition.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    domain = fields.Char(
        required=True,
        default="[]",
        string="Condition",
        help="Which open leads and opportunities look like junk.",
    )
    silence_days = fields.Integer(
        string="Days of Silence",
        help="Only leads without contact for more than so many days, and without a "
        "planned activity. 0: whatever the contact was.",
    )
    silence_side = fields.Selection(
        [("both", "Nobody wrote or called"), ("in", "The person did not")],
        string="Silence Of",
        required=True,
        default="both",
    )
    attempts = fields.Integer(
        string="Attempts without Reply",
        help="Only leads that were approached at least so many times since the person "
        "last did something. 0: does not matter.",
    )
    company_id = fields.Many2one(
        "res.company", help="Only leads of this company. Empty: of all companies."
    )
    lead_ids = fields.Many2many(
        "crm.lead",
        "flywheel_junk_lead_rel",
        "rule_id",
        "lead_id",
        string="Flagged Leads",
        readonly=True,
    )
    lead_count = fields.Integer(compute="_compute_lead_count", string="Flagged")

    _check_days = models.Constraint(
        "CHECK (silence_days >= 0 AND attempts >= 0)",
        "Days and attempts are not negative.",
    )

    @api.depends("lead_ids")
    def _compute_lead_count(self):
        self.lead_count = 0
        if not self.env["crm.lead"].has_access("read"):
            return
        groups = self.env["crm.lead"]._read_group(
            [("junk_rule_ids", "in", self.ids), ("junk_state", "=", "suspected")],
            ["junk_rule_ids"],
            ["__count"],
        )
        counts = {rule.id: count for rule, count in groups}
        for rule in self:
            rule.lead_count = counts.get(rule.id, 0)

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        self._trigger_evaluation()
        return rules

    def write(self, vals):
        result = super().write(vals)
        self._trigger_evaluation()
        return result

    def unlink(self):
        self._trigger_evaluation()
        return super().unlink()

    @api.model
    def _trigger_evaluation(self):
        """Have all leads looked at again, soon."""
        cron = self.env.ref("inbound_flywheel.cron_junk", raise_if_not_found=False)
        if cron:
            # sudo: whoever may change a rule may have it applied
            cron.sudo()._trigger()

    def _get_condition_model(self):
        return self.env["crm.lead"]

    # ------------------------------------------------------------------
    # What holds for a lead itself
    # ------------------------------------------------------------------
    @api.model
    @tools.ormcache()
    def _get_immediate_ids(self):
        """Return the ids of the rules that time has no part in."""
        return tuple(
            self.sudo().search([("silence_days", "=", 0), ("attempts", "=", 0)]).ids
        )

    @api.model
    @tools.ormcache()
    def _get_immediate_fields(self):
        """Return the names of the lead's fields that these rules read."""
        rules = self.sudo().browse(self._get_immediate_ids())
        if not rules:
            return frozenset()
        names = watched_fields(self.env["crm.lead"], rules.mapped("domain"))
        return names | {"company_id"}

    def _get_lead_domain(self):
        """Return the domain of the leads that the condition holds for."""
        self.ensure_one()
        domain = check_domain(self.env["crm.lead"], self.domain)
        if self.company_id:
            domain &= Domain("company_id", "=", self.company_id.id)
        return domain

    # ------------------------------------------------------------------
    # All leads at once
    # ------------------------------------------------------------------
    @api.model
    @gives_way
    def _cron_evaluate(self):
        """Flag what has become junk in the eyes of the rules, and unflag what has
        not."""
        self._evaluate_all()

    def action_evaluate(self):
        """Look at all open leads now."""
        self.check_access("write")
        self._evaluate_all()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.crm_lead_action_junk"
        )

    def action_open_leads(self):
        """Open the leads that the rule flags."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.crm_lead_action_junk"
        )
        domain = Domain("junk_state", "=", "suspected")
        domain &= Domain("junk_rule_ids", "in", self.ids)
        return {**action, "domain": list(domain)}

    @api.model
    def _evaluate_all(self):
        """Apply all rules to all open leads, in one statement that writes only what
        changes.

        What a manager has confirmed stays; what was cleared of a rule is not flagged
        by it again.

        :return: number of leads that were flagged or unflagged
        """
        self.env["flywheel.touchpoint"]._flush_queue()
        self.env["flywheel.profile"].flush_model(HOT_COLUMNS)
        # sudo: a rule says the same of a lead whoever asks
        rules = self.sudo().search([("active", "=", True)])
        parts = [rule._get_match_sql() for rule in rules]
        matches = SQL(" UNION ALL ").join(parts) if parts else SQL("SELECT 0, 0")
        Lead = self.env["crm.lead"]
        Lead.flush_model(["junk_state", "junk_rule_ids", "junk_cleared_rule_ids"])
        changed = self.env.execute_query(SQL(EVALUATE, matches))
        Lead.invalidate_model(["junk_state", "junk_rule_ids", "junk_reason"])
        return len(changed)

    def _get_match_sql(self):
        """Return a query of (lead_id, rule_id): the open leads that the rule holds
        for now."""
        self.ensure_one()
        Lead = self.env["crm.lead"].sudo()
        is_open = Domain("active", "=", True) & Domain("won_status", "=", "pending")
        query = Lead._search(self._get_lead_domain() & is_open, bypass_access=True)
        if self.silence_days or self.attempts:
            profile = query.make_alias(Lead._table, "flywheel_profile_id")
            query.add_join(
                "LEFT JOIN",
                profile,
                "flywheel_profile",
                SQL(
                    "%s = %s",
                    Lead._field_to_sql(Lead._table, "flywheel_profile_id", query),
                    SQL.identifier(profile, "id"),
                ),
            )
            for condition in self._get_time_conditions(SQL.identifier(profile)):
                query.add_where(condition)
        return query.select(
            SQL("%s AS lead_id", SQL.identifier(Lead._table, "id")),
            SQL("%s AS rule_id", self.id),
        )

    def _get_time_conditions(self, profile):
        """Yield what silence and attempts ask of a lead, as SQL."""
        if self.silence_days:
            column = "last_in_date" if self.silence_side == "in" else "last_date"
            yield SQL(
                "GREATEST(%s, %s.%s) < %s",
                since_sql("crm_lead"),
                profile,
                SQL.identifier(column),
                fields.Datetime.now() - timedelta(days=self.silence_days),
            )
            yield SQL(
                "NOT EXISTS (SELECT FROM mail_activity a WHERE a.res_id = crm_lead.id"
                " AND a.res_model = 'crm.lead' AND a.active"
                " AND a.date_deadline >= %s)",
                fields.Date.today(),
            )
        if self.attempts:
            since = since_sql("crm_lead")
            yield SQL("%s.last_out_date > %s", profile, since)
            yield SQL(
                "%s >= %s",
                attempts_sql(
                    SQL("%s.id", profile),
                    SQL("GREATEST(%s, %s.last_in_date)", since, profile),
                ),
                self.attempts,
            )

    # ------------------------------------------------------------------
    # In words
    # ------------------------------------------------------------------
    def _explain(self, lead, attempts):
        """Return why the rule flags a lead, with the figures.

        :param attempts: times the person was approached since it last did something
        """
        self.ensure_one()
        figures = self._get_figures(lead)
        if self.silence_days:
            profile = lead.flywheel_profile_id
            column = "last_in_date" if self.silence_side == "in" else "last_date"
            dates = [lead._get_since(), profile[column]]
            days = (fields.Datetime.now() - max(filter(None, dates))).days
            figures.append(
                self.env._(
                    "%(days)s days of silence, limit %(limit)s",
                    days=days,
                    limit=self.silence_days,
                )
            )
        if self.attempts:
            figures.append(
                self.env._(
                    "%(count)s attempts without reply, limit %(limit)s",
                    count=attempts,
                    limit=self.attempts,
                )
            )
        if not figures:
            return self.name
        return self.env._(
            "%(rule)s (%(figures)s)", rule=self.name, figures=", ".join(figures)
        )

    def _get_figures(self, lead):
        """Return what the lead has in the fields that the condition names."""
        names = {
            condition.field_expr.split(".")[0]: True
            for condition in self._get_lead_domain().iter_conditions()
            if condition.field_expr.split(".")[0] not in PLAIN
        }
        figures = []
        for name in list(names)[:FIGURES]:
            label = lead._fields[name]._description_string(self.env)
            figures.append(f"{label}: {self._format(lead, name)}")
        return figures

    def _format(self, lead, name):
        field, value = lead._fields[name], lead[name]
        if field.type == "monetary":
            currency = lead.company_currency or self.env.company.currency_id
            return format_amount(self.env, value, currency)
        if field.relational:
            value = ", ".join(value.mapped("display_name"))
        elif field.type == "selection":
            value = dict(field._description_selection(self.env)).get(value)
        if value is False or value in (None, ""):
            return self.env._("none")
        return str(value)

    @api.model
    def _check_manager(self):
        """Refuse whoever may not judge leads.

        :raise AccessError: the user is not a flywheel manager
        """
        if not self.env.user.has_group("inbound_flywheel.group_flywheel_manager"):
            raise AccessError(
                self.env._("Only a flywheel manager can confirm or clear junk.")
            )


def attempts_sql(profile_id, since):
    """Return how many times a person was approached after a moment, as SQL.

    :param profile_id: an :class:`SQL` expression
    :param since: an :class:`SQL` expression
    """
    return SQL(
        "(SELECT count(*) FROM flywheel_touchpoint t"
        " JOIN flywheel_touchpoint_type k ON k.id = t.type_id AND k.direction = 'out'"
        " WHERE t.profile_id = %s AND t.state = 'valid' AND t.date > %s)",
        profile_id,
        since,
    )
