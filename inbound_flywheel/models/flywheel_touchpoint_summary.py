# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class FlywheelTouchpoint(models.Model):
    """The words of a touchpoint are as visible as the record they come from."""

    _inherit = "flywheel.touchpoint"

    @api.depends("content", "res_model", "res_id")
    @api.depends_context("uid")
    def _compute_summary(self):
        sources = {} if self.env.su else self._check_timeline_sources()
        # sudo: whoever may see the source may read the words
        for touchpoint, told in zip(self, self.sudo(), strict=True):
            hidden = sources.get(touchpoint.id) == "hidden"
            touchpoint.summary = False if hidden else told.content

    def _inverse_summary(self):
        # sudo: as above; writing to the ledger was checked before
        for touchpoint, told in zip(self, self.sudo(), strict=True):
            told.content = touchpoint.summary

    @api.model
    def _search_summary(self, operator, value):
        domain = Domain("content", operator, value)
        if self.env.su:
            return domain
        # sudo: the words are compared only where the reader may see the source
        found = self.sudo()._search(domain & self._get_open_domain())
        return Domain("id", "in", found)

    @api.model
    def _get_open_domain(self):
        """Return the domain of the touchpoints whose source the user may see: those
        without one, those of records that he may read, and those of records that are
        gone, of models that he may read or that went with their app."""
        domain = Domain("res_id", "=", False) | Domain("res_model", "=", False)
        for name in self._get_source_models():
            source = Domain("res_model", "=", name)
            if name not in self.env:
                domain |= source
            elif self.env[name].has_access("read"):
                records = self.env[name].with_context(active_test=False)._search([])
                seen = Domain("res_id", "in", records)
                domain |= source & (seen | self._get_gone_domain(name))
        return domain

    @api.model
    def _get_gone_domain(self, name):
        """Return the domain of the touchpoints whose record of a model is deleted."""
        table = SQL.identifier(self.env[name]._table)

        def to_sql(model, alias, query):
            return SQL(
                "NOT EXISTS (SELECT FROM %s WHERE id = %s)",
                table,
                SQL.identifier(alias, "res_id"),
            )

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _get_source_models(self):
        """Return the names of the models that touchpoints come from, each found by one
        step in the index."""
        rows = self.env.execute_query(
            SQL(
                """
            WITH RECURSIVE step AS (
                (SELECT res_model FROM flywheel_touchpoint
                  WHERE res_id IS NOT NULL ORDER BY res_model LIMIT 1)
                UNION ALL
                SELECT (SELECT t.res_model FROM flywheel_touchpoint t
                         WHERE t.res_id IS NOT NULL AND t.res_model > step.res_model
                      ORDER BY t.res_model LIMIT 1)
                  FROM step WHERE step.res_model IS NOT NULL)
            SELECT res_model FROM step WHERE res_model IS NOT NULL
                """
            )
        )
        return [name for (name,) in rows]
