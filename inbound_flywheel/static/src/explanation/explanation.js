import {Component, useState} from "@odoo/owl";
import {
  deserializeDate,
  deserializeDateTime,
  formatDate,
  formatDateTime,
} from "@web/core/l10n/dates";
import {FlywheelChart} from "../chart/chart";
import {_t} from "@web/core/l10n/translation";
import {formatFloat} from "@web/core/utils/numbers";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {useService} from "@web/core/utils/hooks";

const PAGE = 40;
const FEW = 6;

/**
 * Why a person has this score: what it is made of, how it came about, when it falls,
 * and what would raise it. Worked out when it is shown, so that no form waits for it.
 */
export class FlywheelExplanation extends Component {
  static template = "inbound_flywheel.Explanation";
  static components = {FlywheelChart};
  static props = {...standardWidgetProps};

  setup() {
    this.orm = useService("orm");
    this.action = useService("action");
    this.state = useState({outlook: null, lines: {}, allSteps: false});
    this.levels = {
      hot: _t("Hot"),
      warm: _t("Warm"),
      cool: _t("Cool"),
      cold: _t("Cold"),
    };
    // The form waits for nothing: what is looked up is shown once it is there.
    useRecordObserver((record) => {
      if (this.fingerprint(record) !== this.known && !record.dirty) {
        this.load(record);
      }
    });
  }

  /** What tells that another person, or the same one with other points, is shown. */
  fingerprint({resId, data}) {
    return [resId, data.engagement_score, data.fit_score, data.no_profiling].join();
  }

  async load(record) {
    this.known = this.fingerprint(record);
    const asked = this.known;
    const outlook = await this.orm.silent.call("flywheel.profile", "explain_outlook", [
      [record.resId],
    ]);
    // Another person may have been opened meanwhile.
    if (asked === this.known) {
      Object.assign(this.state, {outlook, lines: {}});
    }
  }

  /** What is missing, and what comes if nothing happens, in sentences. */
  get summary() {
    const {next_level: next, crossings, half_life_days: days} = this.state.outlook;
    const sentences = [
      next
        ? _t("%(missing)s more for %(level)s", {
            missing: this.number(next.missing),
            level: this.levels[next.level],
          })
        : _t("At the highest level"),
    ];
    for (const {level, date} of crossings) {
      const values = {level: this.levels[level], date: date && this.date(date)};
      sentences.push(
        date
          ? _t("Below %(level)s on %(date)s", values)
          : _t("Stays %(level)s for good", values)
      );
    }
    if (days) {
      sentences.push(_t("Points are worth half after %s days", this.number(days)));
    }
    return sentences;
  }

  // ------------------------------------------------------------------
  // What it is made of
  // ------------------------------------------------------------------
  async toggle(total) {
    if (this.state.lines[total.rule_id]) {
      delete this.state.lines[total.rule_id];
    } else {
      await this.more(total);
    }
  }

  async more(total) {
    const shown = this.state.lines[total.rule_id] || [];
    const page = await this.orm.call(
      "flywheel.profile",
      "explain_lines",
      [[this.props.record.resId]],
      {rule_id: total.rule_id, offset: shown.length, limit: PAGE}
    );
    this.state.lines[total.rule_id] = [...shown, ...page.lines];
  }

  countOf(total) {
    return total.hits + total.cut_off + total.expired;
  }

  /** How many events of a rule give nothing, and why. */
  outOf(total) {
    const parts = [];
    if (total.cut_off) {
      parts.push(_t("%s cut off", total.cut_off));
    }
    if (total.expired) {
      parts.push(_t("%s expired", total.expired));
    }
    return `(${parts.join(", ")})`;
  }

  statusOf(line, total) {
    return {
      counts: "",
      cut_off: _t("does not count: %s", total.limit),
      expired: line.until ? _t("expired on %s", this.date(line.until)) : _t("expired"),
    }[line.status];
  }

  openSource(line) {
    return this.action.doAction({
      type: "ir.actions.act_window",
      res_model: line.model,
      res_id: line.res_id,
      views: [[false, "form"]],
    });
  }

  // ------------------------------------------------------------------
  // What would raise it
  // ------------------------------------------------------------------
  get steps() {
    const {steps} = this.state.outlook;
    return this.state.allSteps ? steps : steps.slice(0, FEW);
  }

  describeStep(step) {
    const parts = [
      step.per_value
        ? _t("%s points per unit of value", this.signed(step.points))
        : _t("%s points each time", this.signed(step.points)),
    ];
    const next = this.state.outlook.next_level;
    if (step.left === 0) {
      parts.push(
        step.resets
          ? _t("at its limit (%(limit)s): counts again from %(date)s", {
              limit: step.limit,
              date: this.date(step.resets),
            })
          : _t("at its limit: %s", step.limit)
      );
    } else if (next && !step.per_value) {
      const values = {
        needed: step.needed,
        level: this.levels[next.level],
        left: step.left,
      };
      parts.push(
        step.enough
          ? _t("%(needed)s more for %(level)s", values)
          : _t(
              "%(needed)s more for %(level)s, of which only %(left)s count now",
              values
            )
      );
    }
    if (!step.hits) {
      parts.push(_t("has not happened yet"));
    }
    return parts.join("; ");
  }

  get fitSummary() {
    const {points, missing, next_grade: grade} = this.state.outlook.fit;
    const values = {points: this.number(points), missing: this.number(missing), grade};
    return grade
      ? _t("%(points)s fit points, %(missing)s more for %(grade)s", values)
      : _t("%(points)s fit points", values);
  }

  get enoughText() {
    return _t("would make it %s", this.state.outlook.fit.next_grade);
  }

  // ------------------------------------------------------------------
  // Words and numbers
  // ------------------------------------------------------------------
  get chart() {
    const {curve, thresholds} = this.state.outlook;
    if (!curve) {
      return {labels: [], datasets: [], empty: _t("No points yet.")};
    }
    const {days, scores, today} = curve;
    const part = (keep) => scores.map((score, day) => (keep(day) ? score : null));
    const names = this.levels;
    const highest = Math.max(...scores, this.state.outlook.score);
    const above = Math.min(...Object.values(thresholds).filter((t) => t > highest));
    const limits = Object.entries(thresholds).filter(
      ([, t]) => t <= highest || t === above
    );
    return {
      type: "line",
      labels: days.map((day) => formatDate(deserializeDate(day))),
      y_title: _t("Points"),
      datasets: [
        {label: _t("Score"), data: part((day) => day <= today)},
        {
          label: _t("If nothing happens"),
          data: part((day) => day >= today),
          dashed: true,
        },
        ...limits.map(([name, limit]) => ({
          label: _t("%(level)s from %(limit)s", {
            level: names[name],
            limit: this.number(limit),
          }),
          data: days.map(() => limit),
          thin: true,
        })),
      ],
    };
  }

  get chartTitle() {
    return _t("Score over time");
  }

  number(value) {
    return formatFloat(value, {digits: [16, 1], trailingZeros: false});
  }

  signed(value) {
    return value > 0 ? `+${this.number(value)}` : this.number(value);
  }

  date(value) {
    return formatDate(deserializeDateTime(value));
  }

  time(value) {
    return formatDateTime(deserializeDateTime(value));
  }
}

registry.category("view_widgets").add("flywheel_explanation", {
  component: FlywheelExplanation,
  fieldDependencies: [
    {name: "engagement_score", type: "float"},
    {name: "fit_score", type: "float"},
    {name: "no_profiling", type: "boolean"},
  ],
});
