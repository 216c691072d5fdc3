import {Component, markup, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {useService} from "@web/core/utils/hooks";

const HTML = ["pains", "objections"];

/**
 * How to treat a person, by the playbook of the persona; the reader's team first. Asked
 * for when it is shown, so that no form waits for it.
 */
export class FlywheelPlaybook extends Component {
  static template = "inbound_flywheel.Playbook";
  static props = {...standardWidgetProps};

  setup() {
    this.orm = useService("orm");
    this.action = useService("action");
    this.state = useState({playbook: null, team: null, note: ""});
    // The form waits for nothing: what is looked up is shown once it is there.
    useRecordObserver((record) => {
      if (this.fingerprint(record) !== this.known && !record.dirty) {
        this.load(record);
      }
    });
  }

  profileId({resModel, resId, data}) {
    return resModel === "flywheel.profile" ? resId : data.flywheel_profile_id?.id;
  }

  /** What tells that another person or persona is shown. */
  fingerprint(record) {
    return [this.profileId(record), record.data.persona_id?.id].join();
  }

  async load(record) {
    this.known = this.fingerprint(record);
    const asked = this.known;
    const profileId = this.profileId(record);
    this.state.note = profileId ? "" : _t("The playbook opens once this is saved.");
    const playbook =
      profileId &&
      (await this.orm.silent.call("flywheel.profile", "get_playbook", [[profileId]]));
    // Another person may have been opened meanwhile.
    if (asked !== this.known) {
      return;
    }
    if (!playbook) {
      this.state.playbook = null;
      this.state.note ||= _t("There is no playbook for this person.");
      return;
    }
    // The server has sanitized what comes as HTML.
    for (const name of HTML) {
      playbook[name] = playbook[name] && markup(playbook[name]);
    }
    for (const tab of playbook.tabs) {
      tab.html = tab.html && markup(tab.html);
    }
    Object.assign(this.state, {playbook, team: playbook.tabs[0].team});
  }

  /** The tab that is open. */
  get open() {
    return this.state.playbook.tabs.find(({team}) => team === this.state.team);
  }

  /** How sure it is that the person is like that. */
  get certainty() {
    const {by_hand, confidence} = this.state.playbook;
    return by_hand
      ? _t("chosen by hand")
      : _t("%s%% of the criteria hold", Math.round(confidence * 100));
  }

  openPersona() {
    return this.action.doAction({
      type: "ir.actions.act_window",
      res_model: "flywheel.persona",
      res_id: this.state.playbook.id,
      views: [[false, "form"]],
    });
  }
}

registry.category("view_widgets").add("flywheel_playbook", {
  component: FlywheelPlaybook,
  fieldDependencies: [
    {name: "persona_id", type: "many2one", relation: "flywheel.persona"},
  ],
});
