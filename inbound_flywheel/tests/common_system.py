# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .common import FlywheelCase


class SystemCase(FlywheelCase):
    """An outside system of max: ``system``, ``key`` and ``robot``, its user."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.system, cls.key = cls.connect()
        cls.robot = cls.system.user_id

    @classmethod
    def connect(cls, name="Web Shop", user=None, duration="0", system=None, **values):
        """Connect a system as a manager does; return it and its key."""
        Wizard = cls.env["flywheel.system.connect"].with_user(user or cls.max)
        if system:
            values = {**values, "name": system.name, "system_id": system.id}
        wizard = Wizard.create({"name": name, "duration": duration, **values})
        action = wizard.action_connect()
        system = cls.env["flywheel.system"].search([], order="id desc", limit=1)
        return wizard.system_id or system, action["context"]["default_key"]

    def send(self, *items, user=None, **context):
        """Send items as the system does."""
        Touchpoint = self.env["flywheel.touchpoint"].with_user(user or self.robot)
        # The tests' own company, tracking and so on are not the system's.
        return Touchpoint.with_env(Touchpoint.env(context=context)).ingest(list(items))
