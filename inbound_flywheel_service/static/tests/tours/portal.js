import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("inbound_flywheel_service_portal", {
  steps: () => [
    {
      trigger: ".o_portal_my_doc_table a:contains('Journey: where is my card?')",
      run: "click",
      expectUnloadPage: true,
    },
    {
      trigger: "[name=ticket_close_buttons] button:contains('Done')",
      run: "click",
      expectUnloadPage: true,
    },
    {
      trigger:
        "body:has(:contains('Journey: where is my card?')) #wrap:contains('Done')",
    },
  ],
});
