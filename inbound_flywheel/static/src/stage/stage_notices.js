import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {useService} from "@web/core/utils/hooks";
import {unlessGone} from "../people/unless_gone";

/**
 * What there is to decide and to say about the stages of a person: stages that
 * evidence proposes, and choices by hand that lack a reason or were overruled. Asked
 * for when it is shown, so that no form waits for it.
 */
export class StageNotices extends Component {
  static template = "inbound_flywheel.StageNotices";
  static props = {...standardWidgetProps};

  setup() {
    this.orm = useService("orm");
    this.state = useState({notices: null, declining: false, reasons: {}});
    // The form waits for nothing: what is looked up is shown once it is there.
    useRecordObserver((record) => {
      if (this.fingerprint(record) !== this.known && !record.dirty) {
        this.load(record);
      }
    });
  }

  personOf(record) {
    if (record.resModel === "flywheel.profile") {
      return record.resId;
    }
    const person = record.data.flywheel_profile_id;
    return person ? person.id : false;
  }

  /** What tells that another person, or the same one in another stage, is shown. */
  fingerprint(record) {
    const {journey_stage_id: journey, lifecycle_stage_id: lifecycle} = record.data;
    return [this.personOf(record), journey && journey.id, lifecycle && lifecycle.id]
      .map(String)
      .join();
  }

  async load(record) {
    this.known = this.fingerprint(record);
    const asked = this.known;
    const person = this.personOf(record);
    const notices = person
      ? await unlessGone(
          this.orm.silent.call("flywheel.profile", "get_stage_notices", [[person]])
        )
      : null;
    // Another person may have been opened meanwhile.
    if (asked === this.known) {
      Object.assign(this.state, {notices, declining: false, reasons: {}});
    }
  }

  trackName(track) {
    return {journey: _t("Journey"), lifecycle: _t("Lifecycle")}[track];
  }

  /** Decide, then show the form as it is now. */
  async answer(method, proposal, ...values) {
    const {record} = this.props;
    if (record.dirty && !(await record.save())) {
      return;
    }
    await this.orm.call("flywheel.stage.proposal", method, [[proposal.id], ...values]);
    await record.load();
    await this.load(record);
  }

  accept(proposal) {
    return this.answer("action_accept", proposal);
  }

  decline(proposal) {
    const reason = this.state.reasons[`p${proposal.id}`] || false;
    return this.answer("action_decline", proposal, reason);
  }

  startDeclining(proposal) {
    this.state.declining = proposal.id;
  }

  async sayWhy(move) {
    const reason = this.state.reasons[`m${move.id}`];
    if (!reason) {
      return;
    }
    const person = this.personOf(this.props.record);
    await this.orm.call("flywheel.profile", "set_stage_reason", [
      [person],
      move.id,
      reason,
    ]);
    await this.load(this.props.record);
  }
}

registry.category("view_widgets").add("flywheel_stage_notices", {
  component: StageNotices,
});
