# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError


class FlywheelFact(models.Model):
    _inherit = "flywheel.fact"

    @api.model
    def ingest(self, items):
        """Take what people said about themselves from an outside system.

        :param items: as for ``flywheel.profile.learn``, each with one of ``email``,
            ``phone``, ``external_id``
        :return: ``{"accepted": n, "errors": [{"index": i, "error": text}]}``; whether
            an answer was known before is not told
        :raise AccessError: the caller may not note facts
        :raise ValidationError: ``items`` is not a list
        """
        system = self.env["flywheel.system"]._get_own()
        people = self.env["flywheel.profile"]
        if system:
            if not system.may_learn:
                raise AccessError(self.env._("This system may not send facts."))
            system._check_call(items)
            # sudo: the system has no rights; what it may send is checked one by one
            people = people.with_env(
                self.env(context=system._get_call_context(), su=True)
            )
        answer = people.learn(items)
        taken = answer["created"] + answer["duplicates"]
        if system:
            system._log_call("facts", len(items), {**answer, "created": taken})
        return {"accepted": taken, "errors": answer["errors"]}
