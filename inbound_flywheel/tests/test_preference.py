# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command

from .test_fact import FactCase


class PreferenceCase(FactCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channels = {c.code: c for c in cls.env["flywheel.channel"].search([])}
        cls.persona = cls.env["flywheel.persona"].create(
            {
                "name": "Immigrants",
                "human_share": 0.8,
                "tone": "formal",
                "lang": "en_US",
                "contacts_per_month": 2,
                "channel_weight_ids": [
                    Command.create(
                        {"channel_id": cls.channels[code].id, "weight": weight}
                    )
                    for code, weight in (("phone", 0.9), ("email", 0.7))
                ],
            }
        )

    def resolve(self, aspect, person=None, user=None):
        person = person or self.wang
        seen = person.with_user(user or self.rita)
        return seen._resolve_preferences()[person.id][aspect]

    def check(self, aspect, value, source, detail=None, person=None):
        found = self.resolve(aspect, person)
        if aspect == "channel":
            value = self.channels[value].id
        self.assertEqual((found["value"], found["source"]), (value, source))
        if detail:
            self.assertIn(detail, found["detail"])

    def contact(self, code, *days, **values):
        self.ingest_all(
            *(self.item(code, date=self.ago(days=day), **values) for day in days)
        )

    def low_touch(self):
        self.persona.human_share = 0.1
        self.wang.persona_id = self.persona


class TestPreferences(PreferenceCase):
    def test_nothing_is_known(self):
        self.check("channel", "email", "company", "Default of")
        self.check("lang", "en_US", "company")
        self.check("tone", "neutral", "company")
        self.assertEqual(self.resolve("frequency")["source"], "none")
        self.company.flywheel_channel_id = self.channels["chat"]
        self.company.flywheel_contacts_per_month = 4
        self.check("channel", "chat", "company")
        self.check("frequency", 4, "company")

    def test_persona_over_company(self):
        self.wang.persona_id = self.persona
        self.check("channel", "phone", "persona", "Persona Immigrants")
        self.check("tone", "formal", "persona")
        self.check("lang", "en_US", "persona")
        self.check("frequency", 2, "persona")

    def test_learned_over_persona(self):
        self.wang.persona_id = self.persona
        self.contact("email_reply", 1, 8, 15, 22, 29, 36, 43)
        self.contact("chat", 2, 3)
        # Opens and page views say nothing, and neither does what we send.
        self.contact("email_open", *range(1, 30))
        self.contact("page", *range(1, 30))
        self.contact("call_out", *range(1, 30))
        self.check("channel", "email", "learned", "7 of 9 contacts by Email")
        self.check("frequency", 4, "learned", "every 7")

    def test_nothing_is_learned_from_little_or_long_ago(self):
        self.contact("chat", 1, 2)
        self.contact("email_reply", *range(181, 200))
        self.check("channel", "email", "company")
        self.assertEqual(self.resolve("frequency")["source"], "none")
        self.contact("chat", 3)
        self.check("channel", "chat", "learned")

    def test_individual_over_all(self):
        """A digital immigrant who said: write to me."""
        self.wang.persona_id = self.persona
        self.contact("email_reply", *range(1, 10))
        self.note("channel", "chat", user=self.mara, date="2026-05-03 08:00:00")
        self.note("tone", "casual")
        self.note("frequency", "1")
        self.note("language", "zh_TW")
        self.check("channel", "chat", "individual", "Said on 05/03/2026 to Mara")
        self.check("tone", "casual", "individual")
        self.check("frequency", 1, "individual")
        self.check("lang", "zh_TW", "individual")
        self.assertEqual(self.resolve("channel")["label"], "Chat")
        self.assertEqual(self.resolve("lang")["source_label"], "Individual")

    def test_an_expired_word_no_longer_holds(self):
        self.note("channel", "chat", valid_until="2026-06-14")
        self.note("tone", "casual", valid_until="2026-06-14")
        self.check("channel", "email", "company")
        self.check("tone", "neutral", "company")

    def test_chosen_by_hand(self):
        self.wang.with_user(self.sam).preferred_channel_id = self.channels["sms"]
        self.check("channel", "sms", "individual", "to Sam")
        # As it was before there were facts.
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM flywheel_fact")
        self.env.invalidate_all()
        self.check("channel", "sms", "individual", "Chosen by hand")

    def test_language_of_the_contact(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.wang.persona_id = self.persona
        self.check("lang", "en_US", "persona")
        self.partner.lang = "fr_FR"
        self.check("lang", "fr_FR", "individual", "Set on the contact")

    def test_who_objects_is_not_learned_from(self):
        self.contact("chat", 1, 8, 15, 22)
        self.check("channel", "chat", "learned")
        self.wang.no_profiling = True
        self.check("channel", "email", "company")
        self.assertEqual(self.resolve("frequency")["source"], "none")

    def test_low_touch_is_never_called_unless_asked_for(self):
        self.low_touch()
        self.persona.channel_weight_ids[1].unlink()
        self.assertEqual(self.persona.channel_weight_ids.channel_id.code, "phone")
        self.contact("call_in", *range(1, 9))
        self.company.flywheel_channel_id = self.channels["phone"]
        self.assertEqual(self.resolve("channel")["source"], "none")
        self.company.flywheel_channel_id = False
        self.check("channel", "email", "company")
        self.note("channel", "phone")
        self.check("channel", "phone", "individual")

    def test_one_contact_point(self):
        self.persona.single_touchpoint = True
        self.wang.persona_id = self.persona
        self.contact("email_reply", *range(5, 20))
        self.contact("chat", 2)
        self.check("channel", "chat", "learned", "keeps one contact point")

    def test_set_based(self):
        partners = self.env["res.partner"].create(
            [{"name": f"P{n}", "email": f"p{n}@example.com"} for n in range(60)]
        )
        ids = partners._get_profile_ids()
        people = self.wang.browse(ids.values())
        people.persona_id = self.persona
        for person in people[:50]:
            self.note("tone", "casual", person=person)
        self.contact("chat", 1, 2, 3, email="p59@example.com")

        def count(group):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            group._resolve_preferences()
            return self.env.cr.sql_log_count - before

        count(people[:2])
        few, many = count(people[:2]), count(people)
        self.assertLessEqual(many, few + 2)
        self.check("tone", "casual", "individual", person=people[3])
        self.check("channel", "chat", "learned", person=people[59])
