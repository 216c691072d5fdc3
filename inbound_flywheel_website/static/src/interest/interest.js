import {Component, useState} from "@odoo/owl";
import {deserializeDateTime} from "@web/core/l10n/dates";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {useService} from "@web/core/utils/hooks";

const PEOPLE = "flywheel.profile";

/**
 * What a person looks at on the website. Loaded when it is shown, so that no form waits
 * for it.
 */
export class FlywheelPageInterest extends Component {
  static template = "inbound_flywheel_website.PageInterest";
  static props = {...standardWidgetProps};

  setup() {
    this.orm = useService("orm");
    this.action = useService("action");
    this.state = useState({panel: null});
    useRecordObserver((record) => {
      const person = this.personOf(record);
      if (person !== this.person) {
        this.load(person);
      }
    });
  }

  personOf(record) {
    if (record.resModel === PEOPLE) {
      return record.resId;
    }
    const {flywheel_profile_id: person} = record.data;
    return person ? person.id : null;
  }

  async load(person) {
    this.person = person;
    this.state.panel = null;
    if (!person) {
      return;
    }
    const panel = await this.orm.silent.call(PEOPLE, "get_page_interest", [[person]]);
    // Another person may have been opened meanwhile.
    if (person === this.person) {
      this.state.panel = panel;
    }
  }

  ago(date) {
    return deserializeDateTime(date).toRelative();
  }

  openViews(groupId) {
    const domain = [["profile_id", "=", this.person]];
    if (groupId !== undefined) {
      domain.push(["group_id", "=", groupId]);
    }
    this.action.doAction("inbound_flywheel_website.flywheel_page_report_action", {
      additionalContext: {search_default_last_30: 0},
      props: {domain},
      viewType: "list",
    });
  }

  openPage(pageId) {
    this.action.doAction({
      type: "ir.actions.act_window",
      res_model: "flywheel.page",
      res_id: pageId,
      views: [[false, "form"]],
    });
  }
}

registry.category("view_widgets").add("flywheel_page_interest", {
  component: FlywheelPageInterest,
});
