import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";
import {LivechatChannelInfoList} from "@im_livechat/core/web/livechat_channel_info_list";
import {patch} from "@web/core/utils/patch";
import {url} from "@web/core/utils/urls";
import {useService} from "@web/core/utils/hooks";

const FEW = 6;

/** Who talks: what an operator should know before answering. */
export class FlywheelPersonStrip extends Component {
  static template = "inbound_flywheel_livechat.PersonStrip";
  static props = {channelId: Number, version: Number};

  setup() {
    this.orm = useService("orm");
    this.action = useService("action");
    this.notification = useService("notification");
    this.state = useState({strip: null, all: false, email: ""});
    onWillStart(() => this.load(this.props.channelId));
    onWillUpdateProps((next) => {
      if (next.channelId !== this.props.channelId) {
        return this.load(next.channelId);
      }
      if (next.version !== this.props.version) {
        // Something was said: what is known may be more now. Nobody waits for it.
        this.load(next.channelId);
      }
    });
  }

  async load(channelId) {
    this.state.strip = await this.orm.silent.call("flywheel.chat", "get_strip", [
      channelId,
    ]);
  }

  get facts() {
    const {facts} = this.state.strip;
    return this.state.all ? facts : facts.slice(0, FEW);
  }

  get more() {
    return this.state.strip.facts.length - this.facts.length;
  }

  get personUrl() {
    const {id, partner} = this.state.strip.person;
    return url(
      partner ? `/odoo/res.partner/${partner}` : `/odoo/flywheel.profile/${id}`
    );
  }

  recordUrl(model, id) {
    return url(`/odoo/${model}/${id}`);
  }

  async accept(answer) {
    await this.orm.call("flywheel.chat.answer", "action_accept", [[answer.id]]);
    await this.load(this.props.channelId);
  }

  async setPerson() {
    const email = this.state.email.trim();
    if (!email) {
      return;
    }
    await this.orm.call("flywheel.chat", "set_person", [this.props.channelId, email]);
    this.state.email = "";
    await this.load(this.props.channelId);
  }
}

LivechatChannelInfoList.components = {
  ...LivechatChannelInfoList.components,
  FlywheelPersonStrip,
};

patch(LivechatChannelInfoList.prototype, {
  get showsFlywheelPerson() {
    const {thread} = this.props;
    return thread.channel_type === "livechat" && Number.isInteger(thread.id);
  },
});
