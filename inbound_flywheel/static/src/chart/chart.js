/* global Chart */
import {Component, onWillStart, onWillUnmount, useEffect, useRef} from "@odoo/owl";
import {getColor, hexToRGBA} from "@web/core/colors/colors";
import {_t} from "@web/core/l10n/translation";
import {cookie} from "@web/core/browser/cookie";
import {formatFloat} from "@web/core/utils/numbers";
import {loadBundle} from "@web/core/assets";

const MAX_TICKS = 13;
const DASH = [6, 4];
const GRID_OPACITY = 0.15;

/**
 * A chart: lines, bars, or both, on one or two axes.
 *
 * The value is an object: `type` (line or bar), `labels`, `datasets` (`label`, `data`
 * and, where wanted, `type`, `axis` y or y2, `stepped`, `dashed`, `thin`), and, where wanted,
 * `x_title`, `y_title`, `y2_title`, `stacked`, `horizontal` (bars from left to right,
 * for long labels), and `empty`: the text that is shown while there is nothing to draw.
 */
export class FlywheelChart extends Component {
  static template = "inbound_flywheel.Chart";
  static props = {
    title: String,
    value: {type: [Object, {value: false}], optional: true},
  };

  setup() {
    this.chart = null;
    this.canvas = useRef("canvas");
    onWillStart(() => loadBundle("web.chartjs_lib"));
    useEffect(
      () => this.draw(),
      () => [this.props.value, this.canvas.el]
    );
    onWillUnmount(() => this.discard());
  }

  get value() {
    return this.props.value || {};
  }

  get datasets() {
    return this.value.datasets || [];
  }

  get isEmpty() {
    const known = (set) => set.data.some((number) => Number.isFinite(number));
    return !(this.value.labels || []).length || !this.datasets.some(known);
  }

  get emptyText() {
    return this.value.empty || _t("Nothing to show yet.");
  }

  /** What the chart shows, in words, for those who cannot see it. */
  get description() {
    const {labels} = this.value;
    const parts = this.datasets.map((set) => {
      const known = set.data.flatMap((number, index) =>
        Number.isFinite(number) ? [index] : []
      );
      if (!known.length) {
        return _t("%(name)s: no values", {name: set.label});
      }
      const [first, last] = [known[0], known[known.length - 1]];
      const numbers = known.map((index) => set.data[index]);
      return _t(
        "%(name)s: %(first)s (%(start)s) to %(last)s (%(end)s), lowest %(low)s, highest %(high)s",
        {
          name: set.label,
          first: this.format(set.data[first]),
          start: labels[first],
          last: this.format(set.data[last]),
          end: labels[last],
          low: this.format(Math.min(...numbers)),
          high: this.format(Math.max(...numbers)),
        }
      );
    });
    return `${this.props.title}. ${parts.join(". ")}.`;
  }

  format(number) {
    return formatFloat(number, {digits: [16, 2], trailingZeros: false});
  }

  draw() {
    this.discard();
    if (!this.canvas.el || this.isEmpty) {
      return;
    }
    // The text colour of the page around it is right in every theme.
    const text = getComputedStyle(this.canvas.el.parentElement).color;
    const [red, green, blue] = text.match(/[\d.]+/g);
    this.colors = {text, grid: `rgba(${red}, ${green}, ${blue}, ${GRID_OPACITY})`};
    this.chart = new Chart(this.canvas.el, {
      type: this.value.type === "bar" ? "bar" : "line",
      data: {
        labels: this.value.labels,
        datasets: this.datasets.map((set, index) => this.dress(set, index)),
      },
      options: this.options,
    });
  }

  discard() {
    if (this.chart) {
      this.chart.destroy();
      this.chart = null;
    }
  }

  /** Dress a dataset for Chart.js. */
  dress(set, index) {
    const color = getColor(index, cookie.get("color_scheme"), "sm");
    const type = set.type || this.value.type || "line";
    return {
      type,
      label: set.label,
      data: set.data,
      ...(this.value.horizontal ? {} : {yAxisID: set.axis === "y2" ? "y2" : "y"}),
      stepped: set.stepped ? "before" : false,
      borderColor: color,
      backgroundColor: type === "bar" ? hexToRGBA(color, 0.75) : color,
      borderWidth: type === "bar" ? 0 : set.thin ? 1 : 2,
      borderDash: set.dashed ? DASH : [],
      pointRadius: set.data.length > 40 || set.dashed || set.thin ? 0 : 3,
      pointHitRadius: 8,
      maxBarThickness: 60,
      spanGaps: false,
      // Lines are drawn over bars.
      order: type === "bar" ? 1 : 0,
    };
  }

  get options() {
    const {text} = this.colors;
    const {horizontal} = this.value;
    const [labels, numbers] = horizontal ? ["y", "x"] : ["x", "y"];
    const ticks = horizontal ? {autoSkip: false} : {maxTicksLimit: MAX_TICKS};
    const scales = {
      [labels]: this.scale(this.value.x_title, ticks),
      [numbers]: this.scale(this.value.y_title),
    };
    if (this.datasets.some((set) => set.axis === "y2")) {
      scales.y2 = this.scale(this.value.y2_title);
      scales.y2.position = "right";
      scales.y2.grid.drawOnChartArea = false;
    }
    return {
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      indexAxis: labels,
      interaction: {mode: "index", intersect: false, axis: labels},
      plugins: {
        legend: {
          display: this.datasets.length > 1,
          position: "top",
          align: "end",
          labels: {color: text, boxWidth: 14, boxHeight: 8},
        },
        tooltip: {
          callbacks: {
            label: (item) =>
              `${item.dataset.label}: ${this.format(item.parsed[numbers])}`,
          },
        },
      },
      scales,
    };
  }

  scale(title, ticks = {}) {
    const {text, grid} = this.colors;
    return {
      beginAtZero: true,
      stacked: Boolean(this.value.stacked),
      grid: {color: grid},
      border: {color: grid},
      ticks: {color: text, maxRotation: 0, autoSkipPadding: 12, ...ticks},
      title: {display: Boolean(title), text: title, color: text},
    };
  }
}
