# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

# Columns of text that say nothing of a person.
TECHNICAL = {"lang", "tz", "parent_path", "res_model", "model", "number", "rrule"}
# Columns of other kinds that do.
TELLING = {"partner_latitude", "partner_longitude", "zoom"}
WORDS = ("char", "text", "html", "properties", "json")


class Base(models.AbstractModel):
    """What a record tells of a person can be taken out of it, whatever it is."""

    _inherit = "base"

    def _flywheel_forget_words(self, person):
        """Empty all texts of these records and unlink them from a person.

        By SQL: no rule, mail, tracking or computation of the model is to repeat what
        is forgotten. A text that must not be empty says that it was erased.

        :param person: the person who is forgotten
        """
        if not self:
            return
        self.env.flush_all()
        assignments = [
            SQL("%s = %s", SQL.identifier(name), value)
            for name, value in self._flywheel_get_blanks(person).items()
        ]
        if assignments:
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET %s WHERE id = ANY(%s)",
                    SQL.identifier(self._table),
                    SQL(", ").join(assignments),
                    self.ids,
                )
            )
        self.env.invalidate_all(flush=False)

    def _flywheel_get_blanks(self, person):
        """Return {column: SQL expression} of records that nobody is to be told from."""
        required = self._flywheel_get_required()
        model_fields = {
            field.model_field
            for field in self._fields.values()
            if field.type == "many2one_reference"
        }
        blanks = {}
        for name, field in self._fields.items():
            if not field.store or not field.column_type:
                continue
            if field.type in WORDS and name not in TECHNICAL | model_fields:
                blanks[name] = self._flywheel_get_blank(field, name in required)
            elif name in TELLING:
                blanks[name] = SQL("NULL")
            elif self._flywheel_is_link(field, person) and name not in required:
                blanks[name] = SQL(
                    "CASE WHEN %(name)s = ANY(%(ids)s) THEN NULL ELSE %(name)s END",
                    name=SQL.identifier(name),
                    ids=person.partner_id.ids
                    if field.comodel_name == "res.partner"
                    else person.ids,
                )
        return blanks

    @api.model
    def _flywheel_get_blank(self, field, required):
        if not required:
            return SQL("NULL")
        if "token" in field.name:
            return SQL("gen_random_uuid()::text")
        erased = SQL("%s || ' ' || id", self.env._("Erased"))
        if field.type in ("json", "properties"):
            return SQL("'{}'::jsonb")
        if field.translate or field.company_dependent:
            return SQL("jsonb_build_object('en_US', %s)", erased)
        return erased

    @api.model
    def _flywheel_is_link(self, field, person):
        """Tell whether a field links to the person or the person's contact. The link
        to the person itself stays to the end: it tells what is left to do."""
        return field.type == "many2one" and field.comodel_name == "res.partner"

    @api.model
    def _flywheel_get_required(self):
        """Return the names of the columns that must not be empty."""
        rows = self.env.execute_query(
            SQL(
                "SELECT attname FROM pg_attribute"
                " WHERE attrelid = %s::regclass AND attnotnull AND attnum > 0",
                self._table,
            )
        )
        return {row[0] for row in rows}
