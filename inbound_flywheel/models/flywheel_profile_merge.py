# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

from ..engine.journey import merge_moves
from .flywheel_profile import TRACKS


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    def _merge(self, others):
        """Make one person of several: every ledger line moves, once.

        Choices made by hand on the person who stays win; the score is awarded anew,
        so that no cap is exceeded; the ledger tells what happened.

        :param others: the profiles that are merged into this one, and go
        """
        self.ensure_one()
        others -= self
        if not others:
            return
        # sudo: history follows its person, whoever finds out who that is
        self, others = self.sudo(), others.sudo()
        self.env["flywheel.identity"]._flush_claims()
        self.env.flush_all()
        names = {other.id: other.display_name for other in others}
        for other in others:
            self._merge_values(other)
            self._merge_stages(other)
        self._move_lines(others)
        self.env.invalidate_all(flush=False)
        others.unlink()
        self.env["flywheel.touchpoint"]._record(
            [
                {
                    "type": "profile_merged",
                    "profile_id": self.id,
                    "summary": self.env._("Joined with %(person)s", person=name),
                    "user_id": self.env.uid,
                    "res_model": self._name,
                    "res_id": other_id,
                }
                for other_id, name in names.items()
            ]
        )
        self.touchpoint_ids._apply()
        self._evaluate()

    def _merge_values(self, other):
        values = {}
        if other.persona_locked and not self.persona_locked:
            values.update(persona_id=other.persona_id.id, persona_locked=True)
        if not self.preferred_channel_id:
            values["preferred_channel_id"] = other.preferred_channel_id.id
        if other.no_profiling:
            values["no_profiling"] = True
        if not self.partner_id and other.partner_id:
            partner = other.partner_id
            other.partner_id = False
            other.flush_recordset()
            values.update(partner_id=partner.id, company_id=partner.company_id.id)
        if not self.name:
            values["name"] = other.name
        for name in ("last_date", "last_in_date", "last_out_date"):
            if other[name] and (not self[name] or other[name] > self[name]):
                values[name] = other[name]
        result = super().write(values)
        self.flush_recordset()
        if "company_id" in values:
            self._company_changed()
        return result

    def _merge_stages(self, other):
        """Join the histories of both: at any time the stage entered last."""
        Interval = self.env["flywheel.stage.interval"]
        for track in TRACKS:
            own, their = (
                person.interval_ids.filtered(lambda i, t=track: i.track == t)
                for person in (self, other)
            )
            if not their:
                continue
            final = self._get_final_stage(own, their)
            latest = (own | their).sorted("date_from")[-1:]
            left = not final and max((own | their).mapped("date_to"))
            entries = [
                [(line.date_from, line.stage_id.id, line) for line in lines]
                for lines in (own, their)
            ]
            joint = merge_moves(*entries, (final or latest.stage_id).id)
            values = [
                {
                    "profile_id": self.id,
                    "track": track,
                    "stage_id": stage_id,
                    "date_from": date,
                    "date_to": following[0] if following else left,
                    "source": line.source if line in own else "merge",
                    "rule_id": line.rule_id.id,
                    "touchpoint_id": line.touchpoint_id.id,
                    "user_id": line.user_id.id,
                    "reason": line.reason,
                    "returned": line.returned,
                    "detail": self._get_joint_detail(line, own),
                }
                for (date, stage_id, line), following in zip(
                    joint, [*joint[1:], None], strict=True
                )
            ]
            (own | their).unlink()
            Interval._set_stages({(self.id, track): final.id}, values)

    def _get_joint_detail(self, line, own):
        """Return the figures of a line of the joint history: what was chosen by hand
        for the other person stays a choice."""
        if line in own or line.source != "manual":
            return line.detail
        return {**(line.detail or {}), "by_hand": True}

    def _get_final_stage(self, own, their):
        """Return the stage of the merged person: a choice by hand wins, ours before
        theirs; else the later of the two stages. None if neither is in one."""
        mine = own.filtered(lambda line: not line.date_to)
        other = their.filtered(lambda line: not line.date_to)
        if not mine or not other:
            return (mine or other).stage_id
        if (
            mine.source == "manual"
            or other.source != "manual"
            and (mine.stage_id.sequence >= other.stage_id.sequence)
        ):
            return mine.stage_id
        return other.stage_id

    def _move_lines(self, others):
        """Let everything that hangs on the others hang on this person."""
        cr = self.env.cr
        self.flush_recordset()
        company_id = self.company_id.id or None
        params = {"dst": self.id, "src": others.ids, "company": company_id}
        cr.execute(
            """
            DELETE FROM flywheel_identity o WHERE o.profile_id = ANY(%(src)s)
               AND EXISTS (SELECT FROM flywheel_identity i
                            WHERE i.kind = o.kind AND i.value = o.value
                              AND i.id <> o.id
                              AND COALESCE(i.company_id, 0) = COALESCE(%(company)s, 0))
               AND COALESCE(o.company_id, 0) <> COALESCE(%(company)s, 0)
            """,
            params,
        )
        cr.execute(
            "UPDATE flywheel_identity SET profile_id = %(dst)s,"
            " origin_id = COALESCE(NULLIF(origin_id, 0), profile_id),"
            " company_id = %(company)s WHERE profile_id = ANY(%(src)s)",
            params,
        )
        cr.execute(
            "UPDATE flywheel_touchpoint SET profile_id = %(dst)s,"
            " origin_id = COALESCE(NULLIF(origin_id, 0), profile_id),"
            " company_id = %(company)s WHERE profile_id = ANY(%(src)s)",
            params,
        )
        cr.execute(
            "UPDATE flywheel_persona_change SET profile_id = %(dst)s"
            " WHERE profile_id = ANY(%(src)s)",
            params,
        )
        for model in self.env["flywheel.profile.mixin"]._get_concrete_models():
            if not model._fields["flywheel_profile_id"].store:
                # Users show what their contact holds.
                continue
            cr.execute(
                SQL(
                    "UPDATE %s SET flywheel_profile_id = %s"
                    " WHERE flywheel_profile_id = ANY(%s)",
                    SQL.identifier(model._table),
                    self.id,
                    others.ids,
                )
            )

    def _set_partner(self, partner):
        """Make this the person of a contact.

        :param partner: a contact that has no profile yet
        """
        self.ensure_one()
        # sudo: see _merge
        profile, partner = self.sudo(), partner.sudo()
        if profile.company_id != partner.company_id:
            profile.company_id = partner.company_id
            self.env["flywheel.identity"]._later(moved=profile.ids)
        profile.partner_id = partner
        partner._flywheel_link(profile)
        partner._claim_identities({partner.id: profile.id})

    def _company_changed(self):
        """Carry the company of people to their identities and ledger lines."""
        self.flush_recordset(["company_id"])
        cr = self.env.cr
        cr.execute(
            """
            DELETE FROM flywheel_identity i USING flywheel_profile p
             WHERE p.id = i.profile_id AND p.id = ANY(%s)
               AND p.company_id IS DISTINCT FROM i.company_id
               AND EXISTS (SELECT FROM flywheel_identity o
                            WHERE o.kind = i.kind AND o.value = i.value
                              AND o.id <> i.id AND COALESCE(o.company_id, 0)
                                  = COALESCE(p.company_id, 0))
            """,
            [self.ids],
        )
        for table in ("flywheel_identity", "flywheel_touchpoint"):
            cr.execute(
                SQL(
                    "UPDATE %(table)s t SET company_id = p.company_id"
                    " FROM flywheel_profile p"
                    " WHERE p.id = t.profile_id AND p.id = ANY(%(ids)s)"
                    " AND p.company_id IS DISTINCT FROM t.company_id",
                    table=SQL.identifier(table),
                    ids=self.ids,
                )
            )
        self.env["flywheel.identity"].invalidate_model(flush=False)
        self.env["flywheel.touchpoint"].invalidate_model(["company_id"], flush=False)
