import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * A share from 0 to 1 as a slider.
 *
 * Option `touch`: between digital and human touchpoints, and says so.
 */
export class FlywheelShareField extends Component {
  static template = "inbound_flywheel.ShareField";
  static props = {
    ...standardFieldProps,
    touch: {type: Boolean, optional: true},
  };

  get percent() {
    return Math.round((this.props.record.data[this.props.name] || 0) * 100);
  }

  get percentText() {
    return _t("%s%%", this.percent);
  }

  get label() {
    return this.props.record.fields[this.props.name].string;
  }

  update(event) {
    this.props.record.update({[this.props.name]: Number(event.target.value) / 100});
  }
}

registry.category("fields").add("flywheel_share", {
  component: FlywheelShareField,
  displayName: _t("Share"),
  supportedTypes: ["float"],
  extractProps: ({options}) => ({touch: Boolean(options.touch)}),
});
