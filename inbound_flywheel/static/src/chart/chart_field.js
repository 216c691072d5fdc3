import {Component} from "@odoo/owl";
import {FlywheelChart} from "./chart";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** A {@link FlywheelChart} out of a JSON field. */
export class FlywheelChartField extends Component {
  static template = "inbound_flywheel.ChartField";
  static components = {FlywheelChart};
  static props = {...standardFieldProps};

  get title() {
    return this.props.record.fields[this.props.name].string;
  }
}

export const flywheelChartField = {
  component: FlywheelChartField,
  displayName: _t("Chart"),
  supportedTypes: ["json"],
  isEmpty: () => false,
};

registry.category("fields").add("flywheel_chart", flywheelChartField);
