import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

registry.category("website.form_editor_actions").add("create_case", {
  formFields: [
    {
      type: "char",
      required: true,
      name: "partner_name",
      fillWith: "name",
      string: _t("Your Name"),
    },
    {
      type: "email",
      required: true,
      name: "partner_email",
      fillWith: "email",
      string: _t("Your Email"),
    },
    {
      type: "char",
      modelRequired: true,
      name: "name",
      string: _t("Subject"),
    },
    {
      type: "text",
      required: true,
      name: "description",
      string: _t("Your Question"),
    },
  ],
});
