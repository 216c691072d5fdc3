import {Component, onWillUnmount, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {formatInteger} from "@web/views/fields/formatters";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

// People that a machine of two cores scores in a second; the bar only needs a guess.
const PEOPLE_PER_SECOND = 15000;
const TICK = 200;

/**
 * Puts a version of the score model into force, and shows how far that is.
 *
 * All scores change in one transaction, so the server cannot tell of the middle: the
 * bar moves by the time that so many people usually take, and waits for the end.
 */
export class Activation extends Component {
  static template = "inbound_flywheel.Activation";
  static props = {...standardActionServiceProps};

  setup() {
    this.orm = useService("orm");
    this.action = useService("action");
    this.state = useState({step: "ask", percent: 0, result: null});
    onWillUnmount(() => clearInterval(this.timer));
  }

  get params() {
    return this.props.action.params;
  }

  get question() {
    return _t("%(people)s people are scored anew by %(rules)s rules.", {
      people: formatInteger(this.params.people),
      rules: formatInteger(this.params.rules),
    });
  }

  get outcome() {
    return _t("Done in %(seconds)s s: %(people)s people have another score now.", {
      seconds: this.state.result.seconds,
      people: formatInteger(this.state.result.people),
    });
  }

  async activate() {
    this.state.step = "run";
    const expected = 0.5 + this.params.people / PEOPLE_PER_SECOND;
    const started = Date.now();
    this.timer = setInterval(() => {
      const share = (Date.now() - started) / 1000 / expected;
      // Nearer and nearer to the end, never there before the server is.
      this.state.percent = Math.round(98 * (1 - Math.exp(-2 * share)));
    }, TICK);
    try {
      this.state.result = await this.orm.call(
        "flywheel.score.model",
        "action_activate",
        [[this.params.model_id]]
      );
      this.state.percent = 100;
      this.state.step = "done";
    } catch (error) {
      this.state.step = "ask";
      throw error;
    } finally {
      clearInterval(this.timer);
    }
  }

  close() {
    this.action.doAction({type: "ir.actions.act_window_close"});
  }

  reload() {
    this.action.doAction({type: "ir.actions.client", tag: "soft_reload"});
  }
}

registry.category("actions").add("inbound_flywheel.activation", Activation);
