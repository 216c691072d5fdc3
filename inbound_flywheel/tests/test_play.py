# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form

from .common_play import PlayCase


class TestPlay(PlayCase):
    # ------------------------------------------------------------------
    # Bad input
    # ------------------------------------------------------------------
    def test_links(self):
        for url in ("https://example.com/a?b=1", "http://例え.jp/x"):
            self.play("Good", url=url)
        for url in (
            "javascript:alert(1)",
            "data:text/html,<script>1</script>",
            "//example.com",
            "example.com",
            "https://",
        ):
            with self.assertRaises(ValidationError, msg=url):
                self.play("Bad", url=url)

    def test_hostile_words(self):
        play = self.play(
            "Hostile",
            body='<p onclick="x()">Hi<script>steal()</script>'
            '<img src="x" onerror="steal()"><a href="javascript:steal()">go</a></p>',
        )
        for word in ("script", "onclick", "onerror", "steal"):
            self.assertNotIn(word, play.body)
        self.assertIn("Hi", play.body)

    def test_templates_of_other_records(self):
        template = self.env["mail.template"].create(
            {"name": "T", "model_id": self.env.ref("base.model_res_users").id}
        )
        with self.assertRaises(ValidationError):
            self.play("Wrong", mail_template_id=template.id)

    def test_content_of_an_app_that_is_gone(self):
        play = self.play("Old post", res_model="no.such.app", res_id=7)
        self.assertFalse(play.content_ref)
        with self.assertRaises(UserError):
            play.action_open_content()
        self.assertTrue(play.with_user(self.rita).web_read({"content_ref": {}}))

    # ------------------------------------------------------------------
    # Versions of the persona
    # ------------------------------------------------------------------
    def _raise_version(self, persona):
        persona.sudo().version += 1

    def test_persona_changed_since(self):
        old = self.play("Old", [self.carla], ["awareness"])
        both = self.play("Both", [self.carla, self.bruno], ["awareness"])
        self.play("For all", [], ["awareness"])
        found = [("persona_changed", "=", True)]
        Play = self.env["flywheel.play"].with_user(self.mara)
        self.assertFalse(old.persona_changed)
        self.assertFalse(Play.search(found))
        self._raise_version(self.carla)
        self.assertTrue(old.persona_changed)
        self.assertEqual(Play.search(found), old | both)
        self.assertNotIn(old, Play.search([("persona_changed", "=", False)]))
        old.sequence = 3
        self.assertTrue(old.persona_changed, "nobody has looked at the content")
        old.body = "<p>New words</p>"
        self.assertFalse(old.persona_changed)
        both.action_confirm()
        self.assertFalse(Play.search(found))

    def test_another_persona_is_new_to_it(self):
        play = self.play("One", [self.carla])
        self._raise_version(self.carla)
        play.persona_ids = [Command.link(self.bruno.id)]
        self.assertTrue(play.persona_changed)
        self.assertEqual(
            play.persona_versions, {str(self.carla.id): 1, str(self.bruno.id): 1}
        )

    # ------------------------------------------------------------------
    # Suggestions
    # ------------------------------------------------------------------
    def _person(self, persona=None, stage="consideration"):
        person = self.people(1, persona or self.carla)
        person.journey_stage_id = self.stage(stage)
        return person

    def _suggested(self, person, user=None, **kwargs):
        answer = person.with_user(user or self.sam).get_suggested_plays(**kwargs)
        return [play["name"] for play in answer["suggestions"]]

    def test_ranking(self):
        person = self._person()
        names = ["Exact", "Stage", "Persona"]
        self.play("General")
        self.play("Persona", [self.carla])
        self.play("Stage", [], ["consideration"])
        self.play("Exact", [self.carla], ["consideration"])
        self.play("Other persona", [self.bruno], ["consideration"])
        self.play("Other stage", [self.carla], ["decision"])
        self.play("Gone", [self.carla], ["consideration"], active=False)
        answer = person.with_user(self.sam).get_suggested_plays()
        self.assertEqual([p["name"] for p in answer["suggestions"]], names)
        self.assertEqual(answer["more"], 1)
        self.assertEqual(
            answer["suggestions"][0]["why"],
            "For Careful Carla in Consideration; effect not known yet",
        )
        self.assertEqual(answer["next_stage"], "Decision")

    def test_own_team_and_language_first(self):
        self.env["res.lang"]._activate_lang("zh_TW")
        self.env["res.lang"]._activate_lang("zh_CN")
        person = self._person()
        person.sudo().partner_id = self.env["res.partner"].create(
            {"name": "Wang", "lang": "zh_TW"}
        )
        at = ([self.carla], ["consideration"])
        self.play("Of service", *at, team="service")
        self.play("Of sales", *at, team="sales")
        self.play("In English", *at, lang="en_US", team="sales")
        self.play("In Chinese", *at, lang="zh_TW", team="sales", sequence=1)
        self.assertEqual(
            self._suggested(person), ["In Chinese", "Of sales", "Of service"]
        )
        self.assertEqual(self._suggested(person, self.sid)[0], "Of service")
        self.env["flywheel.play"].search([("lang", "=", False)]).active = False
        answer = person.with_user(self.sam).get_suggested_plays()
        self.assertEqual(
            [len(play["warnings"]) for play in answer["suggestions"]], [0, 1]
        )

    def test_greater_effect_first(self):
        others = self.people(20, self.carla)
        weak = self.play("Weak", [self.carla], ["consideration"])
        strong = self.play("Strong", [self.carla], ["consideration"])
        for number, other in enumerate(others):
            later = [("decision", 50)] if number < 10 else []
            self.history(other, ("consideration", 70), *later)
            self.use(strong, other, 60)
            self.use(weak, other, 45)
        answer = self._person().with_user(self.sam).get_suggested_plays()
        self.assertEqual(
            [play["why"] for play in answer["suggestions"]],
            [
                "For Careful Carla in Consideration; 10 of 20 moved on after it (50 %)",
                "For Careful Carla in Consideration; 0 of 20 moved on after it (0 %)",
            ],
        )

    def test_once_used_or_turned_down(self):
        person = self._person()
        one, two, three = (
            self.play(name, [self.carla], ["consideration"]) for name in "123"
        )
        seen = person.with_user(self.sam)
        seen.use_play(one.id, "copy")
        line = self.env["flywheel.play.use"].browse(seen.dismiss_play(two.id, "known"))
        self.assertEqual(self._suggested(person), ["3"])
        self.assertEqual(self._suggested(person, self.sid), ["3"])
        self.assertEqual(
            seen.get_suggested_plays()["used"][0]["name"], "1", "not the dismissed one"
        )
        line.with_user(self.sam).unlink()
        self.assertEqual(self._suggested(person), ["2", "3"])
        three.active = False
        with self.assertRaises(UserError):
            seen.use_play(one.id, "teleport")
        with self.assertRaises(ValueError):
            seen.dismiss_play(one.id, "boring")

    def test_a_use_knows_its_time(self):
        person = self._person()
        play = self.play("Exact", [self.carla], ["consideration"])
        lead = self.env["crm.lead"].create(
            {"name": "Deal", "email_from": "deal@example.com"}
        )
        owner = lead.flywheel_profile_id
        owner.write({"persona_id": self.bruno.id})
        owner.journey_stage_id = self.stage("decision")
        use_id = owner.with_user(self.sam).use_play(play.id, "copy", lead.id)
        use = self.env["flywheel.play.use"].browse(use_id)
        self.assertEqual(use.user_id, self.sam)
        self.assertEqual(use.lead_id, lead)
        self.assertEqual(use.persona_id, self.bruno)
        self.assertEqual(use.stage_id.code, "decision")
        other_id = person.with_user(self.sam).use_play(play.id, "copy", lead.id)
        self.assertFalse(self.env["flywheel.play.use"].browse(other_id).lead_id)

    def test_objection_to_profiling(self):
        person = self._person()
        self.play("Exact", [self.carla], ["consideration"])
        self.play("Stage", [], ["consideration"])
        person.no_profiling = True
        answer = person.with_user(self.sam).get_suggested_plays()
        self.assertEqual([p["name"] for p in answer["suggestions"]], ["Stage"])
        self.assertFalse(answer["persona"])
        self.assertFalse(answer["gap"])

    def test_nothing_there(self):
        person = self._person()
        answer = person.with_user(self.sam).get_suggested_plays()
        self.assertFalse(answer["suggestions"])
        self.assertEqual(answer["gap"]["persona_id"], self.carla.id)
        self.assertEqual(answer["gap"]["stage"], "Consideration")
        self.assertEqual((answer["can_use"], answer["can_edit"]), (True, False))
        answer = person.with_user(self.mara).get_suggested_plays()
        self.assertTrue(answer["can_edit"])
        answer = self.people(1).with_user(self.rita).get_suggested_plays()
        self.assertFalse(answer["gap"] or answer["stage"] or answer["can_use"])

    # ------------------------------------------------------------------
    # Asking marketing
    # ------------------------------------------------------------------
    def test_requests(self):
        self.carla.owner_id = self.mara
        person = self._person()
        request_id = person.with_user(self.sam).request_play("A case from banking")
        request = self.env["flywheel.play.request"].browse(request_id)
        message = self.env["mail.message"].search(
            [("model", "=", "flywheel.persona"), ("res_id", "=", self.carla.id)],
            order="id desc",
            limit=1,
        )
        self.assertIn("A case from banking", message.body)
        self.assertEqual(message.partner_ids, self.mara.partner_id)
        seen = person.with_user(self.sid).get_suggested_plays()
        self.assertEqual(seen["gap"]["asked"], 1)
        self.play("Elsewhere", [self.carla], ["decision"])
        self.assertFalse(request.play_id)
        answer = self.play("Case", [self.carla], ["consideration"])
        self.assertEqual(request.play_id, answer)
        with self.assertRaises(UserError):
            self.people(1).with_user(self.sam).request_play("In no stage")

    # ------------------------------------------------------------------
    # Mail
    # ------------------------------------------------------------------
    def test_mail_is_noted_once_sent(self):
        lead = self.env["crm.lead"].create(
            {"name": "Deal", "email_from": "deal@example.com", "user_id": self.sam.id}
        )
        template = self.env["mail.template"].create(
            {
                "name": "Offer",
                "model_id": self.env.ref("crm.model_crm_lead").id,
                "subject": "Offer: {{ object.name }}",
                "body_html": "<p>Here it is.</p>",
            }
        )
        play = self.play("Offer", mail_template_id=template.id)
        person = lead.flywheel_profile_id.with_user(self.sam)
        suggested = person.get_suggested_plays(lead.id)["suggestions"]
        self.assertTrue(suggested[0]["can_send"])
        action = person.compose_play(play.id, lead.id)
        Composer = self.env[action["res_model"]].with_user(self.sam)
        wizard = Form(Composer.with_context(**action["context"])).save()
        self.assertFalse(person.play_use_ids)
        wizard.action_send_mail()
        self.assertEqual(wizard.subject, "Offer: Deal")
        self.assertEqual(person.play_use_ids.mapped("action"), ["send"])
        self.assertEqual(person.play_use_ids.lead_id, lead)
        stranger = self.people(1).with_user(self.sam)
        with self.assertRaises(UserError):
            stranger.compose_play(play.id)

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------
    def test_who_may_not(self):
        person = self._person()
        play = self.play("Exact", [self.carla], ["consideration"])
        for user in (self.rita, self.sid, self.sam):
            with self.assertRaises(AccessError):
                play.with_user(user).name = "Mine"
        with self.assertRaises(AccessError):
            person.with_user(self.rita).use_play(play.id, "open")
        use_id = person.with_user(self.sam).use_play(play.id, "open")
        use = self.env["flywheel.play.use"].browse(use_id)
        for user in (self.sam, self.sid, self.max):
            with self.assertRaises(AccessError):
                use.with_user(user).unlink()
            with self.assertRaises(AccessError):
                use.with_user(user).write({"action": "send"})
        with self.assertRaises(AccessError):
            self.env["flywheel.play.use"].with_user(self.sid).create(
                {
                    "play_id": play.id,
                    "profile_id": person.id,
                    "action": "open",
                    "user_id": self.sam.id,
                }
            )
        with self.assertRaises(UserError):
            play.unlink()

    def test_another_company(self):
        person = self.people(1, company=self.branch)
        person.journey_stage_id = self.stage("consideration")
        theirs = self.play("Theirs", [], ["consideration"])
        theirs.sudo().company_id = self.branch
        ours = self.play("Ours", [], ["consideration"])
        ours.sudo().company_id = self.company
        self.assertEqual(self._suggested(person, self.bea), ["Theirs"])
        for name, args in (
            ("get_suggested_plays", ()),
            ("use_play", (ours.id, "open")),
            ("dismiss_play", (ours.id, "known")),
            ("request_play", ("x",)),
            ("compose_play", (ours.id,)),
        ):
            with self.assertRaises(AccessError, msg=name):
                getattr(person.with_user(self.sam), name)(*args)
        with self.assertRaises(AccessError):
            self.people(1).with_user(self.sam).use_play(theirs.id, "open")
        use = self.use(theirs, person, 40)
        for model in ("flywheel.play.use", "flywheel.play.report"):
            Model = self.env[model]
            self.assertFalse(Model.with_user(self.max).search([]))
            self.assertEqual(Model.with_user(self.bea).search([]).ids, use.ids)

    # ------------------------------------------------------------------
    # One person of two
    # ------------------------------------------------------------------
    def test_merge_and_split(self):
        kept, other = self._person(), self._person()
        play = self.play("Exact", [self.carla], ["consideration"])
        use = self.use(play, other, 3)
        request_id = other.with_user(self.sam).request_play("More")
        request = self.env["flywheel.play.request"].browse(request_id)
        other_id = other.id
        kept._merge(other)
        self.assertEqual(use.profile_id, kept)
        self.assertEqual(request.profile_id, kept)
        again = kept._split(origin_ids=[other_id])
        self.assertEqual(use.profile_id, again)
        self.assertEqual(request.profile_id, again)
        self.assertFalse(kept.play_use_ids)
