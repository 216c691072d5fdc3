import {Component, markup, onWillStart, useState} from "@odoo/owl";
import {FlywheelAnswerPicker} from "./answer_picker";
import {_t} from "@web/core/l10n/translation";
import {createDocumentFragmentFromContent, isHtmlEmpty} from "@web/core/utils/html";
import {registerComposerAction} from "@mail/core/common/composer_actions";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";
import {user} from "@web/core/user";

const SIGNATURE = ".o-signature-container, [data-o-mail-quote]";
const GROUP = "inbound_flywheel.group_flywheel_user";
/** The models on whose records people are answered; other addons add theirs. */
export const answerModels = registry.category("inbound_flywheel.answer_models");
answerModels.add("crm.lead", true).add("res.partner", true);

/** Put an answer below what was written already, and above the signature. */
export function append(written, answer) {
  if (!written || isHtmlEmpty(written)) {
    return answer;
  }
  const {body} = createDocumentFragmentFromContent(written);
  const signature = body.querySelector(SIGNATURE);
  const added = [...createDocumentFragmentFromContent(answer).body.childNodes];
  if (signature) {
    signature.before(...added);
  } else {
    body.append(...added);
  }
  return markup(body.innerHTML);
}

registerComposerAction("flywheel-answers", {
  condition: ({composer, owner}) =>
    owner.flywheelAnswers?.allowed &&
    owner.env.inChatter &&
    owner.props.type !== "note" &&
    !composer.message &&
    answerModels.contains(composer.targetThread?.model) &&
    Boolean(composer.targetThread.id),
  icon: "fa fa-check-square-o",
  name: _t("Approved Answers"),
  onSelected: ({composer, owner}) => {
    const {model, id} = composer.targetThread;
    owner.flywheelDialog.add(FlywheelAnswerPicker, {
      resModel: model,
      resId: id,
      onInsert: (body) => {
        composer.composerHtml = append(composer.composerHtml, body);
        // Its layout shows, and can be changed, in the full composer alone.
        owner.onClickFullComposer();
      },
    });
  },
  setup: ({owner}) => {
    owner.flywheelDialog = useService("dialog");
    owner.flywheelAnswers = useState({allowed: false});
    onWillStart(async () => {
      owner.flywheelAnswers.allowed = await user.hasGroup(GROUP);
    });
  },
  sequence: 4,
});

/** The same in the full composer. */
export class FlywheelAnswerButton extends Component {
  static template = "inbound_flywheel.AnswerButton";
  static props = {...standardWidgetProps};

  setup() {
    this.dialog = useService("dialog");
  }

  get resId() {
    const {model, res_ids: ids} = this.props.record.data;
    const found = answerModels.contains(model) ? JSON.parse(ids || "[]") : [];
    return found.length === 1 && found[0];
  }

  open() {
    const {record} = this.props;
    this.dialog.add(FlywheelAnswerPicker, {
      resModel: record.data.model,
      resId: this.resId,
      onInsert: async (body) => {
        // Makes the editor hand over what was typed since.
        await record.isDirty();
        await record.update({body: append(record.data.body, body)});
      },
    });
  }
}

registry.category("view_widgets").add("flywheel_answers", {
  component: FlywheelAnswerButton,
  fieldDependencies: [
    {name: "model", type: "char"},
    {name: "res_ids", type: "text"},
    {name: "body", type: "html"},
  ],
});
