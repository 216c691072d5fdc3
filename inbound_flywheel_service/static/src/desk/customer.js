import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {deserializeDateTime, toLocaleDateTimeString} from "@web/core/l10n/dates";
import {formatMonetary} from "@web/views/fields/formatters";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {useService} from "@web/core/utils/hooks";

const CASE = "helpdesk.ticket";
const PROMISE = "flywheel.promise";

/**
 * The strip and the panel of a case show the same: whoever asks second gets the answer
 * of the first.
 */
const FRESH = 3000;
const asked = {key: null, time: 0, answer: null};

function lookUp(orm, resId, key, force) {
  if (force || asked.key !== key || Date.now() - asked.time > FRESH) {
    const answer = orm.silent.call(CASE, "flywheel_customer_panel", [[resId]]);
    Object.assign(asked, {key, answer, time: Date.now()});
  }
  return asked.answer;
}

/** What is common to strip and panel: loading, opening, and settling promises. */
class CustomerWidget extends Component {
  static props = {...standardWidgetProps};

  setup() {
    this.orm = useService("orm");
    this.action = useService("action");
    this.state = useState({panel: null, busy: false});
    useRecordObserver((record) => {
      if (!record.dirty && this.fingerprint(record) !== this.known) {
        this.load(record);
      }
    });
  }

  fingerprint(record) {
    const {write_date: date} = record.data;
    return [record.resId, date ? date.toMillis() : ""].join();
  }

  async load(record, force = false) {
    const wanted = this.fingerprint(record);
    this.known = wanted;
    if (!record.resId) {
      this.state.panel = null;
      return;
    }
    // Not this.orm: its answers are lost with the component that asked first.
    const {orm} = this.env.services;
    const panel = await lookUp(orm, record.resId, wanted, force);
    // Another case may have been opened meanwhile.
    if (wanted === this.known) {
      this.state.panel = panel;
    }
  }

  date(value) {
    return toLocaleDateTimeString(deserializeDateTime(value));
  }

  ago(value) {
    return deserializeDateTime(value).toRelative();
  }

  openCase(id) {
    return this.openRecord(CASE, id);
  }

  openRecord(model, id) {
    return this.action.doAction({
      type: "ir.actions.act_window",
      res_model: model,
      res_id: id,
      views: [[false, "form"]],
    });
  }

  async settle(promise, method) {
    this.state.busy = true;
    try {
      await this.orm.call(PROMISE, method, [[promise.id]]);
      await this.load(this.props.record, true);
    } finally {
      this.state.busy = false;
    }
  }

  isLow(rating) {
    return rating.value <= (rating.out_of === 10 ? 6 : 2);
  }

  addPromise() {
    return this.action.doAction(
      {
        type: "ir.actions.act_window",
        name: _t("A promise to this customer"),
        res_model: PROMISE,
        views: [[false, "form"]],
        target: "new",
        context: {default_ticket_id: this.props.record.resId},
      },
      {onClose: () => this.load(this.props.record, true)}
    );
  }
}

/** On top of the case: only what the agent must know before he writes. */
export class CustomerStrip extends CustomerWidget {
  static template = "inbound_flywheel_service.CustomerStrip";

  get promises() {
    return this.state.panel.promises;
  }

  get busyElsewhere() {
    return this.state.panel.busy;
  }

  get lowRating() {
    const [rating] = this.state.panel.ratings;
    return rating && this.isLow(rating) ? rating : null;
  }
}

/** The page "Customer". */
export class CustomerPanel extends CustomerWidget {
  static template = "inbound_flywheel_service.CustomerPanel";

  amount(document) {
    return document.amount ? formatMonetary(document.amount) : "";
  }
}

for (const [name, component] of [
  ["flywheel_customer_strip", CustomerStrip],
  ["flywheel_customer", CustomerPanel],
]) {
  registry.category("view_widgets").add(name, {
    component,
    fieldDependencies: [{name: "write_date", type: "datetime"}],
  });
}
