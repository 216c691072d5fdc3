import {Component} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {serializeDate} from "@web/core/l10n/dates";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

/**
 * Opens the opportunities of a period. The periods are worked out while somebody plays
 * with the dialogue, so that the rows are not saved, and have no buttons of their own.
 */
export class OpenPeriod extends Component {
  static template = "inbound_flywheel.OpenPeriod";
  static props = {...standardWidgetProps};

  async open() {
    // Saving replaces the rows: a service that is bound to this one would fall silent.
    const {action, orm} = this.env.services;
    const {data, model} = this.props.record;
    const days = [serializeDate(data.date_from), serializeDate(data.date_to)];
    if (!(await model.root.save())) {
      return;
    }
    const {resModel, resId} = model.root;
    action.doAction(await orm.call(resModel, "action_open_period", [[resId], ...days]));
  }
}

registry.category("view_widgets").add("flywheel_open_period", {
  component: OpenPeriod,
  fieldDependencies: [
    {name: "date_from", type: "date"},
    {name: "date_to", type: "date"},
  ],
});
