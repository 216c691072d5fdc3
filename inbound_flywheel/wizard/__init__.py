from . import (
    base_partner_merge,
    flywheel_adjust,
    flywheel_preview,
    flywheel_preview_person,
    flywheel_preview_row,
    flywheel_score_compare,
    flywheel_score_import,
    flywheel_split,
    flywheel_split_part,
)
