import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const COLORS = {
  data: "bg-success",
  interview: "bg-info",
  guess: "bg-warning",
};

/** On what the answers about a persona rest: data, interviews, guesses, nothing yet. */
export class FlywheelSourcesField extends Component {
  static template = "inbound_flywheel.SourcesField";
  static props = {...standardFieldProps};

  get counts() {
    return this.props.record.data[this.props.name] || {total: 0};
  }

  get labels() {
    return {data: _t("data"), interview: _t("interview"), guess: _t("guess")};
  }

  get parts() {
    return Object.entries(this.labels)
      .map(([source, label]) => ({
        source,
        label,
        count: this.counts[source] || 0,
        color: COLORS[source],
        width: this.counts.total
          ? (100 * (this.counts[source] || 0)) / this.counts.total
          : 0,
      }))
      .filter((part) => part.count);
  }

  get answered() {
    return this.parts.reduce((sum, part) => sum + part.count, 0);
  }

  get summary() {
    return _t("%(answered)s of %(total)s questions answered", {
      answered: this.answered,
      total: this.counts.total,
    });
  }

  /** Whole percentages that add up to 100: what rounding leaves goes to the largest. */
  get shares() {
    const shares = this.parts.map((part) => ({
      ...part,
      share: Math.round((100 * part.count) / this.answered),
    }));
    const left = 100 - shares.reduce((sum, {share}) => sum + share, 0);
    const largest = shares.reduce((a, b) => (b.count > a.count ? b : a), shares[0]);
    return shares.map((part) => {
      const percent = part.share + (part === largest ? left : 0);
      return {...part, text: `${percent} % ${part.label}`};
    });
  }
}

registry.category("fields").add("flywheel_sources", {
  component: FlywheelSourcesField,
  displayName: _t("Sources of Answers"),
  supportedTypes: ["jsonb"],
});
