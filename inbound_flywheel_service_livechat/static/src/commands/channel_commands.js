import {LivechatCommandDialog} from "@im_livechat/core/common/livechat_command_dialog";
import {registerThreadAction} from "@mail/core/common/thread_actions";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {usePopover} from "@web/core/popover/popover_hook";

const ACTION = "flywheel-case";

registry.category("discuss.channel_commands").add("case", {
  channel_types: ["livechat"],
  condition: ({store}) => store.has_access_create_case,
  help: _t("Open a case (/case what it is about)"),
  methodName: "execute_command_case",
});

registerThreadAction(ACTION, {
  actionPanelComponent: LivechatCommandDialog,
  actionPanelComponentProps: ({action}) => ({
    close: () => action.close(),
    commandName: "case",
    placeholderText: _t("e.g. The invoice is wrong"),
    title: _t("Open a Case"),
    icon: "fa fa-life-ring",
  }),
  close: ({action}) => action.popover?.close(),
  condition: ({owner, store, thread}) =>
    thread?.channel_type === "livechat" &&
    store.has_access_create_case &&
    !owner.isDiscussSidebarChannelActions,
  panelOuterClass: "bg-100",
  icon: "fa fa-life-ring",
  name: _t("Open a Case"),
  sequence: 11,
  sequenceGroup: 25,
  setup({owner}) {
    if (!owner.env.inChatWindow) {
      this.popover = usePopover(LivechatCommandDialog, {
        onClose: () => this.close(),
        popoverClass: this.panelOuterClass,
      });
    }
  },
  toggle: true,
  open({owner, thread}) {
    this.popover?.open(owner.root.el.querySelector(`[name="${this.id}"]`), {
      thread,
      ...this.actionPanelComponentProps,
    });
  },
});
