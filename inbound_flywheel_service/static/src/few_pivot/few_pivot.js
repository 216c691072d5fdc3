/* Copyright 2026 Inbound Flywheel
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */
import {PivotRenderer} from "@web/views/pivot/pivot_renderer";
import {_t} from "@web/core/l10n/translation";
import {pivotView} from "@web/views/pivot/pivot_view";
import {registry} from "@web/core/registry";

// Fewer answers say little.
const FEW = 10;
// Figures, and the number of answers that they rest on.
const COUNTS = {
  rating: "rated",
  satisfied: "rated",
  nps: "recommended",
  score: "recommended",
};

/** Marks figures that rest on a handful of answers. */
export class FewPivotRenderer extends PivotRenderer {
  getFormattedValue(cell) {
    const formatted = super.getFormattedValue(cell);
    const key = JSON.stringify(cell.groupId);
    const answers = this.model.data.measurements[key]?.[COUNTS[cell.measure]];
    if (answers > 0 && answers < FEW) {
      formatted.value = _t("%(value)s (only %(answers)s)", {
        value: formatted.value,
        answers,
      });
    }
    return formatted;
  }
}

registry.category("views").add("flywheel_few_pivot", {
  ...pivotView,
  Renderer: FewPivotRenderer,
});
