import {registry} from "@web/core/registry";

// Approved answers are inserted on cases as on leads and contacts.
registry.category("inbound_flywheel.answer_models").add("helpdesk.ticket", true);
