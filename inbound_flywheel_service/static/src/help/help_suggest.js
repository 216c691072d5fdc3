import {Interaction} from "@web/public/interaction";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {rpc} from "@web/core/network/rpc";

// Milliseconds without a key before the question is looked up.
const PAUSE = 300;
const LEAST_LETTERS = 3;
const LEAST_CHINESE = 2;
const CHINESE = /[\u3400-\u9fff\uf900-\ufaff]/gu;
const LETTER = /[\p{L}\p{N}]/gu;

/**
 * Articles below a field, while a question is typed into it.
 *
 * The articles are links: without a mouse, the arrow keys reach them from the field,
 * Escape leaves them. When the look-up fails the form works as if there were none.
 */
export class HelpSuggest extends Interaction {
  static selector = ".o_flywheel_help_suggest";
  dynamicSelectors = {
    ...this.dynamicSelectors,
    _input: () => this.input,
  };
  dynamicContent = {
    _input: {
      "t-on-input": this.debounced(this.onInput, PAUSE),
      "t-on-keydown": this.onInputKeydown,
    },
    _root: {"t-on-keydown": this.onListKeydown},
  };

  setup() {
    this.input = this.el
      .closest("form")
      .querySelector(`[name="${this.el.dataset.field}"]`);
    this.listEl = this.el.querySelector(".o_flywheel_help_list");
    this.statusEl = this.el.querySelector("[role=status]");
    this.asked = "";
  }

  start() {
    // Somebody began to type before the page was ready.
    if (document.activeElement === this.input) {
      this.onInput();
    }
  }

  isQuestion(text) {
    const letters = (text.match(LETTER) || []).length;
    const chinese = (text.match(CHINESE) || []).length;
    const least = chinese > 0.2 * letters ? LEAST_CHINESE : LEAST_LETTERS;
    return letters >= least;
  }

  async onInput() {
    const query = this.input.value.trim();
    if (query === this.asked) {
      return;
    }
    this.asked = query;
    if (!this.isQuestion(query)) {
      this.show([]);
      this.statusEl.textContent = "";
      return;
    }
    let found = null;
    try {
      found = await this.waitFor(rpc(this.el.dataset.url, {query}, {silent: true}));
    } catch {
      found = {articles: [], control: true};
    }
    // Another question may have been typed meanwhile.
    if (query === this.asked) {
      this.show(found.articles);
      this.say(found);
    }
  }

  show(articles) {
    this.listEl.replaceChildren();
    this.listEl.classList.toggle("d-none", !articles.length);
    if (articles.length) {
      this.renderAt(
        "inbound_flywheel_service.HelpSuggest",
        {articles, newTab: Boolean(this.el.dataset.newTab)},
        this.listEl
      );
    }
  }

  say({articles, control}) {
    if (control) {
      this.statusEl.textContent = "";
    } else if (articles.length === 1) {
      this.statusEl.textContent = _t("An article may help");
    } else if (articles.length) {
      this.statusEl.textContent = _t("%s articles may help", articles.length);
    } else {
      this.statusEl.textContent = _t("No article found. Please write to us.");
    }
  }

  get links() {
    return [...this.listEl.querySelectorAll("a")];
  }

  onInputKeydown(ev) {
    if (ev.key === "ArrowDown" && this.links.length) {
      ev.preventDefault();
      this.links[0].focus();
    } else if (ev.key === "Escape") {
      this.show([]);
    }
  }

  onListKeydown(ev) {
    const place = this.links.indexOf(ev.target);
    if (ev.key === "Escape") {
      this.show([]);
      this.input.focus();
    } else if (["ArrowDown", "ArrowUp"].includes(ev.key) && place >= 0) {
      ev.preventDefault();
      const next = this.links[place + (ev.key === "ArrowDown" ? 1 : -1)];
      (next || this.input).focus();
    }
  }
}

registry
  .category("public.interactions")
  .add("inbound_flywheel_service.help_suggest", HelpSuggest);
