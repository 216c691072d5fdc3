# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class FlywheelQuestion(models.Model):
    """A question worth an answer: of a persona, of an individual, or of both.

    One bank for all teams, so that nobody asks what another team knows already.
    """

    _name = "flywheel.question"
    _description = "Question"
    _order = "team, sequence, id"
    _check_company_auto = True

    name = fields.Char(string="Question", required=True, translate=True)
    code = fields.Char(
        copy=False, help="By which other parts and remote clients name the question."
    )
    help = fields.Text(
        translate=True, help="What the answer is good for, how to ask for it."
    )
    team = fields.Selection(
        [
            ("marketing", "Marketing"),
            ("sales", "Sales"),
            ("service", "Service"),
            ("interview", "Interview"),
        ],
        required=True,
        default="marketing",
        help="The team that asks it first. All teams see the answers.",
    )
    for_persona = fields.Boolean(
        string="About a Persona",
        default=True,
        help="Part of what there is to know about every persona.",
    )
    for_person = fields.Boolean(
        string="About a Person",
        help="May be asked of an individual; the answer is a fact about that person.",
    )
    answer_type = fields.Selection(
        [
            ("text", "Text"),
            ("selection", "One of Several"),
            ("number", "Number"),
            ("date", "Date"),
            ("boolean", "Yes or No"),
        ],
        required=True,
        default="text",
    )
    option_ids = fields.One2many(
        "flywheel.question.option", "question_id", string="Choices", copy=True
    )
    validity_days = fields.Integer(
        string="Holds For (Days)",
        # Days of different questions do not add up.
        aggregator=None,
        help="How long an individual's answer holds. 0: for ever.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")

    _code_uniq = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "There is a question with this code already."
    )
    _check_validity = models.Constraint(
        "CHECK (validity_days >= 0)", "An answer holds for zero days or more."
    )
