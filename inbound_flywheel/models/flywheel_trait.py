# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from .flywheel_suggestion_history import KINDS

TRAIT_KINDS = {"category", "tags", "boolean"}
# What a contact and its lead both say of a person, by other names.
SAME_MEANING = {"flywheel_industry_id": "industry_id", "lang_id": "lang"}
# Lead and contact agree so often: the contact says it all.
SAME_SHARE = 0.95


class FlywheelTrait(models.AbstractModel):
    """What people can have in common: a field of their contact or lead with a value.

    Only fields that are known before the outcome of a lead. Values travel as text:
    the id of a record, the key of a selection, the text itself, ``true``.
    """

    _name = "flywheel.trait"
    _description = "Common Trait"

    @api.model
    def _get_fields(self, drop_doubles=True):
        """Return ([fields that make traits], [(field, why it does not)]).

        :param drop_doubles: leave out fields of leads that repeat the contact
        """
        Suggestion = self.env["flywheel.suggestion"]
        Hindsight = self.env["flywheel.hindsight"]
        taken, refused = [], []
        for name in ("res.partner", "crm.lead"):
            for field in Suggestion._get_candidates(self.env[name]):
                if KINDS[field.type] not in TRAIT_KINDS:
                    continue
                reason = Hindsight._get_reason(name, field.name)
                if Hindsight._get_kinds(name).get(field.name) == "own":
                    # What the flywheel says of a person is nobody's trait.
                    continue
                if reason:
                    refused.append((field, reason))
                elif field.store:
                    taken.append(field)
        return self._drop_doubles(taken) if drop_doubles else taken, refused

    @api.model
    def _get_twins(self, found):
        """Return [(field of leads, name of the contact's field)] of what both say."""
        known = {f.name for f in found if f.model_name == "res.partner"}
        return [
            (field, SAME_MEANING.get(field.name, field.name))
            for field in found
            if field.model_name == "crm.lead"
            and field.type != "many2many"
            and SAME_MEANING.get(field.name, field.name) in known
        ]

    @api.model
    def _get_person_fields(self):
        """Return {field: the field of leads that stands in for people without a
        contact, or None}: each meaning once, whatever the data are."""
        found, _refused = self._get_fields(drop_doubles=False)
        twins = {name: field for field, name in self._get_twins(found)}
        return {
            field: twins.get(field.name) if field.model_name == "res.partner" else None
            for field in found
            if field not in twins.values()
        }

    @api.model
    def _get_person_values_sql(self, field, stand_in=None):
        """Return a query of (profile_id, value), one value a person unless it is about
        tags. The latest lead speaks for a person with several.

        :param stand_in: the field of leads for people without a contact
        """
        values = self._get_values_sql(field)
        if field.type == "many2many":
            return SQL("SELECT DISTINCT profile_id, value FROM (%s) a", values)
        if stand_in is not None and stand_in.comodel_name == field.comodel_name:
            values = SQL(
                """%s UNION ALL
                   SELECT a.profile_id, a.lead_id, a.value FROM (%s) a
                     JOIN flywheel_profile f
                       ON f.id = a.profile_id AND f.partner_id IS NULL""",
                values,
                self._get_values_sql(stand_in),
            )
        return SQL(
            "SELECT DISTINCT ON (profile_id) profile_id, value FROM (%s) a"
            " ORDER BY profile_id, lead_id DESC",
            values,
        )

    @api.model
    def _drop_doubles(self, found):
        """Return fields without those of leads that only repeat the contact."""
        twins = self._get_twins(found)
        if not twins:
            return found
        same = [self._get_agreement_sql(field, name) for field, name in twins]
        self.env["crm.lead"].flush_model()
        self.env["res.partner"].flush_model()
        [shares] = self.env.execute_query(
            SQL(
                """
                SELECT %s FROM crm_lead l
                  LEFT JOIN flywheel_profile p ON p.id = l.flywheel_profile_id
                  LEFT JOIN res_partner c ON c.id = p.partner_id
                """,
                SQL(", ").join(same),
            )
        )
        double = {
            field
            for (field, _name), share in zip(twins, shares, strict=True)
            if (share or 0.0) >= SAME_SHARE
        }
        return [field for field in found if field not in double]

    @api.model
    def _get_agreement_sql(self, field, name):
        """Return the share of leads whose value the contact has too."""
        own = SQL("NULLIF(%s::text, '')", SQL.identifier("l", field.name))
        if field.name == "lang_id":
            own = SQL("(SELECT code FROM res_lang WHERE id = l.lang_id)")
        return SQL(
            "AVG((%s IS NOT DISTINCT FROM NULLIF(%s::text, ''))::int)"
            " FILTER (WHERE %s IS NOT NULL)",
            own,
            SQL.identifier("c", name),
            own,
        )

    # ------------------------------------------------------------------
    # Values
    # ------------------------------------------------------------------
    @api.model
    def _get_values_sql(self, field):
        """Return a query of (profile_id, lead_id, value): what people have.

        ``lead_id`` is empty for what the contact says.
        """
        Model = self.env[field.model_name]
        Model.flush_model([field.name])
        table, alias = SQL.identifier(Model._table), SQL("v")
        value = SQL("NULLIF(%s::text, '')", SQL.identifier("v", field.name))
        if field.type == "boolean":
            value = SQL("NULLIF(%s, FALSE)::text", SQL.identifier("v", field.name))
        elif field.type == "many2many":
            value = SQL("r.%s::text", SQL.identifier(field.column2))
            alias = SQL(
                "v JOIN %s r ON r.%s = v.id",
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
            )
        if field.model_name == "crm.lead":
            return SQL(
                """SELECT v.flywheel_profile_id AS profile_id, v.id AS lead_id,
                          %s AS value FROM %s %s
                    WHERE v.flywheel_profile_id IS NOT NULL""",
                value,
                table,
                alias,
            )
        return SQL(
            """SELECT f.id AS profile_id, NULL::int AS lead_id, %s AS value
                 FROM %s %s JOIN flywheel_profile f ON f.partner_id = v.id""",
            value,
            table,
            alias,
        )

    @api.model
    def _get_value(self, field, text):
        """Return the value that a domain compares with."""
        if field.comodel_name:
            return int(text)
        return text == "true" if field.type == "boolean" else text

    @api.model
    def _get_value_names(self, field, texts):
        """Return {text of a value: its name in the reader's language}."""
        if field.comodel_name:
            # sudo: the names of values, as on the contacts and leads that have them
            records = self.env[field.comodel_name].sudo().browse(map(int, texts))
            names = {str(r.id): r.display_name for r in records.exists()}
            return {text: names.get(text, self.env._("deleted")) for text in texts}
        if field.type == "selection":
            labels = dict(field._description_selection(self.env))
            return {text: labels.get(text, text) for text in texts}
        if field.type == "boolean":
            return {text: self.env._("yes") for text in texts}
        return {text: text for text in texts}

    @api.model
    def _get_leaf(self, field, text):
        """Return the condition that a contact or lead has a value."""
        operator = "in" if field.type == "many2many" else "="
        value = self._get_value(field, text)
        return (field.name, operator, [value] if operator == "in" else value)

    @api.model
    def _get_label(self, field):
        """Return a field's label in the reader's language."""
        return field._description_string(self.env) or field.name
