# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ..engine.answers import parse_fact, pick
from ..engine.items import ItemError, shorten

_lt = LazyTranslate(__name__)

# What names the person of an item.
IDENTITIES = ("profile_id", "partner_id", "lead_id", "email", "phone", "external_id")
# Facts and the counts of repeated questions hang on a person alike.
TABLES = ("flywheel_fact", "flywheel_fact_repeat")


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    fact_ids = fields.One2many("flywheel.fact", "profile_id", string="Facts")

    # ------------------------------------------------------------------
    # What is known, what is not
    # ------------------------------------------------------------------
    def _get_known(self):
        """Return the current answers of these people, expired ones included."""
        return self.env["flywheel.fact"].search(
            [("profile_id", "in", self.ids), ("state", "=", "current")],
            order="date desc, id desc",
        )

    def _get_to_ask(self, team=None):
        """Return the questions that are worth asking this person: never answered, or
        answered so long ago that the answer no longer holds.

        :param team: whose questions come first: marketing, sales or service
        """
        self.ensure_one()
        known = self._get_known().filtered(lambda fact: not fact.is_expired)
        questions = self.env["flywheel.question"].search(
            [("for_person", "=", True), ("id", "not in", known.question_id.ids)]
        )
        return questions._sort_for(team)

    # ------------------------------------------------------------------
    # Learning
    # ------------------------------------------------------------------
    def learn(self, items):
        """Note what people said; a later answer replaces the one before.

        A bad item never takes a good one with it, and an item that was sent before
        changes nothing.

        :param items: list of dicts:

            * ``question``: code or id of a question about a person
            * ``answer``: text, number, date ``YYYY-MM-DD``, true or false, or the
              code, name or id of a choice, as the question asks for
            * the person, unless it is called on one person: one of ``profile_id``,
              ``partner_id``, ``lead_id``, ``email``, ``phone``, ``external_id``; an
              address that is not known yet makes a new person
            * optional: ``source`` (``asked``, ``form``, ``said``, ``import``,
              ``inferred``; default ``said``), ``date`` (``YYYY-MM-DD HH:MM:SS``,
              UTC, default now), ``channel`` (code), ``confidence`` (``low``,
              ``medium``, ``high``), ``valid_until`` (``YYYY-MM-DD``; default as the
              question says), ``note``

        :return: ``{"created": n, "duplicates": n, "repeated": n, "errors": [{"index":
            i, "error": text}]}``. Repeated: of the created ones those that were asked
            for although the answer was known.
        :raise AccessError: the caller may not note facts
        :raise ValidationError: ``items`` is not a list
        """
        Fact = self.env["flywheel.fact"]
        Fact.check_access("create")
        self.check_access("read")
        if not isinstance(items, list | tuple):
            raise ValidationError(self.env._("A list of facts is needed."))
        errors = []
        rows = self._read_items(items, errors)
        rows = self._identify_items(rows, errors)
        fresh = Fact._without_known([values for _index, values in rows])
        facts = Fact.create(fresh)
        repeats = self.env["flywheel.fact.repeat"].search_count(
            [("new_fact_id", "in", facts.ids)]
        )
        return {
            "created": len(facts),
            "duplicates": len(rows) - len(facts),
            "repeated": repeats,
            "errors": sorted(errors, key=lambda error: error["index"]),
        }

    def _read_items(self, items, errors):
        """Return [(index, values of a fact)]; what cannot be used goes to errors."""
        now = fields.Datetime.now()
        questions = self.env["flywheel.question"].search([("for_person", "=", True)])
        by_key = {key: q for q in questions for key in (q.id, q.code) if key}
        read = questions._get_answer_reader()
        channels = self.env["flywheel.channel"].search_fetch([], ["code"])
        channel_ids = {channel.code: channel.id for channel in channels}
        rows = []
        for index, item in enumerate(items):
            try:
                clean = parse_fact(item, now)
                question = pick(by_key, "question", clean.pop("question"))
                clean["question_id"] = question.id
                if code := clean.pop("channel"):
                    clean["channel_id"] = pick(channel_ids, "channel", code)
                clean["answer"] = read(question, clean["answer"]).text
                self._check_address(clean)
            except ItemError as error:
                text = self.env._(error.args[0])
                errors.append({"index": index, "error": text})
                continue
            rows.append((index, {k: v for k, v in clean.items() if v is not None}))
        return rows

    @api.model
    def _check_address(self, clean):
        """Check that an item names no address that is none.

        :raise ItemError: it does
        """
        for kind in ("email", "phone"):
            if kind in clean and not self.env["flywheel.identity"]._normalize(
                kind, clean[kind]
            ):
                raise ItemError(
                    _lt(
                        "%(kind)s: %(value)s is not an address",
                        kind=kind,
                        value=shorten(clean[kind]),
                    )
                )

    def _identify_items(self, rows, errors):
        """Find the person of each item; items without one go to the errors."""
        Touchpoint = self.env["flywheel.touchpoint"]
        named = [
            (index, {name: values.pop(name) for name in IDENTITIES if name in values})
            for index, values in rows
        ]
        bad = []
        named = Touchpoint._check_references(named, bad)
        identity = dict(named)
        # sudo: an address finds its person, or makes one, whoever brings it
        found = Touchpoint.sudo()._resolve_people(list(identity.values()))
        person = dict(zip(identity, found, strict=True))
        people = self.browse({p for p in person.values() if p}).exists()
        people = people._filtered_access("read")
        readable = set(people.ids) | set(self.ids)
        refused = {error["index"] for error in bad}
        errors += bad
        kept = []
        for index, values in rows:
            if index in refused:
                continue
            profile_id = person.get(index) or (self.id if len(self) == 1 else None)
            if profile_id in readable:
                kept.append((index, {**values, "profile_id": profile_id}))
            else:
                text = self.env._(
                    "one of %(keys)s is needed, of somebody you may see",
                    keys=", ".join(IDENTITIES),
                )
                errors.append({"index": index, "error": text})
        return kept

    # ------------------------------------------------------------------
    # The preferred channel is one of the facts
    # ------------------------------------------------------------------
    def write(self, vals):
        result = super().write(vals)
        if "preferred_channel_id" in vals:
            self._note_channel()
        return result

    @api.model
    def _get_channel_question(self):
        # sudo: a setting
        return (
            self.env["flywheel.question"]
            .sudo()
            .search([("code", "=", "channel")], limit=1)
        )

    def _note_channel(self):
        """Keep a channel that was chosen by hand as the fact that it is."""
        question = self._get_channel_question()
        if not question:
            return
        # sudo: whoever may choose the channel says so
        Fact = self.env["flywheel.fact"].sudo()
        facts = self.sudo()._get_known().filtered(lambda f: f.question_id == question)
        by_person = {fact.profile_id.id: fact for fact in facts}
        missing, taken_back = [], Fact
        for person in self.sudo():
            channel = person.preferred_channel_id
            known = by_person.get(person.id, Fact)
            if not channel:
                taken_back |= known
            elif known.option_id.channel_id != channel:
                option = question.option_ids.filtered(
                    lambda o, c=channel: o.channel_id == c
                )
                missing.append((person, option[:1] or question._add_channel(channel)))
        if taken_back:
            taken_back._take_back(self.env._("The preferred channel was cleared."))
        Fact.create(
            [
                {
                    "profile_id": person.id,
                    "question_id": question.id,
                    "option_id": option.id,
                    "source": "said",
                }
                for person, option in missing
            ]
        )

    @api.model
    def _follow_facts(self, pairs):
        """Let the preferred channel be the one that people named last, and the rules
        see what people have answered.

        :param pairs: set of (person id, question id) whose answers may have changed
        """
        # sudo: rules say the same of everybody, whoever learns something
        self.browse({person for person, _asked in pairs}).sudo()._watch({"fact_ids"})
        question = self._get_channel_question()
        people_ids = [person for person, asked in pairs if asked == question.id]
        if not people_ids:
            return
        self.env["flywheel.profile"].flush_model(["preferred_channel_id"])
        changed = self.env.execute_query(
            SQL(
                """
                UPDATE flywheel_profile p SET preferred_channel_id = o.channel_id
                  FROM flywheel_profile w
             LEFT JOIN flywheel_fact f ON f.profile_id = w.id AND f.state = 'current'
                   AND f.question_id = %s
             LEFT JOIN flywheel_question_option o ON o.id = f.option_id
                 WHERE w.id = p.id AND p.id = ANY(%s)
                   AND p.preferred_channel_id IS DISTINCT FROM o.channel_id
             RETURNING p.id
                """,
                question.id,
                people_ids,
            )
        )
        if changed:
            people = self.browse([row[0] for row in changed])
            people._invalidate_picture()
            people.invalidate_recordset(["preferred_channel_id"], flush=False)
            # sudo: rules say the same of everybody, whoever learns something
            people.sudo()._watch({"preferred_channel_id": None})

    # ------------------------------------------------------------------
    # Merging and splitting
    # ------------------------------------------------------------------
    def _move_lines(self, others):
        """Facts follow their person; of two answers the later one counts."""
        # The current ones of both would be two for a moment.
        self.env.cr.execute(
            "UPDATE flywheel_fact SET state = 'replaced'"
            " WHERE profile_id = ANY(%s) AND state = 'current'",
            [others.ids],
        )
        pairs = self._move_facts(
            SQL("profile_id = ANY(%s)", others.ids),
            self,
            SQL("COALESCE(NULLIF(origin_id, 0), profile_id)"),
        )
        result = super()._move_lines(others)
        self.env["flywheel.fact"]._settle_pairs(pairs)
        return result

    def _move_parts(self, other, origin_ids, *parts):
        """What was said by those who were merged by mistake goes with them."""
        moved = SQL("profile_id = %s AND origin_id = ANY(%s)", self.id, origin_ids)
        self.env.cr.execute(
            SQL(
                "UPDATE flywheel_fact SET state = 'replaced'"
                " WHERE %s AND state = 'current'",
                moved,
            )
        )
        pairs = self._move_facts(moved, other, SQL("NULL"))
        result = super()._move_parts(other, origin_ids, *parts)
        pairs |= {(self.id, question_id) for _person, question_id in pairs}
        self.env["flywheel.fact"]._settle_pairs(pairs)
        return result

    def _move_facts(self, which, person, origin):
        """Hang facts on another person; return their (person, question) pairs."""
        for table in reversed(TABLES):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET profile_id = %s, origin_id = %s WHERE %s"
                    " RETURNING question_id",
                    SQL.identifier(table),
                    person.id,
                    origin,
                    which,
                )
            )
        pairs = {(person.id, row[0]) for row in self.env.cr.fetchall()}
        self.env["flywheel.fact"].invalidate_model(flush=False)
        self.env["flywheel.fact.repeat"].invalidate_model(flush=False)
        return pairs
