# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from .res_users import TEAMS


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    @api.readonly
    def get_playbook(self, team=None):
        """Return how to treat a person, by the persona's playbook.

        :param team: the team whose tab comes first; the reader's own by default
        :return: dict with the persona's ``id``, ``name``, ``tagline``, ``problem``,
            ``preferences`` (list of sentences), ``pains``, ``objections`` (HTML),
            ``tabs`` (list of ``team``, ``label``, ``html``, the reader's first);
            None without a persona that the reader may see
        """
        self.ensure_one()
        self.check_access("read")
        persona = self.persona_id
        if not persona or not persona.has_access("read"):
            return None
        own = [team] if team in TEAMS else self.env.user._get_flywheel_teams()
        if len(own) == len(TEAMS):
            # Who is of all teams looks at a person in order to sell, mostly.
            own = ["sales"]
        teams = sorted(TEAMS, key=lambda name: name not in own)
        names = {
            "marketing": self.env._("Marketing"),
            "sales": self.env._("Sales"),
            "service": self.env._("Service"),
        }
        return {
            "id": persona.id,
            "name": persona.name,
            "tagline": persona.tagline or "",
            "problem": persona.problem or "",
            "draft": persona.state == "draft",
            "by_hand": self.persona_locked,
            "confidence": self.persona_confidence,
            "preferences": persona._get_preference_sentences(),
            "pains": persona.pains or "",
            "objections": persona.objections or "",
            "tabs": [
                {
                    "team": name,
                    "label": names[name],
                    "html": persona[f"playbook_{name}"] or "",
                }
                for name in teams
            ],
        }
