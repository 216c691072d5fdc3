# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import SQL

GROUP = "inbound_flywheel.group_flywheel_user"
# So long after opening a page, agreeing still concerns that page.
AGREE_WITHIN = timedelta(minutes=30)


class WebsiteVisitor(models.Model):
    """Who a visitor is.

    A visitor who becomes known is an identity of the person, with a number of its own
    as where it came from: should it turn out to be somebody else, the dialogue that
    splits people takes the visits out again.
    """

    _inherit = "website.visitor"

    flywheel_profile_id = fields.Many2one(
        "flywheel.profile",
        string="Person",
        compute="_compute_flywheel_profile_id",
        search="_search_flywheel_profile_id",
        groups=GROUP,
    )
    flywheel_score = fields.Float(
        related="flywheel_profile_id.engagement_score", string="Score", groups=GROUP
    )
    flywheel_persona_id = fields.Many2one(
        related="flywheel_profile_id.persona_id", string="Persona", groups=GROUP
    )

    def _compute_flywheel_profile_id(self):
        # sudo: who it is; whether the reader may see that person is for its rules
        identities = (
            self.env["flywheel.identity"]
            .sudo()
            .search_fetch(
                [("kind", "=", "visitor"), ("value", "in", list(map(str, self.ids)))],
                ["value", "profile_id"],
                order="id desc",
            )
        )
        people = {identity.value: identity.profile_id.id for identity in identities}
        allowed = self.env["flywheel.profile"].browse(people.values())
        allowed = set(allowed._filtered_access("read").ids)
        for visitor in self:
            person = people.get(str(visitor.id))
            visitor.flywheel_profile_id = person if person in allowed else False

    @api.model
    def _search_flywheel_profile_id(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        if operator == "in" and False in value:
            known = self._flywheel_known(Domain.TRUE)
            nobody = Domain.custom(
                to_sql=lambda model, alias, query: SQL(
                    "%s NOT IN %s", SQL.identifier(alias, "id"), known
                )
            )
            others = [person for person in value if person]
            return nobody | Domain("flywheel_profile_id", "in", others)
        people = Domain("id", operator, value) if operator == "in" else Domain(value)
        found = self._flywheel_known(people)
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN %s", SQL.identifier(alias, "id"), found
            )
        )

    @api.model
    def _flywheel_known(self, domain):
        """Return a subselect of the ids of the visitors who are such people."""
        people = self.env["flywheel.profile"]._search(domain)
        self.env["flywheel.identity"].flush_model()
        return SQL(
            "(SELECT value::int FROM flywheel_identity"
            " WHERE kind = 'visitor' AND profile_id IN %s)",
            people.subselect(),
        )

    # ------------------------------------------------------------------
    # Visits
    # ------------------------------------------------------------------
    def _upsert_visitor(self, access_token, force_track_values=None):
        result = super()._upsert_visitor(access_token, force_track_values)
        if force_track_values:
            self._flywheel_note_visit(result[0])
        return result

    @api.model
    def _flywheel_note_visit(self, visitor_id):
        """All that a page request does: mark the visit of somebody who does not want
        to be followed, wake who reads the visits of people.

        :param visitor_id: the visitor whose visit has just been stored
        """
        if request and not self.env["website"]._flywheel_agreed():
            self.env.cr.execute(
                SQL(
                    "UPDATE website_track SET flywheel_private = TRUE"
                    " WHERE visitor_id = %s AND id = ("
                    " SELECT MAX(id) FROM website_track WHERE visitor_id = %s)",
                    visitor_id,
                    visitor_id,
                )
            )
        elif not request or self._flywheel_is_outsider():
            self.env["website.track"]._flywheel_trigger_if_known(visitor_id)

    @api.model
    def _flywheel_is_outsider(self):
        """Tell whether whoever makes the request is no employee. Nothing is read of
        visitors who have not signed in."""
        user = request.env.user
        return user._is_public() or user.share

    def _flywheel_agree(self):
        """Let the last visit count: on its page the visitor agreed to be followed.

        Those before stay out: at the time, it had not.
        """
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                "UPDATE website_track SET flywheel_private = FALSE WHERE id = ("
                " SELECT MAX(id) FROM website_track WHERE visitor_id = %s"
                " AND visit_datetime > %s) AND flywheel_private",
                self.id,
                fields.Datetime.now() - AGREE_WITHIN,
            )
        )
        if self.env.cr.rowcount:
            self.env["flywheel.visit.queue"].sudo()._put(self.ids)

    @api.model
    def _flywheel_add_download(self, access_token, attachment_id):
        """Store that a visitor fetches a public file, as a visit of its address: one
        statement. Who has not been to the website is no visitor.

        Nobody waits until it is on the disk: without us, fetching a file writes
        nothing. A server that crashes forgets the visits of half a second.

        :param access_token: the visitor's
        :param attachment_id: id of the file
        """
        self.env.cr.execute("SET LOCAL synchronous_commit = off")
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO website_track (visitor_id, url, visit_datetime)
                SELECT v.id, %s, now() at time zone 'UTC'
                  FROM website_visitor v
                 WHERE v.access_token = %s
                   AND EXISTS (SELECT FROM ir_attachment
                                WHERE id = %s AND public AND type = 'binary')
             RETURNING visitor_id
                """,
                f"/web/content/{attachment_id}",
                str(access_token),
                attachment_id,
            )
        )
        for (visitor_id,) in rows:
            self.env["website.track"]._flywheel_trigger_if_known(visitor_id)

    # ------------------------------------------------------------------
    # Becoming known
    # ------------------------------------------------------------------
    def _flywheel_identify(self, profile, how=None):
        """Note that these visitors are a person: all their visits join it, those that
        come later follow.

        A visitor who is somebody already stays that person: what a form says is no
        proof. Signing in is, see :meth:`_flywheel_claim`. Employees are nobody.

        :param profile: the person
        :param how: how it is known, in a few words for the time line
        """
        visitors = self.sudo().exists()
        visitors = visitors.filtered(
            lambda visitor: not visitor.partner_id or visitor.partner_id.partner_share
        )
        if not visitors or not profile:
            return
        profile.ensure_one()
        made = self._flywheel_claim([(visitor.id, profile.id) for visitor in visitors])
        self._flywheel_tell(made, how)
        self.env["flywheel.visit.queue"].sudo()._put(visitors.ids)

    @api.model
    def _flywheel_claim(self, claims, certain=False):
        """Store that visitors are people.

        :param claims: list of (visitor id, profile id)
        :param certain: it is proven: a visitor who was taken for somebody else is this
            person from now on; what was noted of the other stays there
        :return: list of (visitor id, profile id, the number that the visits have as
            where they came from), of those that are new
        """
        if not claims:
            return []
        visitors, profiles = zip(*dict(claims).items(), strict=True)
        self.env["flywheel.identity"]._flush_claims()
        if certain:
            self.env.cr.execute(
                SQL(
                    "DELETE FROM flywheel_identity i"
                    " USING unnest(%s::int[], %s::int[]) c (visitor_id, profile_id)"
                    " WHERE i.kind = 'visitor' AND i.value = c.visitor_id::text"
                    " AND i.profile_id <> c.profile_id",
                    list(visitors),
                    list(profiles),
                )
            )
        made = self.env.execute_query(
            SQL(
                """
                INSERT INTO flywheel_identity
                       (profile_id, kind, value, company_id, origin_id,
                        create_uid, create_date, write_uid, write_date)
                SELECT p.id, 'visitor', c.visitor_id::text, p.company_id,
                       nextval('flywheel_profile_id_seq'),
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM unnest(%(visitors)s::int[], %(profiles)s::int[])
                       AS c (visitor_id, profile_id)
                  JOIN flywheel_profile p ON p.id = c.profile_id
                 WHERE NOT EXISTS (SELECT FROM flywheel_identity i
                                    WHERE i.kind = 'visitor'
                                      AND i.value = c.visitor_id::text)
                    ON CONFLICT DO NOTHING
             RETURNING value::int, profile_id, origin_id
                """,
                uid=self.env.uid,
                now=self.env.cr.now(),
                visitors=list(visitors),
                profiles=list(profiles),
            )
        )
        self.env["flywheel.profile"].invalidate_model(["identity_ids"], flush=False)
        self.invalidate_model(["flywheel_profile_id"], flush=False)
        return made

    @api.model
    def _flywheel_tell(self, made, how=None):
        """Note in the ledger who joined whom, under the number by which it can be
        taken out again.

        :param made: as :meth:`_flywheel_claim` returns it
        :param how: see :meth:`_flywheel_identify`
        """
        self = self.with_context(lang=self.env.company.partner_id.lang)
        texts = {
            visitor_id: self.env._("Website visitor #%(number)s", number=visitor_id)
            for visitor_id, _profile, _origin in made
        }
        self.env["flywheel.touchpoint"]._record(
            [
                {
                    "type": "profile_merged",
                    "profile_id": profile_id,
                    "summary": f"{texts[visitor_id]}: {how}"
                    if how
                    else texts[visitor_id],
                    "external_key": f"website.visitor:{visitor_id}:{profile_id}",
                    "res_model": "flywheel.profile",
                    "res_id": origin_id,
                }
                for visitor_id, profile_id, origin_id in made
            ],
            later=True,
        )

    @api.model
    def _flywheel_claim_known(self, condition):
        """Find the visitors who have signed in, or left a lead, and are not known as
        these people yet; have their past read.

        :param condition: :class:`SQL` over ``v``, the visitors to look at
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT v.id, v.partner_id, l.id
                  FROM website_visitor v
             LEFT JOIN res_partner c ON c.id = v.partner_id
             LEFT JOIN LATERAL (
                       SELECT MIN(r.crm_lead_id) AS id
                         FROM crm_lead_website_visitor_rel r
                        WHERE r.website_visitor_id = v.id) l ON TRUE
             LEFT JOIN LATERAL (
                       SELECT id, profile_id FROM flywheel_identity
                        WHERE kind = 'visitor' AND value = v.id::text OFFSET 0) i
                    ON TRUE
             LEFT JOIN flywheel_profile p ON p.id = i.profile_id
                 WHERE %s
                   AND CASE WHEN v.partner_id IS NULL
                            THEN i.id IS NULL AND l.id IS NOT NULL
                            ELSE c.partner_share
                             AND (i.id IS NULL
                                  OR p.partner_id IS DISTINCT FROM v.partner_id) END
                """,
                condition,
            )
        )
        partners = self.env["res.partner"].browse({row[1] for row in rows if row[1]})
        leads = self.env["crm.lead"].browse({row[2] for row in rows if not row[1]})
        by_partner = partners._get_profile_ids()
        by_lead = leads._get_profile_ids()
        signed_in = [(v, by_partner[p]) for v, p, _lead in rows if by_partner.get(p)]
        told = [(v, by_lead[x]) for v, p, x in rows if not p and by_lead.get(x)]
        made = self._flywheel_claim(signed_in, certain=True)
        made += self._flywheel_claim(told)
        self._flywheel_tell(made)
        self.env["flywheel.visit.queue"]._put([visitor for visitor, *_rest in made])

    def write(self, vals):
        result = super().write(vals)
        if {"access_token", "partner_id", "lead_ids"} & vals.keys():
            # Known from now on: the scheduled action finds out as whom.
            self.env["flywheel.visit.queue"].sudo()._put(self.ids)
        return result

    def _merge_visitor(self, target):
        result = super()._merge_visitor(target)
        # The visits have another visitor now, whose past has to be read again.
        self.env["flywheel.visit.queue"].sudo()._put(target.ids)
        return result
