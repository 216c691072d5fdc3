import {markup} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {append} from "@inbound_flywheel/answers/answer_composer";

const MODEL = "helpdesk.ticket";

/**
 * Open the full composer on a case, with a text below what its user has written there
 * already.
 *
 * @param {Object} component with the services action, orm and store
 * @param {Number} resId of the case
 * @param {String} body markup that the server has sanitised
 */
export async function composeAnswer({action, orm, store}, resId, body) {
  const thread = store.Thread.insert({model: MODEL, id: resId});
  const written = append(thread.composer?.composerHtml, markup(body));
  const partners = await orm.call(MODEL, "flywheel_recipients", [[resId]]);
  await action.doAction(
    {
      name: _t("Compose Email"),
      type: "ir.actions.act_window",
      res_model: "mail.compose.message",
      view_mode: "form",
      views: [[false, "form"]],
      target: "new",
      context: {
        default_model: MODEL,
        default_res_ids: [resId],
        default_body: written,
        default_partner_ids: partners,
        default_subtype_xmlid: "mail.mt_comment",
        default_composition_mode: "comment",
        clicked_on_full_composer: true,
      },
    },
    {onClose: () => thread.fetchNewMessages?.()}
  );
}
