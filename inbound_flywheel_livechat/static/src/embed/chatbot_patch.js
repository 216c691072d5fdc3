import {Chatbot} from "@im_livechat/core/common/chatbot_model";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";
import {rpc} from "@web/core/network/rpc";

patch(Chatbot.prototype, {
  /** Whether the visitor can ask for a person: there is none yet. */
  get canAskForPerson() {
    return (
      !this.forwarded &&
      !this.currentStep?.operatorFound &&
      this.currentStep?.step_type !== "flywheel_human"
    );
  },

  /** Have the bot get a person, wherever the script stands, also after its end. */
  async askForPerson() {
    const thread = this.thread;
    const words = _t("I would like to talk to a person");
    if (thread.isTransient) {
      // Nothing was said yet: with the first message the conversation begins.
      await thread.post(words);
      return;
    }
    const goesOn = await rpc("/inbound_flywheel/chat/person", {
      channel_id: thread.id,
    });
    if (!goesOn) {
      return;
    }
    clearTimeout(this.nextStepTimeout);
    thread.livechat_end_dt = false;
    // What the script waits for is not coming: the next step is the person.
    this.currentStep.completed = true;
    this.currentStep.isLast = false;
    await thread.post(words);
    await this._runUntilUserInputStep();
  },

  async processAnswer() {
    if (this.currentStep?.completed && !this.thread.isTransient) {
      // The answer was given: this is the wish for a person.
      this.isProcessingAnswer = false;
      return;
    }
    return super.processAnswer(...arguments);
  },
});
