import {
  Component,
  onMounted,
  onWillUnmount,
  onWillUpdateProps,
  useRef,
  useState,
} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {composeAnswer} from "./compose";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useDebounced} from "@web/core/utils/timing";
import {useService} from "@web/core/utils/hooks";

/** While somebody types, the last letter is waited for so long. */
const TYPING = 700;
/** How often a case that is open on the screen is asked whether its customer wrote. */
const NEWS = 60_000;
const TYPED = "[name='name'], [name='description']";

/**
 * Similar solved cases and articles beside a case. They are looked up once the form is
 * shown, so that it does not wait for them, and again when its text changes, or the
 * customer writes.
 */
export class FlywheelSuggestions extends Component {
  static template = "inbound_flywheel_service.Suggestions";
  static props = {...standardWidgetProps, compact: {type: Boolean, optional: true}};

  setup() {
    this.orm = useService("orm");
    this.action = useService("action");
    this.store = useService("mail.store");
    this.root = useRef("root");
    this.state = useState({
      loaded: false,
      busy: false,
      cases: [],
      articles: [],
      linked: [],
    });
    this.onTyped = useDebounced(() => this.load(), TYPING);
    this.onInput = (ev) => {
      if (ev.target.closest?.(TYPED)) {
        this.onTyped();
      }
    };
    this.onShown = () => document.visibilityState === "visible" && this.hear();
    onMounted(() => {
      this.form = this.root.el.closest(".o_form_view") || document.body;
      this.form.addEventListener("input", this.onInput, true);
      document.addEventListener("visibilitychange", this.onShown);
      this.timer = setInterval(this.onShown, NEWS);
      this.load();
    });
    onWillUnmount(() => {
      this.form.removeEventListener("input", this.onInput, true);
      document.removeEventListener("visibilitychange", this.onShown);
      clearInterval(this.timer);
    });
    onWillUpdateProps((next) => {
      const {data, resId} = next.record;
      const category = data.category_id?.id || false;
      const saved = data.write_date !== this.writeDate && !next.record.dirty;
      if (resId !== this.resId || saved || category !== this.category) {
        this.load(next.record);
      }
    });
  }

  get groups() {
    return [
      {
        name: _t("Similar solved cases"),
        icon: "fa-life-ring",
        items: this.shown(this.state.cases),
        empty: _t("No solved case resembles this one."),
      },
      {
        name: _t("Articles"),
        icon: "fa-book",
        items: this.shown(this.state.articles),
        empty: _t("No article answers this yet."),
      },
    ];
  }

  shown(items) {
    return this.props.compact ? items.slice(0, 3) : items;
  }

  get all() {
    const count = this.state.cases.length + this.state.articles.length;
    return count && _t("Show all %s with their texts", count);
  }

  /** What the form says now, saved or not. */
  values(record) {
    const text = (name) => {
      const field = this.form?.querySelector?.(`.o_field_widget[name='${name}']`);
      const input = field?.querySelector("input, textarea, .odoo-editor-editable");
      const typed = input && (input.value ?? input.innerText);
      return typed || record.data[name]?.toString() || "";
    };
    return {
      name: text("name"),
      description: text("description"),
      category_id: record.data.category_id?.id || false,
    };
  }

  async load(record = this.props.record) {
    this.resId = record.resId;
    this.writeDate = record.data.write_date;
    this.category = record.data.category_id?.id || false;
    const values = this.values(record);
    if (!this.resId && !values.name.trim() && !values.description.trim()) {
      Object.assign(this.state, {loaded: false, cases: [], articles: [], linked: []});
      return;
    }
    const asked = (this.asked = Symbol("load"));
    const found = await this.orm.silent.call(
      "helpdesk.ticket",
      "flywheel_suggestions",
      [this.resId ? [this.resId] : [], values]
    );
    // Something else may have been asked meanwhile.
    if (asked === this.asked) {
      Object.assign(this.state, found, {loaded: true});
    }
  }

  /** Look again if the customer has written since. */
  async hear() {
    const resId = this.props.record.resId;
    if (!resId) {
      return;
    }
    const last = await this.orm.silent.call("helpdesk.ticket", "flywheel_last_words", [
      [resId],
    ]);
    if (this.heard !== undefined && last !== this.heard) {
      this.load();
    }
    this.heard = last;
  }

  async change(method, item, ...args) {
    if (!this.resId && !(await this.props.record.save())) {
      return;
    }
    this.state.busy = true;
    try {
      const result = await this.orm.call("helpdesk.ticket", method, [
        [this.props.record.resId],
        item.model,
        item.id,
        ...args,
      ]);
      this.load();
      return result;
    } finally {
      this.state.busy = false;
    }
  }

  setLink(item, state) {
    return this.change("flywheel_set_link", item, state);
  }

  async insert(item) {
    const {record} = this.props;
    if (!(await record.save())) {
      return;
    }
    const found = await this.change("flywheel_insert", item);
    await composeAnswer(this, record.resId, found.body);
  }

  get locked() {
    return this.state.busy || this.props.readonly;
  }

  open(item) {
    return this.action.doAction({
      type: "ir.actions.act_window",
      res_model: item.model,
      res_id: item.id,
      views: [[false, "form"]],
    });
  }

  showAll() {
    this.form.querySelector(".nav-link[name='flywheel_suggestions']")?.click();
  }
}

registry.category("view_widgets").add("flywheel_suggestions", {
  component: FlywheelSuggestions,
  extractProps: ({attrs}) => ({compact: Boolean(attrs.compact)}),
  fieldDependencies: [
    {name: "write_date", type: "datetime"},
    {name: "category_id", type: "many2one"},
  ],
});
