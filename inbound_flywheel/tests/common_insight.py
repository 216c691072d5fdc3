# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user

from .common import FLYWHEEL, FlywheelCase


class InsightCase(FlywheelCase):
    """A company of its own, where every figure is known by hand.

    ========= ====== ====== ====== ===== ============ =================== ========
    function  people closed won    value days to win  bought again        city
    ========= ====== ====== ====== ===== ============ =================== ========
    Student   40     42     22     100   10           2 of 20 customers   Taipei
    Clerk     60     60     6      300   20           0 of 6              Tainan
    ========= ====== ====== ====== ===== ============ =================== ========

    ===== ============================ =========
    user  groups                       company
    ===== ============================ =========
    lia   flywheel manager, all leads  Lab
    mia   flywheel marketing           Lab
    rob   flywheel: read               Lab
    ===== ============================ =========
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lab = cls.env["res.company"].create({"name": "Lab"})
        seller = "sales_team.group_sale_salesman_all_leads"
        for login, groups in (
            ("lia", f"{FLYWHEEL}group_flywheel_manager,{seller}"),
            ("mia", f"{FLYWHEEL}group_flywheel_marketing"),
            ("rob", f"{FLYWHEEL}group_flywheel_user"),
        ):
            user = new_test_user(
                cls.env,
                f"flywheel_{login}",
                groups=groups,
                name=login.capitalize(),
                company_id=cls.lab.id,
                company_ids=[(6, 0, cls.lab.ids)],
            )
            setattr(cls, login, user)
        cls.persona = cls.env["flywheel.persona"].create(
            {
                "name": "Studying Stan",
                "company_id": cls.lab.id,
                "rule_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Studies",
                            "domain": "[('function', '=', 'Student')]",
                            "active": True,
                        },
                    )
                ],
            }
        )
        cls.students = cls._people("Student", "Taipei", 40)
        cls.clerks = cls._people("Clerk", "Tainan", 60)
        cls._leads(cls.students, 20, 100, 10)
        cls._leads(cls.students[:2], 2, 100, 10)
        cls._leads(cls.clerks, 6, 300, 20)
        cls.stan = cls.persona.with_user(cls.lia)

    @classmethod
    def _people(cls, function, city, count):
        return cls.env["res.partner"].create(
            [
                {
                    "name": f"{function} {number}",
                    "email": f"{function}{number}@insight.example".lower(),
                    "function": function,
                    "city": city,
                    "company_id": cls.lab.id,
                }
                for number in range(count)
            ]
        )

    @classmethod
    def _leads(cls, people, won, value, days):
        """Give everybody a closed lead; the first so many are won."""
        Lead = cls.env["crm.lead"].with_company(cls.lab)
        leads = Lead.create(
            [
                {
                    "name": f"Offer for {partner.name}",
                    "type": "opportunity",
                    "partner_id": partner.id,
                    "company_id": cls.lab.id,
                    "team_id": False,
                    "user_id": False,
                    "expected_revenue": value,
                }
                for partner in people
            ]
        )
        leads[:won].action_set_won()
        leads[won:].action_set_lost()
        cls.env.flush_all()
        closed = fields.Datetime.now() - timedelta(days=30)
        cls.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s, date_open = NULL, date_closed = %s"
            " WHERE id = ANY(%s)",
            [closed - timedelta(days=days), closed, leads.ids],
        )
        cls.env.invalidate_all()
        return leads
