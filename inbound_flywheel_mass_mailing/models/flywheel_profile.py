# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

# Events that are noted by watching, and those that happen to a mail.
WATCHED = ("open", "click")
OF_MAILS = ("sent", "reply", "bounce", *WATCHED)


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    def _get_personal_records(self):
        records = super()._get_personal_records()
        contacts = (
            self.env["mailing.contact"]
            .with_context(active_test=False)
            .search([("flywheel_profile_id", "in", self.ids)])
        )
        recipients = self.env["flywheel.mailing.recipient"].search(
            [("profile_id", "in", self.ids)]
        )
        found = {
            **records,
            "flywheel.mailing.recipient": recipients,
            "mailing.contact": contacts,
            "mailing.subscription": contacts.subscription_ids,
        }
        traces = self._get_mailing_traces(found)
        hits = self.env["flywheel.mailing.hit"].search(
            Domain("touchpoint_id", "in", self.touchpoint_ids.ids)
            | self._get_waiting_hits(traces, OF_MAILS)
        )
        return {
            **found,
            "mailing.trace": traces,
            "flywheel.mailing.hit": hits,
            "link.tracker.click": traces.links_click_ids,
        }

    def _get_mailing_traces(self, found):
        """Return what is kept of the mails that went to these people.

        :param found: records of the people, see :meth:`_get_personal_records`
        """
        recipients = found["flywheel.mailing.recipient"]
        emails = self._get_personal_addresses().get("email", ())
        domain = Domain("id", "in", recipients.trace_id.ids)
        domain |= Domain("email", "in", list(emails))
        for name in ("mailing.contact", "res.partner", "crm.lead"):
            domain |= Domain("model", "=", name) & Domain(
                "res_id", "in", found[name].ids
            )
        return self.env["mailing.trace"].search(domain, order="id")

    @api.model
    def _get_waiting_hits(self, traces, kinds):
        """Return the domain of the events of mails that wait in the in-tray."""
        return (
            Domain("pending", "=", True)
            & Domain("kind", "in", kinds)
            & Domain("record_id", "in", traces.ids)
        )

    @api.model
    def _get_erasure_policies(self, options):
        # The sums of mailings stay.
        return {
            **super()._get_erasure_policies(options),
            "mailing.trace": "anonymised",
            "link.tracker.click": "anonymised",
            "mailing.subscription": "deleted",
        }

    def _drop_watched(self):
        """Opens and clicks are told by the traces of mails, too."""
        counts = super()._drop_watched()
        # sudo is on: who may carry out a withdrawal was checked
        found = self._get_personal_records()
        traces, clicks = found["mailing.trace"], found["link.tracker.click"]
        traces = traces.filtered(lambda t: t.open_datetime or t.links_click_datetime)
        self.env["flywheel.mailing.hit"].search(
            self._get_waiting_hits(found["mailing.trace"], WATCHED)
        ).unlink()
        self.env.flush_all()
        # By SQL: a change of the status would be noted as something that happened.
        self.env.cr.execute(
            """
            UPDATE mailing_trace
               SET open_datetime = NULL, links_click_datetime = NULL,
                   trace_status = CASE trace_status WHEN 'open' THEN 'sent'
                                                    ELSE trace_status END
             WHERE id = ANY(%s)
            """,
            [traces.ids],
        )
        self.env.cr.execute(
            "UPDATE link_tracker_click SET ip = NULL, mailing_trace_id = NULL"
            " WHERE id = ANY(%s)",
            [clicks.ids],
        )
        self.env.invalidate_all(flush=False)
        told = [(r._name, "anonymised", len(r)) for r in (traces, clicks) if r]
        return counts + told

    def _move_lines(self, others):
        # What was sent to the others was sent to this person.
        self.env.cr.execute(
            "UPDATE flywheel_mailing_recipient SET profile_id = %s"
            " WHERE profile_id = ANY(%s)",
            [self.id, others.ids],
        )
        return super()._move_lines(others)
