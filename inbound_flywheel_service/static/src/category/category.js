import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";

/**
 * What the classifier thinks a case is about: three categories to choose from with one
 * click, and the words that decided. Each choice teaches the classifier.
 */
export class FlywheelCategory extends Component {
  static template = "inbound_flywheel_service.Category";
  static props = {...standardWidgetProps};

  setup() {
    this.orm = useService("orm");
    this.state = useState({loaded: false, busy: false, proposals: [], words: []});
    onWillStart(() => {
      this.load(this.props.record);
    });
    onWillUpdateProps((next) => {
      const saved = next.record.data.write_date !== this.writeDate;
      if (next.record.resId !== this.resId || (saved && !next.record.dirty)) {
        this.load(next.record);
      }
    });
  }

  get shown() {
    const {loaded, proposals, message} = this.state;
    return this.props.record.resId && loaded && (proposals.length || message);
  }

  /** The best, and the others that are not out of the question. */
  get proposals() {
    return this.state.proposals.filter((item, index) => !index || item.percent > 0);
  }

  /** The present category needs no confirmation when a person stands by it. */
  get settled() {
    return this.state.confirmed;
  }

  async load(record) {
    this.resId = record.resId;
    this.writeDate = record.data.write_date;
    if (!this.resId) {
      return;
    }
    const asked = this.resId;
    const found = await this.orm.silent.call(
      "helpdesk.ticket",
      "flywheel_classification",
      [[asked]]
    );
    // Another case may have been opened meanwhile.
    if (asked === this.resId) {
      Object.assign(this.state, found, {loaded: true});
    }
  }

  async confirm(category) {
    this.state.busy = true;
    try {
      // What was typed and not saved must not be lost by the reload.
      if (await this.props.record.save()) {
        await this.orm.call("helpdesk.ticket", "flywheel_confirm_category", [
          [this.resId],
          category,
        ]);
        await this.props.record.load();
        await this.load(this.props.record);
      }
    } finally {
      this.state.busy = false;
    }
  }
}

registry.category("view_widgets").add("flywheel_category", {
  component: FlywheelCategory,
  fieldDependencies: [{name: "write_date", type: "datetime"}],
});
