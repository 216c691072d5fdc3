# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class FlywheelInterview(models.Model):
    """Recordings of interviews, which need the consent of the person."""

    _inherit = "flywheel.interview"

    recording = fields.Binary(attachment=True, copy=False)
    recording_name = fields.Char(copy=False)
    recording_status = fields.Selection(
        [("none", "Not Asked"), ("given", "Given"), ("withdrawn", "Withdrawn")],
        string="Consent to a Recording",
        compute="_compute_consents",
    )
    withdrawn_notice = fields.Char(compute="_compute_consents")

    @api.depends("profile_id.consent_ids", "profile_id.no_profiling")
    def _compute_consents(self):
        consents = self.profile_id._get_consents()
        for interview in self:
            own = consents.get(interview.profile_id.id, {})
            line = own.get("recording")
            interview.recording_status = line.kind if line else "none"
            interview.withdrawn_notice = interview.profile_id.consent_notice

    def _check_recording_consent(self):
        """Refuse recordings of people who have not consented to be recorded.

        :raise UserError: naming the interview
        """
        for interview in self:
            # sudo: what the person said holds for whoever attaches
            if not interview.sudo().profile_id._has_consent("recording"):
                raise UserError(
                    self.env._(
                        "“%(name)s”: no recording without consent. Log that the "
                        "person agrees to be recorded first.",
                        name=interview.display_name,
                    )
                )

    @api.constrains("profile_id")
    def _check_recorded_person(self):
        for interview in self:
            if interview._get_recordings() and not (
                interview.profile_id._has_consent("recording")
            ):
                raise ValidationError(
                    self.env._(
                        "“%(name)s” holds a recording, and this person has not "
                        "agreed to be recorded.",
                        name=interview.display_name,
                    )
                )

    def _get_recordings(self):
        """Return the attachments of these interviews that are recordings."""
        # sudo: recordings are found whoever may see them
        Attachment = self.env["ir.attachment"].sudo()
        domain = [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        found = Attachment.search(
            [*domain, ("res_field", "in", [False, "recording"])]
        ) | (self.sudo().message_ids.attachment_ids)
        return found.filtered(lambda attachment: attachment._is_recording())

    def _delete_recordings(self, reason):
        """Delete all recordings of these interviews, and say so on each.

        :param reason: why, as text
        """
        for interview in self:
            recordings = interview._get_recordings()
            if not recordings:
                continue
            names = ", ".join(
                interview.recording_name or recording.name
                if recording.res_field
                else recording.name
                for recording in recordings
            )
            recordings.unlink()
            interview.invalidate_recordset(["recording"])
            interview.recording_name = False
            interview._message_log(
                body=self.env._(
                    "Recordings deleted: %(names)s. %(reason)s",
                    names=names,
                    reason=reason,
                ),
                author_id=self.env.user.partner_id.id,
            )

    def message_post(self, **kwargs):
        if kwargs.get("message_type") != "email" or not kwargs.get("attachments"):
            return super().message_post(**kwargs)
        kept = self._get_keepable(kwargs["attachments"])
        dropped = len(kwargs["attachments"]) - len(kept)
        message = super().message_post(**{**kwargs, "attachments": kept})
        if dropped:
            self._message_log(
                body=self.env._(
                    "The mail brought a recording, which was not kept: there is no "
                    "consent to it."
                )
            )
        return message

    def _get_keepable(self, attachments):
        """Return the files of a mail that arrives without the recordings, when there
        is no consent: the mail itself must not be lost.

        :param attachments: list of tuples (name, content, …)
        """
        if self.sudo().profile_id._has_consent("recording"):
            return attachments
        Attachment = self.env["ir.attachment"]
        return [
            attachment
            for attachment in attachments
            if not Attachment._looks_recorded(attachment[0], False, attachment[1])
        ]
