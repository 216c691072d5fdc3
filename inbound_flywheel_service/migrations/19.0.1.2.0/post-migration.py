# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import SUPERUSER_ID, api
from odoo.tools import SQL, convert_file

from odoo.addons.inbound_flywheel_service.hooks import settle_stage_mails

ADDON = "inbound_flywheel_service"
# A piece of the receipt as it was shipped before, by language.
SHIPPED = {
    "en_US": "A colleague reads it and answers you. To add something, simply",
    "zh_TW": "同仁會閱讀並回覆您。如需補充，直接回覆此郵件即可",
    "zh_CN": "我们的同事会阅读并回复您。如需补充，直接回复本邮件即可",
}
# Rules that repeated those of cases. Decisions and links now ask the case itself.
REPEATED = [
    f"flywheel_case_{part}_rule_{whose}"
    for part in ("trace", "link")
    for whose in ("own", "team", "all")
]


def migrate(cr, version):
    """Give the receipt its new text, unless somebody has rewritten it, leave one mail
    for the closing of a case, and drop rules that another mechanism replaces."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    template = env.ref(f"{ADDON}.mail_template_received", raise_if_not_found=False)
    if template and _is_shipped(template, "en_US"):
        langs = [code for code, _name in env["res.lang"].get_installed()]
        for lang in langs:
            if lang != "en_US" and _is_shipped(template, lang):
                _forget(env, template, lang)
        convert_file(
            env,
            ADDON,
            "data/mail_template_received.xml",
            {},
            mode="init",
            noupdate=True,
        )
        env["ir.module.module"]._load_module_terms([ADDON], langs)
    settle_stage_mails(env)
    for name in REPEATED:
        rule = env.ref(f"{ADDON}.{name}", raise_if_not_found=False)
        if rule:
            rule.unlink()


def _is_shipped(template, lang):
    body = template.with_context(lang=lang).body_html or ""
    return lang in SHIPPED and SHIPPED[lang] in " ".join(body.split())


def _forget(env, template, lang):
    """Drop a translation of the old text, so that the new one is loaded."""
    env.cr.execute(
        SQL(
            """
            UPDATE mail_template
               SET subject = subject - %(lang)s, body_html = body_html - %(lang)s
             WHERE id = %(id)s
            """,
            lang=lang,
            id=template.id,
        )
    )
    template.invalidate_recordset()
