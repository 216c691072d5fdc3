# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import csv
from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, new_test_user
from odoo.tools.misc import file_path

from ..models.utm_source import SOURCES
from .common import FlywheelCase

MARKETPLACES = ("source_taiwantrade", "source_amazon_business", "source_alibaba")


class TestSource(FlywheelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pull, cls.push, cls.mute = cls.env["utm.source"].create(
            [
                {"name": "Test pull", "direction": "inbound", "flywheel_kind": "fair"},
                {"name": "Test push", "direction": "outbound"},
                {"name": "Test mute"},
            ]
        )
        cls.mail = cls.env.ref("utm.utm_medium_email")
        cls.mail.direction = "outbound"
        cls.dumb = cls.env["utm.medium"].create({"name": "Test medium"})

    def _lead(self, **values):
        return self.env["crm.lead"].create({"name": "Enquiry", **values})

    def _shipped(self, name):
        return self.env.ref(f"inbound_flywheel.{name}")

    # ------------------------------------------------------------------
    # Sources
    # ------------------------------------------------------------------
    def test_shipped_sources(self):
        for name in MARKETPLACES:
            self.assertEqual(self._shipped(name).flywheel_kind, "marketplace")
            self.assertEqual(self._shipped(name).direction, "inbound")
        self.assertEqual(self._shipped("source_fair").flywheel_kind, "fair")
        self.assertEqual(
            self._shipped("source_linkedin"), self.env.ref("utm.utm_source_linkedin")
        )

    def test_existing_names_are_reused(self):
        """A database with such a source keeps it, with what it says already."""
        Source = self.env["utm.source"]
        self._shipped("source_alibaba").unlink()
        self._shipped("source_website").unlink()
        theirs = Source.create({"name": "ALIBABA.com", "direction": "outbound"})
        Source._flywheel_set_up()
        self.assertEqual(self._shipped("source_alibaba"), theirs)
        self.assertEqual(theirs.direction, "outbound")
        self.assertEqual(theirs.flywheel_kind, "marketplace")
        self.assertTrue(self._shipped("source_website"))

    def test_set_up_leaves_changes_alone(self):
        source = self._shipped("source_alibaba")
        source.write({"name": "Alibaba", "direction": False})
        count = self.env["utm.source"].search_count([])
        self.env["utm.source"]._flywheel_set_up()
        self.assertEqual((source.name, source.direction), ("Alibaba", False))
        self.assertEqual(self.env["utm.source"].search_count([]), count)

    def test_deleted_sources_of_odoo_stay_deleted(self):
        self.env.ref("utm.utm_source_newsletter").unlink()
        self.env["utm.source"]._flywheel_set_up()
        self.assertFalse(self.env["utm.source"].search([("name", "=", "Newsletter")]))

    def test_sources_that_come_later_say_what_they_are(self):
        """Apps that are installed later, imports and links bring their own."""
        found = self.env["utm.source"].create(
            [{"name": "Webshop"}, {"name": "EDM"}, {"name": "Never heard of"}]
        )
        self.assertEqual(found.mapped("direction"), ["inbound", "outbound", False])
        chosen = self.env["utm.source"].create(
            {"name": "Exhibition", "direction": "inbound"}
        )
        self.assertEqual(chosen.direction, "inbound")
        for name in ("survey", "website", "email"):
            medium = self.env["utm.medium"]._fetch_or_create_utm_medium(name)
            self.assertTrue(medium.direction, name)

    def test_new_channels_are_in_the_report(self):
        mailing = self.env["utm.source"].create({"name": "Summer mailing"})
        chat = self.env["utm.source"].create({"name": "Live chat"})
        survey = self.env["utm.medium"]._fetch_or_create_utm_medium("Survey")
        leads = self._lead(source_id=mailing.id, medium_id=self.mail.id)
        leads |= self._lead(source_id=chat.id)
        leads |= self._lead(medium_id=survey.id)
        self.env.flush_all()
        rows = self.env["flywheel.source.report"].search([("id", "in", leads.ids)])
        directions = {row.lead_id: row.direction for row in rows}
        self.assertEqual(
            [directions[lead] for lead in leads], ["outbound", "inbound", "inbound"]
        )

    def test_direction_of_leads(self):
        cases = {
            "inbound": [
                {"source_id": self.pull.id},
                {"source_id": self.pull.id, "medium_id": self.mail.id},
            ],
            "outbound": [
                {"source_id": self.push.id},
                {"source_id": self.mute.id, "medium_id": self.mail.id},
                {"medium_id": self.mail.id},
            ],
            "unknown": [
                {},
                {"source_id": self.mute.id},
                {"source_id": self.mute.id, "medium_id": self.dumb.id},
            ],
        }
        leads = {
            direction: self.env["crm.lead"].concat(*(self._lead(**v) for v in values))
            for direction, values in cases.items()
        }
        everything = self.env["crm.lead"].concat(*leads.values())
        own = [("id", "in", everything.ids)]
        for direction, expected in leads.items():
            self.assertEqual(set(expected.mapped("flywheel_direction")), {direction})
            found = everything.search([*own, ("flywheel_direction", "=", direction)])
            self.assertEqual(found, expected.sorted(lambda lead: -lead.id))
        groups = everything._read_group(own, ["flywheel_direction"], ["__count"])
        self.assertEqual(
            dict(groups), {direction: len(found) for direction, found in leads.items()}
        )
        rest = everything.search([*own, ("flywheel_direction", "!=", "inbound")])
        self.assertEqual(set(rest), set(leads["outbound"] | leads["unknown"]))
        self.mute.direction = "inbound"
        self.assertEqual(leads["unknown"][1].flywheel_direction, "inbound")

    # ------------------------------------------------------------------
    # Import
    # ------------------------------------------------------------------
    def test_import_maps_sources(self):
        """Files name sources in their own words."""
        Lead = self.env["crm.lead"].with_user(self.sam)
        result = Lead.load(
            ["name", "source_id"],
            [["One", "Alibaba.com"], ["Two", "alibaba"], ["Three", "www.alibaba.com"]],
        )
        self.assertFalse(result["messages"])
        leads = Lead.browse(result["ids"])
        self.assertEqual(leads.source_id, self._shipped("source_alibaba"))
        self.assertEqual(set(leads.mapped("flywheel_direction")), {"inbound"})

    def test_part_of_an_alias_is_no_source(self):
        Source = self.env["utm.source"]
        self.assertFalse(Source.name_search("aliba", operator="="))
        self.assertFalse(Source.name_search("", operator="="))
        self.assertFalse(Source.name_search(" , ", operator="="))

    def test_template_can_be_imported(self):
        Lead = self.env["crm.lead"].with_user(self.sam)
        templates = [row["template"] for row in Lead.get_import_templates()]
        path = "inbound_flywheel/static/csv/enquiries.csv"
        self.assertIn(f"/{path}", templates)
        with open(file_path(path), newline="", encoding="utf-8") as file:
            header, *rows = csv.reader(file)
        result = Lead.load(header, rows)
        self.assertFalse(result["messages"])
        leads = Lead.browse(result["ids"])
        self.assertEqual(leads[0].source_id, self._shipped("source_alibaba"))
        self.assertEqual(leads[2].source_id, self._shipped("source_fair"))
        self.assertEqual(leads[0].flywheel_seniority, "manager")
        self.assertTrue(leads[0].flywheel_industry_id)

    # ------------------------------------------------------------------
    # Industry and seniority
    # ------------------------------------------------------------------
    def test_conversion_takes_industry_and_seniority_along(self):
        industry = self.env["res.partner.industry"].create({"name": "Pumps"})
        lead = self._lead(
            contact_name="Chen",
            partner_name="Formosa Pumps",
            email_from="chen@example.com",
            flywheel_industry_id=industry.id,
            flywheel_seniority="director",
            function="Buyer",
        ).with_user(self.sam)
        lead._handle_partner_assignment(create_missing=True)
        person = lead.partner_id
        self.assertEqual(person.flywheel_seniority, "director")
        self.assertEqual(person.function, "Buyer")
        self.assertEqual(person.industry_id, industry)
        self.assertEqual(person.parent_id.industry_id, industry)
        self.assertFalse(person.parent_id.flywheel_seniority)

    def test_lead_follows_its_contact(self):
        industry = self.env["res.partner.industry"].create({"name": "Pumps"})
        company = self.env["res.partner"].create(
            {"name": "Formosa", "is_company": True, "industry_id": industry.id}
        )
        person = self.env["res.partner"].create(
            {"name": "Chen", "parent_id": company.id, "flywheel_seniority": "senior"}
        )
        lead = self._lead(flywheel_seniority="intern")
        lead.partner_id = person
        self.assertEqual(lead.flywheel_industry_id, industry)
        self.assertEqual(lead.flywheel_seniority, "senior")

    def test_rules_use_seniority(self):
        model = self.score_model
        self.env["flywheel.fit.rule"].create(
            {
                "name": "Decides",
                "score_model_id": model.id,
                "model": "crm.lead",
                "domain": "[('flywheel_seniority', 'in', ['director', 'owner'])]",
                "points": 40,
            }
        )
        lead = self._lead(email_from="boss@example.com")
        self.assertEqual(lead.fit_score, 0)
        lead.flywheel_seniority = "owner"
        self.assertEqual(lead.fit_score, 40)

    # ------------------------------------------------------------------
    # Report
    # ------------------------------------------------------------------
    def _report(self, leads, user=None):
        Report = self.env["flywheel.source.report"].with_user(user or self.sam)
        return Report.search([("lead_id", "in", leads.ids)])

    def test_report_counts(self):
        lead = self._lead(
            source_id=self.pull.id, email_from="a@example.com", expected_revenue=500
        )
        other = self._lead(medium_id=self.mail.id, email_from="b@example.com")
        self.env.flush_all()
        start = fields.Datetime.now()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s WHERE id = ANY(%s)",
            [start - timedelta(days=10), (lead | other).ids],
        )
        (lead | other).flywheel_profile_id.interval_ids.unlink()
        for days, code in ((6, "mql"), (0, "sql")):
            with freeze_time(start - timedelta(days=days)):
                lead.lifecycle_stage_id = self.stage(code)
        lead.action_set_won()
        row, rest = self._report(lead), self._report(other)
        self.assertRecordValues(
            row,
            [
                {
                    "direction": "inbound",
                    "kind": "fair",
                    "lead_count": 1,
                    "mql_count": 1,
                    "sql_count": 1,
                    "won_count": 1,
                    "won_revenue": 500,
                    "days_to_mql": 4,
                    "days_to_sql": 10,
                    "days_to_won": 10,
                }
            ],
        )
        self.assertRecordValues(
            rest,
            [{"direction": "outbound", "mql_count": 0, "won_count": 0}],
        )
        self.assertEqual(row.action_open_lead()["res_id"], lead.id)

    def test_report_has_all_leads(self):
        total = self.env["crm.lead"].with_context(active_test=False).search_count([])
        Report = self.env["flywheel.source.report"].sudo()
        [(count,)] = Report._read_group([], [], ["lead_count:sum"])
        self.assertEqual(count, total)

    def test_an_earlier_deal_does_not_count(self):
        """Who has bought before is not at once qualified with a new lead."""
        old = self._lead(email_from="c@example.com")
        old.lifecycle_stage_id = self.stage("customer")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE flywheel_stage_interval SET date_from = date_from - interval '9 d',"
            " date_to = date_to - interval '9 d' WHERE profile_id = %s",
            [old.flywheel_profile_id.id],
        )
        new = self._lead(email_from="c@example.com")
        self.assertEqual(new.flywheel_profile_id, old.flywheel_profile_id)
        self.assertEqual(self._report(new).sql_count, 0)

    def test_who_sees_the_report(self):
        seller = new_test_user(
            self.env, "flywheel_own", groups="sales_team.group_sale_salesman"
        )
        mine = self._lead(user_id=seller.id)
        other = self._lead(user_id=self.sam.id)
        branch = self._lead(user_id=self.bea.id, company_id=self.branch.id)
        leads = mine | other | branch
        self.assertEqual(self._report(leads, seller).lead_id, mine)
        self.assertEqual(self._report(leads, self.sam).lead_id, mine | other)
        self.assertEqual(len(self._report(leads, self.mara)), 2)
        self.assertEqual(self._report(leads, self.bea).lead_id, branch)
        for user in (self.rita, self.ian, self.pia):
            self.assertFalse(
                self.env["flywheel.source.report"].with_user(user).has_access("read")
            )

    def test_marketing_reads_the_list(self):
        """Marketing may not open leads, but read what became of them."""
        lead = self._lead(user_id=self.sam.id, source_id=self.pull.id)
        self.env.flush_all()
        Report = self.env["flywheel.source.report"].with_user(self.mara)
        result = Report.web_search_read(
            [("lead_id", "=", lead.id)],
            {"lead_id": {"fields": {"display_name": {}}}, "source_id": {}},
        )
        [row] = result["records"]
        self.assertEqual(row["lead_id"]["display_name"], "Enquiry")

    def test_every_shipped_source_has_a_direction(self):
        for name, values in SOURCES.items():
            self.assertIn(values["direction"], ("inbound", "outbound"), name)
            self.assertEqual(self._shipped(name)._name, "utm.source")
