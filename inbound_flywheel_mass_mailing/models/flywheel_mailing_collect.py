# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from odoo.addons.inbound_flywheel.engine.arrays import array
from odoo.addons.inbound_flywheel.engine.busy import gives_way

from ..engine.requests import find_agent

# Events that one transaction makes touchpoints of.
BATCH = 5_000
# Key of the advisory lock of whoever is at the in-tray. Any fixed number will do.
LOCK = 7_301_950
# Events of a mail; the others are of lists and the blacklist.
MAIL_KINDS = frozenset(("sent", "open", "click", "reply", "bounce"))
# Events of a person's own doing, of whom it must be allowed.
TRACKED = ("open", "click")
TYPES = {
    "sent": "email_sent",
    "open": "email_open",
    "click": "email_click",
    "reply": "email_reply",
    "bounce": "email_bounce",
    "subscribe": "subscribe",
    "unsubscribe": "unsubscribe",
    "blacklist": "email_blacklist",
}
# Addresses of many people in one: who belongs to them is told by the address alone,
# in the company that sends.
SHARED = ("mailing.contact",)


class FlywheelMailingHit(models.Model):
    """Makes touchpoints of the events in the in-tray."""

    _inherit = "flywheel.mailing.hit"

    # ------------------------------------------------------------------
    # The scheduled action
    # ------------------------------------------------------------------
    @api.model
    @gives_way
    def _cron_collect(self):
        """Make touchpoints of what is in the in-tray, in batches, each committed.

        It may be stopped anywhere and started again, by several workers: an event is
        taken out of the in-tray in the transaction that appends its touchpoint, and
        its key keeps the ledger from counting it twice.
        """
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=self.search_count([("pending", "=", True)]))
        while self._lock_tray():
            done = self._collect() or self._fetch_past()
            left = Cron._commit_progress(done)
            if not done or not left:
                break

    @api.model
    def _lock_tray(self):
        """Tell whether nobody else is at the in-tray; keep others out until the
        transaction ends."""
        return self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(%s)", LOCK)
        )[0][0]

    @api.model
    def _collect(self):
        """Make touchpoints of the oldest events; return how many events there were."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT id, kind FROM flywheel_mailing_hit WHERE pending"
                " ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
                BATCH,
            )
        )
        if not rows:
            return 0
        ids = array(row[0] for row in rows)
        events = self._read_mail_events(ids)
        if not MAIL_KINDS.issuperset(row[1] for row in rows):
            events += self._read_list_events(ids)
        by_company = {}
        for event in events:
            by_company.setdefault(event["company_id"], []).append(event)
        put_off = set()
        for company_id, group in by_company.items():
            # People are known to the company that writes to them.
            here = self.with_context(allowed_company_ids=[company_id])
            put_off |= here._append_events(here._find_people(group))
        done = [row[0] for row in rows if row[0] not in put_off]
        self.env.cr.execute(
            "DELETE FROM flywheel_mailing_hit WHERE id = ANY(%s::int[]) AND pending",
            [array(done)],
        )
        self.invalidate_model(flush=False)
        return len(done)

    # ------------------------------------------------------------------
    # What happened
    # ------------------------------------------------------------------
    @api.model
    def _read_mail_events(self, ids):
        """Return what is known of events of mails, as dicts, oldest first.

        A click counts for the mail that its link was in: the number of a mail is
        easily guessed.

        :param ids: ids of events, as the text of an array
        """
        self.env.cr.execute(
            """
            SELECT h.id, h.kind, h.record_id, h.click_id, h.date, h.method, h.agent,
                   r.model, r.res_id, r.email, r.sent_datetime AS sent,
                   COALESCE(u.company_id, h.company_id, %(company)s) AS company_id,
                   m.id AS mailing_id, m.subject, m.user_id, m.campaign_id,
                   m.source_id, m.medium_id, l.url, l.label
              FROM flywheel_mailing_hit h
              JOIN mailing_trace r ON r.id = h.record_id
              LEFT JOIN mailing_mailing m ON m.id = r.mass_mailing_id
              LEFT JOIN res_users u ON u.id = COALESCE(m.user_id, m.create_uid)
              LEFT JOIN link_tracker_click c ON c.id = h.click_id
              LEFT JOIN link_tracker l ON l.id = c.link_id
             WHERE h.id = ANY(%(ids)s::int[]) AND h.kind = ANY(%(kinds)s)
               AND r.trace_type = 'mail' AND r.is_test_trace IS NOT TRUE
               AND (h.kind <> 'click' OR l.mass_mailing_id = m.id
                    OR l.source_id = m.source_id)
          ORDER BY h.id
            """,
            {
                "ids": ids,
                "kinds": sorted(MAIL_KINDS),
                "company": self.env.company.id,
            },
        )
        return self._fetch_dicts()

    @api.model
    def _fetch_dicts(self):
        """Return the rows of the last query as dicts; faster than the cursor's own."""
        names = [column.name for column in self.env.cr.description]
        rows = self.env.cr.fetchall()
        return [dict(zip(names, row, strict=True)) for row in rows]

    @api.model
    def _read_list_events(self, ids):
        """Return what is known of events of lists and the blacklist, as dicts.

        :param ids: ids of events, as the text of an array
        """
        self.env.cr.execute(
            """
            SELECT h.id, h.kind, h.record_id, h.date, h.mailing_id,
                   COALESCE(u.company_id, h.company_id) AS company_id,
                   m.subject, m.campaign_id, m.source_id, m.medium_id,
                   n.id AS list_id, n.name AS list_name,
                   'mailing.contact' AS model, s.contact_id AS res_id,
                   COALESCE(c.email_normalized, b.email) AS email
              FROM flywheel_mailing_hit h
              LEFT JOIN mailing_mailing m ON m.id = h.mailing_id
              LEFT JOIN res_users u ON u.id = COALESCE(m.user_id, m.create_uid)
              LEFT JOIN mailing_subscription s
                ON s.id = h.record_id AND h.kind IN ('subscribe', 'unsubscribe')
              LEFT JOIN mailing_contact c ON c.id = s.contact_id
              LEFT JOIN mailing_list n ON n.id = s.list_id
              LEFT JOIN mail_blacklist b
                ON b.id = h.record_id AND h.kind = 'blacklist'
             WHERE h.id = ANY(%s::int[])
               AND h.kind IN ('subscribe', 'unsubscribe', 'blacklist')
          ORDER BY h.id
            """,
            [ids],
        )
        return self.env.cr.dictfetchall()

    # ------------------------------------------------------------------
    # Whom it happened to
    # ------------------------------------------------------------------
    @api.model
    def _find_people(self, events):
        """Return the events whose person is known and may be noted, with the key
        ``profile_id``."""
        by_record = self._find_people_of_records(events)
        identities = self.env["flywheel.identity"]
        addresses = {
            event["email"]: identities._normalize("email", event["email"])
            for event in events
            if (event["model"], event["res_id"]) not in by_record
        }
        found = identities._resolve(
            ("email", address) for address in addresses.values() if address
        )
        known = []
        for event in events:
            key = (event["model"], event["res_id"])
            event["profile_id"] = by_record.get(key) or found.get(
                ("email", addresses.get(event["email"]))
            )
            if event["profile_id"]:
                known.append(event)
        self.env["mailing.contact"]._flywheel_link_known(
            {
                event["res_id"]: event["profile_id"]
                for event in known
                if event["model"] == "mailing.contact" and event["res_id"]
            }
        )
        return self._filter_allowed(known)

    @api.model
    def _find_people_of_records(self, events):
        """Return {(model, id): profile id} of recipients that say whose they are."""
        names = self.env["flywheel.profile.mixin"]._get_concrete_names()
        wanted = {}
        for event in events:
            if event["model"] in names and event["model"] not in SHARED:
                wanted.setdefault(event["model"], set()).add(event["res_id"])
        found = {}
        for name, ids in wanted.items():
            people = self.env[name].browse(ids)._get_profile_ids()
            found.update(((name, key), value) for key, value in people.items() if value)
        return found

    @api.model
    def _filter_allowed(self, events):
        """Return the events without opens and clicks that may not be noted."""
        ids = {event["profile_id"] for event in events if event["kind"] in TRACKED}
        allowed = set(self.env["flywheel.profile"].browse(ids)._filter_tracked().ids)
        return [
            event
            for event in events
            if event["kind"] not in TRACKED or event["profile_id"] in allowed
        ]

    # ------------------------------------------------------------------
    # The ledger
    # ------------------------------------------------------------------
    @api.model
    def _append_events(self, events):
        """Append the touchpoints of events, and keep the evidence for each.

        :return: ids of the events that have to wait for the next batch: whether they
            count depends on the verdict on others of this one
        """
        sent = [event for event in events if event["kind"] == "sent"]
        self.env["flywheel.mailing.recipient"]._note(sent)
        types = self.env["flywheel.touchpoint.type"]._get_ids_by_code()
        keys = {event["id"]: self._make_key(event) for event in events}
        refuted = self._find_refuted(keys.values(), types.get("email_open"))
        rows, taken, waiting = [], {}, {}
        for event in events:
            type_id, key = types.get(TYPES[event["kind"]]), keys[event["id"]]
            if event["kind"] == "open" and key in refuted:
                key = f"{key}:again"
            if type_id and (type_id, key) not in taken:
                taken[type_id, key] = event["id"]
                rows.append(self._prepare_row(event, type_id, key))
            elif event["kind"] == "open" and key.endswith(":open"):
                waiting[key] = event["id"]
        self.env["flywheel.touchpoint"]._append(
            rows, note=lambda lines: self._keep_evidence(lines, taken)
        )
        return set(waiting.values())

    @api.model
    def _find_refuted(self, keys, type_id):
        """Return those of the keys under which the ledger has an open that turned out
        to be a machine's: the person's is yet to come."""
        rows = self.env.execute_query(
            SQL(
                "SELECT external_key FROM flywheel_touchpoint WHERE type_id = %s"
                " AND external_key = ANY(%s::text[]) AND state = 'quarantined'",
                type_id,
                array(keys),
            )
        )
        return {row[0] for row in rows}

    @api.model
    def _make_key(self, event):
        """Return the key by which an event counts once.

        An open by a machine does not take the place of one by the person: so there
        may be one of each, and one more where the verdict came later. What a person
        does to a list, they may do again.
        """
        kind, record_id = event["kind"], event["record_id"]
        if kind == "click":
            return f"mailing.trace:{record_id}:click:{event['click_id']}"
        if kind == "open" and self._looks_mechanical(event):
            return f"mailing.trace:{record_id}:open:machine"
        if kind in ("subscribe", "unsubscribe"):
            return f"mailing.subscription:{record_id}:{kind}:{event['id']}"
        if kind == "blacklist":
            return f"mail.blacklist:{record_id}:{event['id']}"
        return f"mailing.trace:{record_id}:{kind}"

    @api.model
    def _looks_mechanical(self, event):
        """Tell whether an open looks like a machine's, before the verdict."""
        agents = self.env["flywheel.machine.agent"]._get_agents()
        agent = find_agent(event["agent"], agents)
        if event["method"] == "HEAD" or agent and agent.kind != "proxy":
            return True
        Type = self.env["flywheel.touchpoint.type"]
        type_id = Type._get_ids_by_code().get("email_open")
        limit = Type._get_machine_seconds().get(type_id, 0)
        if not event["sent"] or not limit:
            return False
        return (event["date"] - event["sent"]).total_seconds() <= limit

    @api.model
    def _prepare_row(self, event, type_id, key):
        mailing = event["mailing_id"] and event["subject"]
        return {
            "profile_id": event["profile_id"],
            "type_id": type_id,
            "date": event["date"],
            "external_key": key,
            "summary": self._describe(event),
            "res_model": "mailing.mailing" if mailing else "mailing.list",
            "res_id": event["mailing_id"] if mailing else event.get("list_id"),
            "source_id": event["source_id"],
            "medium_id": event["medium_id"],
            "campaign_id": event["campaign_id"],
            # Only the mail is by one of us.
            "user_id": event["user_id"] if event["kind"] == "sent" else None,
        }

    @api.model
    def _describe(self, event):
        """Return the few words of a touchpoint: where the link led, the subject, the
        list."""
        if event["kind"] == "click" and event["url"]:
            parts = [event["label"], event["url"], event["subject"]]
            return " · ".join(" ".join(part.split()) for part in parts if part)
        parts = [event.get("list_name"), event["subject"]]
        return " · ".join(filter(None, parts)) or None

    @api.model
    def _keep_evidence(self, lines, taken):
        """Hang the events of opens and clicks on their touchpoints.

        :param lines: the new lines of the ledger
        :param taken: {(type id, external key): event id}
        """
        types = self.env["flywheel.touchpoint.type"]._get_ids_by_code()
        tracked = {types.get(TYPES[kind]) for kind in TRACKED}
        new = [line.id for line in lines if line.type_id in tracked]
        if not new:
            return
        taken = {key: hit for key, hit in taken.items() if key[0] in tracked}
        type_ids, keys = zip(*taken, strict=True)
        self.env.cr.execute(
            """
            UPDATE flywheel_mailing_hit h
               SET touchpoint_id = t.id, pending = FALSE
              FROM unnest(%(types)s::int[], %(keys)s::text[], %(hits)s::int[])
                   AS v (type_id, external_key, hit_id)
              JOIN flywheel_touchpoint t USING (type_id, external_key)
             WHERE h.id = v.hit_id AND h.kind IN ('open', 'click')
               AND t.id = ANY(%(new)s::int[])
            """,
            {
                "types": array(type_ids),
                "keys": array(keys),
                "hits": array(taken.values()),
                "new": array(new),
            },
        )
