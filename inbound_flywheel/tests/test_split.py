# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .common import FlywheelCase


class TestSplit(FlywheelCase):
    def _histories(self, *emails, seed=3, count=30):
        dice = random.Random(seed)
        self.ingest_all(
            *(
                self.item(
                    dice.choice(("form", "page", "meeting", "order", "unsubscribe")),
                    date=self.ago(seconds=dice.randrange(40 * 86400)),
                    email=email,
                    external_key=f"{email}-{number}",
                )
                for email in emails
                for number in range(count)
            )
        )
        return [self.person(email) for email in emails]

    def _picture(self, person):
        """Return what must be the same when a merge has been undone."""
        return (
            sorted(self.lines(person).filtered("external_key").mapped("external_key")),
            round(person.momentum, 9),
            person.journey_stage_id,
            person.lifecycle_stage_id,
            person.last_in_date,
            sorted(person.identity_ids.mapped("value")),
        )

    def _split_by_wizard(self, person, user=None, **choices):
        action = person.with_user(user or self.sam).action_split()
        form = Form(
            self.env[action["res_model"]]
            .with_user(user or self.sam)
            .with_context(**action["context"])
        )
        for name in choices.get("parts", ()):
            for index, part in enumerate(form.part_ids._records):
                if name in (part["addresses"] or ""):
                    with form.part_ids.edit(index) as line:
                        line.chosen = True
        for name in ("identity_ids", "lead_ids"):
            for record in choices.get(name, ()):
                getattr(form, name).add(record)
        action = form.save().action_split()
        return self.env["flywheel.profile"].browse(action["res_id"])

    def test_a_merge_is_undone(self):
        one, two, three = self._histories("a@example.com", "b@example.com", "c@x.org")
        before = [self._picture(person) for person in (one, two, three)]
        two._merge(three)
        one._merge(two)
        self.assert_scored(one)
        self.assertEqual(len(self._picture(one)[0]), 90)
        again = self._split_by_wizard(one, parts=["c@x.org"])
        self.assertEqual(self._picture(again), before[2])
        self.assert_scored(one, again)
        other = self._split_by_wizard(one, parts=["b@example.com"])
        self.assertEqual(self._picture(other), before[1])
        self.assertEqual(self._picture(one), before[0])
        self.assert_scored(one, other, again)
        self.assertEqual(self.person("b@example.com"), other)

    def test_a_lead_takes_its_history_along(self):
        shared = {"email_from": "office@example.com"}
        mine, theirs = self.env["crm.lead"].create(
            [
                {"name": "Mine", "contact_name": "Wang", **shared},
                {"name": "Theirs", "contact_name": "Chen", **shared},
            ]
        )
        person = mine.flywheel_profile_id
        self.assertEqual(theirs.flywheel_profile_id, person)
        other = self._split_by_wizard(person, lead_ids=[theirs])
        self.assertEqual(theirs.flywheel_profile_id, other)
        self.assertEqual(mine.flywheel_profile_id, person)
        self.assertEqual(other.name, "Chen")
        self.assertEqual(self.lines(other, "lead_created").res_id, theirs.id)
        self.assertEqual(self.lines(person, "lead_created").res_id, mine.id)
        self.assertEqual(self.person("office@example.com"), person)

    def test_an_address_goes(self):
        (person,) = self._histories("a@example.com")
        person._merge(self._histories("b@example.com")[0])
        address = person.identity_ids.filtered(lambda i: i.value == "b@example.com")
        other = self._split_by_wizard(person, identity_ids=[address])
        self.ingest_all(self.item("meeting", email="b@example.com"))
        self.assertEqual(self.lines(other, "meeting").mapped("profile_id"), other)
        self.assertEqual(len(self._picture(person)[0]), 60)

    def test_without_rights_on_leads(self):
        one, two = self._histories("a@example.com", "b@example.com")
        one._merge(two)
        self.assertFalse(self.env["crm.lead"].with_user(self.max).has_access("read"))
        other = self._split_by_wizard(one, user=self.max, parts=["b@example.com"])
        self.assertEqual(other.identity_ids.mapped("value"), ["b@example.com"])
        self.assertEqual(one.identity_ids.mapped("value"), ["a@example.com"])

    def test_choices_by_hand_stay(self):
        one, two = self._histories("a@example.com", "b@example.com")
        one.with_user(self.sam).journey_stage_id = self.stage("awareness")
        one._merge(two)
        self._split_by_wizard(one, parts=["b@example.com"])
        self.assertEqual(one.journey_stage_id.code, "awareness")

    def test_nothing_chosen(self):
        (person,) = self._histories("a@example.com")
        with self.assertRaises(UserError):
            self._split_by_wizard(person)

    def test_who_may_not(self):
        one, two = self._histories("a@example.com", "b@example.com")
        one._merge(two)
        with self.assertRaises(AccessError):
            self._split_by_wizard(one, user=self.rita, parts=["b@example.com"])

    def test_strangers_stay_out(self):
        """A forged dialogue cannot take lines of somebody else."""
        one, two, third = self._histories("a@example.com", "b@example.com", "c@x.org")
        third._merge(two)
        wizard = (
            self.env["flywheel.split"]
            .with_user(self.sam)
            .create(
                {
                    "profile_id": one.id,
                    "part_ids": [(0, 0, {"origin_id": two.id, "chosen": True})],
                    "identity_ids": [(6, 0, third.identity_ids.ids)],
                }
            )
        )
        with self.assertRaises(UserError):
            wizard.action_split()
        self.assertEqual(len(self._picture(third)[0]), 60)

    def test_random_merges_and_splits_keep_every_line_once(self):
        dice = random.Random(11)
        emails = [f"p{number}@example.com" for number in range(6)]
        people = self._histories(*emails, count=12)
        keys = sorted(key for person in people for key in self._picture(person)[0])
        for _round in range(12):
            if dice.random() < 0.5 and len(people) > 2:
                kept, gone = dice.sample(people, 2)
                kept._merge(gone)
                people.remove(gone)
            else:
                person = dice.choice(people)
                origins = set(self.lines(person).mapped("origin_id")) - {0}
                if origins:
                    people.append(person._split(dice.sample(sorted(origins), 1)))
            found = [key for person in people for key in self._picture(person)[0]]
            self.assertEqual(sorted(found), keys)
            self.assert_scored(*people)
