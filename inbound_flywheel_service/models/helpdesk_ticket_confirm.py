# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import UserError

from .helpdesk_ticket_source import HUMAN

PROPOSED = 3


class HelpdeskTicketConfirm(models.Model):
    """Proposals of the classifier on a case, and what people say of them."""

    _inherit = "helpdesk.ticket"

    @api.readonly
    def flywheel_classification(self):
        """What the classifier proposes for a case, for its form.

        :return: dict: ``proposals`` (list of dicts ``category``, ``name``,
            ``percent``), ``category`` and ``name`` of the present one, ``source`` (code
            and label), ``words`` (list of [word, weight]) that speak for the best,
            ``decided``, ``message`` when it cannot tell
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: the classifier of the case's company, for whoever may read the case
        classifier = (
            self.env["flywheel.classifier"]
            .sudo()
            .search(
                [("company_id", "=", self.company_id.id), ("target", "=", "category")]
            )
        )
        labels = dict(self._fields["category_source"]._description_selection(self.env))
        result = {
            "proposals": [],
            "words": [],
            "decided": False,
            "message": False,
            "category": self.category_id.id,
            "name": self.category_id.display_name,
            "source": self.category_source,
            "source_label": labels.get(self.category_source, ""),
            "confirmed": self.category_source in HUMAN,
        }
        if classifier.version_id:
            text = self._flywheel_plain_text(self.description, self.name)
            try:
                self._flywheel_add_proposals(result, classifier, text)
            except UserError as error:
                result["message"] = str(error)
        return result

    def _flywheel_add_proposals(self, result, classifier, text):
        [found] = classifier._predict([text], PROPOSED)
        result["proposals"] = [
            {
                "category": one["category"],
                "name": one["name"],
                "percent": round(100 * one["confidence"]),
            }
            for one in found["top"]
        ]
        result["decided"] = found["decided"]
        if not found["known"] or not found["top"]:
            result["proposals"] = []
            result["message"] = self.env._("No word of this text was learned yet.")
        else:
            # Words for the category that the case has, if it was learned.
            wanted = self.category_id.id
            model = classifier._get_model()
            label = wanted if wanted in model.labels else found["top"][0]["category"]
            result["words"] = [list(pair) for pair in model.explain(text, label)]
            result["words_for"] = classifier._get_names([label]).get(label)

    def flywheel_confirm_category(self, category_id):
        """Say which category is right: the classifier learns from it.

        :param category_id: id of a category; False when none of them fits
        :raises AccessError: without write access to the case
        :raises UserError: there is no such category in the case's company
        """
        self.ensure_one()
        self.check_access("write")
        category = self.env["helpdesk.ticket.category"].browse(category_id or ())
        if category and (
            not category.exists()
            or category.company_id.id not in (False, self.company_id.id)
        ):
            raise UserError(self.env._("There is no such category."))
        old = self.category_id
        if category != old:
            self.write({"category_id": category.id})
        # sudo: who set it follows from the button; access is checked above
        self.sudo().category_source = "confirmed"
        code = "classify_outside"
        if category:
            changed = old and category != old
            code = "classify_changed" if changed else "classify_confirmed"
        trace = self.env["flywheel.case.trace"]
        trace._add(
            [
                trace._line(
                    self,
                    "classify",
                    code,
                    user=self.env.user.name,
                    label=category.display_name,
                    old=old.display_name,
                )
            ]
        )
        return True
