# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import io

from PIL import Image

from ..models.flywheel_persona import SECTIONS
from .common import FlywheelCase


class PersonaCase(FlywheelCase):
    """Makes personas that nothing is missing in."""

    def make_persona(self, **values):
        """Return a draft of mara's that can be approved, unless ``values`` leave
        something out."""
        sections = {name: f"<p>About {name}</p>" for name in SECTIONS}
        contributors = {"sales": self.sam, "service": self.sid}
        return (
            self.env["flywheel.persona"]
            .with_user(self.mara)
            .create(
                {
                    "name": "Saver",
                    "problem": "They never know what is left at the end of the month",
                    "contributor_ids": [
                        (0, 0, {"department": "marketing", "user_id": self.mara.id}),
                        *(
                            (0, 0, {"department": team, "user_id": user.id})
                            for team, user in contributors.items()
                        ),
                    ],
                    **sections,
                    **values,
                }
            )
        )

    @staticmethod
    def picture(colour="red"):
        """Return a small picture as base64."""
        buffer = io.BytesIO()
        Image.new("RGB", (16, 16), colour).save(buffer, "PNG")
        return base64.b64encode(buffer.getvalue())
