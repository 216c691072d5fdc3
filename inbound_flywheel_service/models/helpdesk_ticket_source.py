# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists

# Field -> field that says who set it.
SOURCES = {
    "category_id": "category_source",
    "tag_ids": "tag_source",
    "priority": "priority_source",
}
HUMAN = ("person", "confirmed")


def _source(label):
    """A field that says who set another one."""
    return fields.Selection(
        [
            ("person", "A person"),
            ("rule", "A rule"),
            ("classifier", "The classifier"),
            ("confirmed", "Confirmed by a person"),
        ],
        string=label,
        readonly=True,
        copy=False,
        groups="base.group_user",
    )


class HelpdeskTicketSource(models.Model):
    """Who set the category, the tags and the priority of a case.

    The classifier learns only from what people chose or confirmed, else it would
    learn from itself.
    """

    _inherit = "helpdesk.ticket"

    category_source = _source("Category Set By")
    tag_source = _source("Tags Set By")
    priority_source = _source("Priority Set By")

    def _auto_init(self):
        cr = self.env.cr
        new = not column_exists(cr, self._table, "category_source")
        result = super()._auto_init()
        if new:
            # Categories from before the classifier were chosen by people.
            cr.execute(
                SQL(
                    "UPDATE helpdesk_ticket SET category_source = 'person'"
                    " WHERE category_id IS NOT NULL AND category_source IS NULL"
                )
            )
        return result

    @api.model
    def _flywheel_given(self, vals, source):
        given = super()._flywheel_given(vals, source)
        if source != "mail" and vals.get("tag_ids"):
            given |= {"tag_ids"}
        return given

    @api.model
    def _flywheel_prepare(self, vals, source):
        vals = super()._flywheel_prepare(vals, source)
        for name in self._flywheel_given(vals, source):
            if name in SOURCES:
                vals.setdefault(SOURCES[name], "person")
        return vals

    def write(self, vals):
        return super().write(self._flywheel_with_sources(vals))

    def _flywheel_with_sources(self, vals):
        """``vals``, completed by who sets what.

        Within the intake it is a rule, unless the values say otherwise; from a person
        it is his word; programs of other kinds count as rules.
        """
        changed = [n for n in SOURCES if n in vals and SOURCES[n] not in vals]
        if not changed:
            return vals
        human = not self.env.context.get("flywheel_intake") and (
            self.env.uid != SUPERUSER_ID
        )
        vals = dict(vals)
        for name in changed:
            who = "person" if human else "rule"
            vals[SOURCES[name]] = who if vals[name] else False
        return vals
