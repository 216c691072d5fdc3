import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";

/**
 * What the customer searched for and read before he wrote, so that nobody sends him the
 * same article again.
 */
export class FlywheelHelpBefore extends Component {
  static template = "inbound_flywheel_service.HelpBefore";
  static props = {...standardWidgetProps};

  setup() {
    this.orm = useService("orm");
    this.action = useService("action");
    this.state = useState({questions: [], articles: []});
    onWillStart(() => {
      // The form does not wait.
      this.load(this.props.record.resId);
    });
    onWillUpdateProps((next) => {
      if (next.record.resId !== this.resId) {
        this.load(next.record.resId);
      }
    });
  }

  async load(resId) {
    this.resId = resId;
    Object.assign(this.state, {questions: [], articles: []});
    if (!resId) {
      return;
    }
    const found = await this.orm.silent.call(
      "helpdesk.ticket",
      "flywheel_help_before",
      [[resId]]
    );
    // Another case may have been opened meanwhile.
    if (resId === this.resId) {
      Object.assign(this.state, found);
    }
  }

  open(article) {
    return this.action.doAction({
      type: "ir.actions.act_window",
      res_model: "document.page",
      res_id: article.id,
      views: [[false, "form"]],
    });
  }
}

registry.category("view_widgets").add("flywheel_help_before", {
  component: FlywheelHelpBefore,
});
