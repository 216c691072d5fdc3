# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .flywheel_profile import TRACKS


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    def action_split(self):
        """Open the dialogue that takes one person apart into two."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_split_action"
        )
        action["context"] = {"default_profile_id": self.id}
        return action

    def _split(self, origin_ids=(), identities=(), leads=()):
        """Make two people of one that never was one person: every ledger line stays
        or moves, once, and both are scored anew.

        :param origin_ids: ids of the people who were merged into this one by mistake;
            what was theirs goes
        :param identities: identities that belong to the other person
        :param leads: leads of the other person, with what happened to them
        :return: the other person
        :raise UserError: nothing was chosen
        """
        self.ensure_one()
        if not origin_ids and not identities and not leads:
            raise UserError(self.env._("Choose what belongs to the other person."))
        # sudo: history follows its person, whoever finds out who that is
        self = self.sudo()
        self.env["flywheel.identity"]._flush_claims()
        self.env.flush_all()
        values = {"company_id": self.company_id.id}
        other = self.browse(self._create_bare([values]))
        self.env.flush_all()
        self._move_parts(
            other,
            list(origin_ids),
            [identity.id for identity in identities],
            [lead.id for lead in leads],
        )
        self.env.invalidate_all(flush=False)
        other.name = self._get_part_name(other)
        self._replay(self | other)
        self.env["flywheel.touchpoint"]._record(
            [
                {
                    "type": "profile_split",
                    "profile_id": person.id,
                    "summary": self.env._("Split from %(person)s", person=from_name),
                    "user_id": self.env.uid,
                }
                for person, from_name in (
                    (self, other.display_name),
                    (other, self.display_name),
                )
            ]
        )
        (self | other)._evaluate()
        return other

    def _move_parts(self, other, origin_ids, identity_ids, lead_ids):
        """Let what belongs to the other person hang on that one."""
        params = {
            "own": self.id,
            "other": other.id,
            "origins": origin_ids,
            "identities": identity_ids,
            "leads": lead_ids,
        }
        cr = self.env.cr
        cr.execute(
            """
            UPDATE flywheel_identity SET profile_id = %(other)s, origin_id = NULL
             WHERE profile_id = %(own)s
               AND (origin_id = ANY(%(origins)s) OR id = ANY(%(identities)s))
            """,
            params,
        )
        cr.execute(
            """
            UPDATE crm_lead l SET flywheel_profile_id = %(other)s
             WHERE flywheel_profile_id = %(own)s
               AND (id = ANY(%(leads)s) OR partner_id IS NULL AND EXISTS (
                    SELECT FROM flywheel_identity i
                     WHERE i.profile_id = %(other)s
                       AND i.value IN (l.email_normalized, l.phone_sanitized)))
            """,
            params,
        )
        cr.execute(
            """
            UPDATE flywheel_touchpoint t
               SET profile_id = %(other)s,
                   origin_id = CASE WHEN origin_id = ANY(%(origins)s) THEN NULL
                                    ELSE origin_id END
             WHERE profile_id = %(own)s
               AND (origin_id = ANY(%(origins)s)
                    OR res_model = 'crm.lead' AND res_id = ANY(%(leads)s))
            """,
            params,
        )

    def _get_part_name(self, other):
        """Return a name for the other person: of its leads, or as it was merged."""
        lead = other.lead_ids[:1]
        return lead.contact_name or lead.partner_name or other.email or other.phone

    def _replay(self, people):
        """Work out the stages and last contacts of people from their ledgers anew.

        What somebody chose by hand stays.
        """
        cr = self.env.cr
        # Stages joined by merging are taken apart again with the rest.
        cr.execute(
            "UPDATE flywheel_stage_interval SET source = 'rule'"
            " WHERE profile_id = ANY(%s) AND source = 'merge'",
            [people.ids],
        )
        Interval = self.env["flywheel.stage.interval"]
        people._drop_proposals()
        # Rules leave alone who objects: they could not work it out again.
        keys = {
            (person.id, track)
            for person in people
            if not person.no_profiling
            for track in TRACKS
        }
        if keys:
            opened = Interval._rewind(keys)
            Interval._set_stages({k: i and i.stage_id for k, i in opened.items()})
        cr.execute(
            SQL(
                """
                UPDATE flywheel_profile p
                   SET first_date = t.first, last_date = t.last,
                       last_in_date = t.last_in, last_out_date = t.last_out
                  FROM (SELECT q.id, MAX(t.date) AS last,
                               MIN(t.date) FILTER (WHERE t.state = 'valid') AS first,
                               MAX(t.date) FILTER (WHERE k.direction = 'in') AS last_in,
                               MAX(t.date) FILTER (WHERE k.direction = 'out')
                                   AS last_out
                          FROM flywheel_profile q
                     LEFT JOIN flywheel_touchpoint t ON t.profile_id = q.id
                     LEFT JOIN flywheel_touchpoint_type k ON k.id = t.type_id
                         WHERE q.id = ANY(%(people)s) GROUP BY q.id) t
                 WHERE p.id = t.id
                """,
                people=people.ids,
            )
        )
        self._write_scores(people)
        people.touchpoint_ids._apply()

    def _write_scores(self, people):
        """Score people who may have no line left."""
        ScoreModel = self.env["flywheel.score.model"]
        totals = ScoreModel._get_active()._get_totals_sql(people.ids)
        ScoreModel._write_totals(totals, people.ids)
        self._invalidate_picture()
