from . import flywheel_adjust, base_partner_merge
