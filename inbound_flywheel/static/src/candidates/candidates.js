import {Component, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {useService} from "@web/core/utils/hooks";

/**
 * Which personas a person may be, by which criteria, and what makes up the grade.
 * Worked out when it is shown, so that no form waits for it.
 */
export class FlywheelCandidates extends Component {
  static template = "inbound_flywheel.Candidates";
  static props = {...standardWidgetProps};

  setup() {
    this.orm = useService("orm");
    this.state = useState({found: null});
    // The form waits for nothing: what is looked up is shown once it is there.
    useRecordObserver((record) => {
      if (this.fingerprint(record) !== this.known && !record.dirty) {
        this.load(record);
      }
    });
  }

  /** What tells that another person, or the same one judged anew, is shown. */
  fingerprint({resId, data}) {
    const {persona_id: persona, persona_locked: locked, fit_score: fit} = data;
    return [resId, persona && persona.id, locked, fit, data.no_profiling].join();
  }

  async load(record) {
    this.known = this.fingerprint(record);
    const asked = this.known;
    const found = await this.orm.silent.call("flywheel.profile", "get_candidates", [
      [record.resId],
    ]);
    // Another person may have been opened meanwhile.
    if (asked === this.known) {
      this.state.found = found;
    }
  }

  percent(share) {
    return `${Math.round(share * 100)} %`;
  }

  points(points) {
    return `${points > 0 ? "+" : ""}${Math.round(points * 10) / 10}`;
  }
}

registry.category("view_widgets").add("flywheel_candidates", {
  component: FlywheelCandidates,
  fieldDependencies: [
    {name: "persona_id", type: "many2one"},
    {name: "persona_locked", type: "boolean"},
    {name: "fit_score", type: "float"},
    {name: "no_profiling", type: "boolean"},
  ],
});
