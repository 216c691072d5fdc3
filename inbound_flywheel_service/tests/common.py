# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from contextlib import contextmanager

from odoo.tests import TransactionCase, new_test_user

from odoo.addons.mail.tests.common import MailCommon

OWN = "helpdesk_mgmt.group_helpdesk_user_own"
TEAM = "helpdesk_mgmt.group_helpdesk_user_team"
ALL = "helpdesk_mgmt.group_helpdesk_user"
MANAGER = "helpdesk_mgmt.group_helpdesk_manager"


class ServiceCommon(TransactionCase):
    """A team *Cards* with two agents, one manager, one customer.

    ======= ================ =======================
    user    group            team
    ======= ================ =======================
    ann     all cases        Cards
    bob     own cases        Cards
    mia     manager          none
    ======= ================ =======================
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.company = cls.env.company
        cls.ann = new_test_user(cls.env, "s_ann", groups=ALL, name="Ann")
        cls.bob = new_test_user(cls.env, "s_bob", groups=OWN, name="Bob")
        cls.mia = new_test_user(cls.env, "s_mia", groups=MANAGER, name="Mia")
        cls.team = cls.env["helpdesk.ticket.team"].create(
            {
                "name": "Cards",
                "user_ids": [(6, 0, (cls.ann + cls.bob).ids)],
                # Tests run on Sundays, too.
                "flywheel_night": "any",
            }
        )
        cls.other_team = cls.env["helpdesk.ticket.team"].create(
            {"name": "Loans", "flywheel_auto_assign": False}
        )
        cls.category = cls.env["helpdesk.ticket.category"].create({"name": "Stolen"})
        cls.tag = cls.env["helpdesk.ticket.tag"].create({"name": "urgent"})
        cls.customer = cls.env["res.partner"].create(
            {"name": "Carl Customer", "email": "carl@customer.example"}
        )
        cls.stage_done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.stage_new = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_new")
        cls.stage_cancelled = cls.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_stage_cancelled"
        )
        cls.stage_done.mail_template_id = False

    @classmethod
    def _case(cls, name="My card was stolen", text="<p>Help</p>", **values):
        return cls.env["helpdesk.ticket"].create(
            {"name": name, "description": text, "team_id": cls.team.id, **values}
        )

    @classmethod
    def _solved(cls, name, text, solution="", **values):
        case = cls._case(name, text, **values)
        case.write({"solution": solution, "stage_id": cls.stage_done.id})
        return case

    def _codes(self, case, step=None):
        lines = case.sudo().flywheel_trace_ids
        return [line.code for line in lines if not step or line.step == step]


class GatewayCommon(ServiceCommon, MailCommon):
    """Adds an alias, and mails as they come from outside."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write(
            {"alias_name": "cards", "alias_domain_id": cls.mail_alias_domain.id}
        )
        cls.address = f"cards@{cls.mail_alias_domain.name}"

    def _mail(self, headers=None, body="Please help", **values):
        """The source of a mail to the team, as bytes."""
        self.counter = getattr(self, "counter", 0) + 1
        lines = {
            "From": "Carl Customer <carl@customer.example>",
            "To": self.address,
            "Subject": "My card was stolen",
            "Message-Id": f"<{self.id()}.{self.counter}@customer.example>",
            "Date": "Mon, 03 Nov 2025 10:00:00 +0000",
            "Content-Type": "text/html; charset=utf-8",
            "Content-Transfer-Encoding": "8bit",
            **(headers or {}),
            **values,
        }
        head = "".join(f"{name}: {value}\n" for name, value in lines.items() if value)
        return f"{head}\n{body}\n".encode()

    def _receive(self, source):
        """Process a mail; returns the case that it opened or joined."""
        with self.mock_mail_gateway():
            ticket_id = self.env["mail.thread"].message_process(None, source)
        return self.env["helpdesk.ticket"].browse(ticket_id or ())

    def _confirmations(self, case):
        return self.env["mail.mail"].search(
            [
                ("model", "=", "helpdesk.ticket"),
                ("res_id", "in", case.ids),
                ("headers", "ilike", "auto-replied"),
            ]
        )

    @contextmanager
    def _no_mail_sent(self):
        with self.mock_mail_gateway():
            yield
            self.assertFalse(self._mails, "Nothing is sent within the transaction")
