# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def post_init_hook(env):
    """Give the leads that are already there a person and a first history.

    The work is left to the scheduled action: it goes in batches, each committed,
    so that installing into a database with many leads does not lock it.
    """
    env.ref("inbound_flywheel.cron_adopt_leads")._trigger()


def uninstall_hook(env):
    """Let go of the types, stages and questions that people's history holds on to.

    Odoo deletes an addon's records before its tables; what is in use would stay, with
    an error in the log for each.
    """
    # What hangs on these by a foreign key is of ours: who depends on us went before.
    env.cr.execute(
        "TRUNCATE flywheel_touchpoint, flywheel_stage_interval, flywheel_fact,"
        " flywheel_stage_proposal, flywheel_persona_answer, flywheel_interview_line,"
        " flywheel_approved_answer_use, flywheel_play_use, flywheel_play_request,"
        " flywheel_follow_up"
        " CASCADE"
    )
    env.cr.execute(
        "UPDATE flywheel_profile SET journey_stage_id = NULL, lifecycle_stage_id = NULL"
    )
    # Hand-overs hold on to the reasons they were returned for, tasks to their kind.
    env.cr.execute("DELETE FROM flywheel_handover")
    kinds = env["ir.model.data"].search(
        [("module", "=", "inbound_flywheel"), ("model", "=", "mail.activity.type")]
    )
    env["mail.activity"].with_context(active_test=False).search(
        [("activity_type_id", "in", kinds.mapped("res_id"))]
    ).unlink()
    # Types that users have made hold on to the channels.
    env["flywheel.touchpoint.type"].with_context(active_test=False).search([]).unlink()
    # Leads keep their sources and lost reasons; some sources were there before us.
    env["ir.model.data"].search(
        [
            ("module", "=", "inbound_flywheel"),
            ("model", "in", ("utm.source", "utm.medium", "crm.lost.reason")),
        ]
    ).unlink()
    # Selections that our models have from mail go with them, and leave their ids.
    env["ir.model.data"].search(
        [
            ("model", "=", "ir.model.fields.selection"),
            ("module", "!=", "inbound_flywheel"),
            ("name", "=like", r"selection\_\_flywheel\_%"),
        ]
    ).unlink()
    env.invalidate_all(flush=False)
