import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {useService} from "@web/core/utils/hooks";

/**
 * How somebody buys, and what similar customers buy besides. Worked out when it is
 * shown, so that no form waits for it.
 */
export class FlywheelOrders extends Component {
  static template = "inbound_flywheel_sale.Orders";
  static props = {...standardWidgetProps};

  setup() {
    this.orm = useService("orm");
    this.action = useService("action");
    this.state = useState({panel: null, busy: false});
    useRecordObserver((record) => {
      if (this.fingerprint(record) !== this.known && !record.dirty) {
        this.load(record);
      }
    });
  }

  /** What tells that somebody else, or the same one with other values, is shown. */
  fingerprint({resId, data}) {
    const {partner_id: partner, persona_id: persona} = data;
    return [resId, partner && partner.id, persona && persona.id].join();
  }

  async load(record) {
    const asked = this.fingerprint(record);
    this.known = asked;
    if (!record.resId) {
      return;
    }
    const panel = await this.orm.silent.call(record.resModel, "get_order_panel", [
      [record.resId],
    ]);
    // Somebody else may have been opened meanwhile.
    if (asked === this.known) {
      this.state.panel = panel;
    }
  }

  get isEmpty() {
    return !Object.keys(this.state.panel).length;
  }

  buttonTitle(item) {
    return item.lead_id ? _t("Open the opportunity") : _t("Make an opportunity");
  }

  async propose(item) {
    if (this.state.busy) {
      return;
    }
    this.state.busy = true;
    try {
      const {record} = this.props;
      const args = [[record.resId], item.product_id];
      const action = await this.orm.call(
        record.resModel,
        "action_propose_product",
        args
      );
      await this.action.doAction(action);
    } finally {
      this.state.busy = false;
    }
  }

  async openOrders() {
    const {record} = this.props;
    this.action.doAction(
      await this.orm.call(record.resModel, "action_flywheel_orders", [[record.resId]])
    );
  }
}

registry.category("view_widgets").add("flywheel_orders", {component: FlywheelOrders});
