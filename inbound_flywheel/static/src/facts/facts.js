import {Component, useState} from "@odoo/owl";
import {useAutofocus, useService} from "@web/core/utils/hooks";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {unlessGone} from "../people/unless_gone";

const FEW = 5;
const PEOPLE = "flywheel.profile";
// More choices than these go into a list.
const BUTTONS = 7;

/**
 * What we know about a person, what is still to ask, and how to reach it. Loaded when
 * it is shown, so that no form waits for it.
 */
export class FlywheelFacts extends Component {
  static template = "inbound_flywheel.Facts";
  static props = {...standardWidgetProps, team: {type: String, optional: true}};

  setup() {
    this.orm = useService("orm");
    this.action = useService("action");
    this.notification = useService("notification");
    this.state = useState({panel: null, open: null, all: false, busy: false});
    this.via = {source: "asked", channel: ""};
    // People who were made for records that do not know it yet.
    this.made = {};
    useAutofocus({refName: "answer", mobile: true});
    useRecordObserver((record) => {
      // The form waits for nothing: what is looked up is shown once it is there.
      if (this.fingerprint(record) !== this.known && !record.dirty) {
        this.load(record);
      }
    });
  }

  personOf(record) {
    if (record.resModel === PEOPLE) {
      return record.resId;
    }
    const {flywheel_profile_id: person} = record.data;
    return person ? person.id : this.made[record.resId];
  }

  /** What tells that another person, or the same one with other values, is shown. */
  fingerprint(record) {
    const {persona_id: persona, preferred_channel_id: channel} = record.data;
    return [
      record.resId,
      this.personOf(record),
      persona && persona.id,
      channel && channel.id,
    ].join();
  }

  async load(record) {
    const asked = this.fingerprint(record);
    if (asked !== this.known) {
      Object.assign(this.state, {open: null, all: false});
    }
    this.known = asked;
    if (!record.resId) {
      return;
    }
    const person = this.personOf(record);
    const panel = await unlessGone(
      this.orm.silent.call(PEOPLE, "get_facts_panel", [person ? [person] : []], {
        team: this.props.team || null,
      })
    );
    // Another person may have been opened meanwhile.
    if (asked === this.known) {
      this.state.panel = panel;
    }
  }

  // ------------------------------------------------------------------
  // What is shown
  // ------------------------------------------------------------------
  get questions() {
    const {to_ask: questions} = this.state.panel;
    return this.state.all ? questions : questions.slice(0, FEW);
  }

  get held() {
    return this.state.panel.known.filter((fact) => !fact.expired);
  }

  /** What holds, then what has to be asked again. */
  get facts() {
    return [...this.held, ...this.state.panel.known.filter((fact) => fact.expired)];
  }

  badge(source) {
    return {
      individual: "text-bg-success",
      learned: "text-bg-info",
      persona: "text-bg-primary",
      company: "text-bg-secondary",
    }[source];
  }

  icon(aspect) {
    return {
      channel: "fa-comments-o",
      lang: "fa-globe",
      tone: "fa-quote-left",
      frequency: "fa-clock-o",
    }[aspect];
  }

  isOpen(line, mode) {
    const {open} = this.state;
    return open && open.key === this.keyOf(line) && (!mode || open.mode === mode);
  }

  /** A fact and a question in need of an answer are different lines. */
  keyOf(line) {
    return line.question_id ? `fact${line.id}` : `question${line.id}`;
  }

  asButtons(line) {
    return line.options.length <= BUTTONS;
  }

  /** Open all answers, also those that were replaced or wrong. */
  async openHistory() {
    const person = this.personOf(this.props.record);
    this.action.doAction(await this.orm.call(PEOPLE, "action_facts", [[person]]));
  }

  /** Open the record that a fact comes from. */
  openSource({record}) {
    this.action.doAction({
      type: "ir.actions.act_window",
      res_model: record.model,
      res_id: record.id,
      views: [[false, "form"]],
    });
  }

  // ------------------------------------------------------------------
  // Answering
  // ------------------------------------------------------------------
  /** Open a line: to answer, to be warned, or to say that it is wrong. */
  open(line, mode) {
    this.state.open = {
      key: this.keyOf(line),
      line,
      mode,
      questionId: line.question_id || line.id,
      value: "",
      reason: "",
      known: mode === "warn" ? line : null,
      outcome: null,
      source: this.via.source,
      channel: this.via.channel,
    };
  }

  askAgain(fact) {
    // Nobody said it, or long ago: there is nothing to be warned of.
    const free = fact.expired || fact.source === "inferred";
    this.open(fact, free ? "answer" : "warn");
  }

  close() {
    this.state.open = null;
  }

  onKeydown(ev, save) {
    if (ev.key === "Escape") {
      ev.stopPropagation();
      this.close();
    } else if (ev.key === "Enter") {
      ev.preventDefault();
      ev.stopPropagation();
      save();
    }
  }

  choose(value) {
    this.state.open.value = value;
    return this.save();
  }

  async save() {
    const {open} = this.state;
    if (open.value === "" || open.value === null) {
      return this.notification.add(_t("Nothing is answered yet."), {type: "warning"});
    }
    await this.send(open, open.outcome);
  }

  /** What was asked although it was known: the same, another answer, a mistake. */
  async decide(outcome) {
    const {open} = this.state;
    if (outcome === "changed" && open.value === "") {
      Object.assign(open, {mode: "answer", outcome});
      return;
    }
    await this.send(open, outcome);
  }

  async send(open, outcome) {
    if (this.state.busy) {
      return;
    }
    this.state.busy = true;
    Object.assign(this.via, {source: open.source, channel: open.channel});
    try {
      const person = await this.ensurePerson();
      const {warning} = await this.orm.call(PEOPLE, "answer_question", [[person]], {
        question_id: open.questionId,
        answer: open.value,
        outcome,
        source: open.source,
        channel_id: Number(open.channel) || null,
        team: this.props.team || null,
      });
      if (warning) {
        Object.assign(open, {mode: "warn", known: warning});
      } else {
        await this.done(person);
      }
    } finally {
      this.state.busy = false;
    }
  }

  async markWrong() {
    const {open} = this.state;
    if (!open.reason.trim()) {
      return this.notification.add(_t("Say why it is wrong."), {type: "warning"});
    }
    await this.orm.call("flywheel.fact", "mark_wrong", [[open.line.id], open.reason]);
    await this.done();
  }

  /** Make the person of a record that has none yet. */
  async ensurePerson() {
    const {record} = this.props;
    return (
      this.personOf(record) ||
      this.orm.call(record.resModel, "flywheel_get_person", [[record.resId]])
    );
  }

  async done(person) {
    const {record} = this.props;
    this.close();
    const isNew = person && person !== this.personOf(record);
    if (isNew) {
      this.made[record.resId] = person;
    }
    await this.load(record);
    const {preferred_channel_id: shown} = record.data;
    const channel = this.state.panel.reach.find(({aspect}) => aspect === "channel");
    const named = channel && channel.source === "individual" && channel.value;
    const moved = named && named !== (shown && shown.id);
    if ((isNew || moved) && !record.dirty) {
      await record.load();
    }
  }
}

registry.category("view_widgets").add("flywheel_facts", {
  component: FlywheelFacts,
  extractProps: ({options}) => ({team: options.team}),
  supportedOptions: [{label: _t("Team"), name: "team", type: "string"}],
});
