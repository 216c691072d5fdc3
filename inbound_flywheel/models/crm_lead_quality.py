# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL, sql

from ..engine.leads import since_sql
from .flywheel_junk_rule import attempts_sql
from .flywheel_profile_mixin import GROUP

JUDGEMENT = {"junk_state", "is_junk", "junk_rule_ids", "junk_cleared_rule_ids"}
COLUMNS = {"junk_state": "varchar", "is_junk": "bool"}


class CrmLead(models.Model):
    """Leads that look like junk, and why."""

    _inherit = "crm.lead"

    junk_state = fields.Selection(
        [
            ("suspected", "Possible Junk"),
            ("confirmed", "Junk"),
            ("cleared", "Not Junk"),
        ],
        string="Junk",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="Possible: a junk rule flags it. Junk and not junk: what a manager said.",
    )
    is_junk = fields.Boolean(
        compute="_compute_is_junk",
        store=True,
        help="A manager has confirmed that it is junk.",
    )
    junk_rule_ids = fields.Many2many(
        "flywheel.junk.rule",
        "flywheel_junk_lead_rel",
        "lead_id",
        "rule_id",
        string="Junk Rules",
        copy=False,
        readonly=True,
        groups=GROUP,
    )
    junk_cleared_rule_ids = fields.Many2many(
        "flywheel.junk.rule",
        "flywheel_junk_cleared_rel",
        "lead_id",
        "rule_id",
        string="Cleared of",
        copy=False,
        readonly=True,
        groups=GROUP,
        help="Rules that do not flag this lead again: a manager has said that they are "
        "wrong about it.",
    )
    junk_reason = fields.Text(
        string="Why Junk", compute="_compute_junk_reason", groups=GROUP
    )

    def _auto_init(self):
        # No lead is junk at first: nothing to work out, one by one, for those there.
        for name, kind in COLUMNS.items():
            if not sql.column_exists(self.env.cr, self._table, name):
                sql.create_column(self.env.cr, self._table, name, kind)
        return super()._auto_init()

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------
    @api.depends("junk_state")
    def _compute_is_junk(self):
        for lead in self:
            lead.is_junk = lead.junk_state == "confirmed"

    @api.depends("junk_state", "junk_rule_ids")
    def _compute_junk_reason(self):
        self.junk_reason = False
        flagged = self.filtered(
            lambda lead: lead.junk_state in ("suspected", "confirmed")
        )
        if not flagged:
            return
        counts = flagged._get_attempts()
        # sudo: the reason counts what happened to the person, whoever reads it
        for lead in flagged.sudo():
            lead.junk_reason = "\n".join(
                rule._explain(lead, counts.get(lead.id, 0))
                for rule in lead.junk_rule_ids
            )

    def _get_attempts(self):
        """Return {lead id: times that its person was approached since it last did
        something}, for leads that a rule about attempts flags."""
        asked = self.sudo().filtered(
            lambda lead: any(lead.junk_rule_ids.mapped("attempts"))
        )
        if not asked:
            return {}
        self.env["flywheel.profile"].flush_model(["last_in_date"])
        count = attempts_sql(
            SQL("p.id"), SQL("GREATEST(%s, p.last_in_date)", since_sql("l"))
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT l.id, %s FROM crm_lead l"
                " JOIN flywheel_profile p ON p.id = l.flywheel_profile_id"
                " WHERE l.id = ANY(%s)",
                count,
                asked.ids,
            )
        )
        return dict(rows)

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_judgement(vals)
        leads = super().create(vals_list)
        leads._junk_evaluate()
        return leads

    def write(self, vals):
        self._check_judgement(vals)
        restored = self.browse()
        if vals.get("active"):
            restored = self.filtered(
                lambda lead: not lead.active and lead.junk_state == "confirmed"
            )
        result = super().write(vals)
        if restored:
            # Whoever takes a lead back in says that it is not junk.
            restored.sudo()._junk_clear()
        watched = self.env["flywheel.junk.rule"]._get_immediate_fields()
        if watched & vals.keys():
            self._junk_evaluate()
        return result

    def _check_judgement(self, vals):
        """Refuse to have junk declared by hand, past the rules and the managers."""
        if JUDGEMENT & vals.keys() and not self.env.su:
            self.env["flywheel.junk.rule"]._check_manager()

    # ------------------------------------------------------------------
    # Flagging
    # ------------------------------------------------------------------
    def _junk_evaluate(self):
        """Flag those of these leads that look like junk by themselves, unflag those
        that do no more."""
        # sudo: a rule says the same of a lead whoever saves it
        Rule = self.env["flywheel.junk.rule"].sudo()
        rules = Rule.browse(Rule._get_immediate_ids())
        leads = self.sudo()
        flags = dict.fromkeys(leads.ids, Rule)
        for rule in rules:
            for lead in leads.filtered_domain(rule._get_lead_domain()):
                flags[lead.id] += rule
        for lead in leads:
            if flags[lead.id] or lead.junk_state == "suspected":
                lead._junk_flag(flags[lead.id], rules)

    def _junk_flag(self, found, asked):
        """Write which rules flag a lead.

        :param found: the rules that hold for the lead
        :param asked: the rules that were asked; the others stay as they are
        """
        if self.junk_state == "confirmed":
            return
        if not self.active or self.won_status != "pending":
            found = found.browse()
        flags = (self.junk_rule_ids - asked | found) - self.junk_cleared_rule_ids
        if flags == self.junk_rule_ids:
            return
        unflagged = "cleared" if self.junk_cleared_rule_ids else False
        self.with_context(tracking_disable=True).write(
            {
                "junk_rule_ids": [Command.set(flags.ids)],
                "junk_state": "suspected" if flags else unflagged,
            }
        )

    # ------------------------------------------------------------------
    # Judging
    # ------------------------------------------------------------------
    def action_junk_confirm(self):
        """Ask what is to become of the leads that are junk."""
        self.env["flywheel.junk.rule"]._check_manager()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_junk_confirm_action"
        )
        return {**action, "context": {"default_lead_ids": [Command.set(self.ids)]}}

    def action_junk_clear(self):
        """Say that these leads are not junk: the rules that flag them will not do so
        again."""
        self.env["flywheel.junk.rule"]._check_manager()
        self.check_access("write")
        # sudo: checked above; the fields are closed to edits by hand
        self.sudo()._junk_clear()
        body = self.env._("Not junk, says %(user)s.", user=self.env.user.name)
        self._message_log_batch(bodies=dict.fromkeys(self.ids, body))
        return True

    def _junk_clear(self):
        for lead in self:
            lead.write(
                {
                    "junk_state": "cleared",
                    "junk_cleared_rule_ids": [
                        Command.link(rule.id) for rule in lead.junk_rule_ids
                    ],
                    "junk_rule_ids": [Command.clear()],
                }
            )
