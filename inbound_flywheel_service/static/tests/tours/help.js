import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("inbound_flywheel_service_help", {
  steps: () => [
    {
      content: "While the question is typed, the article shows",
      trigger: "input[name=search].form-control-lg",
      run: "edit quokkacard stol",
    },
    {
      trigger: ".o_flywheel_help_list a:contains('Quokkacard was stolen')",
      run: "click",
      expectUnloadPage: true,
    },
    {
      content: "It does not help",
      trigger: "button[name=helpful][value='0']",
      run: "click",
      expectUnloadPage: true,
    },
    {
      trigger: "textarea[name=comment]",
      run: "edit Which settings?",
    },
    {
      trigger: "#vote button[type=submit]",
      run: "click",
      expectUnloadPage: true,
    },
    {
      content: "A human is one click away, and nothing is typed twice",
      trigger: "[name=flywheel_help_contact] a:contains('Write to us')",
      run: "click",
      expectUnloadPage: true,
    },
    {
      trigger: "input[name=subject]:value('quokkacard stol')",
    },
    {
      trigger: "input[name=subject]",
      run: "edit quokkacard stolen again",
    },
    {
      content: "The form offers the article, too, and stays where it is",
      trigger: ".o_flywheel_help_list a[target=_blank]:contains('Quokkacard')",
    },
    {
      trigger: "textarea[name=description]",
      run: "edit I do not find the settings",
    },
    {
      trigger: "form[action='/submitted/ticket'] button[type=submit]",
      run: "click",
      expectUnloadPage: true,
    },
    {
      trigger: "[name=flywheel_standing]:contains('With us')",
    },
  ],
});
