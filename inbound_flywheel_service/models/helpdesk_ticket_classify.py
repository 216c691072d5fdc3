# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from ..engine import text_language, urgency
from ..engine.tokenizer import plain_text

PROPOSED = 3


class HelpdeskTicketClassify(models.Model):
    """What a case is about: language, urgency, category, tags, priority."""

    _inherit = "helpdesk.ticket"

    text_lang = fields.Selection(
        text_language.LANGUAGES,
        string="Language of the Text",
        compute="_compute_text_signs",
        store=True,
        precompute=True,
        groups="base.group_user",
        help="As written by the customer. Empty: too short to tell.",
    )
    urgent_words = fields.Char(
        compute="_compute_text_signs",
        store=True,
        precompute=True,
        groups="base.group_user",
        help="Words by which the text says that it is urgent.",
    )
    upset = fields.Boolean(
        string="Customer Is Upset",
        compute="_compute_text_signs",
        store=True,
        precompute=True,
        groups="base.group_user",
    )
    upset_words = fields.Char(
        compute="_compute_text_signs",
        store=True,
        precompute=True,
        groups="base.group_user",
    )
    flywheel_prediction = fields.Json(
        readonly=True, copy=False, groups="base.group_user"
    )

    _flywheel_learn_idx = models.Index(
        "(company_id, create_date) WHERE category_source IN ('person', 'confirmed')"
    )

    # ------------------------------------------------------------------
    # The text
    # ------------------------------------------------------------------
    @api.model
    def _flywheel_plain_text(self, text, name=""):
        """What is read of a case: its title and its text without markup.

        A title that only repeats how the text begins would count twice.
        """
        plain, title = plain_text(text).strip(), (name or "").strip()
        return plain if plain.startswith(title) else f"{title}\n{plain}".strip()

    @api.depends("name", "description")
    def _compute_text_signs(self):
        for ticket in self:
            text = self._flywheel_plain_text(ticket.description, ticket.name)
            lang = text_language.detect(text)
            if lang == "zh":
                lang = ticket._flywheel_chinese_of_people()
            urgent, upset = urgency.urgent_words(text), urgency.upset_words(text)
            ticket.text_lang = lang or False
            ticket.urgent_words = ", ".join(urgent) or False
            ticket.upset_words = ", ".join(upset) or False
            ticket.upset = bool(upset)

    def _flywheel_chinese_of_people(self):
        """Script of a text that both share: the customer's, else the company's."""
        for partner in (self.partner_id, self.company_id.partner_id):
            if (partner.lang or "").startswith("zh"):
                return "zh_CN" if partner.lang == "zh_CN" else "zh_TW"
        return "zh_CN"

    # ------------------------------------------------------------------
    # Intake
    # ------------------------------------------------------------------
    def _flywheel_step_classify(self, given):
        lines = []
        open_cases = self.filtered(lambda t: not t._flywheel_is_machine())
        classifiers = self.env["flywheel.classifier"].search(
            [("company_id", "in", open_cases.company_id.ids)]
        )
        for classifier in classifiers:
            cases = open_cases.filtered(
                lambda t, c=classifier: t.company_id == c.company_id
            )
            if classifier.version_id:
                lines += cases._flywheel_classify(classifier, given)
            if classifier.target == "priority":
                lines += cases._flywheel_raise_urgent(classifier, given)
        line = self.env["flywheel.case.trace"]._line
        lines += [
            line(t, "classify", "classify_upset", words=t.upset_words)
            for t in open_cases.filtered("upset")
        ]
        return lines

    def _flywheel_classify(self, classifier, given):
        """Ask one classifier about all of these cases at once."""
        line = self.env["flywheel.case.trace"]._line
        texts = [self._flywheel_plain_text(t.description, t.name) for t in self]
        try:
            results = classifier._predict(texts, PROPOSED)
        except UserError as error:
            return [
                line(t, "classify", "classify_broken", error=str(error)) for t in self
            ]
        apply = getattr(self, f"_flywheel_classify_{classifier.target}")
        return apply(classifier, texts, results, given)

    def _flywheel_classify_category(self, classifier, texts, results, given):
        self._flywheel_store_predictions(classifier, results)
        line = self.env["flywheel.case.trace"]._line
        model, lines, chosen = classifier._get_model(), [], {}
        least = round(100 * classifier.version_id.threshold)
        for ticket, text, result in zip(self, texts, results, strict=True):
            if not result["top"] or not result["known"]:
                lines.append(line(ticket, "classify", "classify_nothing"))
                continue
            best = result["top"][0]
            words = [word for word, _part in model.explain(text, best["category"])]
            values = {
                "label": best["name"],
                "percent": round(100 * best["confidence"]),
                "words": ", ".join(words) or "–",
                "least": least,
            }
            if ticket.category_id or "category_id" in given.get(ticket.id, ()):
                code = "classify_kept"
            elif result["decided"] and classifier.auto:
                code = "classify_category"
                chosen.setdefault(best["category"], []).append(ticket.id)
            elif result["decided"]:
                code = "classify_off"
            elif classifier.abstains:
                code = "classify_unsure"
            else:
                code = "classify_abstained"
            if code == "classify_kept" and best["category"] == ticket.category_id.id:
                # Nothing to tell: it would have said the same.
                continue
            lines.append(line(ticket, "classify", code, **values))
        for category_id, ids in chosen.items():
            self.browse(ids).write(
                {"category_id": category_id, "category_source": "classifier"}
            )
        return lines

    def _flywheel_store_predictions(self, classifier, results):
        """Keep what was said, for the form and for the report: one statement."""
        version = classifier.version_id.number
        rows = [
            SQL(
                "(%s, %s::jsonb)",
                ticket.id,
                fields.Json().convert_to_column_insert(
                    {
                        "version": version,
                        "decided": result["decided"],
                        "known": round(result["known"], 3),
                        "top": [
                            [one["category"], round(one["confidence"], 4)]
                            for one in result["top"]
                        ],
                    },
                    ticket,
                ),
            )
            for ticket, result in zip(self, results, strict=True)
        ]
        self.env.cr.execute(
            SQL(
                "UPDATE helpdesk_ticket t SET flywheel_prediction = v.value"
                " FROM (VALUES %s) v (id, value) WHERE t.id = v.id",
                SQL(", ").join(rows),
            )
        )
        self.invalidate_recordset(["flywheel_prediction"])

    def _flywheel_classify_tags(self, classifier, _texts, results, given):
        line = self.env["flywheel.case.trace"]._line
        if not classifier.auto:
            return []
        lines, groups = [], {}
        for ticket, result in zip(self, results, strict=True):
            new = [
                one
                for one in result["top"]
                if result["known"]
                and classifier._decides(one["confidence"])
                and one["category"] not in ticket.tag_ids.ids
            ]
            if new and "tag_ids" not in given.get(ticket.id, ()):
                key = tuple(sorted(one["category"] for one in new))
                groups.setdefault(key, []).append(ticket.id)
                labels = ", ".join(
                    f"{one['name']} ({round(100 * one['confidence'])} %)" for one in new
                )
                lines.append(line(ticket, "classify", "classify_tags", labels=labels))
        for ids, tickets in groups.items():
            self.browse(tickets).write(
                {
                    "tag_ids": [Command.link(tag) for tag in ids],
                    "tag_source": "classifier",
                }
            )
        return lines

    def _flywheel_classify_priority(self, classifier, texts, results, given):
        """Only ever up: a wrong guess must not let anybody wait longer."""
        line = self.env["flywheel.case.trace"]._line
        model, lines, groups = classifier._get_model(), [], {}
        for ticket, text, result in zip(self, texts, results, strict=True):
            if not result["decided"] or not classifier.auto:
                continue
            best = result["top"][0]
            if "priority" in given.get(ticket.id, ()) or (
                best["category"] <= (ticket.priority or "0")
            ):
                continue
            groups.setdefault(best["category"], []).append(ticket.id)
            words = [word for word, _part in model.explain(text, best["category"])]
            lines.append(
                line(
                    ticket,
                    "classify",
                    "classify_priority",
                    label={"selection": ["priority", best["category"]]},
                    percent=round(100 * best["confidence"]),
                    words=", ".join(words) or "–",
                )
            )
        for priority, ids in groups.items():
            self.browse(ids).write(
                {"priority": priority, "priority_source": "classifier"}
            )
        return lines

    def _flywheel_raise_urgent(self, classifier, given):
        line = self.env["flywheel.case.trace"]._line
        lines, raised = [], self.browse()
        level = classifier.urgent_priority
        for ticket in self.filtered("urgent_words"):
            code = "classify_urgent_kept"
            if level and "priority" not in given.get(ticket.id, ()):
                if (ticket.priority or "0") < level:
                    raised |= ticket
                    code = "classify_urgent"
            lines.append(
                line(
                    ticket,
                    "classify",
                    code,
                    label={"selection": ["priority", level]},
                    words=ticket.urgent_words,
                )
            )
        raised.write({"priority": level, "priority_source": "rule"})
        return lines
