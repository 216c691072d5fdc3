from . import (
    base_partner_merge,
    flywheel_adjust,
    flywheel_preview,
    flywheel_preview_person,
    flywheel_preview_row,
    flywheel_junk_confirm,
    flywheel_score_compare,
    flywheel_score_import,
    flywheel_split,
    flywheel_split_part,
    flywheel_win_lever,
    flywheel_win_lever_line,
)
