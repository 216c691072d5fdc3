# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine.distribution import Case, distribute

# Hand-overs per commit: long enough for bulk writes to pay, short enough that leads
# are not locked for more than moments.
BATCH = 1_000
# Bulk writes: neither tracked nor mailed one by one; the task tells the salesperson.
QUIET = {
    "tracking_disable": True,
    "mail_activity_quick_update": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_create_nosubscribe": True,
}


class FlywheelHandover(models.Model):
    _inherit = "flywheel.handover"

    # ------------------------------------------------------------------
    # The queue
    # ------------------------------------------------------------------
    def action_assign_waiting(self):
        """Assign who waits, now.

        :raise AccessError: the user leads neither sales nor the flywheel
        """
        user = self.env.user
        if not (
            user.has_group("inbound_flywheel.group_flywheel_manager")
            or user.has_group("sales_team.group_sale_manager")
        ):
            raise AccessError(self.env._("Only a manager can assign the queue."))
        # sudo: the queue is one for all, whoever sets it going
        flow = self.sudo()
        flow._flush_notices()
        flow._settle()
        flow._queue_people()._announce()
        count = flow._assign_all()
        waiting = flow._count_waiting()
        message = self.env._(
            "%(count)s assigned, %(waiting)s waiting.", count=count, waiting=waiting
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if waiting else "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _assign_all(self, commit=None):
        """Assign who waits, batch by batch, the longest waiting first.

        :param commit: called with the size of each batch; returns the time left
        :return: how many were assigned
        """
        total, last = 0, None
        while True:
            batch = self._lock_queue(last)
            if not batch:
                break
            last = batch[-1]
            last = (last.date_queued, last.id)
            total += len(batch._assign())
            if commit and not commit(len(batch)) or len(batch) < BATCH:
                break
        return total

    @api.model
    def _lock_queue(self, last):
        """Return the next hand-overs that wait, locked.

        One worker distributes at a time: shares and capacities are counted once. Each
        leaves a mark in the row it locks, so that another whose snapshot is older
        fails instead of counting what was true before.

        :param last: (date, id) of the last one of the batch before, or None
        :raise SerializationFailure: another worker was faster
        """
        now = fields.Datetime.now()
        self.env["flywheel.handover.definition"].flush_model()
        self.env.cr.execute(
            "UPDATE flywheel_handover_definition SET date_run = %s", [now]
        )
        self.env["flywheel.handover.definition"].invalidate_model(
            ["date_run"], flush=False
        )
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM flywheel_handover
                 WHERE state = 'waiting' AND (date_queued, id) > (%s, %s)
              ORDER BY date_queued, id LIMIT %s
                   FOR UPDATE SKIP LOCKED
                """,
                last[0] if last else "-infinity",
                last[1] if last else 0,
                BATCH,
            )
        )
        return self.browse([row[0] for row in rows])

    # ------------------------------------------------------------------
    # One batch
    # ------------------------------------------------------------------
    def _assign(self):
        """Give these hand-overs to salespeople.

        :return: those that somebody has got
        """
        self = self.with_context(**QUIET)
        self._make_leads()
        self._close_activities()
        assigned = self.browse()
        Definition = self.env["flywheel.handover.definition"]
        members = self._get_members()
        by_definition = self.grouped(
            lambda h: h.definition_id or Definition._get_for(h.company_id)
        )
        for definition, batch in by_definition.items():
            if not definition:
                continue
            seats = members._get_seats()
            cases = batch._get_cases(members)
            outcome = distribute(cases, seats, definition.when_full == "overload")
            batch._write_left(outcome.left)
            assigned |= batch._write_given(outcome.given, definition)
        # Here, so that nothing is tracked or mailed lead by lead at the commit.
        self.env.flush_all()
        return assigned

    @api.model
    def _get_members(self):
        """Return the members of sales teams that take part in assignment."""
        return self.env["crm.team.member"].search(
            [
                ("assignment_optout", "=", False),
                ("assignment_max", ">", 0),
                ("user_id.active", "=", True),
                ("crm_team_id.active", "=", True),
                ("crm_team_id.assignment_optout", "=", False),
                "|",
                ("crm_team_id.use_leads", "=", True),
                ("crm_team_id.use_opportunities", "=", True),
            ]
        )

    def _make_leads(self):
        """Give people a lead who have none that is open."""
        bare = self.filtered(lambda h: not h.lead_id)
        if not bare:
            return
        leads = self.env["crm.lead"].create(
            [handover._prepare_lead() for handover in bare]
        )
        for handover, lead in zip(bare, leads, strict=True):
            if lead.flywheel_profile_id != handover.profile_id:
                lead._flywheel_link(handover.profile_id)
            handover.lead_id = lead

    def _prepare_lead(self):
        """Return the values of a new lead for the person."""
        self.ensure_one()
        person, partner = self.profile_id, self.profile_id.partner_id
        lang = self.env["res.lang"]._get_data(code=partner.lang or "")
        return {
            "name": person.display_name,
            "type": "lead",
            "user_id": False,
            "team_id": False,
            "company_id": self.company_id.id,
            "partner_id": partner.id,
            "contact_name": partner.name or person.name,
            "email_from": partner.email or person.email,
            "phone": partner.phone or person.phone,
            "lang_id": lang.id,
            "source_id": self.source_id.id,
            "medium_id": self.medium_id.id,
            "campaign_id": self.campaign_id.id,
            "flywheel_profile_id": person.id,
        }

    def _get_cases(self, members):
        """Return these hand-overs as cases: which teams and members take each.

        :param members: ``crm.team.member`` that take part
        """
        takers = self._find_takers(members)
        familiar = self._find_familiar()
        by_team = members.grouped("crm_team_id")
        cases = []
        for handover in self:
            lead = handover.lead_id
            teams = [t for t in by_team if lead.id in takers[t]]
            seats = [
                member
                for team in teams
                for member in by_team[team]
                if lead.id in takers[member]
                and (
                    not lead.company_id or lead.company_id in member.user_id.company_ids
                )
            ]
            preferred = [m.id for m in seats if lead.id in takers[m, "preferred"]]
            cases.append(
                Case(
                    handover.id,
                    lead.team_id.id or None,
                    frozenset(team.id for team in teams),
                    frozenset(member.id for member in seats),
                    frozenset(preferred),
                    tuple(familiar.get(handover.id, ())),
                )
            )
        return cases

    def _find_takers(self, members):
        """Tell which leads each team and each member takes: a query for each domain,
        however many leads there are.

        :return: {team, member or (member, "preferred"): set of lead ids}
        """
        Lead = self.env["crm.lead"]
        every = frozenset(self.lead_id.ids)

        def search(text):
            domain = Domain(literal_eval(text or "[]"))
            if domain.is_true():
                return every
            return frozenset(Lead.search(domain & Domain("id", "in", every)).ids)

        takers = {}
        for team in members.crm_team_id:
            company = team.company_id
            open_to = {
                lead.id
                for lead in self.lead_id
                if not company or not lead.company_id or lead.company_id == company
            }
            # A lead that is in the team already need not meet what the team looks
            # for among those that are in none.
            own = {lead.id for lead in self.lead_id if lead.team_id == team}
            takers[team] = (search(team.assignment_domain) | own) & open_to
        for member in members:
            takers[member] = search(member.assignment_domain)
            preferred = member.assignment_domain_preferred
            found = search(preferred) if preferred else frozenset()
            takers[member, "preferred"] = found
        return takers

    def _find_familiar(self):
        """Return {hand-over id: ids of the users who know the person, the closest
        first}: the owner of the contact, of the lead, of the contact's company, of
        the person's latest lead, of the latest lead of the company.

        Aggregated, not limited to one row: for that the planner likes to read all
        leads backwards until it meets one of the person.
        """
        Lead = self.env["crm.lead"]
        Lead.flush_model(["flywheel_profile_id", "partner_id", "user_id"])
        self.env["res.partner"].flush_model(["commercial_partner_id", "user_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT h.id, o.user_id
                  FROM flywheel_handover h
                  JOIN crm_lead l ON l.id = h.lead_id
                  JOIN flywheel_profile p ON p.id = h.profile_id
             LEFT JOIN res_partner c ON c.id = COALESCE(l.partner_id, p.partner_id)
             LEFT JOIN res_partner f ON f.id = c.commercial_partner_id AND f.id <> c.id
            CROSS JOIN LATERAL (VALUES
                       (1, c.user_id), (2, l.user_id), (3, f.user_id),
                       (4, (SELECT (array_agg(e.user_id ORDER BY e.id DESC))[1]
                              FROM crm_lead e
                             WHERE e.flywheel_profile_id = p.id AND e.id <> l.id
                               AND e.user_id IS NOT NULL)),
                       (5, (SELECT (array_agg(e.user_id ORDER BY e.id DESC))[1]
                              FROM res_partner m
                              JOIN crm_lead e ON e.partner_id = m.id
                             WHERE m.commercial_partner_id = f.id
                               AND e.user_id IS NOT NULL))) o (place, user_id)
                 WHERE h.id = ANY(%s) AND o.user_id IS NOT NULL
              ORDER BY h.id, o.place
                """,
                self.ids,
            )
        )
        familiar = {}
        for handover_id, user_id in rows:
            familiar.setdefault(handover_id, []).append(user_id)
        return familiar

    def _write_left(self, left):
        """Keep why nobody has got them.

        :param left: {hand-over id: reason}
        """
        for reason in set(left.values()):
            ids = [handover_id for handover_id, why in left.items() if why == reason]
            changed = self.browse(ids).filtered(
                lambda h, why=reason: h.waiting_reason != why
            )
            changed.write({"waiting_reason": reason})

    def _write_given(self, given, definition):
        """Write leads, hand-overs, tasks and ledger lines, each in bulk.

        :param given: {hand-over id: (seat, whether familiar)}
        :return: the hand-overs
        """
        assigned = self.browse(given)
        if not assigned:
            return assigned
        now = fields.Datetime.now()
        by_seat = {}
        for handover in assigned:
            seat, familiar = given[handover.id]
            key = (seat.user_id, seat.team_id, familiar)
            by_seat.setdefault(key, []).append(handover.id)
            waited = now - (handover.date_queued or now)
            handover.hours_to_assign = waited / timedelta(hours=1)
        for (user_id, team_id, familiar), ids in by_seat.items():
            self.browse(ids).write(
                {
                    "state": "assigned",
                    "user_id": user_id,
                    "team_id": team_id,
                    "familiar": familiar,
                    "date_assigned": now,
                    "waiting_reason": False,
                }
            )
        # Before the leads are written: until then nothing waits to be applied.
        assigned._write_notes()
        for (user_id, team_id, _familiar), ids in by_seat.items():
            self.browse(ids)._write_leads(user_id, team_id, definition)
        # A lead without a company gets the one of who works on it.
        for company, group in assigned.grouped(lambda h: h.lead_id.company_id).items():
            deadline = definition._get_deadline(company)
            group.write({"company_id": company.id, "deadline": deadline})
        assigned._ask_sales()
        assigned._record("handover_assigned")
        return assigned

    def _write_leads(self, user_id, team_id, definition):
        """Give the leads of these hand-overs to a salesperson."""
        values = {"user_id": user_id, "team_id": team_id}
        leads = self.lead_id
        convert = definition.convert == "assigned"
        fresh = leads.filtered(lambda lead: convert and lead.type == "lead")
        fresh._flywheel_convert(values)
        (leads - fresh).write(values)
