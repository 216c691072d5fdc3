import {chooseRecord, openMenu} from "./steps";
import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");

tours.add("inbound_flywheel_marketer", {
  steps: () => [
    ...openMenu("inbound_flywheel.menu_people_root", "inbound_flywheel.menu_people"),
    {
      content: "People by journey stage",
      trigger:
        ".o_kanban_group:contains('Awareness') .o_kanban_record:contains('Journey Jane')",
      run: "click",
    },
    {
      content: "Move the person along",
      trigger: ".o_statusbar_status button:contains('Consideration')",
      run: "click",
    },
    {
      trigger:
        ".o_statusbar_status button.o_arrow_button_current:contains('Consideration')",
    },
    {
      trigger: ".o_notebook .nav-link[name=stages]",
      run: "click",
    },
    {
      content: "The step is in the history, with its author",
      trigger:
        "[name=interval_ids] .o_data_row:contains('Consideration'):contains('By Hand'):contains('Journey Marketer')",
    },
    {
      trigger: "button[name=action_adjust]",
      run: "click",
    },
    {
      trigger: ".modal [name=points] input",
      run: "edit 7",
    },
    {
      trigger: ".modal [name=reason] input",
      run: "edit Met at the fair",
    },
    {
      trigger: ".modal button[name=action_apply]",
      run: "click",
    },
    {
      trigger: "body:not(:has(.modal)) .o_notebook .nav-link[name=score]",
      run: "click",
    },
    {
      content: "What would raise the score",
      trigger: ".o_flywheel_steps li:contains('more for')",
    },
    {
      trigger: ".o_flywheel_total:contains('Adjusted by hand') button",
      run: "click",
    },
    {
      content: "A line of its own, with who and why",
      trigger:
        ".o_flywheel_line:contains('Met at the fair'):contains('Journey'):contains('+7')",
    },
  ],
});

tours.add("inbound_flywheel_persona", {
  steps: () => [
    ...openMenu(
      "inbound_flywheel.menu_personas_root",
      "inbound_flywheel.menu_personas"
    ),
    {
      content: "An empty state that teaches",
      trigger: ".o_view_nocontent_smiling_face:contains('Create your first persona')",
    },
    {
      trigger: ".o-kanban-button-new",
      run: "click",
    },
    {
      trigger: ".o_form_view .o_field_widget[name=name] :is(input, textarea)",
      run: "edit Taipei Tina",
    },
    {
      trigger: ".o_field_widget[name=problem] textarea",
      run: "edit Nobody delivers to her island && press Tab",
    },
    {
      content: "It says what comes next",
      trigger: ".o_field_widget[name=next_part]:contains('One line')",
    },
    {
      trigger: ".o_notebook .nav-link[name=criteria]",
      run: "click",
    },
    {
      trigger: "[name=rule_ids] .o_field_x2many_list_row_add a",
      run: "click",
    },
    {
      trigger: ".modal .o_field_widget[name=name] input",
      run: "edit Lives in Taipei",
    },
    {
      trigger: ".modal .o_domain_selector a:contains('New Rule')",
      run: "click",
    },
    {
      trigger: ".modal .o_model_field_selector",
      run: "click",
    },
    {
      trigger: ".o_model_field_selector_popover_search input",
      run: "edit City",
    },
    {
      trigger: ".o_model_field_selector_popover_item[data-name=city] button",
      run: "click",
    },
    {
      trigger: ".modal .o_tree_editor_condition > .o_tree_editor_editor:last input",
      run: "edit Taipei && press Tab",
    },
    {
      trigger: ".modal .o_form_button_save",
      run: "click",
    },
    {
      trigger:
        "body:not(:has(.modal)) [name=rule_ids] .o_data_row:contains('Lives in Taipei')",
    },
    {
      trigger: "button[name=action_replay]",
      run: "click",
    },
    {
      trigger: "button[name=action_put_in_force]",
      run: "click",
    },
    {
      trigger: ".modal:contains('decide from now on') .modal-footer .btn-primary",
      run: "click",
    },
    {
      trigger: ".o_notification:contains('People changed: 1')",
    },
    {
      trigger: ".o_back_button:contains('Taipei Tina')",
      run: "click",
    },
    {
      content: "What is missing is said, not just refused",
      trigger: "button[name=action_approve]",
      run: "click",
    },
    {
      trigger: ".modal:contains('The section Pains is empty.') .modal-footer button",
      run: "click",
    },
    {
      trigger: "button[name=action_open_people]:contains('1')",
      run: "click",
    },
    {
      trigger: ".o_kanban_record:contains('Journey Jane'):contains('Taipei Tina')",
    },
  ],
});

tours.add("inbound_flywheel_contact", {
  steps: () => [
    {
      trigger: ".o_form_view .o_notebook .nav-link[name=flywheel]",
      run: "click",
    },
    {
      trigger: ".tab-pane:contains('Not a person of the flywheel yet')",
    },
    ...chooseRecord("persona_id", "Journey Persona"),
    ...stepUtils.saveForm(),
    {
      content: "Saving made the person",
      trigger: "[name=flywheel_profile_id]:contains('Journey Contact')",
    },
    {
      trigger: "button[name=action_explain_score]",
      run: "click",
    },
    {
      trigger: ".o_flywheel_explanation:contains('Nothing has given points yet')",
    },
  ],
});
