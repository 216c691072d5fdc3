import {Phases} from "@inbound_flywheel/phase/phases";
import {patch} from "@web/core/utils/patch";

/** The phase of those who are customers leads to the desk that serves them. */
patch(Phases.prototype, {
  openDesk() {
    return this.action.doAction("inbound_flywheel_service.flywheel_desk_action");
  },
});
