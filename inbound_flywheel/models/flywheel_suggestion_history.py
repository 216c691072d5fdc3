# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

KINDS = {
    "boolean": "boolean",
    "selection": "category",
    "many2one": "category",
    "char": "category",
    "many2many": "tags",
    "integer": "number",
    "float": "number",
    "monetary": "number",
}
# Names, addresses and the machinery of Odoo: nothing that others share.
PRIVATE = {
    "id",
    "display_name",
    "name",
    "complete_name",
    "contact_name",
    "partner_name",
    "company_name",
    "commercial_company_name",
    "commercial_partner_id",
    "parent_id",
    "self",
    "email",
    "email_from",
    "email_cc",
    "email_normalized",
    "email_domain_criterion",
    "phone",
    "phone_sanitized",
    "mobile",
    "website",
    "street",
    "street2",
    "zip",
    "ref",
    "vat",
    "barcode",
    "company_registry",
    "partner_latitude",
    "partner_longitude",
    "color",
    "sequence",
    "company_id",
    "currency_id",
    "create_uid",
    "write_uid",
    "message_bounce",
    "message_main_attachment_id",
    "signup_type",
    "type",
    "tz",
    "iap_enrich_done",
    "reveal_id",
    "lead_mining_request_id",
    "channel_ids",
    "meeting_ids",
}
PRIVATE_PREFIXES = (
    "message_",
    "activity_",
    "access_",
    "image_",
    "avatar_",
    "property_",
)
# How the touchpoints of a type may count: (at most, period).
CAPS = ((0, "day"), (3, "week"), (1, "ever"))
# Touchpoints so close to the decision are part of it, if most of a type are.
DECISION_SECONDS = 86_400
DECISION_SHARE = 0.5
# Changed on the records after the decision: share that makes a field unfit.
CHANGED_SHARE = 0.05
# Leads that are still open, to compare with what is filled in on closed ones.
OPEN_LEADS = 50
OPEN_RATIO = 0.25
# Lead and contact agree so often: one of them says it all.
SAME_SHARE = 0.95


class Source(NamedTuple):
    """Where a column comes from."""

    model: str
    field: str
    label: str
    type_id: int = 0
    cap: int = 0
    period: str = "ever"


class History(NamedTuple):
    """What was known of closed leads at their decision.

    :param columns: list of Column
    :param outcomes: 1 for won, 0 for lost, in order of decision
    :param sources: {column name: Source}
    :param refusals: list of (Source, reason, suspect) known without fitting
    """

    columns: list
    outcomes: list
    sources: dict
    refusals: list


class FlywheelSuggestion(models.Model):
    _inherit = "flywheel.suggestion"

    def _read_history(self):
        """Return the :class:`History` of the closed leads of this suggestion."""
        self.ensure_one()
        # sudo: the history of all leads of the company, not of one's own
        Lead = self.env["crm.lead"].sudo().with_context(active_test=False)
        query = Lead._search(self._get_lead_domain(), bypass_access=True)
        decided = SQL(
            "COALESCE(%s, %s, %s)",
            *(
                Lead._field_to_sql(query.table, name, query)
                for name in ("date_closed", "date_last_stage_update", "create_date")
            ),
        )
        names = ("id", "won_status", "flywheel_profile_id")
        query.order = SQL("%s, %s", decided, SQL.identifier(query.table, "id"))
        selected = [Lead._field_to_sql(query.table, name, query) for name in names]
        rows = self.env.execute_query(query.select(*selected, decided))
        self._keep_decisions(
            [(row[0], row[2] or None, row[3], row[1] == "won") for row in rows]
        )
        history = History([], [int(row[1] == "won") for row in rows], {}, [])
        if rows:
            self._read_fields(history, Lead, len(rows))
            self._read_fields(history, self.env["res.partner"], len(rows))
            self._read_events(history, len(rows))
        return history

    @api.model
    def _keep_decisions(self, rows):
        """Keep what was decided in a table of this transaction, in this one order.

        :param rows: list of (lead id or None, profile id or None, moment, won)
        """
        self.env.cr.execute(
            """
            CREATE TEMPORARY TABLE IF NOT EXISTS flywheel_decision (
                place int, lead_id int, profile_id int, decided timestamp, won bool
            ) ON COMMIT DROP;
            TRUNCATE flywheel_decision
            """
        )
        if rows:
            self.env.execute_query(
                SQL(
                    "INSERT INTO flywheel_decision SELECT * FROM unnest(%s::int[],"
                    " %s::int[], %s::int[], %s::timestamp[], %s::bool[]) RETURNING 1",
                    list(range(len(rows))),
                    *(list(column) for column in zip(*rows, strict=True)),
                )
            )
        self.env.cr.execute("ANALYZE flywheel_decision")

    # ------------------------------------------------------------------
    # Values of leads and contacts
    # ------------------------------------------------------------------
    @api.model
    def _get_candidates(self, model):
        """Return the fields of a model that a condition could be about."""
        return [
            field
            for name, field in sorted(model._fields.items())
            if field.type in KINDS
            and (field.store or (field.related and name.startswith("x_")))
            and field._description_searchable
            and not field.company_dependent
            and name not in PRIVATE
            and not name.startswith(PRIVATE_PREFIXES)
            and (field.comodel_name or "") != "res.users"
        ]

    def _read_fields(self, history, model, count):
        """Add the columns of a model's fields to the history."""
        Hindsight = self.env["flywheel.hindsight"]
        Model = model.sudo().with_context(active_test=False)
        changed = self._get_changed_fields(Model._name)
        unfilled = self._get_unfilled_fields(Model)
        fields = []
        for field in self._get_candidates(Model):
            source = Source(Model._name, field.name, self._get_label(field))
            reason = Hindsight._get_reason(Model._name, field.name)
            if reason:
                history.refusals.append((source, reason, False))
            elif field.name in changed:
                reason = self.env._(
                    "Changed at or after the decision on %(share).0f %% of the leads.",
                    share=100 * changed[field.name],
                )
                history.refusals.append((source, reason, False))
            elif field.name in unfilled:
                closed, still_open = unfilled[field.name]
                reason = self.env._(
                    "Filled in on %(closed).0f %% of the closed leads, but only on "
                    "%(open).0f %% of the open ones of the same age.",
                    closed=100 * closed,
                    open=100 * still_open,
                )
                history.refusals.append((source, reason, True))
                fields.append(field)
            else:
                fields.append(field)
        included = set(self.refused_line_ids.filtered("include").mapped("column"))
        for field in fields:
            column = f"{Model._name}.{field.name}"
            if field.name not in unfilled or column in included:
                self._add_column(history, Model, field, count)
        self._drop_doubles(history)

    def _drop_doubles(self, history):
        """Leave out what a contact has only because its lead has it, or the other way
        round: Odoo copies position, place and language."""
        leads = {
            source.field: column
            for column in history.columns
            if (source := history.sources[column.name]).model == "crm.lead"
        }
        for column in list(history.columns):
            source = history.sources[column.name]
            double = leads.get(source.field)
            if source.model != "res.partner" or double is None:
                continue
            known = ~column.absent
            same = column.values[known] == double.values[known]
            if known.all() and same.mean() >= SAME_SHARE:
                history.columns.remove(column)

    def _get_label(self, field):
        """Return a field's label in the user's language."""
        return field._description_string(self.env) or field.name

    def _add_column(self, history, Model, field, count):
        from ..engine.suggest_columns import ABSENT, Column

        name = f"{Model._name}.{field.name}"
        kind = KINDS[field.type]
        empty = ABSENT if Model._name == "res.partner" else None
        values = [empty] * count
        for place, value in self._read_values(Model, field):
            if kind == "number":
                # Odoo takes a number that is not set as 0.
                value = value or 0
            elif kind == "tags":
                value = tuple(value or ())
            elif kind == "boolean":
                value = bool(value)
            values[place] = value if kind == "number" else value or None
        label = self._get_label(field)
        history.sources[name] = Source(Model._name, field.name, label)
        # The technical name tells the purpose where a label is translated.
        history.columns.append(
            Column(name, kind, values, f"{field.name} {label}", group=Model._name)
        )

    def _read_values(self, Model, field):
        """Return (place, value) of each closed lead, or of its contact."""
        if field.type == "many2many":
            value = SQL(
                "(SELECT array_agg(r.%(two)s ORDER BY r.%(two)s) FROM %(relation)s r"
                " WHERE r.%(one)s = %(id)s)",
                one=SQL.identifier(field.column1),
                two=SQL.identifier(field.column2),
                relation=SQL.identifier(field.relation),
                id=SQL.identifier(Model._table, "id"),
            )
            Model.env[Model._name].flush_model([field.name])
            query = Model._search([], bypass_access=True)
        else:
            query = Model._search([], bypass_access=True)
            value = Model._field_to_sql(query.table, field.name, query)
        if Model._name == "crm.lead":
            link = SQL("d.lead_id = %s", SQL.identifier(query.table, "id"))
        else:
            query.add_join(
                "JOIN",
                "p",
                "flywheel_profile",
                SQL("p.partner_id = %s", SQL.identifier(query.table, "id")),
            )
            link = SQL("d.profile_id = p.id")
        query.add_join("JOIN", "d", "flywheel_decision", link)
        query.order = None
        return self.env.execute_query(query.select(SQL("d.place"), value))

    # ------------------------------------------------------------------
    # Later knowledge that the records give away
    # ------------------------------------------------------------------
    def _get_changed_fields(self, model_name):
        """Return {field name: share of closed leads on which it was changed at or
        after the decision}, for those where that is more than an exception."""
        link = SQL("m.res_id = d.lead_id")
        if model_name == "res.partner":
            link = SQL(
                "m.res_id = (SELECT p.partner_id FROM flywheel_profile p"
                " WHERE p.id = d.profile_id)"
            )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT f.name, COUNT(DISTINCT d.place)::float8
                             / (SELECT COUNT(*) FROM flywheel_decision)
                  FROM flywheel_decision d
                  JOIN mail_message m ON m.model = %(model)s AND %(link)s
                   AND m.date >= d.decided - interval '1 minute'
                  JOIN mail_tracking_value v ON v.mail_message_id = m.id
                  JOIN ir_model_fields f ON f.id = v.field_id
                 GROUP BY f.name
                """,
                model=model_name,
                link=link,
            )
        )
        return {name: share for name, share in rows if share >= CHANGED_SHARE}

    def _get_unfilled_fields(self, Model):
        """Return {field name: (share filled in on closed leads, on open ones)} of
        fields that open leads of comparable age hardly have."""
        if Model._name != "crm.lead":
            return {}
        fields = [
            field
            for field in self._get_candidates(Model)
            if field.type in ("selection", "many2one", "char") and field.store
        ]
        # As old as the closed ones were at their decision, in the middle.
        age = """
            SELECT percentile_cont(0.5) WITHIN GROUP (
                       ORDER BY d.decided - l.create_date)
              FROM flywheel_decision d JOIN crm_lead l ON l.id = d.lead_id
        """
        open_domain = [("won_status", "=", "pending")]
        open_domain += [("company_id", "in", [self.company_id.id, False])]
        query = Model._search(open_domain, bypass_access=True)
        query.add_where(
            SQL(
                "%s <= (now() AT TIME ZONE 'UTC') - (%s)",
                SQL.identifier(query.table, "create_date"),
                SQL(age),
            )
        )
        columns = [
            SQL("COUNT(%s)", Model._field_to_sql(query.table, field.name, query))
            for field in fields
        ]
        total, *still_open = self.env.execute_query(
            query.select(SQL("COUNT(*)"), *columns)
        )[0]
        if total < OPEN_LEADS:
            return {}
        query = Model._search([], bypass_access=True)
        query.add_join(
            "JOIN",
            "d",
            "flywheel_decision",
            SQL("d.lead_id = %s", SQL.identifier(query.table, "id")),
        )
        columns = [
            SQL("COUNT(%s)", Model._field_to_sql(query.table, field.name, query))
            for field in fields
        ]
        everyone, *closed = self.env.execute_query(
            query.select(SQL("COUNT(*)"), *columns)
        )[0]
        shares = {
            field.name: (done / everyone, pending / total)
            for field, done, pending in zip(fields, closed, still_open, strict=True)
        }
        return {
            name: (done, pending)
            for name, (done, pending) in shares.items()
            if done >= 0.3 and pending <= OPEN_RATIO * done
        }

    # ------------------------------------------------------------------
    # What happened
    # ------------------------------------------------------------------
    def _read_events(self, history, count):
        """Add columns of touchpoints: what one point for each would be worth."""
        from ..engine.suggest_columns import Column

        Hindsight = self.env["flywheel.hindsight"]
        # sudo: the ledger of all people of the company
        types = self.env["flywheel.touchpoint.type"].sudo()
        near = self._get_decision_shares()
        types = types.with_context(active_test=False).search([("id", "in", list(near))])
        values = self._get_event_values()
        for kind in types:
            source = Source("", f"type:{kind.id}", kind.name, kind.id)
            reason = Hindsight._get_type_reason(kind)
            if not reason and kind.direction == "out":
                reason = self.env._("It is what we do, not what the person does.")
            if not reason and near[kind.id] > DECISION_SHARE:
                reason = self.env._(
                    "Part of the decision: %(share).0f %% of these happen within a "
                    "day of it, or after it.",
                    share=100 * near[kind.id],
                )
            if reason:
                history.refusals.append((source, reason, False))
                continue
            for number, (cap, period) in enumerate(CAPS):
                sums = [0.0] * count
                for place, *worth in values.get(kind.id, ()):
                    sums[place] = worth[number]
                name = f"{source.field}:{cap}:{period}"
                family = source.field
                history.sources[name] = source._replace(cap=cap, period=period)
                history.columns.append(
                    Column(name, "events", sums, kind.name, family=family)
                )

    def _get_decision_shares(self):
        """Return {type id: share of its touchpoints that came within a day of the
        decision}, of those before it; 1 where all came after it."""
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT t.type_id, COALESCE(AVG(CASE WHEN t.date >= d.decided
                                      - %(day)s * interval '1 second'
                                      THEN 1.0 ELSE 0.0 END)
                               FILTER (WHERE t.date < d.decided), 1.0)::float8
                      FROM flywheel_decision d
                      JOIN flywheel_touchpoint t ON t.profile_id = d.profile_id
                     WHERE t.state = 'valid' AND NOT COALESCE(t.pending, FALSE)
                       AND t.date <= d.decided + %(day)s * interval '1 second'
                     GROUP BY t.type_id
                    """,
                    day=DECISION_SECONDS,
                )
            )
        )

    def _get_event_values(self):
        """Return {type id: [(place, worth under each of CAPS)]} at the decision, one
        point each, under the half-life of the score model."""
        half_life = self.score_model_id.half_life_days * 86_400
        worth = SQL("1.0::float8")
        if half_life:
            worth = SQL(
                "power(2.0::float8, GREATEST(-1000.0,"
                " -EXTRACT(epoch FROM d.decided - t.date) / %s))",
                half_life,
            )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT type_id, place, SUM(worth),
                       SUM(worth) FILTER (WHERE in_week <= 3),
                       SUM(worth) FILTER (WHERE ever = 1)
                  FROM (SELECT t.type_id, d.place, %(worth)s AS worth,
                               row_number() OVER (PARTITION BY d.place, t.type_id,
                                   date_trunc('week', t.date)
                                   ORDER BY t.date, t.id) AS in_week,
                               row_number() OVER (PARTITION BY d.place, t.type_id
                                   ORDER BY t.date, t.id) AS ever
                          FROM flywheel_decision d
                          JOIN flywheel_touchpoint t ON t.profile_id = d.profile_id
                         WHERE t.state = 'valid' AND NOT COALESCE(t.pending, FALSE)
                           AND t.date < d.decided) e
                 GROUP BY type_id, place
                """,
                worth=worth,
            )
        )
        values = {}
        for type_id, *row in rows:
            values.setdefault(type_id, []).append(row)
        return values
