# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from .common import FlywheelCase


class PlayCase(FlywheelCase):
    """Two personas, people in stages with histories, and content for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["flywheel.persona"].search([]).active = False
        cls.carla, cls.bruno = cls.env["flywheel.persona"].create(
            [{"name": "Careful Carla"}, {"name": "Bold Bruno"}]
        )

    def play(self, name, personas=(), stages=(), **values):
        """Create content as mara."""
        return (
            self.env["flywheel.play"]
            .with_user(self.mara)
            .create(
                {
                    "name": name,
                    "persona_ids": [Command.set([p.id for p in personas])],
                    "stage_ids": [Command.set([self.stage(s).id for s in stages])],
                    **values,
                }
            )
        )

    def people(self, count, persona=None, company=None):
        """Create people who hold a persona and have no history."""
        Profile = self.env["flywheel.profile"]
        ids = Profile._create_bare(
            [
                {"name": f"Person {n}", "company_id": company and company.id}
                for n in range(count)
            ]
        )
        people = Profile.browse(ids)
        if persona:
            people.write({"persona_id": persona.id, "persona_locked": True})
        return people

    def history(self, person, *steps, track="journey", still=True):
        """Give a person the stays ``(stage code, days ago that it began)``, in order.

        :param still: whether the last one goes on; else it ended with its last date,
            the only argument of the last step then
        """
        now = fields.Datetime.now()
        dates = [now - timedelta(days=step[-1]) for step in steps]
        stays = steps if still else steps[:-1]
        ends = [*dates[1:], None] if still else dates[1:]
        self.env["flywheel.stage.interval"].create(
            [
                {
                    "profile_id": person.id,
                    "track": track,
                    "stage_id": self.stage(code).id,
                    "date_from": start,
                    "date_to": end,
                    "source": "manual",
                }
                for (code, _days), start, end in zip(stays, dates, ends, strict=False)
            ]
        )
        self.env["flywheel.stage.interval"]._set_stages(
            {(person.id, track): self.stage(stays[-1][0]).id if still else None}
        )
        self.env.invalidate_all()

    def use(self, play, person, days, stage="consideration", persona=None, **values):
        """Note a use so many days ago."""
        return self.env["flywheel.play.use"].create(
            {
                "play_id": play.id,
                "profile_id": person.id,
                "action": "open",
                "stage_id": self.stage(stage).id,
                "persona_id": (persona or person.persona_id).id,
                "date": fields.Datetime.now() - timedelta(days=days),
                **values,
            }
        )
