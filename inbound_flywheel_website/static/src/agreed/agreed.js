import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";
import {rpc} from "@web/core/network/rpc";

/**
 * Who agrees to optional cookies does so on a page: that one counts from then on.
 */
export class FlywheelAgreed extends Interaction {
  static selector = "#wrapwrap";
  dynamicContent = {
    _document: {"t-on-optionalCookiesAccepted": this.onAgreed},
  };

  onAgreed() {
    rpc("/flywheel/website/agreed", {}, {silent: true}).catch(() => {
      // A visit that is not noted is nothing to bother the visitor with.
    });
  }
}

registry
  .category("public.interactions")
  .add("inbound_flywheel_website.agreed", FlywheelAgreed);
