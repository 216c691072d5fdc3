"""What the bank does with its score: guidance for sales, junk, a look at history."""

# stage, guidance, key fields, ready to move on (text), ready to move on (condition)
PATH = (
    (
        "crm.stage_lead1",
        "<p>Find out what the money is for, and when it will be needed.</p>",
        ("phone", "medium_id"),
        "We have spoken with the person",
        "[('phone', '!=', False)]",
    ),
    (
        "crm.stage_lead2",
        "<p>Compare terms together. Who keeps a loan elsewhere asks for liquidity.</p>",
        ("expected_revenue", "date_deadline"),
        "Amount and term are known",
        "[('expected_revenue', '>', 0)]",
    ),
    (
        "crm.stage_lead3",
        "<p>Name the day on which the rate is fixed, and call on that day.</p>",
        ("expected_revenue", "date_deadline"),
        "A day for the signature is agreed",
        "[('date_deadline', '!=', False)]",
    ),
)
# Below this a term deposit costs more than it brings.
LEAST_DEPOSIT = 4000


def set_up(client):
    """Set up the path of the pipeline and what counts as junk; what is there stays."""
    if not client.known("flywheel.stage.field"):
        for stage, guidance, _fields, text, condition in PATH:
            values = {
                "flywheel_guidance": guidance,
                "flywheel_exit_text": text,
                "flywheel_exit_domain": condition,
            }
            ids = [_resolve(client, stage)]
            client.call("crm.stage", "write", ids=ids, vals=values)
    rows = [
        [f"path_{stage.split('_')[-1]}_{field}", stage, field]
        for stage, _guidance, fields, *_exit in PATH
        for field in fields
    ]
    client.ensure("flywheel.stage.field", ["id", "stage_id/id", "name"], rows)
    condition = f"('expected_revenue', '<', {LEAST_DEPOSIT})"
    domain = f"[('expected_revenue', '>', 0), {condition}]"
    rows = [["junk_small", "Small deposit", domain]]
    client.ensure("flywheel.junk.rule", ["id", "name", "domain"], rows)


def _resolve(client, name):
    module, name = name.split(".")
    domain = [("module", "=", module), ("name", "=", name)]
    return client.search_read("ir.model.data", domain, ["res_id"])[0]["res_id"]


def look_at_history(client):
    """Test the score model against the leads won and lost, unless somebody did."""
    if client.call("flywheel.backtest", "search_count", domain=[]):
        return
    active = client.search_read(
        "flywheel.score.model", [("state", "=", "active")], ["name"]
    )
    rows = [["backtest_first", str(active[0]["id"])]]
    known = client.ensure(
        "flywheel.backtest", ["id", "score_model_id/.id"], rows, "Backtest"
    )
    client.call("flywheel.backtest", "action_run", ids=[known["backtest_first"]])
