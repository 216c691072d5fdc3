# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def migrate(cr, version):
    """Recommendations come from surveys, too: their type is no longer the service's."""
    cr.execute(
        "UPDATE ir_model_data SET module = 'inbound_flywheel'"
        " WHERE module = 'inbound_flywheel_service' AND name = 'touchpoint_type_nps'"
    )
