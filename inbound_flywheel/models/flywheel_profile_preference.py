# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL, date_utils
from odoo.tools.misc import format_date

from ..engine.preference import (
    LEARN_DAYS,
    SOURCES,
    Candidate,
    contacts_per_month,
    is_low_touch,
    learn_channel,
    learn_rhythm,
    rank_channels,
    resolve,
)

# Aspect: code of the question that asks for it.
ASPECTS = {
    "channel": "channel",
    "lang": "language",
    "tone": "tone",
    "frequency": "frequency",
}


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    def _resolve_preferences(self):
        """Say how these people are reached, and where that is known from.

        A fact about the individual wins over what is learned from the ledger, that over
        the persona's default, that over the company's. Nothing is learned of people who
        object to profiling. A low-touch persona is never called or visited, unless the
        individual asked for it.

        :return: {person id: {aspect: dict}} for the aspects ``channel`` (id of a
            channel), ``lang`` (code), ``tone`` (``formal``, ``neutral``, ``casual``)
            and ``frequency`` (contacts per month at most). Each dict has ``value``,
            ``label``, ``source`` (``individual``, ``learned``, ``persona``,
            ``company`` or ``none``), ``source_label``, ``detail`` and ``date``
        """
        # sudo: everybody who sees a person sees how to reach it
        people = self.sudo()
        context = {
            "facts": people._get_own_words(),
            "contacts": people._read_contacts(),
            "running": people._get_running_channels(),
            "defaults": {
                company: company._flywheel_get_preferences()
                for company in people.company_id | self.env.company
            },
        }
        return {person.id: person._resolve_person(**context) for person in people}

    def _resolve_person(self, facts, contacts, running, defaults):
        own = facts.get(self.id, {})
        contacts = contacts.get(self.id, ())
        found = {
            "channel": [
                self._get_own_channel(own.get("channel")),
                self._get_learned_channel(contacts, running),
            ],
            "lang": [self._get_own_language(own.get("language"))],
            "tone": [self._get_own_value(own.get("tone"))],
            "frequency": [
                self._get_own_frequency(own.get("frequency")),
                self._get_learned_frequency(contacts),
            ],
        }
        for aspect, candidates in self._get_defaults(defaults).items():
            found[aspect] += candidates
        allowed = {"channel": self._allows_channel}
        return {
            aspect: self._describe(aspect, resolve(candidates, allowed.get(aspect)))
            for aspect, candidates in found.items()
        }

    def _get_defaults(self, defaults):
        """Return {aspect: candidates} of the persona and the company.

        :param defaults: {company: {aspect: value}}
        """
        company = self.company_id or self.env.company
        detail = self.env._("Default of %(company)s", company=company.name)
        persona, partner = self.persona_id, self.partner_id
        found = {
            "channel": [self._get_persona_channel()],
            "lang": [self._get_persona_value(persona.lang)],
            "tone": [self._get_persona_value(persona.tone)],
            "frequency": [self._get_persona_value(persona.contacts_per_month)],
        }
        # A language that Odoo filled in says no more than the company's default.
        found["lang"].append(
            Candidate("company", partner.lang, self.env._("Of the contact"))
        )
        for aspect, value in defaults[company].items():
            found[aspect].append(Candidate("company", value, detail))
        return found

    def _allows_channel(self, channel_id):
        """Tell whether a channel may be suggested that nobody asked for."""
        if not is_low_touch(self._get_human_share()):
            return True
        return self.env["flywheel.channel"].browse(channel_id).kind != "human"

    def _get_human_share(self):
        return self.persona_id.human_share if self.persona_id else None

    # ------------------------------------------------------------------
    # The individual
    # ------------------------------------------------------------------
    def _get_own_words(self):
        """Return {person id: {question code: current fact}}."""
        facts = self.env["flywheel.fact"].search(
            [
                ("profile_id", "in", self.ids),
                ("question_id.code", "in", list(ASPECTS.values())),
                ("state", "=", "current"),
            ]
        )
        words = {}
        for fact in facts:
            words.setdefault(fact.profile_id.id, {})[fact.question_id.code] = fact
        return words

    def _get_own_value(self, fact):
        if not fact or fact.is_expired:
            return None
        value = fact.option_id.code or fact.option_id.name or fact.answer
        return Candidate("individual", value, fact._get_origin_text(), fact.date)

    def _get_own_channel(self, fact):
        channel = self.preferred_channel_id
        if fact and fact.option_id.channel_id == channel:
            if fact.is_expired:
                return None
            return self._get_own_value(fact)._replace(value=channel.id)
        return Candidate("individual", channel.id, self.env._("Chosen by hand"))

    def _get_own_language(self, fact):
        if fact and not fact.is_expired:
            return self._get_own_value(fact)
        company = self.company_id or self.env.company
        lang = self.partner_id.lang
        # Odoo gives every contact a language: only another one than the company's was
        # chosen for this contact.
        if lang and lang != company.partner_id.lang:
            return Candidate("individual", lang, self.env._("Set on the contact"))
        return None

    def _get_own_frequency(self, fact):
        own = self._get_own_value(fact)
        return own and own._replace(value=fact.answer_number)

    # ------------------------------------------------------------------
    # What is learned
    # ------------------------------------------------------------------
    def _read_contacts(self):
        """Return {person id: [(channel id, day, number)]} of incoming touchpoints of
        the last half year by which a person can be reached; of people who do not
        object."""
        types = self.env["flywheel.touchpoint.type"]._get_reach_types()
        incoming = {t.id: t.channel_id for t in types if t.direction == "in"}
        self._flush_ledger()
        contacts = {}
        for person_id, type_id, day, count in self.env.execute_query(
            SQL(
                """
                SELECT profile_id, type_id, date::date, count(*)
                  FROM flywheel_touchpoint
                 WHERE profile_id = ANY(%s) AND date >= %s AND state = 'valid'
                   AND type_id = ANY(%s)
                 GROUP BY 1, 2, 3
                """,
                self._get_learnable_ids(),
                self._get_learn_start(),
                list(incoming),
            )
        ):
            line = (incoming[type_id], day, count)
            contacts.setdefault(person_id, []).append(line)
        return contacts

    def _get_learnable_ids(self):
        return self.filtered(lambda person: not person.no_profiling).ids

    @api.model
    def _get_learn_start(self):
        return date_utils.subtract(fields.Datetime.now(), days=LEARN_DAYS)

    def _flush_ledger(self):
        self.env["flywheel.touchpoint"]._flush_queue()
        self.env.flush_all()

    def _get_running_channels(self):
        """Return {person id: (channel id, date)} of the latest contact, in or out, of
        people whose persona keeps one contact point."""
        single = self.filtered("persona_id.single_touchpoint")
        if not single:
            return {}
        types = self.env["flywheel.touchpoint.type"]._get_reach_types()
        channels = {t.id: t.channel_id for t in types}
        self._flush_ledger()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id, t.type_id, t.date
                  FROM unnest(%s::int[]) p (id)
                  JOIN LATERAL (
                       SELECT type_id, date FROM flywheel_touchpoint
                        WHERE profile_id = p.id AND date >= %s AND state = 'valid'
                          AND type_id = ANY(%s)
                     ORDER BY date DESC, id DESC LIMIT 1) t ON TRUE
                """,
                single._get_learnable_ids(),
                self._get_learn_start(),
                list(channels),
            )
        )
        return {person_id: (channels[kind], date) for person_id, kind, date in rows}

    def _get_learned_channel(self, contacts, running):
        Channel = self.env["flywheel.channel"]
        if self.id in running:
            channel_id, date = running[self.id]
            detail = self.env._(
                "Last contact on %(date)s by %(channel)s; %(persona)s keeps one "
                "contact point",
                date=format_date(self.env, date),
                channel=Channel.browse(channel_id).name,
                persona=self.persona_id.name,
            )
            return Candidate("learned", channel_id, detail, date)
        counts = {}
        for channel_id, _day, number in contacts:
            counts[channel_id] = counts.get(channel_id, 0) + number
        learned = learn_channel(counts)
        if not learned:
            return None
        channel_id, count, total = learned
        detail = self.env._(
            "%(count)s of %(total)s contacts by %(channel)s",
            count=count,
            total=total,
            channel=Channel.browse(channel_id).name,
        )
        return Candidate("learned", channel_id, detail)

    def _get_learned_frequency(self, contacts):
        days = learn_rhythm(day for _channel_id, day, _number in contacts)
        if not days:
            return None
        detail = self.env._("Is in touch every %(days)s days", days=f"{days:.3g}")
        return Candidate("learned", contacts_per_month(days), detail)

    # ------------------------------------------------------------------
    # The persona
    # ------------------------------------------------------------------
    def _get_persona_value(self, value):
        detail = self.env._("Persona %(persona)s", persona=self.persona_id.name)
        return Candidate("persona", value, detail)

    def _get_persona_channel(self):
        """Return the channel that the persona likes best of those that it may get."""
        weights = [
            (line.channel_id.id, line.kind, line.weight)
            for line in self.persona_id.channel_weight_ids.sorted(
                lambda line: (line.channel_id.sequence, line.channel_id.id)
            )
            if line.channel_id.active
        ]
        ranked = rank_channels(weights, self.persona_id.human_share)
        allowed = filter(self._allows_channel, ranked)
        return self._get_persona_value(next(allowed, None))

    # ------------------------------------------------------------------
    # Words
    # ------------------------------------------------------------------
    @api.model
    def _get_source_labels(self):
        return dict(
            zip(
                (*SOURCES, "none"),
                (
                    self.env._("Individual"),
                    self.env._("Learned"),
                    self.env._("Persona"),
                    self.env._("Company"),
                    self.env._("Not known"),
                ),
                strict=True,
            )
        )

    def _describe(self, aspect, candidate):
        """Return a candidate as the panel shows it."""
        candidate = candidate or Candidate("none", False)
        return {
            "value": candidate.value,
            "label": self._get_value_label(aspect, candidate),
            "source": candidate.source,
            "source_label": self._get_source_labels()[candidate.source],
            "detail": candidate.detail,
            "date": candidate.date or False,
        }

    def _get_value_label(self, aspect, candidate):
        value = candidate.value
        if aspect == "frequency":
            if not value:
                return self.env._("No limit known")
            if candidate.source == "learned":
                return self.env._("About %(count)s a month", count=f"{value:g}")
            return self.env._("%(count)s a month at most", count=f"{value:g}")
        if not value:
            return self.env._("Not known")
        if aspect == "channel":
            return self.env["flywheel.channel"].browse(value).name
        if aspect == "lang":
            names = dict(self.env["res.lang"].get_installed())
            return names.get(value, value)
        tones = self.env["flywheel.persona"]._fields["tone"]
        return dict(tones._description_selection(self.env)).get(value, value)
