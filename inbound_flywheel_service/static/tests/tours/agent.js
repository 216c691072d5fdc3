import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const SOLVED = "My purse and my card were stolen";

registry.category("web_tour.tours").add("inbound_flywheel_service_agent", {
  steps: () => [
    stepUtils.showAppsMenuItem(),
    {
      trigger: ".o_app[data-menu-xmlid='helpdesk_mgmt.helpdesk_ticket_main_menu']",
      run: "click",
    },
    {
      trigger:
        ".o_menu_sections [data-menu-xmlid='helpdesk_mgmt.helpdesk_ticket_menu']",
      run: "click",
    },
    {
      trigger:
        ".o-dropdown-item[data-menu-xmlid='helpdesk_mgmt.helpdesk_own_ticket_menu']",
      run: "click",
    },
    {
      trigger: ".o_kanban_group .o_kanban_record:contains('Somebody took my card')",
      run: "click",
    },
    {
      content: "Who it is",
      trigger: ".o_flywheel_strip [name=flywheel_profile_id]:contains('Journey Jane')",
    },
    {
      trigger: ".o_flywheel_strip [name=persona_id] input:value(Journey Persona)",
    },
    {
      trigger: ".o_form_view [name=category_id] input:value(Journey Theft)",
    },
    {
      trigger: ".o_notebook .nav-link[name=flywheel_why]",
      run: "click",
    },
    {
      content: "Which rule, by which words",
      trigger:
        "[name=flywheel_trace_ids] .o_data_row:contains('Routing'):contains('Journey: thefts'):contains('stolen')",
    },
    {
      trigger: "[name=flywheel_trace_ids] .o_data_row:contains('Journey Agent')",
    },
    {
      trigger: ".o_notebook .nav-link[name=flywheel_suggestions]",
      run: "click",
    },
    {
      trigger: ".o_flywheel_suggestion:contains('Journey: stolen cards')",
    },
    {
      trigger: `.o_flywheel_suggestion:contains('${SOLVED}') button:contains('Link')`,
      run: "click",
    },
    {
      trigger: `.o_flywheel_suggestions h5:contains('Linked to this case') ~ div:contains('${SOLVED}')`,
    },
    {
      content: "No longer among the suggestions",
      trigger: `.o_flywheel_suggestions:not(:has(.o_flywheel_suggestion:contains('${SOLVED}')))`,
    },
  ],
});
