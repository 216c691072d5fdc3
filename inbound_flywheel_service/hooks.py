# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Installation into a database that may already be at work."""

# Templates of helpdesk_mgmt, with a sentence of the shipped text by which one that
# nobody has rewritten is recognised.
STAGE_TEMPLATES = {
    "closed_ticket_template": "has been closed.",
    "changed_stage_template": "stage has changed to",
}
AGENT_GREETING = 'Hello <t t-out="object.user_id.name"/>'
SHIPPED_CC = "{{not object.partner_id and object.partner_email or ''}},"


def post_init_hook(env):
    """Mark the stages that close without a solution; index what is there soon."""
    for name in ("cancelled", "rejected"):
        stage = env.ref(
            f"helpdesk_mgmt.helpdesk_ticket_stage_{name}", raise_if_not_found=False
        )
        if stage:
            stage.unsolved = True
    settle_stage_mails(env)
    env.ref("inbound_flywheel_service.ir_cron_text_index")._trigger()


def settle_stage_mails(env):
    """One mail for one event: ours about the solution takes the place of the one that
    helpdesk_mgmt ships, which greets the agent and goes to the customer.

    Stages whose template somebody has rewritten or chosen keep it, and send ours no
    more. The templates stay, greet the customer, and lose the stray comma that made an
    empty address of their copies.
    """
    for name, sentence in STAGE_TEMPLATES.items():
        template = env.ref(f"helpdesk_mgmt.{name}", raise_if_not_found=False)
        if not template:
            continue
        if template.email_cc == SHIPPED_CC:
            template.email_cc = SHIPPED_CC.rstrip(",")
        body = template.with_context(lang="en_US").body_html or ""
        if AGENT_GREETING not in body or sentence not in body:
            continue
        for code in env["res.lang"].search([]).mapped("code"):
            local = template.with_context(lang=code)
            local.body_html = local.body_html.replace(
                "object.user_id.name", "object.partner_name or object.partner_id.name"
            )
        stages = env["helpdesk.ticket.stage"].with_context(active_test=False)
        stages = stages.search([("mail_template_id", "=", template.id)])
        stages.filtered("closed").mail_template_id = False
    assignment = env.ref(
        "helpdesk_mgmt.assignment_email_template", raise_if_not_found=False
    )
    if assignment and assignment.email_cc == SHIPPED_CC:
        assignment.email_cc = SHIPPED_CC.rstrip(",")
