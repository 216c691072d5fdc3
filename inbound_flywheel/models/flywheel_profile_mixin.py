# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..fields import DecayedFloat, ScoreBand, ScoreCell, ScoreLevel

GROUP = "inbound_flywheel.group_flywheel_user"
PICTURE = (
    "persona_id",
    "journey_stage_id",
    "lifecycle_stage_id",
    "engagement_score",
    "score_band",
    "score_level",
    "score_cell",
    "fit_score",
    "fit_grade",
    "preferred_channel_id",
    "flywheel_last_date",
    "flywheel_not_scored",
)
EDITABLE = {
    "persona_id",
    "journey_stage_id",
    "lifecycle_stage_id",
    "preferred_channel_id",
}


class FlywheelProfileMixin(models.AbstractModel):
    """Shows the picture of a person on a record that belongs to one.

    All fields but the link are related and unstored: there is nothing to keep in
    step, and Odoo searches, sorts and groups them in SQL. A model that inherits
    this says who its person is in :meth:`_flywheel_person_values`.
    """

    _name = "flywheel.profile.mixin"
    _description = "Belongs to a Person"

    # Writing one of these may mean that the record belongs to somebody else.
    _flywheel_trigger_fields = frozenset()
    # Every new record has a person from the start.
    _flywheel_auto = False

    flywheel_profile_id = fields.Many2one(
        "flywheel.profile",
        string="Person",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        groups=GROUP,
    )
    persona_id = fields.Many2one(
        related="flywheel_profile_id.persona_id", readonly=False, groups=GROUP
    )
    journey_stage_id = fields.Many2one(
        related="flywheel_profile_id.journey_stage_id", readonly=False, groups=GROUP
    )
    lifecycle_stage_id = fields.Many2one(
        related="flywheel_profile_id.lifecycle_stage_id", readonly=False, groups=GROUP
    )
    engagement_score = DecayedFloat(
        related="flywheel_profile_id.engagement_score", groups=GROUP
    )
    score_band = ScoreBand(related="flywheel_profile_id.score_band", groups=GROUP)
    score_level = ScoreLevel(related="flywheel_profile_id.score_level", groups=GROUP)
    score_cell = ScoreCell(related="flywheel_profile_id.score_cell", groups=GROUP)
    fit_score = fields.Float(related="flywheel_profile_id.fit_score", groups=GROUP)
    fit_grade = fields.Selection(related="flywheel_profile_id.fit_grade", groups=GROUP)
    preferred_channel_id = fields.Many2one(
        related="flywheel_profile_id.preferred_channel_id",
        readonly=False,
        groups=GROUP,
    )
    flywheel_last_date = fields.Datetime(
        related="flywheel_profile_id.last_date", groups=GROUP
    )
    flywheel_not_scored = fields.Boolean(
        related="flywheel_profile_id.no_profiling", string="Not Scored", groups=GROUP
    )

    # ------------------------------------------------------------------
    # What a model says of its people
    # ------------------------------------------------------------------
    def _flywheel_person_values(self):
        """Say who the records belong to.

        :return: {record id: dict with ``partner_id``, ``email``, ``phone``,
            ``name``, ``company_id``}; a record that is left out has no person
        """
        return {}

    @api.model
    def _get_concrete_models(self):
        """Return an empty recordset of every model that shows a person."""
        return [self.env[name] for name in self._get_concrete_names()]

    @api.model
    @tools.ormcache()
    def _get_concrete_names(self):
        return tuple(
            name
            for name, model in self.env.registry.items()
            if not model._abstract
            and model._auto
            and "flywheel_profile_id" in model._fields
            and "flywheel_not_scored" in model._fields
        )

    @api.model
    def _invalidate_picture(self):
        for model in self._get_concrete_models():
            model.invalidate_model(PICTURE, flush=False)

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        # The person does not exist before the record does: what is set on the
        # person goes there once it does.
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            self._flywheel_check_link(vals)
        chosen = [
            {name: vals.pop(name) for name in EDITABLE & vals.keys()}
            for vals in vals_list
        ]
        records = super().create(vals_list)
        if self._flywheel_auto:
            records._flywheel_ensure_profiles()
        for record, picture in zip(records, chosen, strict=True):
            if not any(picture.values()):
                continue
            record._flywheel_ensure_profiles()
            # sudo: nothing is told but that there is nobody
            if record.sudo().flywheel_profile_id:
                record.write(picture)
        records._flywheel_watch(None)
        return records

    def write(self, vals):
        self._flywheel_check_link(vals)
        if any(vals.get(name) for name in EDITABLE):
            # A related field on an empty link would drop the value.
            self._flywheel_need_people()
        result = super().write(vals)
        if self._flywheel_trigger_fields & vals.keys():
            self._flywheel_relink()
        self._flywheel_watch(vals.keys())
        return result

    def _flywheel_check_link(self, vals):
        """Refuse to link records to another person by hand: the link opens the
        person's picture to whoever may read the record.

        :raise AccessError: the values name another person than the records have
        """
        profile_id = vals.get("flywheel_profile_id")
        if self.env.su or not profile_id:
            return
        if self.sudo().flywheel_profile_id.ids != [profile_id]:
            raise AccessError(
                self.env._("The person of a record is found, not chosen by hand.")
            )

    def _flywheel_watch(self, names):
        """Evaluate the rules that read what has changed.

        :param names: the fields written; None for new records
        """
        watched = self.env["flywheel.fit.rule"]._get_watched_fields(self._name)
        watched |= self.env["flywheel.persona.rule"]._get_watched_fields(self._name)
        if names is None or watched & set(names):
            # sudo: rules say the same of everybody, whoever saves
            self.sudo().flywheel_profile_id._evaluate()

    def _flywheel_relink(self):
        """Follow a record to its new person, if it has another one now."""
        if self._flywheel_auto:
            self._flywheel_ensure_profiles(relink=True)

    # ------------------------------------------------------------------
    # Finding the person
    # ------------------------------------------------------------------
    def _get_profile_ids(self):
        """Return {record id: profile id}, making the people that are missing."""
        if not self:
            return {}
        records = self.sudo().exists()
        records._flywheel_ensure_profiles()
        return {record.id: record.flywheel_profile_id.id for record in records}

    def _flywheel_ensure_profiles(self, relink=False):
        """Link each record to its person; make the people that are missing.

        :param relink: look again for records that have a person already
        """
        # sudo: a person is found or made whoever saves the record
        records = self.sudo()
        if not relink:
            records = records.filtered(lambda record: not record.flywheel_profile_id)
        values = records._flywheel_person_values() if records else {}
        by_company = {}
        for record in records:
            if record.id in values:
                company_id = values[record.id].get("company_id")
                by_company.setdefault(company_id, []).append(record.id)
        for company_id, ids in by_company.items():
            group = records.browse(ids)
            if company_id:
                group = group.with_context(allowed_company_ids=[company_id])
            group._flywheel_link_people(values)

    def _flywheel_need_people(self):
        """Make sure that the records have people, whose picture is asked for.

        :raise UserError: one was forgotten and must not be made anew
        """
        self._flywheel_ensure_profiles()
        # sudo: nothing is told but that there is nobody
        for record in self.sudo():
            if not record.flywheel_profile_id and record.id:
                raise UserError(
                    self.env._(
                        "“%(name)s” has no picture of a person: the person asked to "
                        "be forgotten, or nothing is known that tells who it is. "
                        "Record a new consent first if the person has come back.",
                        name=record.display_name,
                    )
                )

    def _flywheel_link_people(self, values):
        """Find or make the people of records of one company."""
        Partner = self.env["res.partner"]
        identities = self.env["flywheel.identity"]
        partner_ids = {values[record.id].get("partner_id") for record in self}
        partners = Partner.browse(sorted(filter(None, partner_ids)))
        self._flywheel_hand_over(values)
        partners._flywheel_ensure_profiles()
        addresses, bare = {}, []
        for record in self:
            person = values[record.id]
            if person.get("partner_id"):
                continue
            key = next(
                (
                    (kind, value)
                    for kind in ("email", "phone")
                    if (value := identities._normalize(kind, person.get(kind)))
                ),
                None,
            )
            if key:
                addresses[record.id] = key
            elif not record.flywheel_profile_id:
                bare.append(record)
        suppression = self.env["flywheel.suppression"]
        nameless = self.browse([record.id for record in bare])
        bare = nameless - suppression._match_records(nameless, values)
        self._flywheel_identify(addresses)
        company_id = values[self[0].id].get("company_id")
        found = identities._resolve(addresses.values(), company_id)
        made = self.env["flywheel.profile"]._create_bare(
            [values[record.id] for record in bare]
        )
        fresh = dict(zip((record.id for record in bare), made, strict=True))
        for record in self:
            partner = Partner.browse(values[record.id].get("partner_id") or ())
            profile_id = (
                partner.flywheel_profile_id.id
                or found.get(addresses.get(record.id))
                or fresh.get(record.id)
            )
            if profile_id and record.flywheel_profile_id.id != profile_id:
                record._flywheel_link(self.env["flywheel.profile"].browse(profile_id))
        self._flywheel_claim_phones(values)
        self._flywheel_name_people(values)

    def _flywheel_link(self, profile):
        """Link a record to its person.

        The link says nothing about the record itself: what its model does on
        ``write`` is left out, and the ORM stores it with the next update.
        """
        self._fields["flywheel_profile_id"].write(self, profile)
        self.modified(["flywheel_profile_id"])

    def _flywheel_hand_over(self, values):
        """Give the person of a record to the contact that the record has got.

        A person without a contact becomes that contact's, or joins the contact's
        person if there is one: history that was anonymous is known from now on.
        """
        for record in self:
            partner_id = values[record.id].get("partner_id")
            profile = record.flywheel_profile_id
            if not partner_id or not profile or profile.partner_id:
                continue
            partner = self.env["res.partner"].browse(partner_id)
            if partner.flywheel_profile_id:
                partner.flywheel_profile_id._merge(profile)
            else:
                profile._set_partner(partner)

    def _flywheel_identify(self, addresses):
        """Give people the address that their record has got: people of whom none was
        known, and those who are known by this record alone, whose address was
        mended.

        Should it be somebody's already, both are one person.

        :param addresses: {record id: (kind, normalized value)}
        """
        identities = self.env["flywheel.identity"]
        for record in self:
            profile, key = record.flywheel_profile_id, addresses.get(record.id)
            if not key or not profile or profile.partner_id:
                continue
            known = {(i.kind, i.value) for i in profile.identity_ids}
            if key in known or known and profile._is_shared(record):
                continue
            known = identities._find([key]) or identities._adopt_partners([key])
            if known:
                profile.browse(known[key])._merge(profile)
            else:
                identities._claim([(profile.id, *key, profile.company_id.id)])

    def _flywheel_claim_phones(self, values):
        """Let calls find people who were recognised by their email address."""
        identities = self.env["flywheel.identity"]
        claims = []
        for record in self:
            person, profile = values[record.id], record.flywheel_profile_id
            if person.get("partner_id") or not person.get("email") or not profile:
                continue
            if phone := identities._normalize("phone", person.get("phone")):
                claims.append((profile.id, "phone", phone, profile.company_id.id))
        if claims:
            identities._later(claims=claims)

    def _flywheel_name_people(self, values):
        """Name people who are known by an address only."""
        for record in self:
            name = values[record.id].get("name")
            if name and not record.flywheel_profile_id.name:
                record.flywheel_profile_id.name = name

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------
    def _field_to_sql(self, alias, field_expr, query=None):
        # Sorting and grouping by a related field check the rights on the field at its
        # end alone, as superuser: the groups of the field here would not count.
        # This is asked for each column that is read: what costs comes last.
        known = self._fields
        field = known.get(field_expr) or known.get(field_expr.partition(".")[0])
        if field and field.related and not field.store:
            self._check_field_access(field, "read")
        return super()._field_to_sql(alias, field_expr, query)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        # A record without a person comes after those with one, either way.
        if field_name in ("engagement_score", "fit_score") and not nulls.code:
            nulls = SQL("NULLS LAST")
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_explain_score(self):
        """Open the explanation of the score."""
        self.ensure_one()
        self._flywheel_need_people()
        return self.flywheel_profile_id.action_explain()

    def action_explain_persona(self):
        """Open the personas that the person may be, and why."""
        self.ensure_one()
        self._flywheel_need_people()
        return self.flywheel_profile_id.action_explain_persona()

    def action_flywheel_adjust(self):
        """Open the dialogue for a manual adjustment of the score."""
        self.ensure_one()
        self._flywheel_need_people()
        return self.flywheel_profile_id.action_adjust()

    def action_flywheel_timeline(self):
        """Open what happened between the person and the company."""
        self.ensure_one()
        self._flywheel_need_people()
        return self.flywheel_profile_id.action_timeline()
