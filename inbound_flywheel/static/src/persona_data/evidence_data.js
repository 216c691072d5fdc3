import {FlywheelEvidence} from "../evidence/evidence";
import {patch} from "@web/core/utils/patch";

/** Figures that help to answer a question are one click away from it. */
patch(FlywheelEvidence.prototype, {
  async lookAtData(question) {
    const action = await this.orm.call(
      "flywheel.persona",
      "action_look_at_data",
      [[this.props.record.resId]],
      {question_id: question.id}
    );
    return this.action.doAction(action, {onClose: () => this.refresh()});
  },
});
