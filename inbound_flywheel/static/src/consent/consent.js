import {Component, useState} from "@odoo/owl";
import {deserializeDateTime, formatDate, formatDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {useService} from "@web/core/utils/hooks";

const PROFILE = "flywheel.profile";
const INTERVIEW = "flywheel.interview";

/** What a person has agreed to, with the log; on a person or an interview. */
export class FlywheelConsent extends Component {
  static template = "inbound_flywheel.Consent";
  static props = {...standardWidgetProps};

  setup() {
    this.orm = useService("orm");
    this.action = useService("action");
    this.state = useState({status: null});
    // The form waits for nothing: what is looked up is shown once it is there.
    useRecordObserver((record) => {
      if (this.fingerprint(record) !== this.known && !record.dirty) {
        this.load(record);
      }
    });
  }

  /** The person whom a record is about, if it is known. */
  personOf(record) {
    if (record.resModel === PROFILE) {
      return record.resId;
    }
    return record.data.profile_id && record.data.profile_id.id;
  }

  fingerprint(record) {
    const {consent_notice: notice, withdrawn_notice: notices} = record.data;
    return [record.resId, this.personOf(record), notice || notices].join();
  }

  async load(record) {
    this.known = this.fingerprint(record);
    const asked = this.known;
    const personId = this.personOf(record);
    const status = personId
      ? await this.orm.silent.call(PROFILE, "get_consent_status", [[personId]])
      : {may_log: true, purposes: this.unknown, log: []};
    // Another person may have been opened meanwhile.
    if (asked === this.known) {
      this.state.status = status;
    }
  }

  /** Nobody has been asked yet who is known by name only. */
  get unknown() {
    return [
      ["recording", _t("Recording of an Interview")],
      ["contact", _t("Contact for Interviews")],
    ].map(([purpose, label]) => ({purpose, label, kind: "none", date: false}));
  }

  statusOf(purpose) {
    return {
      none: _t("nothing logged"),
      given: _t("given on %s", purpose.date && this.date(purpose.date)),
      withdrawn: _t("withdrawn on %s", purpose.date && this.date(purpose.date)),
    }[purpose.kind];
  }

  async ask(purpose, kind) {
    const {record} = this.props;
    if (record.dirty || record.isNew) {
      if (!(await record.save())) {
        return;
      }
    }
    await this.action.doAction("inbound_flywheel.flywheel_consent_log_action", {
      additionalContext: {
        default_profile_id: this.personOf(record) || false,
        default_interview_id: record.resModel === INTERVIEW && record.resId,
        default_purpose: purpose.purpose,
        default_kind: kind,
      },
      onClose: async () => {
        await record.load();
        await this.load(record);
      },
    });
  }

  date(value) {
    return formatDate(deserializeDateTime(value));
  }

  time(value) {
    return formatDateTime(deserializeDateTime(value));
  }
}

registry.category("view_widgets").add("flywheel_consent", {
  component: FlywheelConsent,
});
