import {Component, useState} from "@odoo/owl";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {FormViewDialog} from "@web/views/view_dialogs/form_view_dialog";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {useService} from "@web/core/utils/hooks";

const ANSWER = "flywheel.persona.answer";
const SHOWN = 2;

/**
 * The whole question bank of a persona: what is answered and how we know, what is
 * missing, and a place to answer right there. Read when it is shown.
 */
export class FlywheelEvidence extends Component {
  static template = "inbound_flywheel.Evidence";
  static props = {...standardWidgetProps};

  setup() {
    this.orm = useService("orm");
    this.action = useService("action");
    this.dialog = useService("dialog");
    this.notification = useService("notification");
    this.state = useState({data: null, draft: null, all: {}, onlyOpen: false});
    this.sources = {
      data: _t("Historical data"),
      interview: _t("Interview"),
      guess: _t("Educated guess"),
    };
    this.confidences = {low: _t("Low"), medium: _t("Medium"), high: _t("High")};
    // The form waits for nothing: what is looked up is shown once it is there.
    useRecordObserver((record) => {
      if (this.fingerprint(record) !== this.known && !record.dirty) {
        this.load(record);
      }
    });
  }

  /** What tells that another persona, or the same one with other answers, is shown. */
  fingerprint({resId, data}) {
    return JSON.stringify([resId, data.evidence_counts, data.interview_count]);
  }

  async load(record) {
    this.known = this.fingerprint(record);
    const asked = this.known;
    const data = record.resId
      ? await this.orm.silent.call("flywheel.persona", "get_evidence", [[record.resId]])
      : null;
    // Another persona may have been opened meanwhile.
    if (asked === this.known) {
      if (this.shown !== record.resId) {
        Object.assign(this.state, {draft: null, all: {}});
      }
      this.shown = record.resId;
      this.state.data = data;
    }
  }

  /** Read the answers, and the figures of the form, anew. */
  async refresh() {
    const {record} = this.props;
    if (record.dirty) {
      await this.load(record);
    } else {
      await record.load();
      await this.load(record);
    }
  }

  // ------------------------------------------------------------------
  // What is shown
  // ------------------------------------------------------------------
  questionsOf(team) {
    return this.state.onlyOpen
      ? team.questions.filter((question) => this.isOpen(question))
      : team.questions;
  }

  /** Without an answer, or with nothing but guesses. */
  isOpen(question) {
    return (
      question.asked && !question.answers.some((answer) => answer.source !== "guess")
    );
  }

  answersOf(question) {
    return this.state.all[question.id]
      ? question.answers
      : question.answers.slice(0, SHOWN);
  }

  hiddenOf(question) {
    return question.answers.length - this.answersOf(question).length;
  }

  moreText(question) {
    return _t("%s more answers", this.hiddenOf(question));
  }

  progressOf(team) {
    return _t("%(answered)s of %(asked)s answered", team);
  }

  isLink(text) {
    return /^https?:\/\/\S+$/.test(text.trim());
  }

  date(value) {
    return formatDate(deserializeDate(value));
  }

  byline(answer) {
    return [answer.user, this.date(answer.date)].join(", ");
  }

  confidenceText(answer) {
    return _t("Confidence: %s", answer.confidence_label.toLowerCase());
  }

  // ------------------------------------------------------------------
  // Answering
  // ------------------------------------------------------------------
  start(question, source = null) {
    this.state.draft = {
      question: question.id,
      answer: "",
      source,
      evidence: "",
      interview: "",
      confidence: "medium",
      error: "",
    };
  }

  get missing() {
    const {answer, source, evidence, interview} = this.state.draft;
    if (!answer.trim()) {
      return _t("Write an answer.");
    }
    if (!source) {
      return _t("Say how you know: data, an interview, or a guess.");
    }
    const shown = evidence.trim() || (source === "interview" && interview);
    if (source !== "guess" && !shown) {
      return _t("Name the evidence, or say that it is an educated guess.");
    }
    return "";
  }

  async save() {
    const {draft} = this.state;
    draft.error = this.missing;
    if (draft.error) {
      return;
    }
    await this.orm.create(ANSWER, [
      {
        persona_id: this.props.record.resId,
        question_id: draft.question,
        answer: draft.answer.trim(),
        source: draft.source,
        evidence: (draft.source !== "guess" && draft.evidence.trim()) || false,
        interview_id:
          (draft.source === "interview" && Number(draft.interview)) || false,
        confidence: draft.confidence,
      },
    ]);
    this.state.draft = null;
    await this.refresh();
  }

  open(answer) {
    this.dialog.add(FormViewDialog, {
      resModel: ANSWER,
      resId: answer.id,
      title: _t("Answer"),
      onRecordSaved: () => this.refresh(),
    });
  }

  openInterview(answer) {
    return this.action.doAction({
      type: "ir.actions.act_window",
      res_model: "flywheel.interview",
      res_id: answer.interview_id,
      views: [[false, "form"]],
    });
  }

  planInterview() {
    return this.action.doAction({
      type: "ir.actions.act_window",
      res_model: "flywheel.interview",
      views: [[false, "form"]],
      context: {default_persona_id: this.props.record.resId},
    });
  }

  // ------------------------------------------------------------------
  // Guesses
  // ------------------------------------------------------------------
  async decide(answer, method) {
    const action = await this.orm.call(ANSWER, method, [[answer.id]]);
    if (action && action.type) {
      await this.action.doAction(action, {onClose: () => this.refresh()});
    } else {
      await this.refresh();
    }
  }
}

registry.category("view_widgets").add("flywheel_evidence", {
  component: FlywheelEvidence,
  fieldDependencies: [
    {name: "evidence_counts", type: "jsonb"},
    {name: "interview_count", type: "integer"},
  ],
});
