# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

COPY_RULES = [
    ("none", "Nobody"),
    ("customer", "Colleagues of the customer"),
    ("all", "Everybody"),
]


class ResCompany(models.Model):
    _inherit = "res.company"

    flywheel_contact_rule = fields.Selection(
        [
            ("never", "Never"),
            ("domain", "When the domain is of a known company"),
            ("human", "When a person writes"),
        ],
        string="Contacts for Unknown Senders",
        required=True,
        default="domain",
        help="Machines never get one. A sender whose domain is of one known company "
        "becomes a contact of that company.",
    )
    flywheel_copy_rule = fields.Selection(
        COPY_RULES,
        string="Recipients of Copies Take Part",
        required=True,
        default="none",
        help="Who is named in To and Cc of a customer's mail and then gets the whole "
        "conversation.",
    )
    flywheel_reopen_days = fields.Integer(
        string="Answers Reopen Within",
        default=30,
        help="Days after closing within which an answer of the customer opens the case "
        "again. Later it opens a new one that is linked to the old.",
    )

    _flywheel_reopen_days_check = models.Constraint(
        "CHECK (flywheel_reopen_days >= 0)",
        "The days within which an answer reopens a case cannot be negative.",
    )
