# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from lxml import etree

from odoo.tests import Form
from odoo.tools.safe_eval import safe_eval

from .common import FlywheelCase

READERS = ("rita", "sid", "sam", "mara", "max")


class TestViews(FlywheelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create(
            {"name": "Wang", "email": "wang@example.com"}
        )
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Offer", "partner_id": cls.partner.id}
        )
        cls.env["flywheel.touchpoint"]._record(
            [
                {"type": code, "partner_id": cls.partner.id, "value": 3}
                for code in ("form", "meeting", "rating", "email_sent")
            ]
        )

    def _actions(self):
        """Return the window actions of the app."""
        data = self.env["ir.model.data"].search(
            [
                ("module", "=", "inbound_flywheel"),
                ("model", "=", "ir.actions.act_window"),
            ]
        )
        actions = self.env["ir.actions.act_window"].browse(data.mapped("res_id"))
        self.assertGreater(len(actions), 8)
        return actions

    def _searches(self):
        """Yield (model as a reader sees it, architecture of its search view)."""
        models = {action.res_model for action in self._actions()}
        for model in sorted(models | {"res.partner", "crm.lead"}):
            if self.env[model]._transient:
                continue
            seen = self.env[model].with_user(self.sam)
            for user in (self.mara, self.max):
                if not seen.has_access("read"):
                    seen = seen.with_user(user)
            views = self.env["ir.ui.view"].search(
                [
                    ("model", "=", model),
                    ("type", "=", "search"),
                    ("mode", "=", "primary"),
                ]
            )
            for view in views or views.browse([False]):
                arch = seen.get_view(view.id, "search")["arch"]
                yield seen, etree.fromstring(arch)

    def test_actions_load(self):
        for action in self._actions():
            for login in READERS:
                Model = self.env[action.res_model].with_user(getattr(self, login))
                if not Model.has_access("read"):
                    continue
                views = [(view_id, kind) for view_id, kind in action.views]
                loaded = Model.get_views([*views, (False, "search")])
                self.assertTrue(loaded["views"])

    def test_actions_list_and_read(self):
        for action in self._actions():
            Model = self.env[action.res_model].with_user(self.rita)
            for user in (self.sam, self.mara, self.max):
                if not Model.has_access("read"):
                    Model = Model.with_user(user)
            if Model._transient:
                continue
            arch = etree.fromstring(Model.get_view(view_type="list")["arch"])
            names = {node.get("name") for node in arch.iter("field")}
            domain = safe_eval(action.domain or "[]", {"uid": Model.env.uid})
            Model.web_search_read(domain, {name: {} for name in names}, limit=5)

    def test_filters(self):
        """Every filter of every search view can be carried out."""
        count = 0
        context = {
            "uid": self.sam.id,
            "context_today": lambda: self.partner.create_date.date(),
        }
        for Model, arch in self._searches():
            for node in arch.iter("filter"):
                if node.get("domain"):
                    try:
                        domain = safe_eval(node.get("domain"), dict(context))
                    except (NameError, ValueError):
                        # Words of the web client's own, in core's filters.
                        continue
                    Model.search(domain, limit=1)
                    Model.formatted_read_group(domain, [], ["__count"])
                    count += 1
        self.assertGreater(count, 20)

    def test_groupings(self):
        """Every grouping of every search view can be carried out."""
        count = 0
        for Model, arch in self._searches():
            for node in arch.iter("filter"):
                grouping = safe_eval(node.get("context") or "{}", {"uid": 1}).get(
                    "group_by"
                )
                if grouping and "properties" not in grouping:
                    self._group(Model, grouping)
                    count += 1
        self.assertGreater(count, 15)

    def _group(self, Model, grouping):
        name, _colon, period = grouping.partition(":")
        if Model._fields[name].type in ("date", "datetime"):
            grouping = f"{name}:{period or 'month'}"
        groups = Model.with_context(read_group_expand=True).web_read_group(
            [], [grouping], ["__count"]
        )
        counted = sum(group["__count"] for group in groups["groups"])
        total = Model.search_count([])
        if Model._fields[name].type == "many2many":
            # A record is in the group of each of its values.
            self.assertGreaterEqual(counted, total, grouping)
        else:
            self.assertEqual(counted, total, grouping)

    def test_measures(self):
        """What pivots and graphs add up can be added up."""
        for model, names in (
            (
                "flywheel.profile",
                ("engagement_score", "fit_score", "persona_confidence"),
            ),
            ("crm.lead", ("engagement_score", "fit_score")),
            ("res.partner", ("engagement_score", "fit_score")),
            ("flywheel.award", ("points", "points_now")),
            ("flywheel.touchpoint", ("value",)),
            (
                "flywheel.asked.report",
                ("conversation_count", "repeat_count", "repeat_rate"),
            ),
            ("flywheel.handover", ("score", "hours_to_assign", "hours_to_answer")),
        ):
            Model = self.env[model].with_user(self.sam)
            described = Model.fields_get(names)
            for name in names:
                self.assertTrue(described[name].get("aggregator"), f"{model}.{name}")
                for aggregate in ("sum", "avg", "max"):
                    Model.formatted_read_group([], [], [f"{name}:{aggregate}"])

    def test_forms_of_records(self):
        for login in READERS:
            user = getattr(self, login)
            Form(self.partner.flywheel_profile_id.with_user(user))
            Form(self.partner.with_user(user))
        with Form(self.lead.with_user(self.sam)) as form:
            form.name = "Better offer"
            form.journey_stage_id = self.stage("decision")
        self.assertEqual(self.partner.journey_stage_id.code, "decision")
        Form(self.env["crm.lead"].with_user(self.sam))
        Form(self.env["res.partner"].with_user(self.sam))

    def test_configuration_forms(self):
        for model in (
            "flywheel.stage",
            "flywheel.stage.rule",
            "flywheel.score.model",
            "flywheel.touchpoint.type",
            "flywheel.channel",
            "flywheel.persona",
            "flywheel.handover.definition",
            "flywheel.handover.box",
            "flywheel.return.reason",
            "flywheel.persona.answer",
            "flywheel.interview",
        ):
            user = self.mara if model == "flywheel.persona" else self.max
            Form(self.env[model].with_user(user))

    def test_buttons(self):
        person = self.partner.flywheel_profile_id.with_user(self.sam)
        for record, name in (
            (person, "action_explain"),
            (person, "action_timeline"),
            (person, "action_open_leads"),
            (person, "action_open_partner"),
            (self.partner.with_user(self.sam), "action_explain_score"),
            (self.lead.with_user(self.sam), "action_flywheel_timeline"),
        ):
            action = getattr(record, name)()
            Model = self.env[action["res_model"]].with_user(self.sam)
            if action.get("res_id"):
                self.assertTrue(Model.browse(action["res_id"]).exists())
            else:
                self.assertTrue(Model.search(action["domain"]))

    def test_menus(self):
        menus = self.env["ir.ui.menu"]
        root = self.env.ref("inbound_flywheel.menu_root")
        for login in READERS:
            self.assertIn(
                root.id, menus.with_user(getattr(self, login))._visible_menu_ids()
            )
        self.assertNotIn(root.id, menus.with_user(self.ian)._visible_menu_ids())
