import {chooseRecord, numberOf, numbersOf, openMenu} from "./steps";
import {registry} from "@web/core/registry";

const SCORE = "button[name=action_explain_score] [name=engagement_score]";
const FOOTER = ".o_list_footer td.o_list_number:contains(/\\d/):last";
// The score shows one digit after the point, a line two: a sum of lines may differ by
// half of the last digit of each of them.
const ROUNDED_SCORE = 0.05;
const ROUNDED_LINE = 0.005;

let score = 0;

function mustAddUp(what, numbers, digits = ROUNDED_LINE) {
  const sum = numbers.reduce((total, number) => total + number, 0);
  if (!(Math.abs(sum - score) <= numbers.length * digits + ROUNDED_SCORE)) {
    throw new Error(`${what} add up to ${sum}, the score is ${score}`);
  }
}

registry.category("web_tour.tours").add("inbound_flywheel_salesperson", {
  steps: () => [
    ...openMenu("inbound_flywheel.menu_leads_root", "inbound_flywheel.menu_leads"),
    {
      content: "The most engaged first",
      trigger: ".o_list_view .o_data_row:eq(0):contains('Journey: hot')",
      run() {
        const scores = numbersOf(".o_data_row td[name=engagement_score]");
        if (scores.length < 3 || scores.some((now, i) => i && now > scores[i - 1])) {
          throw new Error(`Not sorted by score: ${scores}`);
        }
        score = scores[0];
      },
    },
    {
      trigger: ".o_data_row:eq(0) td[name=name]",
      run: "click",
    },
    {
      trigger: ".o_form_view .o_notebook .nav-link[name=flywheel]",
      run: "click",
    },
    {
      trigger: ".tab-pane [name=persona_id] input:value(Journey Persona)",
    },
    {
      trigger: ".tab-pane [name=journey_stage_id] input:value(Decision)",
    },
    ...chooseRecord("journey_stage_id", "Consideration"),
    {
      trigger: ".o_form_button_save",
      run: "click",
    },
    {
      content: "Once it is saved, the panels speak of the new stage",
      trigger: ".o_flywheel_next_play h5:contains('Consideration')",
    },
    {
      trigger: ".o_inbound_flywheel_notices:contains('Consideration') input",
    },
    {
      trigger: ".o_form_view .o_notebook .nav-link[name=flywheel_timeline]",
      run: "click",
    },
    {
      trigger: ".o_flywheel_timeline .o_flywheel_line:contains('Guide')",
    },
    {
      content: "The same score as in the list",
      trigger: SCORE,
      run() {
        mustAddUp("The list's score", [numberOf(this.anchor)], ROUNDED_SCORE);
      },
    },
    {
      trigger: "button[name=action_explain_score]",
      run: "click",
    },
    {
      content: "The explanation: a chart, and what each rule gives",
      trigger: ".o_flywheel_explanation:has(.o_flywheel_chart canvas)",
      run() {
        mustAddUp("The explanation", numbersOf(".o_flywheel_score"), ROUNDED_SCORE);
        mustAddUp(
          "Its rules",
          numbersOf(".o_flywheel_total td:last-child"),
          ROUNDED_SCORE
        );
      },
    },
    {
      content: "What would raise it",
      trigger: ".o_flywheel_steps li",
    },
    {
      trigger: "button[name=action_explain_lines]",
      run: "click",
    },
    {
      content: "Lines by rule, with a total",
      trigger: ".o_list_view:has(.o_group_header:eq(2))",
      run() {
        const now = "td.o_list_number:not(:has(~ td.o_list_number))";
        mustAddUp("The rules", numbersOf(`.o_group_header ${now}`));
      },
    },
    {
      trigger: FOOTER,
      run() {
        mustAddUp("The footer", [numberOf(this.anchor)]);
      },
    },
    ...["Filled in a form", "Visited a page", "Clicked a link"].map((rule) => ({
      trigger: `.o_group_header:not(.o_group_open):contains('${rule}')`,
      run: "click",
    })),
    {
      trigger: ".o_list_view:not(:has(.o_group_header:not(.o_group_open)))",
    },
    {
      content: "The lines themselves",
      trigger: ".o_list_view:has(.o_data_row:eq(4))",
      run() {
        mustAddUp("The lines", numbersOf(".o_data_row td[name=points_now]"));
      },
    },
    {
      trigger: ".o_breadcrumb .breadcrumb-item:contains('Journey: hot') a",
      run: "click",
    },
    {
      trigger: ".o_form_view .o_breadcrumb .active:contains('Journey: hot')",
    },
  ],
});
