import {Component, onWillStart, onWillUnmount, useState} from "@odoo/owl";
import {deserializeDateTime, serializeDate, today} from "@web/core/l10n/dates";
import {FlywheelChart} from "@inbound_flywheel/chart/chart";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {formatFloat} from "@web/core/utils/numbers";
import {formatInteger} from "@web/views/fields/formatters";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";

const DESK = "flywheel.desk.dashboard";
const CASE = "helpdesk.ticket";
// What is due first comes first.
const NEXT = "inbound_flywheel_service.helpdesk_ticket_view_list_next";
const REFRESH = 60000;
const DANGER = ["overdue", "breached", "dropped", "promises"];

/** The service desk for its lead: now, in a period, and by the hours of the week. */
export class ServiceDesk extends Component {
  static template = "inbound_flywheel_service.Desk";
  static components = {FlywheelChart, Layout};
  static props = {...standardActionServiceProps};

  setup() {
    this.orm = useService("orm");
    this.action = useService("action");
    this.display = {controlPanel: {}};
    this.state = useState({
      filters: {team_id: null, days: 30, by: "team"},
      now: null,
      period: null,
      heat: null,
      help: false,
      ...this.props.state,
    });
    useSetupAction({getLocalState: () => ({filters: {...this.state.filters}})});
    onWillStart(() => this.loadNow());
    onWillStart(() => {
      // What takes longer is shown once it is there.
      this.loadPeriod();
    });
    this.timer = setInterval(() => {
      if (document.visibilityState === "visible") {
        this.loadNow(true);
      }
    }, REFRESH);
    onWillUnmount(() => clearInterval(this.timer));
  }

  // ------------------------------------------------------------------
  // Loading
  // ------------------------------------------------------------------
  get span() {
    const end = today();
    return {
      date_from: serializeDate(end.minus({days: this.state.filters.days - 1})),
      date_to: serializeDate(end),
      team_id: this.state.filters.team_id,
    };
  }

  async loadNow(silent = false) {
    const {team_id: asked} = this.state.filters;
    const orm = silent ? this.orm.silent : this.orm;
    const now = await orm.call(DESK, "get_now", [], {team_id: asked});
    // Another team may have been chosen meanwhile.
    if (asked === this.state.filters.team_id) {
      this.state.now = now;
    }
  }

  async loadPeriod() {
    const asked = JSON.stringify(this.state.filters);
    const [period, heat] = await Promise.all([
      this.orm.call(DESK, "get_period", [], {...this.span, by: this.state.filters.by}),
      this.orm.call(DESK, "get_heat", [], this.span),
    ]);
    if (asked === JSON.stringify(this.state.filters)) {
      Object.assign(this.state, {period, heat});
    }
  }

  set(values) {
    Object.assign(this.state.filters, values);
    return this.refresh();
  }

  refresh() {
    return Promise.all([this.loadNow(), this.loadPeriod()]);
  }

  // ------------------------------------------------------------------
  // What is shown
  // ------------------------------------------------------------------
  get periods() {
    return [
      [7, _t("7 days")],
      [30, _t("30 days")],
      [90, _t("90 days")],
      [365, _t("A year")],
    ];
  }

  get groupings() {
    return [
      ["team", _t("By team")],
      ["agent", _t("By agent")],
      ["category", _t("By category")],
      ["channel", _t("By channel")],
    ];
  }

  get backlogTitle() {
    return _t("Open cases day by day");
  }

  get rows() {
    const {total, rows} = this.state.period;
    return [{...total, id: null, name: _t("All"), isTotal: true}, ...rows];
  }

  tileClass(tile) {
    if (!tile.count) {
      return DANGER.includes(tile.code) ? "text-success" : "text-muted";
    }
    return DANGER.includes(tile.code) ? "text-danger" : "";
  }

  count(value) {
    return formatInteger(value || 0);
  }

  ago(value) {
    return deserializeDateTime(value).toRelative();
  }

  hours(pair, place) {
    if (!pair) {
      return "–";
    }
    const value = pair[place];
    return value < 1
      ? _t("%s min", formatFloat(value * 60, {digits: [16, 0]}))
      : _t("%s h", formatFloat(value, {digits: [16, 1], trailingZeros: false}));
  }

  share(part, whole) {
    return whole ? `${formatFloat((part / whole) * 100, {digits: [16, 0]})} %` : "–";
  }

  /** Reopened among those that were solved or are open again. */
  reopenBase(row) {
    return Math.max(row.solved, row.reopened);
  }

  fewClass(number) {
    return number && number < this.state.period.few ? "text-muted fst-italic" : "";
  }

  fewTitle(number) {
    return number && number < this.state.period.few
      ? _t("Of %s cases only: says little", number)
      : _t("Of %s cases", number);
  }

  loadShare(agent) {
    const most = Math.max(
      1,
      ...this.state.now.agents.map((one) => one.capacity || one.open)
    );
    return {
      waiting: (100 * agent.waiting) / most,
      rest: (100 * Math.max(agent.open - agent.waiting, 0)) / most,
    };
  }

  // ------------------------------------------------------------------
  // The week
  // ------------------------------------------------------------------
  get hoursOfDay() {
    return [...Array(24).keys()];
  }

  cell(day, hour) {
    return this.state.heat.cells[day * 24 + hour];
  }

  cellStyle(day, hour) {
    const {count, cover} = this.cell(day, hour);
    const strength = this.state.heat.most ? count / this.state.heat.most : 0;
    const color = cover < 0.5 ? "220, 53, 69" : "13, 110, 253";
    return `background-color: rgba(${color}, ${(strength * 0.85).toFixed(2)})`;
  }

  cellTitle(day, hour) {
    const {count, uncovered} = this.cell(day, hour);
    return _t(
      "%(day)s %(hour)s:00: %(count)s contacts, %(uncovered)s of them uncovered",
      {
        day: this.state.heat.days[day],
        hour,
        count,
        uncovered,
      }
    );
  }

  // ------------------------------------------------------------------
  // Doing
  // ------------------------------------------------------------------
  open(name, domain, model = CASE, view = null) {
    return this.action.doAction({
      type: "ir.actions.act_window",
      name,
      res_model: model,
      domain,
      context: view ? {list_view_ref: view} : {},
      views: [
        [false, "list"],
        [false, "form"],
      ],
    });
  }

  openTile(tile) {
    if (tile.code === "dropped") {
      return this.action.doAction(
        "inbound_flywheel_service.flywheel_desk_dropped_action",
        {additionalContext: {}}
      );
    }
    return this.open(tile.name, tile.domain, tile.model, tile.model === CASE && NEXT);
  }

  openAgent(agent, code) {
    const tile = this.state.now.tiles.find((one) => one.code === code);
    const domain = [...tile.domain, ["user_id", "=", agent.id]];
    return this.open(agent.name, domain, CASE, NEXT);
  }

  openFigure(row, code) {
    const domain = [...this.state.period.domains[code]];
    if (!row.isTotal) {
      domain.push([this.state.period.by, "=", row.id]);
    }
    return this.open(row.name, domain);
  }

  async openCell(day, hour) {
    if (this.cell(day, hour).count) {
      const action = await this.orm.call(DESK, "open_heat", [day, hour], this.span);
      await this.action.doAction(action);
    }
  }
}

registry.category("actions").add("flywheel_desk", ServiceDesk);
