import {Component} from "@odoo/owl";
import {deserializeDateTime, formatDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const COLORS = {late: "text-danger fw-bold", soon: "text-warning fw-bold", ok: ""};

/**
 * What is due when on a case, relative to now and coloured, in one line.
 */
export class FlywheelDueStrip extends Component {
  static template = "inbound_flywheel_service.DueStrip";
  static props = {...standardFieldProps};

  get strip() {
    return this.props.record.data[this.props.name] || {items: []};
  }

  get items() {
    return this.strip.items.map((item) => {
      const due = deserializeDateTime(item.due);
      return {
        label: item.label,
        color: COLORS[item.state],
        relative: due.toRelative(),
        title: formatDateTime(due),
      };
    });
  }
}

/**
 * A moment in a list, relative to now; red once it is over.
 */
export class FlywheelDue extends Component {
  static template = "inbound_flywheel_service.Due";
  static props = {...standardFieldProps};

  get due() {
    return this.props.record.data[this.props.name];
  }

  get relative() {
    return this.due.toRelative();
  }

  get title() {
    return formatDateTime(this.due);
  }

  get color() {
    return this.due.toMillis() < Date.now() ? COLORS.late : "";
  }
}

registry.category("fields").add("flywheel_due_strip", {
  component: FlywheelDueStrip,
  displayName: _t("What Is Due"),
  supportedTypes: ["json"],
});
registry.category("fields").add("flywheel_due", {
  component: FlywheelDue,
  displayName: _t("Due, Relative to Now"),
  supportedTypes: ["datetime"],
});
