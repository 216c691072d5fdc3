import {Component, markup, onWillStart, useState} from "@odoo/owl";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {Dialog} from "@web/core/dialog/dialog";
import {_t} from "@web/core/l10n/translation";
import {useAutofocus, useService} from "@web/core/utils/hooks";
import {useDebounced} from "@web/core/utils/timing";

/** Finds the approved answer to a question, as the person of a record is given it. */
export class FlywheelAnswerPicker extends Component {
  static template = "inbound_flywheel.AnswerPicker";
  static components = {Dialog};
  static props = {
    resModel: String,
    resId: Number,
    onInsert: Function,
    close: Function,
  };

  setup() {
    this.orm = useService("orm");
    this.title = _t("Approved Answers");
    this.state = useState({
      question: "",
      loading: true,
      answers: [],
      chosen: null,
      reason: "",
      busy: false,
    });
    useAutofocus();
    this.onQuestion = useDebounced((ev) => this.search(ev.target.value), 250);
    onWillStart(() => this.search(""));
  }

  async search(question) {
    const {resModel, resId} = this.props;
    const asked = (this.asked = Symbol("search"));
    Object.assign(this.state, {question, loading: true});
    const answers = await this.orm.silent.call(
      "flywheel.approved.answer",
      "search_answers",
      [question, resModel, resId]
    );
    if (asked !== this.asked) {
      return;
    }
    for (const answer of answers) {
      // The server has sanitised it.
      answer.body = markup(answer.body);
    }
    Object.assign(this.state, {answers, loading: false});
    this.choose(answers[0] || null);
  }

  choose(answer) {
    Object.assign(this.state, {chosen: answer, reason: ""});
  }

  onKeydown(ev) {
    const step = {ArrowDown: 1, ArrowUp: -1}[ev.key];
    const {answers, chosen} = this.state;
    if (step && answers.length) {
      ev.preventDefault();
      const place = answers.indexOf(chosen) + step;
      this.choose(answers[(place + answers.length) % answers.length]);
    } else if (ev.key === "Enter" && this.ready) {
      ev.preventDefault();
      this.insert();
    }
  }

  get ready() {
    const {chosen, reason, busy, loading} = this.state;
    return chosen && !busy && !loading && (!chosen.expired || reason.trim());
  }

  reviewedUntil({reviewed_until: date}) {
    return date && formatDate(deserializeDate(date));
  }

  async insert() {
    const {chosen, reason, question} = this.state;
    const {resModel, resId} = this.props;
    this.state.busy = true;
    try {
      const {body} = await this.orm.call(
        "flywheel.approved.answer",
        "insert_answer",
        [[chosen.id], resModel, resId],
        {reason: reason.trim() || null, asked: question.trim() || null}
      );
      await this.props.onInsert(markup(body));
      this.props.close();
    } finally {
      this.state.busy = false;
    }
  }
}
