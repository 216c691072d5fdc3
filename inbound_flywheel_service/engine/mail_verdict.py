# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who wrote a mail, a person or a machine: the flywheel's own judgement."""

from odoo.addons.inbound_flywheel.engine.mail_verdict import (
    AUTO_REPLY,
    BOUNCE,
    HUMAN,
    LIST,
    OUT_OF_OFFICE,
    OWN,
    WRITER_HEADERS,
    Verdict,
    is_machine_address,
    is_own_list,
    judge,
)

__all__ = [
    "AUTO_REPLY",
    "BOUNCE",
    "HUMAN",
    "LIST",
    "OUT_OF_OFFICE",
    "OWN",
    "WRITER_HEADERS",
    "Verdict",
    "is_machine_address",
    "is_own_list",
    "judge",
]
