import {Component, onWillStart, useState} from "@odoo/owl";
import {
  Many2OneField,
  buildM2OFieldDescription,
} from "@web/views/fields/many2one/many2one_field";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {usePopover} from "@web/core/popover/popover_hook";
import {useService} from "@web/core/utils/hooks";

/** What the stages of a track mean, and what to see before somebody is put there. */
export class StageHelp extends Component {
  static template = "inbound_flywheel.StageHelp";
  static props = {track: String, current: {optional: true}, close: Function};

  setup() {
    this.orm = useService("orm");
    this.state = useState({stages: []});
    onWillStart(async () => {
      this.state.stages = await this.orm.call("flywheel.stage", "get_help", [
        this.props.track,
      ]);
    });
  }

  get title() {
    return {
      journey: _t("Stages of the buyer's journey"),
      lifecycle: _t("Stages of the relationship"),
    }[this.props.track];
  }
}

/** A question mark that opens the help. */
export class StageHelpButton extends Component {
  static template = "inbound_flywheel.StageHelpButton";
  static props = {
    track: String,
    current: {optional: true},
    slots: {type: Object, optional: true},
  };

  setup() {
    this.popover = usePopover(StageHelp, {position: "bottom"});
  }

  open(event) {
    this.popover.open(event.currentTarget, {
      track: this.props.track,
      current: this.props.current,
    });
  }
}

/** A stage of a person to choose from, with what the stages mean at hand. */
export class StageField extends Many2OneField {
  static template = "inbound_flywheel.StageField";
  static components = {...Many2OneField.components, StageHelpButton};

  get track() {
    return this.props.name.startsWith("journey") ? "journey" : "lifecycle";
  }

  get current() {
    const value = this.props.record.data[this.props.name];
    return value ? value.id : false;
  }
}

registry.category("fields").add("flywheel_stage", {
  ...buildM2OFieldDescription(StageField),
});

/** The question mark alone, beside a statusbar. */
export class StageHelpWidget extends Component {
  static template = "inbound_flywheel.StageHelpWidget";
  static components = {StageHelpButton};
  static props = {...standardWidgetProps, track: String};

  get current() {
    const value = this.props.record.data[`${this.props.track}_stage_id`];
    return value ? value.id : false;
  }
}

registry.category("view_widgets").add("flywheel_stage_help", {
  component: StageHelpWidget,
  extractProps: ({attrs}) => ({track: attrs.track}),
});
