# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine.busy import gives_way
from .flywheel_handover_assign import QUIET


class FlywheelHandover(models.Model):
    _inherit = "flywheel.handover"

    def _check_answer(self):
        """Check that the user may answer these hand-overs.

        :raise AccessError: they are somebody else's
        :raise UserError: they are not waiting for an answer
        """
        self.check_access("read")
        # sudo: a lock is no change; two answers at once must not both count
        self.sudo().lock_for_update()
        self.sudo().invalidate_recordset(["state"])
        for handover in self:
            if handover.state != "assigned":
                raise UserError(
                    self.env._(
                        "%(person)s is not waiting for an answer of sales.",
                        person=handover.profile_id.display_name,
                    )
                )
            if not handover._may_answer():
                raise AccessError(
                    self.env._(
                        "Only the salesperson or a manager can answer for %(person)s.",
                        person=handover.profile_id.display_name,
                    )
                )

    def action_accept(self):
        """Take the person over: sales works on the lead from now on.

        :raise AccessError: as for :meth:`_check_answer`
        :raise UserError: as for :meth:`_check_answer`
        """
        self._check_answer()
        # sudo: the flow writes what follows from an answer, checked above
        flow = self.sudo()
        flow._write_answer({"state": "accepted"}, fields.Datetime.now())
        for definition, group in flow.grouped("definition_id").items():
            if definition.convert == "accepted":
                leads = group.lead_id.filtered(lambda lead: lead.type == "lead")
                leads.with_context(**QUIET)._flywheel_convert({})
        flow._record("handover_accepted")
        activities = flow.activity_id.filtered("active")
        activities.action_feedback(feedback=self.env._("Accepted"))
        flow._drop_reminders()
        return True

    def action_return(self):
        """Ask why the person goes back to marketing.

        :raise AccessError: as for :meth:`_check_answer`
        :raise UserError: as for :meth:`_check_answer`
        """
        self._check_answer()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_handover_return_action"
        )
        action["context"] = {"default_handover_ids": self.ids}
        return action

    def _return(self, reason, nurture_date, note=None):
        """Give people back to marketing.

        :param reason: a ``flywheel.return.reason``
        :param nurture_date: no hand-over again before that day
        :param note: what the salesperson adds
        :raise AccessError: as for :meth:`_check_answer`
        :raise UserError: as for :meth:`_check_answer`
        """
        self._check_answer()
        # sudo: see action_accept
        flow = self.sudo()
        values = {
            "state": "returned",
            "return_reason_id": reason.id,
            "nurture_date": nurture_date,
            "return_note": note,
        }
        flow._write_answer(values, fields.Datetime.now())
        flow._close_activities()
        flow._drop_reminders()
        for definition, group in flow.grouped("definition_id").items():
            leads = group.lead_id.with_context(**QUIET)
            if definition.on_return == "lead":
                leads.write({"user_id": False, "type": "lead"})
            elif definition.on_return == "unassign":
                leads.write({"user_id": False})
        flow._record("handover_returned")
        flow._plan_nurture()

    def _write_answer(self, values, now):
        """Write an answer, and how long it took.

        :param values: what the answer is
        :param now: when it was given (naive UTC)
        """
        for handover in self:
            took = now - (handover.date_assigned or now)
            late = handover.deadline and now > handover.deadline
            handover.write(
                {
                    **values,
                    "date_closed": now,
                    "hours_to_answer": took / timedelta(hours=1),
                    "in_time": "no" if late else "yes",
                }
            )

    # ------------------------------------------------------------------
    # Tasks
    # ------------------------------------------------------------------
    def _prepare_activity(self, code, user, deadline, summary, note=None):
        """Return the values of a task, or None where there is nothing to hang it on.

        :param code: end of the external id of the activity type
        """
        self.ensure_one()
        record = self.lead_id or self.profile_id.partner_id
        if not record and not user:
            return None
        return {
            "activity_type_id": self._get_activity_type_id(code),
            "automated": True,
            "res_model_id": self.env["ir.model"]._get_id(record._name)
            if record
            else False,
            "res_id": record.id,
            "user_id": user.id,
            "date_deadline": deadline,
            "summary": summary,
            "note": note,
        }

    @api.model
    def _get_activity_type_id(self, code):
        """Return the id of a kind of task; of Odoo's own if ours was deleted."""
        find = self.env["ir.model.data"]._xmlid_to_res_id
        return find(f"inbound_flywheel.activity_type_{code}") or find(
            "mail.mail_activity_data_todo"
        )

    def _create_activities(self, values):
        """Create tasks in bulk and remember each with its hand-over.

        :param values: list of dicts or None, one for each of these hand-overs
        """
        pairs = [(h, v) for h, v in zip(self, values, strict=True) if v]
        activities = (
            self.env["mail.activity"]
            .with_context(**QUIET)
            .create([vals for _handover, vals in pairs])
        )
        for (handover, _vals), activity in zip(pairs, activities, strict=True):
            handover.activity_id = activity

    def _ask_sales(self):
        """Ask the salespeople for an answer, with all that they need to know."""
        values = []
        for handover in self:
            user = handover.user_id
            env = handover.with_context(lang=user.lang or self.env.lang).env
            local = fields.Datetime.context_timestamp(
                handover.with_context(tz=user.tz), handover.deadline
            )
            summary = env._("Accept or return this hand-over")
            values.append(
                handover._prepare_activity("handover", user, local.date(), summary)
            )
        self._create_activities(values)
        # The notes are ours and escaped: cleaning each like foreign HTML would take
        # longer than all the rest.
        self.flush_recordset(["activity_id", "note"])
        self.env.cr.execute(
            "UPDATE mail_activity a SET note = h.note FROM flywheel_handover h"
            " WHERE a.id = h.activity_id AND h.id = ANY(%s)",
            [self.ids],
        )
        self.activity_id.invalidate_recordset(["note"], flush=False)

    @api.model
    def _ask_marketing(self):
        """Ask marketing to fill the empty boxes, once for each hand-over."""
        asked = self.search([("state", "=", "incomplete"), ("asked", "=", False)])
        if not asked:
            return
        Box = self.env["flywheel.handover.box"]
        fillings = Box._get_in_force()._find_fillings(asked.profile_id.ids)
        values = []
        for handover in asked:
            definition = handover.definition_id
            user = definition.marketing_user_id
            lang = user.lang or self.env.lang
            filled = fillings.get(handover.profile_id.id, {})
            empty = definition.box_ids.filtered(
                lambda box, filled=filled: box.id not in filled
            ).with_context(lang=lang)
            summary = handover.with_context(lang=lang).env._(
                "Find out: %(boxes)s", boxes=", ".join(empty.mapped("name"))
            )
            note = "\n".join(filter(None, empty.mapped("question")))
            today = fields.Date.context_today(handover.with_context(tz=user.tz))
            values.append(
                handover._prepare_activity("boxes", user, today, summary, note)
            )
        asked._create_activities(values)
        asked.asked = True

    def _plan_nurture(self):
        """Have marketing take up the people who came back, at their date."""
        values = []
        for handover in self:
            user = handover.definition_id.marketing_user_id
            env = handover.with_context(lang=user.lang or self.env.lang).env
            summary = env._(
                "Take up again; returned for: %(reason)s",
                reason=handover.return_reason_id.with_env(env).name,
            )
            date, note = handover.nurture_date, handover.return_note
            values.append(
                handover._prepare_activity("nurture", user, date, summary, note)
            )
        self._create_activities(values)

    def _drop_reminders(self):
        """Remove the reminders of what has been answered."""
        if self.lead_id:
            self.env["mail.activity"].search(
                [
                    ("res_model", "=", "crm.lead"),
                    ("res_id", "in", self.lead_id.ids),
                    ("activity_type_id", "=", self._get_activity_type_id("overdue")),
                ]
            ).unlink()

    # ------------------------------------------------------------------
    # Reminders
    # ------------------------------------------------------------------
    @api.model
    @gives_way
    def _cron_remind(self):
        """Remind of unanswered hand-overs, and of people whom nobody can take."""
        self._settle()
        late = self.search(
            [("overdue", "=", True), ("reminders", "<", 2)], order="deadline"
        )
        now = fields.Datetime.now()
        for handover in late:
            # The leader is called once the time to answer has passed twice.
            given = handover.deadline - handover.date_assigned
            if not handover.reminders:
                handover._remind(handover.user_id)
                handover.reminders = 1
            elif now >= handover.deadline + given:
                handover._remind(handover._get_leader())
                handover.reminders = 2
        self._alert_managers()

    def _get_leader(self):
        """Return who is called when a salesperson does not answer."""
        self.ensure_one()
        return self.team_id.user_id or self.definition_id.manager_id

    def _remind(self, user):
        self.ensure_one()
        env = self.with_context(lang=user.lang or self.env.lang).env
        summary = env._(
            "%(salesperson)s has not answered the hand-over yet",
            salesperson=self.user_id.name,
        )
        today = fields.Date.context_today(self.with_context(tz=user.tz))
        values = self._prepare_activity("overdue", user, today, summary)
        if values:
            self.env["mail.activity"].create(values)

    @api.model
    def _alert_managers(self):
        """Tell managers, once a day, whom nobody can take and why."""
        today = fields.Date.today()
        groups = self._read_group(
            [("state", "=", "waiting"), ("waiting_reason", "!=", False)],
            ["definition_id", "waiting_reason"],
            ["__count"],
        )
        by_definition = {}
        for definition, reason, count in groups:
            if definition and definition.date_alert != today:
                by_definition.setdefault(definition, []).append((reason, count))
        kind = "inbound_flywheel.activity_type_overdue"
        for definition, counts in by_definition.items():
            user = definition.manager_id
            env = self.with_context(lang=user.lang or self.env.lang).env
            words = dict(
                self.with_env(env)._fields["waiting_reason"]._description_selection(env)
            )
            note = "\n".join(f"{words[reason]}: {count}" for reason, count in counts)
            total = sum(count for _reason, count in counts)
            summary = env._("%(count)s hand-overs wait for a salesperson", count=total)
            # An alert that nobody has dealt with is replaced, not repeated.
            definition.activity_unlink([kind], only_automated=True)
            definition.activity_schedule(
                kind, today, summary, note, user_id=user.id or False
            )
            definition.sudo().write({"date_alert": today})
