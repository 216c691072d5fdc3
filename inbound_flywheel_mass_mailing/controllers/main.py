# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.http import request

from odoo.addons.mass_mailing.controllers.main import MassMailController


class FlywheelMassMailController(MassMailController):
    """Tells which mailing made somebody leave."""

    def _mailing_unsubscribe_from_list(self, mailing, document_id, email, hash_token):
        mailing = mailing.with_context(flywheel_mailing_id=mailing.id)
        return super()._mailing_unsubscribe_from_list(
            mailing, document_id, email, hash_token
        )

    def _mailing_unsubscribe_from_document(
        self, mailing, document_id, email, hash_token
    ):
        request.update_context(flywheel_mailing_id=mailing.id)
        return super()._mailing_unsubscribe_from_document(
            mailing, document_id, email, hash_token
        )
