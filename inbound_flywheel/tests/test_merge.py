# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random

from .common import FlywheelCase


class TestMerge(FlywheelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.persona = cls.env["flywheel.persona"].create({"name": "Thrifty"})
        cls.other_persona = cls.env["flywheel.persona"].create({"name": "Spender"})
        cls.keep, cls.gone = cls.env["res.partner"].create(
            [
                {"name": "Keep", "email": "keep@example.com"},
                {"name": "Gone", "email": "gone@example.com"},
            ]
        )

    def _histories(self, *emails):
        """Give each address a history; together they exceed every cap."""
        for seed, email in enumerate(emails):
            rng = random.Random(seed)
            self.ingest_all(
                *(
                    self.item(
                        rng.choice(("form", "page", "order", "meeting", "unsubscribe")),
                        date=self.ago(seconds=rng.randrange(9 * 86400)),
                        email=email,
                        external_key=f"{email}-{number}",
                    )
                    for number in range(40)
                )
            )

    def _merge_contacts(self, user=None):
        """Merge both contacts in the wizard."""
        self.env.flush_all()
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard = wizard.with_user(user) if user else wizard
        wizard.create(
            {
                "dst_partner_id": self.keep.id,
                "partner_ids": [(6, 0, (self.keep + self.gone).ids)],
            }
        ).action_merge()
        self.env.invalidate_all()

    def _keys(self, person):
        return sorted(
            self.lines(person).filtered("external_key").mapped("external_key")
        )

    # ------------------------------------------------------------------
    # Contacts
    # ------------------------------------------------------------------
    def test_contacts(self):
        self._histories("keep@example.com", "gone@example.com")
        kept, lost = self.keep.flywheel_profile_id, self.gone.flywheel_profile_id
        keys = sorted(self._keys(kept) + self._keys(lost))
        self._merge_contacts()
        self.assertFalse(self.gone.exists())
        self.assertFalse(lost.exists())
        self.assertEqual(self.keep.flywheel_profile_id, kept)
        self.assertEqual(kept.partner_id, self.keep)
        self.assertEqual(self._keys(kept), keys)
        self.assertEqual(len(keys), 80)
        self.assert_scored(kept)
        self.assertEqual(self.person("gone@example.com"), kept)
        merged = self.lines(kept, "profile_merged")
        self.assertIn("Gone", merged.summary)
        live = kept.momentum
        self.env["flywheel.score.model"]._reaward()
        self.assertAlmostEqual(kept.momentum / live, 1, 9)

    def test_only_the_one_who_goes_is_somebody(self):
        self._histories("gone@example.com")
        keys = self._keys(self.gone.flywheel_profile_id)
        self._merge_contacts()
        person = self.keep.flywheel_profile_id
        self.assertEqual(self._keys(person), keys)
        self.assertEqual(person.name, "Keep")
        self.assert_scored(person)

    def test_nobody(self):
        self._merge_contacts()
        self.assertFalse(self.keep.flywheel_profile_id)

    def test_records_follow(self):
        self._histories("keep@example.com", "gone@example.com")
        lead = self.env["crm.lead"].create(
            {"name": "Offer", "partner_id": self.gone.id}
        )
        self._merge_contacts()
        self.assertEqual(lead.flywheel_profile_id, self.keep.flywheel_profile_id)
        self.assertEqual(
            self.lines(self.keep.flywheel_profile_id, "lead_created").res_id, lead.id
        )

    def test_choices_of_the_one_who_stays_win(self):
        self._histories("keep@example.com", "gone@example.com")
        sms, chat = (
            self.env.ref(f"inbound_flywheel.channel_{name}") for name in ("sms", "chat")
        )
        for partner, persona, channel, stage in (
            (self.keep, self.persona, sms, "awareness"),
            (self.gone, self.other_persona, chat, "decision"),
        ):
            partner.with_user(self.sam).write(
                {
                    "persona_id": persona.id,
                    "preferred_channel_id": channel.id,
                    "journey_stage_id": self.stage(stage).id,
                }
            )
        self._merge_contacts()
        self.assertRecordValues(
            self.keep,
            [
                {
                    "persona_id": self.persona.id,
                    "preferred_channel_id": sms.id,
                    "journey_stage_id": self.stage("awareness").id,
                }
            ],
        )
        self.assertTrue(self.keep.flywheel_profile_id.persona_locked)
        self._check_intervals(self.keep.flywheel_profile_id)

    def test_choices_of_the_other_win_over_rules(self):
        self._histories("keep@example.com", "gone@example.com")
        self.gone.with_user(self.sam).write(
            {
                "persona_id": self.other_persona.id,
                "lifecycle_stage_id": self.stage("sql").id,
            }
        )
        self._merge_contacts()
        self.assertEqual(self.keep.persona_id, self.other_persona)
        self.assertEqual(self.keep.lifecycle_stage_id.code, "sql")
        self._check_intervals(self.keep.flywheel_profile_id)

    def test_objection_of_either_holds(self):
        self._histories("keep@example.com", "gone@example.com")
        self.gone.flywheel_profile_id.with_user(self.sam).no_profiling = True
        self._merge_contacts()
        person = self.keep.flywheel_profile_id
        self.assertTrue(person.no_profiling)
        self.assertEqual(person.explain(), [])
        self.assert_scored(person)

    def _check_intervals(self, person):
        for track in ("journey", "lifecycle"):
            codes = [
                interval.stage_id.code
                for interval in person.interval_ids.sorted(
                    lambda i: (i.date_from, i.id)
                )
                if interval.track == track
            ]
            self.assert_history(person, track, codes or [None])

    def test_random_histories_of_stages(self):
        for seed in range(5):
            rng = random.Random(seed)
            emails = [f"one{seed}@example.com", f"two{seed}@example.com"]
            for email in emails:
                for _number in range(12):
                    self.ingest_all(
                        self.item(
                            rng.choice(
                                ("page", "form", "meeting", "email_open", "order")
                            ),
                            date=self.ago(seconds=rng.randrange(300 * 86400)),
                            email=email,
                        )
                    )
                    if rng.random() < 0.2:
                        stage = rng.choice(("awareness", "consideration", "decision"))
                        person = self.person(email).with_user(self.sam)
                        person.journey_stage_id = self.stage(stage)
            one, two = (self.person(email) for email in emails)
            one._merge(two)
            self.env.invalidate_all()
            self._check_intervals(one)
            self.assert_scored(one)

    def test_one_who_was_taken_out_of_all(self):
        self.ingest_all(
            self.item("page", email="keep@example.com"),
            self.item("page", email="gone@example.com"),
        )
        for partner in (self.keep, self.gone):
            partner.with_user(self.sam).journey_stage_id = False
        self._merge_contacts()
        self.assertFalse(self.keep.journey_stage_id)

    def test_company_of_the_contact(self):
        """A person who takes over a contact takes over its company too."""
        self.ingest_all(self.item("form", email="anonymous@example.com"))
        person = self.person("anonymous@example.com")
        self.assertEqual(person.company_id, self.company)
        self.ingest_all(self.item("page", email="gone@example.com"))
        person._merge(self.gone.flywheel_profile_id)
        self.assertEqual(person.partner_id, self.gone)
        self.assertFalse(person.company_id)
        self.assertFalse(self.lines(person).company_id)
        self.assertFalse(person.identity_ids.company_id)

    # ------------------------------------------------------------------
    # Leads
    # ------------------------------------------------------------------
    def test_leads(self):
        self._histories("one@example.com", "two@example.com")
        leads = (
            self.env["crm.lead"]
            .with_user(self.sam)
            .create(
                [
                    {"name": "One", "email_from": "one@example.com", "type": "lead"},
                    {"name": "Two", "email_from": "two@example.com", "type": "lead"},
                ]
            )
        )
        people = leads.flywheel_profile_id
        keys = sorted(self._keys(people[0]) + self._keys(people[1]))
        merged = leads.merge_opportunity()
        person = merged.flywheel_profile_id
        self.assertEqual(person, people.exists())
        self.assertEqual(len(person), 1)
        self.assertEqual(self._keys(person), keys)
        self.assertEqual(self.person("one@example.com"), person)
        self.assertEqual(self.person("two@example.com"), person)
        self.assert_scored(person)

    def test_lead_without_contact_and_lead_with(self):
        self._histories("one@example.com", "keep@example.com")
        leads = (
            self.env["crm.lead"]
            .with_user(self.sam)
            .create(
                [
                    {"name": "One", "email_from": "one@example.com", "type": "lead"},
                    {"name": "Two", "partner_id": self.keep.id, "type": "lead"},
                ]
            )
        )
        for order in (leads, leads.browse(reversed(leads.ids))):
            self.assertEqual(len(order), 2)
        merged = leads.merge_opportunity()
        person = self.keep.flywheel_profile_id
        self.assertEqual(merged.flywheel_profile_id, person)
        self.assertEqual(merged.partner_id, self.keep)
        self.assertEqual(len(self._keys(person)), 82)
        self.assert_scored(person)

    def test_leads_of_two_contacts(self):
        """Merging leads does not make one person of two contacts."""
        self._histories("keep@example.com", "gone@example.com")
        leads = (
            self.env["crm.lead"]
            .with_user(self.sam)
            .create(
                [
                    {"name": partner.name, "partner_id": partner.id, "type": "lead"}
                    for partner in self.keep + self.gone
                ]
            )
        )
        leads.merge_opportunity()
        for partner in self.keep + self.gone:
            self.assertEqual(partner.flywheel_profile_id.partner_id, partner)
            self.assert_scored(partner.flywheel_profile_id)
