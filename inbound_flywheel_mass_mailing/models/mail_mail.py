# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import models

# A shortened link as a mail has it: its code, and the mail's number.
TRACKED_LINK = re.compile(r"https?://[^\s\"'<>]+/r/([A-Za-z0-9]+)(?:/m/\d+)?")


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _prepare_outgoing_body(self):
        """Send people who do not want to be tracked a mail that does not: without the
        picture that tells of an open, with links that lead where they say."""
        body = super()._prepare_outgoing_body()
        # sudo: how a mail is made does not depend on who sends it
        if not body or not self.sudo().mailing_trace_ids.flywheel_untracked:
            return body
        wrap = body.__class__
        body = body.replace(wrap(f'<img src="{self._get_tracking_url()}"/>'), wrap(""))
        codes = {match[1] for match in TRACKED_LINK.finditer(body)}
        found = self.env["link.tracker.code"].sudo().search([("code", "in", [*codes])])
        targets = {code.code: code.link_id.redirected_url for code in found}
        return wrap(
            TRACKED_LINK.sub(
                lambda match: wrap.escape(targets[match[1]])
                if match[1] in targets
                else match[0],
                body,
            )
        )
