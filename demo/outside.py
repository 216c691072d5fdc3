"""What follows an event: two follow-ups of what happens from now on, and a webhook that
rests until somebody says where to."""

from .client import external

RULE, HOOK = "flywheel.follow.up", "flywheel.webhook"
# key, name, touchpoint types, activity type, for whom where nobody is in charge, note
FOLLOW_UPS = (
    (
        "contact",
        "Call whoever asks for us",
        ("form", "chat"),
        "mail.mail_activity_data_call",
        "user_sofia",
        "<p>Read what was asked before you call.</p>",
    ),
    (
        "reply",
        "Read the answer to our mailing",
        ("email_reply",),
        "mail.mail_activity_data_todo",
        "user_tom",
        "<p>Answer within the day, in the same thread.</p>",
    ),
)


def set_up(client):
    """Set up what follows an event; what is there stays."""
    if not client.has_model(HOOK):
        return
    fields = ["id", "name", "type_ids/id", "activity_type_id/id", "assign"]
    fields += ["user_id/id", "activity_note"]
    rows = [
        [
            f"follow_up_{key}",
            name,
            ",".join(f"inbound_flywheel.touchpoint_type_{code}" for code in types),
            activity,
            "owner",
            external(user),
            note,
        ]
        for key, name, types, activity, user, note in FOLLOW_UPS
    ]
    known = client.ensure(RULE, fields, rows, "Follow-ups")
    draft = [("id", "in", list(known.values())), ("state", "=", "draft")]
    ids = client.call(RULE, "search", domain=draft)
    if ids:
        client.call(RULE, "action_start", ids=ids)
    fields = ["id", "name", "url", "active", "on_queued", "on_stage", "stage_ids/id"]
    row = ["hook_warehouse", "Data warehouse of the bank"]
    row += ["https://hooks.flywheel-bank.example/flywheel", "False", "True", "True"]
    row += ["inbound_flywheel.stage_customer"]
    client.ensure(HOOK, fields, [row], "Webhooks")
