import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";

/**
 * Similar solved cases and articles beside a case. They are looked up when the page is
 * opened, so that the form itself does not wait for them.
 */
export class FlywheelSuggestions extends Component {
  static template = "inbound_flywheel_service.Suggestions";
  static props = {...standardWidgetProps};

  setup() {
    this.orm = useService("orm");
    this.action = useService("action");
    this.state = useState({
      loaded: false,
      busy: false,
      cases: [],
      articles: [],
      linked: [],
    });
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

  get groups() {
    return [
      {
        name: _t("Similar solved cases"),
        icon: "fa-life-ring",
        items: this.state.cases,
        empty: _t("No solved case resembles this one."),
      },
      {
        name: _t("Articles"),
        icon: "fa-book",
        items: this.state.articles,
        empty: _t("No article answers this yet."),
      },
    ];
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
      "flywheel_suggestions",
      [[asked]]
    );
    // Another case may have been opened meanwhile.
    if (asked === this.resId) {
      Object.assign(this.state, found, {loaded: true});
    }
  }

  async setLink(item, state) {
    this.state.busy = true;
    try {
      await this.orm.call("helpdesk.ticket", "flywheel_set_link", [
        [this.resId],
        item.model,
        item.id,
        state,
      ]);
      await this.load(this.props.record);
    } finally {
      this.state.busy = false;
    }
  }

  open(item) {
    return this.action.doAction({
      type: "ir.actions.act_window",
      res_model: item.model,
      res_id: item.id,
      views: [[false, "form"]],
    });
  }
}

registry.category("view_widgets").add("flywheel_suggestions", {
  component: FlywheelSuggestions,
  fieldDependencies: [{name: "write_date", type: "datetime"}],
});
