# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL, format_date


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    @api.model
    def _get_answer_placeholders(self):
        """Return what a text may say of the person: {name of the placeholder: label}"""
        return {
            "name": self.env._("Name"),
            "first_name": self.env._("First name"),
            "company": self.env._("Company of the person"),
            "last_contact": self.env._("What the person did last"),
            "last_contact_date": self.env._("When that was"),
            "subject": self.env._("Subject of the lead or case"),
            "my_name": self.env._("Who writes"),
            "my_company": self.env._("Your company"),
        }

    def _get_answer_criteria(self):
        """Return what decides which text of an answer suits the person; see
        :func:`..engine.variants.choose`."""
        email = self.env.ref("inbound_flywheel.channel_email", raise_if_not_found=False)
        return {
            "lang": self._get_answer_lang(),
            "persona_id": self.persona_id.id,
            "stage_id": [self.journey_stage_id.id, self.lifecycle_stage_id.id],
            # Answers are inserted into messages.
            "channel_id": email and email.id,
        }

    def _get_answer_lang(self):
        """Return the language of the person: its own, else that of its persona."""
        # sudo: the language of a person whom the caller may read
        partner = self.sudo().partner_id
        return partner.lang or self.sudo().persona_id.lang or False

    def _get_answer_values(self, record):
        """Return {placeholder: text} for a person, as a record of its shows it.

        :param record: of a model with ``flywheel.profile.mixin``, which the caller
            may read
        """
        # sudo: names on a record that the caller may read
        partner = self.sudo().partner_id
        own = record.sudo()._flywheel_person_values().get(record.id, {})
        name = partner.name or own.get("name") or self.name or ""
        if "@" in name:
            # An address is not what people are called.
            name = ""
        company = partner.commercial_company_name or ""
        last_type, last_date = self._get_last_incoming()
        lang = self._get_answer_lang() or self.env.lang
        return {
            "name": name,
            "first_name": "" if partner.is_company else _first_name(name),
            "company": company,
            "last_contact": last_type or "",
            "last_contact_date": format_date(self.env, last_date, lang_code=lang)
            if last_date
            else "",
            "subject": record.display_name
            if record._name not in ("res.partner", "res.users")
            else "",
            "my_name": self.env.user.name,
            "my_company": self.env.company.name,
        }

    def _get_last_incoming(self):
        """Return (name of the type, date) of what the person did last."""
        Touchpoint = self.env["flywheel.touchpoint"]
        types = self.env["flywheel.touchpoint.type"]._get_timeline_types()
        incoming = [i for i, values in types.items() if values["direction"] == "in"]
        query = Touchpoint._search(
            [("profile_id", "=", self.id), ("type_id", "in", incoming)],
            order="date DESC, id DESC",
            limit=1,
        )
        columns = (SQL.identifier(query.table, name) for name in ("type_id", "date"))
        for type_id, date in self.env.execute_query(query.select(*columns)):
            return types[type_id]["name"], date
        return None, None

    # ------------------------------------------------------------------
    # Merging and splitting
    # ------------------------------------------------------------------
    def _move_lines(self, others):
        self._move_uses(self, SQL("profile_id = ANY(%s)", others.ids))
        return super()._move_lines(others)

    def _move_parts(self, other, origin_ids, identity_ids, lead_ids):
        self._move_uses(
            other,
            SQL(
                "profile_id = %s AND res_model = 'crm.lead' AND res_id = ANY(%s)",
                self.id,
                lead_ids,
            ),
        )
        return super()._move_parts(other, origin_ids, identity_ids, lead_ids)

    def _company_changed(self):
        result = super()._company_changed()
        self.env.cr.execute(
            "UPDATE flywheel_approved_answer_use u SET company_id = p.company_id"
            " FROM flywheel_profile p WHERE p.id = u.profile_id AND p.id = ANY(%s)"
            " AND p.company_id IS NOT NULL",
            [self.ids],
        )
        self.env["flywheel.approved.answer.use"].invalidate_model(flush=False)
        return result

    def _move_uses(self, person, condition):
        """Let the answers that people were given follow them."""
        self.env["flywheel.approved.answer.use"].flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE flywheel_approved_answer_use SET profile_id = %s WHERE %s",
                person.id,
                condition,
            )
        )
        self.env["flywheel.approved.answer.use"].invalidate_model(flush=False)


def _first_name(name):
    """Return what a person is called; Chinese names are not taken apart."""
    return name.split(" ")[0] if name.isascii() else name
