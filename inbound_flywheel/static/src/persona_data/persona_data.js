import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";
import {Dropdown} from "@web/core/dropdown/dropdown";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";

const VERDICTS = {
  more: {icon: "fa-arrow-up text-success", text: _t("Clearly more")},
  less: {icon: "fa-arrow-down text-warning", text: _t("Clearly less")},
  same: {icon: "fa-minus text-muted", text: _t("No clear difference")},
  few: {icon: "fa-question-circle-o text-muted", text: _t("Too few to say anything")},
};

/** The lines of one probe, as a part of a table. */
export class Probe extends Component {
  static template = "inbound_flywheel.PersonaDataProbe";
  static components = {Dropdown, DropdownItem};
  static props = {probe: Object, heads: Array, onUse: Function};

  setup() {
    this.action = useService("action");
  }

  verdict(line) {
    return VERDICTS[line.verdict];
  }

  open(line) {
    return this.action.doAction(line.action);
  }
}

/**
 * What Odoo knows of the people who hold a persona, beside everybody else. Worked out
 * when it is shown, so that no form waits for it.
 */
export class PersonaData extends Component {
  static template = "inbound_flywheel.PersonaData";
  static components = {Probe};
  static props = {
    personaId: Number,
    questionId: {type: [Number, Boolean], optional: true},
  };

  setup() {
    this.orm = useService("orm");
    this.action = useService("action");
    this.state = useState({data: null});
    onWillStart(() => {
      this.load(this.props);
    });
    onWillUpdateProps((next) => {
      if (next.personaId !== this.props.personaId) {
        this.load(next);
      }
    });
  }

  async load({personaId, questionId}) {
    this.state.data = null;
    this.asked = personaId;
    const data = await this.orm.silent.call(
      "flywheel.persona",
      "look_at_data",
      [[personaId]],
      {question_id: questionId || false}
    );
    // Another persona may have been opened meanwhile.
    if (this.asked === personaId) {
      this.state.data = data;
    }
  }

  /** The titles of the columns, where they begin or change. */
  headsOf({probes}, index) {
    const {heads} = probes[index];
    if (heads.length) {
      return [...heads, ""];
    }
    const told = index && !probes[index - 1].heads.length;
    return told
      ? ["", "", ""]
      : [_t("This persona"), _t("Everybody else"), _t("Based on")];
  }

  async use(probe, question) {
    const action = await this.orm.call(
      "flywheel.persona",
      "action_use_data",
      [[this.props.personaId]],
      {question_id: question.id, probe: probe.name}
    );
    return this.action.doAction(action);
  }
}

/** The data on the form of a persona. */
export class PersonaDataWidget extends Component {
  static template = "inbound_flywheel.PersonaDataWidget";
  static components = {PersonaData};
  static props = {...standardWidgetProps};
}

/** The data that help to answer a question, in a dialog. */
export class PersonaDataAction extends Component {
  static template = "inbound_flywheel.PersonaDataAction";
  static components = {PersonaData};
  static props = {...standardActionServiceProps};
}

registry.category("view_widgets").add("flywheel_persona_data", {
  component: PersonaDataWidget,
});
registry.category("actions").add("flywheel_persona_data", PersonaDataAction);
