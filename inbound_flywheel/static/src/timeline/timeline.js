import {Component, useState} from "@odoo/owl";
import {deserializeDateTime, formatDate, serializeDateTime} from "@web/core/l10n/dates";
import {FormViewDialog} from "@web/views/view_dialogs/form_view_dialog";
import {_t} from "@web/core/l10n/translation";
import {formatFloat} from "@web/core/utils/numbers";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useDebounced} from "@web/core/utils/timing";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {useService} from "@web/core/utils/hooks";

const {DateTime} = luxon;
const NO_FILTERS = {
  team: "",
  channel_id: "",
  direction: "",
  kind: "",
  text: "",
  people: true,
};

/**
 * What happened between a person and all teams, newest first: on the person, and on
 * every record that belongs to one. Read when it is shown, page by page.
 */
export class FlywheelTimeline extends Component {
  static template = "inbound_flywheel.Timeline";
  static props = {...standardWidgetProps};

  setup() {
    this.orm = useService("orm");
    this.action = useService("action");
    this.dialog = useService("dialog");
    this.state = useState({
      profileId: false,
      company: false,
      loading: true,
      lines: [],
      next: false,
      overview: null,
      filters: {...NO_FILTERS},
    });
    this.teams = [
      ["marketing", _t("Marketing")],
      ["sales", _t("Sales")],
      ["service", _t("Service")],
    ];
    this.directions = {
      in: _t("Incoming"),
      out: _t("Outgoing"),
      internal: _t("Internal"),
    };
    this.arrows = {in: "fa-arrow-left", out: "fa-arrow-right", internal: "fa-circle-o"};
    this.hint = _t("You may not see the record that this comes from.");
    this.loggable = [
      ["call_out", _t("Call Made"), "fa-phone"],
      ["call_in", _t("Call Received"), "fa-phone"],
      ["meeting", _t("Meeting"), "fa-handshake-o"],
      ["note", _t("Note"), "fa-pencil"],
    ];
    this.onText = useDebounced(
      (ev) => this.filter("text", ev.target.value.trim()),
      300
    );
    // The form waits for nothing: what is looked up is shown once it is there.
    useRecordObserver((record) => {
      if (this.fingerprint(record) !== this.known && !record.dirty) {
        this.load(record);
      }
    });
  }

  personOf({resModel, resId, data}) {
    return resModel === "flywheel.profile" ? resId : data.flywheel_profile_id?.id;
  }

  /** A company may have people without being one itself. */
  companyOf({resModel, resId, data}) {
    return resModel === "res.partner" && data.is_company && resId;
  }

  /** What tells that another person, or one with a newer last touchpoint, is shown. */
  fingerprint(record) {
    const {last_date: own, flywheel_last_date: shown} = record.data;
    return [
      this.personOf(record),
      this.companyOf(record),
      (own || shown)?.toMillis?.(),
    ].join();
  }

  // ------------------------------------------------------------------
  // Reading
  // ------------------------------------------------------------------
  async load(record) {
    this.known = this.fingerprint(record);
    const profileId = this.personOf(record);
    const company = !profileId && this.companyOf(record);
    if (profileId !== this.state.profileId || company !== this.state.company) {
      Object.assign(this.state, {profileId, company});
      this.state.filters = {...NO_FILTERS};
    }
    await this.read();
  }

  /** Read a page: the first one, or what follows a cursor. */
  async read(cursor = false) {
    const {profileId, company} = this.state;
    const asked = (this.asked = Symbol("page"));
    if (!profileId && !company) {
      Object.assign(this.state, {loading: false, lines: [], next: false});
      return;
    }
    this.state.loading = true;
    const page = await this.orm.silent.call(
      "flywheel.profile",
      "get_timeline",
      [profileId ? [profileId] : []],
      {cursor, filters: {...this.state.filters, company: company || ""}}
    );
    // Another person, or another filter, may have been chosen meanwhile.
    if (asked !== this.asked) {
      return;
    }
    this.state.loading = false;
    this.state.next = page.next;
    if (cursor) {
      this.state.lines.push(...page.lines);
    } else {
      this.state.lines = page.lines;
      this.state.overview = page;
    }
  }

  more() {
    return this.read(this.state.next);
  }

  filter(name, value) {
    this.state.filters[name] = value;
    return this.read();
  }

  clear() {
    this.state.filters = {...NO_FILTERS};
    return this.read();
  }

  get filtered() {
    return Object.entries(NO_FILTERS).some(
      ([name, value]) => name !== "people" && this.state.filters[name] !== value
    );
  }

  // ------------------------------------------------------------------
  // Showing
  // ------------------------------------------------------------------
  get days() {
    const days = [];
    for (const line of this.state.lines) {
      const date = deserializeDateTime(line.date);
      const key = date.toISODate();
      if (days.at(-1)?.key !== key) {
        days.push({key, title: this.dayTitle(date), lines: []});
      }
      days
        .at(-1)
        .lines.push({...line, time: date.toLocaleString(DateTime.TIME_SIMPLE)});
    }
    return days;
  }

  dayTitle(date) {
    const days = DateTime.now().startOf("day").diff(date.startOf("day"), "days").days;
    if (Math.round(days) === 0) {
      return _t("Today");
    }
    return Math.round(days) === 1 ? _t("Yesterday") : formatDate(date);
  }

  countOf(team) {
    return this.state.overview?.teams[team] || 0;
  }

  get allTeams() {
    return Object.values(this.state.overview?.teams || {}).reduce((a, b) => a + b, 0);
  }

  teamName(team) {
    return this.teams.find(([code]) => code === team)?.[1];
  }

  number(value) {
    return formatFloat(value, {digits: [16, 1], trailingZeros: false});
  }

  signed(value) {
    return value > 0 ? `+${this.number(value)}` : this.number(value);
  }

  // ------------------------------------------------------------------
  // Doing
  // ------------------------------------------------------------------
  open(line) {
    if (!line.res_id) {
      return;
    }
    return this.action.doAction({
      type: "ir.actions.act_window",
      res_model: line.res_model,
      res_id: line.res_id,
      views: [[false, "form"]],
    });
  }

  /** Log what happened outside of Odoo. */
  async log(code, title) {
    const {resModel, resId} = this.props.record;
    const own = resModel === "flywheel.profile";
    const types = await this.orm.search("flywheel.touchpoint.type", [
      ["code", "=", code],
    ]);
    this.dialog.add(FormViewDialog, {
      resModel: "flywheel.touchpoint",
      title,
      size: "md",
      canExpand: false,
      context: {
        form_view_ref: "inbound_flywheel.flywheel_touchpoint_view_form_log",
        default_profile_id: this.state.profileId,
        default_type_id: types[0],
        default_date: serializeDateTime(DateTime.now()),
        default_res_model: own ? false : resModel,
        default_res_id: own ? false : resId,
      },
      onRecordSaved: () => this.read(),
    });
  }
}

registry.category("view_widgets").add("flywheel_timeline", {
  component: FlywheelTimeline,
  fieldDependencies: ({attrs}) =>
    attrs.person === "self"
      ? [{name: "last_date", type: "datetime"}]
      : [
          {name: "flywheel_profile_id", type: "many2one", relation: "flywheel.profile"},
          {name: "flywheel_last_date", type: "datetime"},
        ],
});
