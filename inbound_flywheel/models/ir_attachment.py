# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import mimetypes

from odoo import api, models
from odoo.tools.mimetypes import guess_mimetype

INTERVIEW = "flywheel.interview"
RECORDED = ("audio/", "video/")
# Files that start like a sound or a film, which Odoo's own look does not tell:
# (offset, bytes).
SIGNATURES = (
    (0, b"ID3"),
    (0, b"\xff\xfb"),
    (0, b"\xff\xf3"),
    (0, b"\xff\xf1"),
    (0, b"OggS"),
    (0, b"fLaC"),
    (0, b"#!AMR"),
    (0, b"\x1aE\xdf\xa3"),
    (4, b"ftyp"),
    (8, b"WAVE"),
    (8, b"AVI "),
)
# Pictures in the container of films.
PICTURES = (b"heic", b"heix", b"mif1", b"msf1", b"avif")
# What may turn an attachment into a recording of an interview.
TELLING = {
    "res_model",
    "res_id",
    "res_field",
    "name",
    "mimetype",
    "raw",
    "datas",
    "db_datas",
    "store_fname",
    "checksum",
    "url",
    "type",
}


class IrAttachment(models.Model):
    """No recording of an interview without consent, whatever way it takes: the field,
    the chatter, an upload, or a remote client all end here."""

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        attachments._check_interview_consent()
        return attachments

    def write(self, vals):
        result = super().write(vals)
        if TELLING & vals.keys():
            self._check_interview_consent()
        return result

    def _check_interview_consent(self):
        """Refuse recordings of people who have not agreed to be recorded.

        :raise UserError: naming the interview
        """
        # sudo: consent is asked for whoever attaches, and whoever may read what
        attached = self.sudo().filtered(lambda a: a.res_model == INTERVIEW and a.res_id)
        recorded = attached.filtered(lambda attachment: attachment._is_recording())
        self.env[INTERVIEW].browse(
            set(recorded.mapped("res_id"))
        ).exists()._check_recording_consent()

    def _is_recording(self):
        """Tell whether this is a sound or a film, or was put where recordings go."""
        self.ensure_one()
        if self.res_model == INTERVIEW and self.res_field == "recording":
            return True
        return self._looks_recorded(self.name, self.mimetype, self.raw, self.url)

    @api.model
    def _looks_recorded(self, name, mimetype, content, url=None):
        """Tell whether a file is a sound or a film by its name, by what it is said to
        be, or by how it starts: any of them will do.

        :param content: the file, as bytes
        """
        kinds = [
            mimetype,
            mimetypes.guess_type(name or "")[0],
            mimetypes.guess_type((url or "").partition("?")[0])[0],
        ]
        if isinstance(content, bytes) and content:
            kinds.append(guess_mimetype(content, default=""))
            if content[8:12] not in PICTURES and any(
                content.startswith(start, at) for at, start in SIGNATURES
            ):
                return True
        return any((kind or "").startswith(RECORDED) for kind in kinds)
