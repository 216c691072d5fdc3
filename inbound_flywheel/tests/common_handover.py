# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, new_test_user

from .common import FlywheelCase


class HandoverCase(FlywheelCase):
    """People who become qualified, and two sales teams.

    ====== ===== ======== ==================================================
    user   team  capacity groups
    ====== ===== ======== ==================================================
    anna   East  3        sales, own documents
    ben    East  3        sales, own documents
    cora   West  3        sales, own documents
    lena   East  leader   sales, all leads
    sue    none           sales manager
    mara   none           flywheel marketing (tasks of marketing)
    max    none           flywheel manager (alerts)
    ====== ===== ======== ==================================================
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Whatever the database has already: it is not part of the set-up.
        cls.env["crm.team"].search([]).assignment_optout = True
        cls.env["flywheel.handover"].search([]).unlink()
        cls.cr.execute("UPDATE flywheel_profile SET momentum = 0 WHERE momentum <> 0")
        cls.env.invalidate_all()
        seller = "sales_team.group_sale_salesman"
        for login, groups in {
            "anna": seller,
            "ben": seller,
            "cora": seller,
            "lena": "sales_team.group_sale_salesman_all_leads",
            "sue": "sales_team.group_sale_manager",
        }.items():
            user = new_test_user(
                cls.env, f"flywheel_{login}", groups=groups, name=login.capitalize()
            )
            setattr(cls, login, user)
        cls.east = cls._make_team("East", cls.anna + cls.ben, cls.lena)
        cls.west = cls._make_team("West", cls.cora)
        cls.definition = cls.env.ref("inbound_flywheel.handover_definition")
        cls.definition.write(
            {
                "threshold": 0,
                "min_grade": False,
                "box_ids": [(6, 0, cls.env["flywheel.handover.box"].search([]).ids)],
                "marketing_user_id": cls.mara.id,
                "manager_id": cls.max.id,
                "answer_time": 8,
                "answer_unit": "hours",
            }
        )
        cls.reason = cls.env.ref("inbound_flywheel.return_reason_no_budget")

    @classmethod
    def _make_team(cls, name, users, leader=None):
        return cls.env["crm.team"].create(
            {
                "name": name,
                "company_id": False,
                "use_leads": True,
                "user_id": leader and leader.id,
                "assignment_domain": f"[('city', '=', '{name}')]",
                "crm_team_member_ids": [
                    (0, 0, {"user_id": user.id, "assignment_max": 3}) for user in users
                ],
            }
        )

    @classmethod
    def members(cls, users):
        return cls.env["crm.team.member"].search([("user_id", "in", users.ids)])

    # ------------------------------------------------------------------
    # Doing
    # ------------------------------------------------------------------
    def lead(self, email="wang@example.com", **values):
        """Return a lead of a person, with budget and background known."""
        return self.env["crm.lead"].create(
            {
                "name": f"Offer {email}",
                "type": "lead",
                "email_from": email,
                "partner_name": "Glasses Ltd",
                "expected_revenue": 900,
                "city": "East",
                "user_id": False,
                "team_id": False,
                **values,
            }
        )

    def heat(self, email="wang@example.com", **values):
        """Bring a person over the threshold; need and interaction become known."""
        codes = ("form", "meeting", "meeting")
        items = [self.item(code, email=email) for code in codes]
        self.ingest_all(*[{**item, **values} for item in items])

    def qualify(self, *emails, **values):
        """Return the hand-overs of people who are qualified in every respect."""
        leads = self.env["crm.lead"]
        for email in emails or ("wang@example.com",):
            leads |= self.lead(email, **values)
            self.heat(email)
        return self.handovers(leads.flywheel_profile_id)

    def handovers(self, people=None):
        people = people or self.person()
        return self.env["flywheel.handover"].search(
            [("profile_id", "in", people.ids)], order="id"
        )

    def run_queue(self):
        """Do what the scheduled action does, without its commits."""
        Handover = self.env["flywheel.handover"]
        Handover._flush_notices()
        Handover._settle()
        Handover._queue_people()._announce()
        Handover._ask_marketing()
        Handover._assign_all()
        self.env.flush_all()
        self.env.invalidate_all()

    def assign(self, *emails, **values):
        """Return hand-overs that are assigned."""
        handovers = self.qualify(*emails, **values)
        self.run_queue()
        self.assertEqual(set(handovers.mapped("state")), {"assigned"})
        return handovers

    def give_back(self, handover, user=None, days=30, note=None):
        """Return a hand-over to marketing, as its salesperson does."""
        user = user or handover.user_id
        action = handover.with_user(user).action_return()
        wizard = (
            self.env["flywheel.handover.return"]
            .with_user(user)
            .with_context(**action["context"])
            .create({"reason_id": self.reason.id, "note": note})
        )
        wizard.nurture_date = fields.Date.today() + timedelta(days=days)
        wizard.action_return()

    def later(self, **delta):
        """Return a context in which so much time has passed."""
        return freeze_time(fields.Datetime.now() + timedelta(**delta))

    def tasks(self, record, code=None):
        """Return the open tasks of a record, of a kind."""
        activities = self.env["mail.activity"].search(
            [("res_model", "=", record._name), ("res_id", "in", record.ids)]
        )
        if code:
            kind = self.env.ref(f"inbound_flywheel.activity_type_{code}")
            activities = activities.filtered(lambda a: a.activity_type_id == kind)
        return activities
