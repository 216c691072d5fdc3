# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain

from ..engine.matching import compile_words, first_word

# One holder is on holiday some day.
ENOUGH = 2


class FlywheelSkill(models.Model):
    """What an agent must know to work on certain cases."""

    _name = "flywheel.skill"
    _description = "Service Skill"
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env.company,
        help="Empty: the skill is for the cases of every company.",
    )
    category_ids = fields.Many2many(
        "helpdesk.ticket.category",
        string="Categories",
        check_company=True,
        help="Cases of these categories, and of those below them, need the skill.",
    )
    tag_ids = fields.Many2many(
        "helpdesk.ticket.tag",
        string="Tags",
        check_company=True,
        help="Cases with any of these tags need the skill.",
    )
    lang_ids = fields.Many2many(
        "res.lang",
        string="Languages",
        context={"active_test": False},
        help="Cases in these languages need the skill, beside the language itself.",
    )
    words = fields.Text(
        string="Products and Words",
        help="One word or phrase a line, a product for one; any of them in the subject "
        "or in the text is enough. Upper and lower case do not matter, nor do "
        "Traditional and Simplified characters. An asterisk at the end stands for any "
        "ending: refund*",
    )
    agent_ids = fields.Many2many("flywheel.agent", string="Agents")
    holder_count = fields.Integer(string="Holders", compute="_compute_holder_count")
    is_scarce = fields.Boolean(
        string="Scarce",
        compute="_compute_holder_count",
        search="_search_is_scarce",
        help="Fewer than two agents have it: when the only one is away or full, its "
        "cases wait.",
    )

    @api.depends("agent_ids.active")
    def _compute_holder_count(self):
        for skill in self:
            skill.holder_count = len(skill.agent_ids.filtered("active"))
            skill.is_scarce = skill.holder_count < ENOUGH

    def _search_is_scarce(self, operator, value):
        if operator != "in":
            return NotImplemented
        counts = self.env["flywheel.agent"]._read_group(
            [("skill_ids", "!=", False)], ["skill_ids"], ["__count"]
        )
        enough = [skill.id for skill, count in counts if count >= ENOUGH]
        return Domain("id", "not in", enough)

    # ------------------------------------------------------------------
    # What cases need
    # ------------------------------------------------------------------
    @api.model
    def _find_needed(self, tickets, langs):
        """Which skills cases need.

        :param dict langs: ticket id -> code such as "zh", or ""
        :return: dict ticket id -> frozenset of ids of skills
        """
        skills = self.search([("company_id", "in", [False, *tickets.company_id.ids])])
        if not skills:
            return {}
        places = [
            (
                skill,
                skill._get_category_ids(),
                skill._get_langs(),
                compile_words(skill.words),
            )
            for skill in skills
        ]
        texts = {}
        if any(words for _skill, _categories, _langs, words in places):
            texts = {t.id: t._flywheel_folded() for t in tickets}
        return {
            ticket.id: frozenset(
                skill.id
                for skill, categories, spoken, words in places
                if skill.company_id.id in (False, ticket.company_id.id)
                and (
                    ticket.category_id.id in categories
                    or skill.tag_ids & ticket.tag_ids
                    or langs[ticket.id] in spoken
                    or words
                    and first_word(words, texts[ticket.id])
                )
            )
            for ticket in tickets
        }

    def _get_category_ids(self):
        if not self.category_ids:
            return frozenset()
        categories = self.category_ids.with_context(active_test=False)
        below = [("id", "child_of", categories.ids)]
        return frozenset(categories.search(below).ids)

    def _get_langs(self):
        return {code.split("_")[0] for code in self.lang_ids.mapped("code")}

    def action_open_agents(self):
        """The agents who have the skill."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel_service.flywheel_agent_action"
        )
        action["domain"] = [("skill_ids", "in", self.ids)]
        return action
