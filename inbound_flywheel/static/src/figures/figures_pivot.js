import {PivotModel} from "@web/views/pivot/pivot_model";
import {pivotView} from "@web/views/pivot/pivot_view";
import {registry} from "@web/core/registry";

/** A figure that is about nobody shows nothing: the rate of nobody is not 0 %. */
export class FiguresPivotModel extends PivotModel {
  _getMeasurements(group, config) {
    const measurements = super._getMeasurements(group, config);
    return Object.fromEntries(
      Object.entries(measurements).filter(([, value]) => value !== false)
    );
  }
}

registry
  .category("views")
  .add("flywheel_figures_pivot", {...pivotView, Model: FiguresPivotModel});
