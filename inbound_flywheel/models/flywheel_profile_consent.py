# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_date

from .flywheel_interview import OPEN


class FlywheelProfile(models.Model):
    """What a person has consented to, and what follows from a withdrawal."""

    _inherit = "flywheel.profile"

    consent_ids = fields.One2many("flywheel.consent", "profile_id")
    interview_ids = fields.One2many("flywheel.interview", "profile_id")
    consent_notice = fields.Char(
        compute="_compute_consent_notice",
        help="What the person does not agree to any more, and since when.",
    )

    @api.depends("consent_ids", "no_profiling")
    def _compute_consent_notice(self):
        consents = self._get_consents()
        labels = dict(
            self.env["flywheel.consent"]
            ._fields["purpose"]
            ._description_selection(self.env)
        )
        for profile in self:
            own = consents.get(profile._origin.id, {})
            withdrawn = {
                purpose: line for purpose, line in own.items() if not line._is_given()
            }
            parts = [
                self.env._(
                    "%(purpose)s: consent withdrawn on %(date)s",
                    purpose=labels[purpose],
                    date=format_date(self.env, line._get_local_date()),
                )
                for purpose, line in withdrawn.items()
            ]
            if profile.no_profiling and "profiling" not in withdrawn:
                parts.append(self.env._("Objects to profiling"))
            profile.consent_notice = "; ".join(parts) or False

    def _get_consents(self):
        """Return what is in force: {profile id: {purpose: latest consent line}}."""
        if not self._origin.ids:
            return {}
        Consent = self.env["flywheel.consent"]
        Consent.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (profile_id, purpose) id, profile_id, purpose
                  FROM flywheel_consent WHERE profile_id = ANY(%s)
              ORDER BY profile_id, purpose, date DESC, id DESC
                """,
                self._origin.ids,
            )
        )
        # sudo: what a person has agreed to is told to whoever deals with the person
        lines = Consent.sudo().browse(row[0] for row in rows)
        found = {}
        for line, (_id, profile_id, purpose) in zip(lines, rows, strict=True):
            found.setdefault(profile_id, {})[purpose] = line
        return found

    def _has_consent(self, purpose):
        """Tell whether the person has agreed to a purpose, and not taken it back.

        To be profiled takes no consent but can be objected to: ask
        :attr:`no_profiling` for that.

        :param purpose: ``profiling``, ``tracking``, ``recording`` or ``contact``
        """
        if not self:
            return False
        self.ensure_one()
        line = self._get_consents().get(self.id, {}).get(purpose)
        return bool(line) and line._is_given()

    def _get_withdrawn(self, purpose):
        """Return the day on which the person took a consent back, False if not."""
        if not self:
            return False
        self.ensure_one()
        line = self._get_consents().get(self.id, {}).get(purpose)
        return bool(line) and not line._is_given() and line._get_local_date()

    def unlink(self):
        # sudo: nobody is left who could say that a recording may be kept
        self.sudo().interview_ids._delete_recordings(
            self.env._("The person was deleted, and the consent with it.")
        )
        return super().unlink()

    # ------------------------------------------------------------------
    # What follows
    # ------------------------------------------------------------------
    def _apply_consents(self, consents):
        """Do what new lines of the log demand.

        :param consents: the new lines
        """
        in_force = self._get_consents()
        for profile in self:
            lines = [
                line
                for line in in_force.get(profile.id, {}).values()
                if line.id in consents.ids
            ]
            withdrawn = {line.purpose for line in lines if not line._is_given()}
            if withdrawn:
                profile._consent_withdrawn(withdrawn)
            if any(line.purpose == "profiling" and line._is_given() for line in lines):
                # sudo: who logs what a person says need not edit people
                profile.sudo().no_profiling = False

    def _consent_withdrawn(self, purposes):
        """Stop what a person does not agree to any more.

        :param purposes: set of purposes, see :meth:`_has_consent`
        """
        # sudo: a withdrawal is carried out in full, whoever logs it
        for profile in self.sudo():
            if "profiling" in purposes and not profile.no_profiling:
                profile.no_profiling = True
            interviews = profile.interview_ids
            if "recording" in purposes:
                interviews._delete_recordings(profile._describe_withdrawal("recording"))
            if "contact" in purposes:
                planned = interviews.filtered(lambda i: i.state in OPEN)
                planned.action_cancel()
                for interview in planned:
                    interview._message_log(
                        body=profile._describe_withdrawal("contact"),
                        author_id=self.env.user.partner_id.id,
                    )

    def _describe_withdrawal(self, purpose):
        """Say in a sentence who took which consent back when."""
        date = self._get_withdrawn(purpose)
        return self.env._(
            "%(person)s withdrew the consent on %(date)s.",
            person=self.display_name,
            date=format_date(self.env, date),
        )

    @api.constrains("no_profiling")
    def _check_profiling(self):
        consents = self._get_consents()
        for profile in self.filtered(lambda profile: not profile.no_profiling):
            line = consents.get(profile.id, {}).get("profiling")
            if line and not line._is_given():
                raise ValidationError(
                    self.env._(
                        "%(person)s withdrew the consent to profiling. Log the new "
                        "consent; profiling starts again with it.",
                        person=profile.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # The panel of a form
    # ------------------------------------------------------------------
    @api.readonly
    def get_consent_status(self):
        """Return what the person has agreed to.

        :return: dict with ``may_log``, ``notice``, ``purposes``: [{``purpose``,
            ``label``, ``kind``, ``date``}] and ``log``: all lines, latest first
        """
        self.ensure_one()
        self.check_access("read")
        Consent = self.env["flywheel.consent"]
        labels = {
            name: dict(Consent._fields[name]._description_selection(self.env))
            for name in ("purpose", "kind", "method")
        }
        own = self._get_consents().get(self.id, {})
        return {
            "may_log": Consent.has_access("create"),
            "notice": self.consent_notice or "",
            "purposes": [
                {
                    "purpose": purpose,
                    "label": label,
                    "kind": own[purpose].kind if purpose in own else "none",
                    "date": purpose in own and own[purpose].date,
                }
                for purpose, label in labels["purpose"].items()
            ],
            "log": [
                self._describe_consent(line, labels)
                for line in Consent.search([("profile_id", "=", self.id)])
            ],
        }

    def _describe_consent(self, line, labels):
        """Return a line of the log as the panel shows it."""
        return {
            "id": line.id,
            "purpose": labels["purpose"][line.purpose],
            "given": line._is_given(),
            "kind": labels["kind"][line.kind],
            "method": labels["method"][line.method],
            "evidence": line.evidence or "",
            "date": line.date,
            # sudo: who logged it is part of the log
            "user": line.user_id.sudo().name,
        }

    # ------------------------------------------------------------------
    # Merging, splitting
    # ------------------------------------------------------------------
    def _move_lines(self, others):
        result = super()._move_lines(others)
        for table in ("flywheel_consent", "flywheel_interview"):
            self.env.cr.execute(
                SQL(
                    "UPDATE %(table)s SET profile_id = %(own)s,"
                    " origin_id = COALESCE(NULLIF(origin_id, 0), profile_id)"
                    " WHERE profile_id = ANY(%(others)s)",
                    table=SQL.identifier(table),
                    own=self.id,
                    others=others.ids,
                )
            )
        self.env.invalidate_all(flush=False)
        withdrawn = {
            purpose
            for purpose, line in self._get_consents().get(self.id, {}).items()
            if not line._is_given()
        }
        # What one of them withdrew holds for the recordings of both.
        self._consent_withdrawn(withdrawn)
        # The merge drops from the cache what it has not seen.
        self.env.flush_all()
        return result

    def _move_parts(self, other, origin_ids, identity_ids, lead_ids):
        result = super()._move_parts(other, origin_ids, identity_ids, lead_ids)
        for table in ("flywheel_consent", "flywheel_interview"):
            self.env.cr.execute(
                SQL(
                    "UPDATE %(table)s SET profile_id = %(other)s, origin_id = NULL"
                    " WHERE profile_id = %(own)s AND origin_id = ANY(%(origins)s)",
                    table=SQL.identifier(table),
                    own=self.id,
                    other=other.id,
                    origins=origin_ids,
                )
            )
        return result
