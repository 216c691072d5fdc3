import {Component, markup, useState} from "@odoo/owl";
import {Dropdown} from "@web/core/dropdown/dropdown";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {FormViewDialog} from "@web/views/view_dialogs/form_view_dialog";
import {KIND_ICONS} from "./kinds";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {useService} from "@web/core/utils/hooks";
import {unlessGone} from "../people/unless_gone";

/**
 * What to use next with a person, and why. Worked out when it is shown, so that no
 * form waits for it.
 */
export class NextPlay extends Component {
  static template = "inbound_flywheel.NextPlay";
  static components = {Dropdown, DropdownItem};
  static props = {...standardWidgetProps};

  setup() {
    this.orm = useService("orm");
    this.action = useService("action");
    this.dialog = useService("dialog");
    this.notification = useService("notification");
    this.state = useState({next: null, shown: {}, note: "", busy: false});
    // The form waits for nothing: what is looked up is shown once it is there.
    useRecordObserver((record) => {
      if (this.fingerprint(record) !== this.known && !record.dirty) {
        this.load(record);
      }
    });
  }

  /** What tells that another person, or the same one elsewhere, is shown. */
  fingerprint(record) {
    const {persona_id: persona, journey_stage_id: journey} = record.data;
    const {lifecycle_stage_id: lifecycle} = record.data;
    return [
      this.profileId(record),
      record.resId,
      persona && persona.id,
      journey && journey.id,
      lifecycle && lifecycle.id,
    ].join();
  }

  profileId({resModel, resId, data}) {
    return resModel === "flywheel.profile"
      ? resId
      : data.flywheel_profile_id && data.flywheel_profile_id.id;
  }

  get leadId() {
    const {resModel, resId} = this.props.record;
    return resModel === "crm.lead" ? resId : null;
  }

  async load(record) {
    this.known = this.fingerprint(record);
    const asked = this.known;
    const profileId = this.profileId(record);
    if (!profileId) {
      this.state.next = null;
      return;
    }
    const next = await unlessGone(
      this.orm.silent.call("flywheel.profile", "get_suggested_plays", [[profileId]], {
        lead_id: record.resModel === "crm.lead" ? record.resId : null,
      })
    );
    // Another person may have been opened meanwhile.
    if (asked === this.known) {
      Object.assign(this.state, {next, shown: {}, note: ""});
    }
  }

  call(method, ...args) {
    return this.orm.call("flywheel.profile", method, [
      [this.profileId(this.props.record)],
      ...args,
      this.leadId,
    ]);
  }

  async once(work) {
    if (this.state.busy) {
      return;
    }
    this.state.busy = true;
    try {
      await work();
    } finally {
      this.state.busy = false;
    }
  }

  get heading() {
    const {stage, person} = this.state.next;
    return stage
      ? _t("Next for %(person)s, in %(stage)s", {person, stage: stage.name})
      : _t("Next for %s", person);
  }

  get goal() {
    const {next_stage: name, next_definition: definition} = this.state.next;
    return name && _t("Towards %(stage)s: %(definition)s", {stage: name, definition});
  }

  get emptyText() {
    const {gap, stage} = this.state.next;
    if (gap) {
      return _t("Nothing is made for %(persona)s in %(stage)s yet.", gap);
    }
    return stage
      ? _t("Nothing more fits: the rest was used or turned down, or is for others.")
      : _t("Nothing fits yet: the person is in no stage of the journey.");
  }

  get askedText() {
    const {asked} = this.state.next.gap;
    return asked && _t("Marketing was told %s times.", asked);
  }

  iconOf(play) {
    return KIND_ICONS[play.kind];
  }

  bodyOf(play) {
    return markup(play.body);
  }

  toggle(play) {
    this.state.shown[play.id] = !this.state.shown[play.id];
  }

  // ------------------------------------------------------------------
  // Using and turning down
  // ------------------------------------------------------------------
  open(play) {
    return this.once(async () => {
      const action = await this.call("open_play", play.id);
      await this.action.doAction(action);
      this.load(this.props.record);
    });
  }

  copyWords(play) {
    const page = new DOMParser().parseFromString(play.body, "text/html");
    for (const block of page.querySelectorAll("p, li, br, div, h1, h2, h3, tr")) {
      block.append("\n");
    }
    return this.copy(play, page.body.textContent.trim());
  }

  copy(play, text) {
    return this.once(async () => {
      try {
        await browser.navigator.clipboard.writeText(text);
      } catch {
        this.notification.add(
          _t("The browser does not allow copying here: select the text instead."),
          {type: "warning"}
        );
        return;
      }
      await this.call("use_play", play.id, "copy");
      this.notification.add(_t("Copied, and noted as used."), {type: "success"});
      this.load(this.props.record);
    });
  }

  send(play) {
    return this.once(async () => {
      const action = await this.call("compose_play", play.id);
      await this.action.doAction(action, {
        onClose: () => this.load(this.props.record),
      });
    });
  }

  dismiss(play, reason) {
    return this.once(async () => {
      await this.call("dismiss_play", play.id, reason);
      this.notification.add(_t("Not suggested for this person any more."), {
        type: "info",
      });
      this.load(this.props.record);
    });
  }

  // ------------------------------------------------------------------
  // Gaps
  // ------------------------------------------------------------------
  fill() {
    const {persona_id: persona, stage_id: stage} = this.state.next.gap;
    this.dialog.add(FormViewDialog, {
      resModel: "flywheel.play",
      title: _t("Add content"),
      context: {
        default_persona_ids: [[6, 0, [persona]]],
        default_stage_ids: [[6, 0, [stage]]],
      },
      onRecordSaved: () => this.load(this.props.record),
    });
  }

  tell() {
    return this.once(async () => {
      await this.call("request_play", this.state.note);
      this.notification.add(_t("Marketing knows now."), {type: "success"});
      this.load(this.props.record);
    });
  }

  openMatrix() {
    return this.action.doAction("inbound_flywheel.flywheel_play_matrix_action");
  }
}

registry.category("view_widgets").add("flywheel_next_play", {
  component: NextPlay,
  fieldDependencies: [
    {name: "persona_id", type: "many2one", relation: "flywheel.persona"},
    {name: "journey_stage_id", type: "many2one", relation: "flywheel.stage"},
    {name: "lifecycle_stage_id", type: "many2one", relation: "flywheel.stage"},
  ],
});
