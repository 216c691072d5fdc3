# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

# What a status says has happened. An open is not said by the status alone.
KINDS = {"sent": "sent", "open": "open", "reply": "reply", "bounce": "bounce"}


class MailingTrace(models.Model):
    _inherit = "mailing.trace"

    flywheel_untracked = fields.Boolean(
        string="Not Tracked",
        readonly=True,
        help="The person does not want it: the mail went out without a tracking "
        "picture and with plain links.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        traces = super().create(vals_list)
        told = traces.filtered(lambda trace: trace.trace_status in KINDS)
        if told:
            # An import: more than one thing has happened already.
            told.flush_recordset()
            self.env["flywheel.mailing.hit"]._note_past(told._get_told().ids)
        return traces

    def write(self, vals):
        kind = KINDS.get(vals.get("trace_status"))
        if kind == "open" and self.env.context.get("flywheel_opened"):
            # A click is one event, and tells that the mail was opened.
            kind = None
        changed = self.browse()
        if kind:
            status = vals["trace_status"]
            changed = self.filtered(lambda trace: trace.trace_status != status)
        result = super().write(vals)
        if changed:
            changed._flywheel_note(kind)
        return result

    def set_opened(self, domain=None):
        traces = self + (self.search(domain) if domain else self.browse())
        again = traces.filtered(lambda trace: trace.trace_status in ("open", "reply"))
        if again and not self.env.context.get("flywheel_opened"):
            # A machine may have opened it before, and now it is the person.
            again._flywheel_note("open")
        return super(MailingTrace, traces).set_opened()

    def _get_told(self):
        """Return the traces whose events are noted: mails to people, not tests."""
        return self.filtered(
            lambda trace: trace.trace_type == "mail" and not trace.is_test_trace
        )

    def _flywheel_note(self, kind):
        """Note down what has happened to these mails."""
        traces = self._get_told()
        if kind == "open":
            traces = traces.filtered(lambda trace: not trace.flywheel_untracked)
        dates = None
        if kind == "sent":
            now = fields.Datetime.now()
            dates = [trace.sent_datetime or now for trace in traces]
        self.env["flywheel.mailing.hit"]._note(kind, traces.ids, dates)
