import {Component, onWillStart, useState} from "@odoo/owl";
import {deserializeDate, serializeDate, today} from "@web/core/l10n/dates";
import {DateTimeInput} from "@web/core/datetime/datetime_input";
import {FlywheelChart} from "../chart/chart";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {formatFloat} from "@web/core/utils/numbers";
import {formatInteger} from "@web/views/fields/formatters";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";

const KIND_STYLES = {
  on: {icon: "fa-arrow-right", css: "text-success"},
  back: {icon: "fa-arrow-left", css: "text-warning"},
  out: {icon: "fa-sign-out", css: "text-danger"},
  return: {icon: "fa-undo", css: "text-info"},
  stuck: {icon: "fa-pause", css: "text-danger"},
};

/**
 * Where days and people are lost between the stages: ranked, by persona or team, with
 * what was before, the causes that people noted, and everybody behind each figure.
 */
export class Friction extends Component {
  static template = "inbound_flywheel.Friction";
  static components = {DateTimeInput, FlywheelChart, Layout};
  static props = {...standardActionServiceProps};

  setup() {
    this.orm = useService("orm");
    this.action = useService("action");
    this.display = {controlPanel: {}};
    const now = today();
    this.state = useState({
      filters: {
        track: "journey",
        date_from: serializeDate(now.minus({years: 1}).plus({days: 1})),
        date_to: serializeDate(now),
        by: "persona",
        persona_id: null,
        team_id: null,
      },
      sort: "days_lost",
      report: null,
      open: {},
      note: {},
      help: false,
      ...this.props.state,
    });
    useSetupAction({
      getLocalState: () => ({
        filters: {...this.state.filters},
        sort: this.state.sort,
        open: {...this.state.open},
      }),
    });
    onWillStart(() => this.load());
  }

  async load() {
    const asked = JSON.stringify(this.state.filters);
    const report = await this.orm.call(
      "flywheel.friction",
      "get_report",
      [],
      this.state.filters
    );
    // Another filter may have been chosen meanwhile.
    if (asked === JSON.stringify(this.state.filters)) {
      this.state.report = report;
    }
  }

  // ------------------------------------------------------------------
  // Filters
  // ------------------------------------------------------------------
  set(values) {
    Object.assign(this.state.filters, values);
    return this.load();
  }

  setDate(name, date) {
    return this.set({[name]: date ? serializeDate(date) : null});
  }

  dateOf(name) {
    const value = this.state.filters[name];
    return value ? deserializeDate(value) : false;
  }

  setDays(days) {
    const now = today();
    return this.set({
      date_from: days ? serializeDate(now.minus({days: days - 1})) : null,
      date_to: serializeDate(now),
    });
  }

  get tracks() {
    return [
      ["journey", _t("Buyer's Journey")],
      ["lifecycle", _t("Lifecycle")],
    ];
  }

  get periods() {
    return [
      [90, _t("90 days")],
      [365, _t("A year")],
      [0, _t("All")],
    ];
  }

  get groupings() {
    return [
      ["persona", _t("By persona")],
      ["team", _t("By sales team")],
    ];
  }

  // ------------------------------------------------------------------
  // Figures
  // ------------------------------------------------------------------
  get rows() {
    const {sort, report} = this.state;
    const value = (row) => (sort === "name" ? row.name : row[sort] || 0);
    return [...report.rows].sort((one, other) =>
      sort === "name"
        ? one.name.localeCompare(other.name)
        : value(other) - value(one) || other.days_lost - one.days_lost
    );
  }

  get tiles() {
    const {totals, previous} = this.state.report;
    return [
      {
        number: this.days(totals.days_lost),
        text: _t("days lost"),
        css: "text-danger",
        before: previous && _t("before: %s", this.days(totals.days_lost_before)),
      },
      {number: this.count(totals.on), text: _t("went on"), css: "text-success"},
      {number: this.count(totals.back), text: _t("went back")},
      {number: this.count(totals.out), text: _t("dropped out"), css: "text-danger"},
      {number: this.count(totals.stuck), text: _t("stuck now"), css: "text-danger"},
      {number: this.count(totals.return), text: _t("came back in")},
    ];
  }

  get chartTitle() {
    return _t("Days lost by transition");
  }

  get funnelTitle() {
    return _t("What became of those who left a stage or are stuck in it");
  }

  styleOf(row) {
    return KIND_STYLES[row.kind];
  }

  keyOf(row) {
    return `${row.from_id}-${row.to_id}-${row.kind}`;
  }

  toggle(row) {
    const key = this.keyOf(row);
    this.state.open[key] = !this.state.open[key];
  }

  /** How a figure differs from the one of the period before. */
  change(row, name) {
    if (!row.before) {
      return "";
    }
    const difference = row[name] - row.before[name];
    if (Math.abs(difference) < 0.05) {
      return "=";
    }
    const sign = difference > 0 ? "+" : "−";
    return sign + this.days(Math.abs(difference));
  }

  changeClass(row, name) {
    const difference = row.before ? row[name] - row.before[name] : 0;
    return difference > 0.05
      ? "text-danger"
      : difference < -0.05
        ? "text-success"
        : "text-muted";
  }

  days(value) {
    return formatFloat(value, {
      digits: [16, Math.abs(value) < 100 ? 1 : 0],
      trailingZeros: false,
    });
  }

  count(value) {
    return formatInteger(value);
  }

  percent(value) {
    return Number.isFinite(value)
      ? `${formatFloat(value * 100, {digits: [16, 0]})} %`
      : "";
  }

  // ------------------------------------------------------------------
  // Doing
  // ------------------------------------------------------------------
  async drill(row, group) {
    const way = {from_id: row.from_id, to_id: row.to_id, kind: row.kind};
    if (group) {
      way.group = group.id;
    }
    const action = await this.orm.call(
      "flywheel.friction",
      "open_way",
      [way],
      this.state.filters
    );
    return this.action.doAction(action);
  }

  async addNote(row) {
    const key = this.keyOf(row);
    const note = (this.state.note[key] || "").trim();
    if (!note) {
      return;
    }
    await this.orm.create("flywheel.friction.note", [
      {
        from_stage_id: row.from_id,
        to_stage_id: row.kind === "stuck" ? false : row.to_id,
        stuck: row.kind === "stuck",
        persona_id: this.state.filters.persona_id || false,
        note,
      },
    ]);
    this.state.note[key] = "";
    return this.load();
  }

  openNote(note) {
    return this.action.doAction(
      {
        type: "ir.actions.act_window",
        name: _t("Cause of friction"),
        res_model: "flywheel.friction.note",
        res_id: note.id,
        views: [[false, "form"]],
        target: "new",
      },
      {onClose: () => this.load()}
    );
  }
}

registry.category("actions").add("flywheel_friction", Friction);
