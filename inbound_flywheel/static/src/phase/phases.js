import {Component, onWillStart, useState} from "@odoo/owl";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {formatFloat} from "@web/core/utils/numbers";
import {formatInteger} from "@web/views/fields/formatters";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";

const ICONS = {
  attract: "fa-magnet",
  convert: "fa-handshake-o",
  nurture: "fa-leaf",
  retain: "fa-heart-o",
};

/** The whole journey in four phases side by side, and what each of them lacks. */
export class Phases extends Component {
  static template = "inbound_flywheel.Phases";
  static components = {Layout};
  static props = {...standardActionServiceProps};

  setup() {
    this.orm = useService("orm");
    this.action = useService("action");
    this.display = {controlPanel: {}};
    this.state = useState({personaId: null, overview: null, ...this.props.state});
    useSetupAction({getLocalState: () => ({personaId: this.state.personaId})});
    onWillStart(() => this.load());
  }

  async load() {
    const asked = this.state.personaId;
    const overview = await this.orm.call("flywheel.phase", "get_overview", [], {
      persona_id: asked,
    });
    // Another persona may have been chosen meanwhile.
    if (asked === this.state.personaId) {
      this.state.overview = overview;
    }
  }

  choose(personaId) {
    this.state.personaId = personaId;
    return this.load();
  }

  iconOf(phase) {
    return ICONS[phase.code];
  }

  count(value) {
    return formatInteger(value);
  }

  medianOf(phase) {
    return phase.ended
      ? _t("%(days)s days (%(count)s people)", {
          days: formatFloat(phase.median, {digits: [16, 1], trailingZeros: false}),
          count: this.count(phase.ended),
        })
      : _t("nobody left it");
  }

  openPeople(name, stageIds) {
    const domain = [["lifecycle_stage_id", "in", stageIds]];
    if (this.state.personaId) {
      domain.push(["persona_id", "=", this.state.personaId]);
    }
    return this.action.doAction({
      type: "ir.actions.act_window",
      name,
      res_model: "flywheel.profile",
      domain,
      views: [
        [false, "list"],
        [false, "kanban"],
        [false, "form"],
      ],
    });
  }

  openContent(phase) {
    const domain = [["stage_ids.phase", "=", phase.code]];
    if (this.state.personaId) {
      // As counted: what is made for everybody serves this persona too.
      domain.push(
        "|",
        ["persona_ids", "=", false],
        ["persona_ids", "in", [this.state.personaId]]
      );
    }
    return this.action.doAction({
      type: "ir.actions.act_window",
      name: _t("Content: %s", phase.name),
      res_model: "flywheel.play",
      domain,
      views: [
        [false, "list"],
        [false, "form"],
      ],
    });
  }

  openFriction() {
    return this.action.doAction("inbound_flywheel.flywheel_friction_action");
  }
}

registry.category("actions").add("flywheel_phases", Phases);
