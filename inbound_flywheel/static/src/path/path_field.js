import {Component, markup, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const FOLDED = "inbound_flywheel.path_folded";

/**
 * The path of an opportunity: guidance of its stage, key fields with a mark whether
 * they are filled, and the exit criteria. It nudges, and never blocks.
 */
export class PathField extends Component {
  static template = "inbound_flywheel.PathField";
  static props = {...standardFieldProps};

  setup() {
    this.state = useState({
      folded: browser.localStorage.getItem(FOLDED) === "1",
    });
  }

  get path() {
    return this.props.record.data[this.props.name] || false;
  }

  get guidance() {
    return markup(this.path.guidance);
  }

  /** The key fields; what is being typed counts, before it is saved. */
  get keyFields() {
    const {data, fields} = this.props.record;
    return this.path.fields.map((field) => {
      let filled = field.filled;
      if (field.name in data) {
        const value = data[field.name];
        const type = fields[field.name].type;
        filled =
          type === "boolean" ||
          (type === "many2many" ? value.count > 0 : Boolean(value));
      }
      return {...field, filled};
    });
  }

  get filledLabel() {
    return _t("Filled");
  }

  get emptyLabel() {
    return _t("Empty");
  }

  get summary() {
    const total = this.path.fields.length;
    const filled = this.keyFields.filter((field) => field.filled).length;
    return total ? _t("%(filled)s of %(total)s filled", {filled, total}) : "";
  }

  toggle() {
    this.state.folded = !this.state.folded;
    browser.localStorage.setItem(FOLDED, this.state.folded ? "1" : "0");
  }

  /** Show the field in the form, on whichever page of the notebook it is. */
  async focus(name, event) {
    const form = event.target.closest(".o_form_view");
    const find = () => form.querySelector(`.o_field_widget[name="${name}"]`);
    const pages = form.querySelectorAll(".o_notebook_headers .nav-link");
    const current = form.querySelector(".o_notebook_headers .nav-link.active");
    for (const page of pages) {
      if (find()) {
        break;
      }
      page.click();
      await new Promise((resolve) => browser.setTimeout(resolve));
    }
    const target = find();
    if (target) {
      target.scrollIntoView({behavior: "smooth", block: "center"});
      target.querySelector("input, textarea, [contenteditable]")?.focus();
    } else if (current) {
      current.click();
    }
  }
}

export const pathField = {
  component: PathField,
  displayName: _t("Path"),
  supportedTypes: ["json"],
};

registry.category("fields").add("flywheel_path", pathField);
