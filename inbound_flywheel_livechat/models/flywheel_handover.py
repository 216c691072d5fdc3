# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from odoo.addons.inbound_flywheel.engine.distribution import Seat, distribute
from odoo.addons.inbound_flywheel.models.flywheel_handover import OPEN
from odoo.addons.inbound_flywheel.models.flywheel_handover_assign import QUIET


class FlywheelHandover(models.Model):
    """People whom a chat has qualified join the queue, whatever their score."""

    _inherit = "flywheel.handover"

    @api.model
    def _queue_qualified(self, person, company):
        """Queue a person, unless that has been done or is not to be done again yet.

        :param person: a profile with an open lead
        :param company: whose definition counts
        :return: the hand-over that is open now, or none
        """
        Definition = self.env["flywheel.handover.definition"]
        definition = Definition._get_for(company)
        self._flush_notices()
        self._flush_read()
        domain = [("profile_id", "=", person.id), ("state", "in", OPEN)]
        handover = self.search(domain, limit=1)
        if handover.state == "incomplete":
            touched = self._complete(handover.ids)
        elif handover or not definition or self._is_blocked(person):
            return handover
        else:
            touched = self._insert(definition, person.ids, set(person.ids))
        fillings = self.env["flywheel.handover.box"]._get_in_force()
        self._note_fillings(touched, fillings._find_fillings(person.ids))
        self.browse([row[0] for row in touched])._announce()
        return self.search(domain, limit=1)

    @api.model
    def _is_blocked(self, person):
        """Tell whether an earlier hand-over stands in the way of another one."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT 1 FROM flywheel_handover h
                  JOIN flywheel_profile p ON p.id = h.profile_id
             LEFT JOIN crm_lead l ON l.id = h.lead_id
                 WHERE p.id = %s AND (%s) LIMIT 1
                """,
                person.id,
                self._get_blocking_sql(),
            )
        )
        return bool(rows)

    def _give_to_online(self, find_online):
        """Give a waiting hand-over to somebody who is there now: whoever knows the
        person, else as the rules of the teams say.

        :param find_online: function that returns those of some users who are there
        :return: the salesperson, empty if it goes on waiting
        """
        self.ensure_one()
        waiting = self.with_context(**QUIET).filtered(lambda h: h.state == "waiting")
        locked = waiting.try_lock_for_update()
        if not locked:
            return self.user_id
        locked._make_leads()
        members = locked._get_members()
        online = find_online(members.user_id)
        present = members.filtered(lambda m: m.user_id in online)
        outcome = distribute(locked._get_cases(present), present._get_seats(), True)
        given = locked._give_to_familiar(present, find_online) or outcome.given
        definition = locked.definition_id
        locked._write_given(given, definition)
        # Here, so that nothing is tracked or mailed at the commit.
        self.env.flush_all()
        return locked.user_id

    def _give_to_familiar(self, members, find_online):
        """Return whom the hand-over goes to if somebody who is there knows the
        person, and is in no team that takes part in the assignment."""
        users = self.env["res.users"].browse(self._find_familiar().get(self.id, ()))
        company = self.lead_id.company_id
        there = find_online(users).filtered(
            lambda u: u.active and (not company or company in u.company_ids)
        )
        familiar = next((user for user in users if user in there), None)
        if not familiar or familiar in members.user_id:
            return {}
        team = self.lead_id.team_id
        return {self.id: (Seat(0, familiar.id, team.id, 1), True)}
