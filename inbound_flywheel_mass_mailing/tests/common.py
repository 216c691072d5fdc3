# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import new_test_user

from odoo.addons.inbound_flywheel.tests.common import FlywheelCase

BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36"
GMAIL = (
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0"
    " (via ggpht.com GoogleImageProxy)"
)
SCANNER = "Mozilla/5.0 (Windows NT 6.1; WOW64) BingPreview/1.0b"


class MailingCase(FlywheelCase):
    """A mailing to Wang and Lee, and what programs do with it.

    mel may send mailings; her company is the main one.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What was waiting before is not what is tested.
        cls.env["flywheel.mailing.hit"].search([]).unlink()
        cls.env["ir.config_parameter"].set_param(
            "inbound_flywheel_mass_mailing.past", "0"
        )
        cls.env["res.company"].search([]).flywheel_tracking = "objection"
        cls.mel = new_test_user(
            cls.env,
            "flywheel_mel",
            groups="mass_mailing.group_mass_mailing_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        types = cls.env["flywheel.touchpoint.type"]._get_ids_by_code()
        cls.env["flywheel.score.rule"].create(
            {
                "name": "Click",
                "score_model_id": cls.score_model.id,
                "type_ids": [(6, 0, [types["email_click"]])],
                "points": 5,
                "cap": 3,
                "cap_period": "day",
            }
        )
        # As in a database of one company: see test_beside_a_second_company.
        cls.classPatch(
            cls.registry["mailing.contact"],
            "_flywheel_shared_only",
            lambda contacts: False,
        )
        cls.mailing_list = cls.env["mailing.list"].create({"name": "Spring letter"})
        cls.wang, cls.lee = cls.env["mailing.contact"].create(
            [
                {"name": "Wang", "email": "Wang@Example.com"},
                {"name": "Lee", "email": "lee@example.com"},
            ]
        )
        cls.mailing = cls._make_mailing()

    @classmethod
    def _make_mailing(cls, **values):
        return cls.env["mailing.mailing"].create(
            {
                "subject": "Spring offers",
                "mailing_model_id": cls.env["ir.model"]._get_id("mailing.contact"),
                "mailing_domain": repr([("id", "in", [cls.wang.id, cls.lee.id])]),
                "body_html": "<p>Hello</p>",
                "user_id": cls.mel.id,
                "campaign_id": cls.env["utm.campaign"].create({"name": "Spring"}).id,
                **values,
            }
        )

    # ------------------------------------------------------------------
    # Doing
    # ------------------------------------------------------------------
    def trace(self, record=None, **values):
        """Return the trace of a mail to a record, not sent yet."""
        record = record or self.wang
        email = record.email_normalized if "email_normalized" in record else ""
        return self.env["mailing.trace"].create(
            {
                "trace_type": "mail",
                "model": record._name,
                "res_id": record.id,
                "email": email,
                "mass_mailing_id": self.mailing.id,
                "message_id": f"<{record.id}@flywheel.test>",
                **values,
            }
        )

    def sent(self, *records, **values):
        """Send the mailing to records; return the traces."""
        traces = self.env["mailing.trace"].browse(
            [self.trace(record, **values).id for record in records or [self.wang]]
        )
        traces.set_sent()
        return traces

    def link(self, url="https://shop.example.com/a", mailing=None, **values):
        mailing = mailing or self.mailing
        tracker = self.env["link.tracker"].search_or_create(
            [
                {
                    "url": url,
                    "mass_mailing_id": mailing.id,
                    "source_id": mailing.source_id.id,
                    "title": url,
                    **values,
                }
            ]
        )
        return tracker

    def asked(self, agent=BROWSER, network="203.0.113.0/24", method="GET"):
        """Return a context in which a program asks from a network."""
        values = {"agent": agent, "network": network, "method": method}
        Hit = self.env.registry["flywheel.mailing.hit"]
        return patch.object(Hit, "_get_request_values", lambda _self: values)

    def click(self, trace, url="https://shop.example.com/a", **asked):
        with self.asked(**asked):
            return self.env["link.tracker.click"].add_click(
                self.link(url).code, ip="203.0.113.7", mailing_trace_id=trace.id
            )

    def open(self, trace, **asked):
        with self.asked(**asked):
            trace.set_opened()

    def collect(self):
        """Do what the scheduled action does."""
        Hit = self.env["flywheel.mailing.hit"]
        while Hit._collect() or Hit._fetch_past():
            pass

    # ------------------------------------------------------------------
    # Checking
    # ------------------------------------------------------------------
    def codes(self, person):
        """Return the codes of a person's touchpoints, in order, one each."""
        return [line.type_id.code for line in self.lines(person).sorted("id")]

    def states(self, person, *codes):
        """Return the states of a person's touchpoints, oldest first."""
        lines = self.lines(person, *codes).sorted(lambda line: (line.date, line.id))
        return [line.state for line in lines]

    def pending(self):
        return self.env["flywheel.mailing.hit"].search_count([("pending", "=", True)])

    @staticmethod
    def later(**delta):
        """Return the moment so much later."""
        return fields.Datetime.now() + timedelta(**delta)
