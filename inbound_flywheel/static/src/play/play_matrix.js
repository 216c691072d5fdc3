import {Component, onWillStart, useState} from "@odoo/owl";
import {FormViewDialog} from "@web/views/view_dialogs/form_view_dialog";
import {KIND_ICONS} from "./kinds";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {formatInteger} from "@web/views/fields/formatters";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";

/**
 * Which content there is for each persona in each stage, and where there is none.
 * Use and effect are asked for afterwards, so that the matrix is there at once.
 */
export class PlayMatrix extends Component {
  static template = "inbound_flywheel.PlayMatrix";
  static components = {Layout};
  static props = {...standardActionServiceProps};

  setup() {
    this.orm = useService("orm");
    this.action = useService("action");
    this.dialog = useService("dialog");
    this.display = {controlPanel: {}};
    this.state = useState({
      filters: {track: "journey", team: "", kind: "", lang: "", gapsOnly: false},
      matrix: null,
      effects: {},
      ...this.props.state,
    });
    useSetupAction({
      getLocalState: () => ({filters: {...this.state.filters}}),
    });
    onWillStart(() => this.load());
  }

  async load() {
    const {track, team, kind, lang} = this.state.filters;
    const asked = JSON.stringify(this.state.filters);
    const matrix = await this.orm.call("flywheel.play", "get_matrix", [], {
      track,
      team: team || null,
      kind: kind || null,
      lang: lang || null,
    });
    // Another filter may have been chosen meanwhile.
    if (asked !== JSON.stringify(this.state.filters)) {
      return;
    }
    this.state.matrix = matrix;
    this.loadEffects(track);
  }

  async loadEffects(track) {
    const found = await this.orm.silent.call(
      "flywheel.play",
      "get_matrix_effects",
      [],
      {
        track,
      }
    );
    if (track === this.state.filters.track) {
      this.state.effects = Object.fromEntries(
        found.map((cell) => [`${cell.persona_id || 0}-${cell.stage_id}`, cell])
      );
    }
  }

  setFilter(name, value) {
    this.state.filters[name] = value;
    if (name !== "gapsOnly") {
      this.load();
    }
  }

  get tracks() {
    return [
      ["journey", _t("Buyer's Journey")],
      ["lifecycle", _t("Lifecycle")],
    ];
  }

  get isFiltered() {
    const {team, kind, lang} = this.state.filters;
    return Boolean(team || kind || lang);
  }

  get rows() {
    const {rows} = this.state.matrix;
    return this.state.filters.gapsOnly
      ? rows.filter((row) =>
          Object.values(row.cells).some((cell) => row.id && cell.state !== "filled")
        )
      : rows;
  }

  get hasPersonas() {
    return this.state.matrix.rows.some((row) => row.id);
  }

  get hasAnyStage() {
    return this.state.matrix.rows.some((row) => row.any_stage.length);
  }

  get summary() {
    const {cells, gaps, general, people_in_gaps: people} = this.state.matrix.totals;
    const parts = [
      {
        number: gaps,
        text: _t("of %s cells are gaps", this.number(cells)),
        title: _t("Nothing helps people of this persona on from this stage."),
        css: gaps ? "text-danger" : "text-success",
      },
      {
        number: general,
        text: _t("have only what is for everybody"),
        title: _t("Something fits, but nothing was made for this persona and stage."),
        css: general ? "text-warning" : "",
      },
      {
        number: people,
        text: _t("people stand where nothing helps them on"),
        title: _t("People whose persona and stage are a gap now."),
        css: people ? "text-danger" : "",
      },
    ];
    return parts;
  }

  iconOf(play) {
    return KIND_ICONS[play.kind];
  }

  cellClass(row, cell) {
    return row.id ? `o_flywheel_${cell.state}` : "";
  }

  effectOf(row, stage) {
    return this.state.effects[`${row.id || 0}-${stage.id}`];
  }

  usesOf(row, stage, playId) {
    return this.effectOf(row, stage)?.plays[playId]?.uses || 0;
  }

  describePlay(play, uses) {
    const {kinds, teams, langs} = this.state.matrix;
    const parts = [
      Object.fromEntries(kinds)[play.kind],
      Object.fromEntries(teams)[play.team] || _t("all teams"),
    ];
    if (play.lang) {
      parts.push(Object.fromEntries(langs)[play.lang] || play.lang);
    }
    if (uses) {
      parts.push(_t("%s uses", uses));
    }
    if (play.changed) {
      parts.push(_t("persona changed since"));
    }
    if (play.review_due) {
      parts.push(_t("review overdue"));
    }
    return `${play.name}: ${parts.join(", ")}`;
  }

  addLabel(row, stage) {
    return _t("Add content for %(persona)s in %(stage)s", {
      persona: row.name,
      stage: stage.name,
    });
  }

  number(value) {
    return formatInteger(value);
  }

  // ------------------------------------------------------------------
  // Doing
  // ------------------------------------------------------------------
  openPlay(playId) {
    this.dialog.add(FormViewDialog, {
      resModel: "flywheel.play",
      resId: playId,
      title: _t("Content"),
      mode: this.state.matrix.can_edit ? "edit" : "readonly",
      onRecordSaved: () => this.load(),
    });
  }

  add(row, stage) {
    const {team, kind, lang} = this.state.filters;
    const context = {};
    if (row.id) {
      context.default_persona_ids = [[6, 0, [row.id]]];
    }
    if (stage) {
      context.default_stage_ids = [[6, 0, [stage.id]]];
    }
    Object.entries({team, kind, lang}).forEach(([name, value]) => {
      if (value) {
        context[`default_${name}`] = value;
      }
    });
    this.dialog.add(FormViewDialog, {
      resModel: "flywheel.play",
      title: stage ? this.addLabel(row, stage) : _t("Add content"),
      context,
      onRecordSaved: () => this.load(),
    });
  }

  openPersona(personaId) {
    return this.action.doAction({
      type: "ir.actions.act_window",
      res_model: "flywheel.persona",
      res_id: personaId || false,
      views: [[false, "form"]],
    });
  }

  openPeople(row, stage) {
    return this.action.doAction({
      type: "ir.actions.act_window",
      name: _t("%(persona)s in %(stage)s", {persona: row.name, stage: stage.name}),
      res_model: "flywheel.profile",
      domain: [
        ["persona_id", "=", row.id || false],
        [`${this.state.filters.track}_stage_id`, "=", stage.id],
      ],
      views: [
        [false, "list"],
        [false, "kanban"],
        [false, "form"],
      ],
    });
  }

  openEffect(row, stage) {
    return this.action.doAction({
      type: "ir.actions.act_window",
      name: _t("%(persona)s in %(stage)s", {persona: row.name, stage: stage.name}),
      res_model: "flywheel.play.report",
      domain: [
        ["persona_id", "=", row.id || false],
        ["stage_id", "=", stage.id],
      ],
      views: [
        [false, "list"],
        [false, "pivot"],
        [false, "graph"],
      ],
    });
  }

  openRequests(row, stage) {
    return this.action.doAction("inbound_flywheel.flywheel_play_request_action", {
      additionalContext: {
        search_default_persona_id: row.id || undefined,
        search_default_stage_id: stage.id,
      },
    });
  }
}

registry.category("actions").add("flywheel_play_matrix", PlayMatrix);
